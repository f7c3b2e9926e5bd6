"""Introductions by mutual consent, and the messages that follow."""
