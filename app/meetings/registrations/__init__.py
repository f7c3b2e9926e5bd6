"""Who comes: sign-up, approval, waiting list."""
