"""Tables of shortlists and the searches that teams keep."""
