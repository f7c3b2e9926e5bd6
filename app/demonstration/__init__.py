"""Accounts of demonstration, on this machine alone."""
