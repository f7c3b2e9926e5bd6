"""The folium page, its layers, the clusters of libraries, and the text alternative."""
