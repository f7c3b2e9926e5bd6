"""Proposals and counter-proposals of a format."""
