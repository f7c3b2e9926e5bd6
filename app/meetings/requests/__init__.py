"""« Une rencontre dans notre région » : who asks, and what answers."""
