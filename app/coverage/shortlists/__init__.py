"""Lists of candidates that a team shares, and searches that it keeps, with an alert when a library enters one."""
