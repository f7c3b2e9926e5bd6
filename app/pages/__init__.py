"""Home, about, sources, accessibility, legal notice, and /sante."""
