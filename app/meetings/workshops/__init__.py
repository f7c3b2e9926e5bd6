"""The workshops of a partnership: programme, leaflet, attendance counted and added up."""
