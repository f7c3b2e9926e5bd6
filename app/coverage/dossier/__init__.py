"""The dossier of a territory: one content, as a page, a PDF and an ODT."""
