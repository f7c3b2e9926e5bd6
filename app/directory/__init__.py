"""Institutions: search, sheet, dated observations."""
