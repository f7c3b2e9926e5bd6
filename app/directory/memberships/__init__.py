"""Who speaks for which institution: requests, roles, and the part that an agency plays in its region."""
