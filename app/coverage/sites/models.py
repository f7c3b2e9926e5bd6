"""Tables of searches of the next sites."""
