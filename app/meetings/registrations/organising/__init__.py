"""What organisers see of registrations, and do with them."""
