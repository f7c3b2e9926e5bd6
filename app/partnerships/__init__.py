"""Partnerships, from the first contact to the yearly review."""
