"""Who sits where, for the exchange time by territory."""
