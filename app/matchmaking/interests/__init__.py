"""Declared interests, wishes of a Cité, leads of an agency."""
