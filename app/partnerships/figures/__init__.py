"""What was done: figures by free period, awareness sessions, reviews."""
