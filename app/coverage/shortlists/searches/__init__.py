"""Searches of candidates that a team keeps: what answers them today, what entered, who is told, and until when."""
