"""People: sign-in by a link, sessions, preferences, export and erasure."""
