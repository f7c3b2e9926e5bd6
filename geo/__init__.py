"""France: where things are, how far, who lives there. Knows no Flask and no word of the trade."""
