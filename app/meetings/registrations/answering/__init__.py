"""The page of a registration, opened by its signed link, and what may be done there."""
