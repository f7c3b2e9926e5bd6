"""What a table agrees on, and the report that gathers it."""
