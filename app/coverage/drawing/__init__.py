"""Pictures as SVG, drawn by matplotlib: static maps and charts, told apart without colour, for pages and documents.

`engine` turns a picture into SVG or PNG; `maps` and `charts` are the pictures; `outlines` reads the ground from the database;
`scene` makes the map of an area out of a situation.
"""

import logging

# A service without a home has no cache of fonts: matplotlib then takes a temporary folder, and would warn of it each time.
logging.getLogger("matplotlib").setLevel(logging.ERROR)
