"""Which formats fit a library today, and what the next one lacks."""
