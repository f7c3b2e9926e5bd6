"""The page of a person who signed in: what waits for them, and the way to everything else."""
