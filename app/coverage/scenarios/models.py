"""Tables of scenarios."""
