"""What happens to a meeting once it is written: announced, moved, cancelled, held."""
