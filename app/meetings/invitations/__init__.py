"""Whom the organisers invite, remind, and write to afterwards."""
