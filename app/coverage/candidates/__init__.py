"""Candidate libraries of an area, ranked by criteria whose contributions add up to the score."""
