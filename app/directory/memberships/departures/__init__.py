"""Leaving an institution, being withdrawn, stepping down, erasing one's account: the last responsible never goes silently."""
