"""The lines of a list, one by one."""
