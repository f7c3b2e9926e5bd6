"""How institutions find each other."""
