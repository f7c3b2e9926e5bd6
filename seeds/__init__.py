"""Fill the tables from official sources: says what would change, writes only when told."""
