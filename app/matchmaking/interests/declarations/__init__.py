"""Interests that libraries without account declare from a public form."""
