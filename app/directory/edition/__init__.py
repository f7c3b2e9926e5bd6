"""What institutions say of themselves: profile, offers and needs, hours, corrections, and the queue of what to check."""
