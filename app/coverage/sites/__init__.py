"""The next N places: computations in a process of their own, with their proof."""
