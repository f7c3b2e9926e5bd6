"""Pictures as SVG, drawn by matplotlib: static maps and charts, told apart without colour, for pages and documents."""
