"""Coverage as pictures, each with the table of its figures beside."""
