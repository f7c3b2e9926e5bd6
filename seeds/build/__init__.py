"""How the files of `seeds/data/` were derived from the official packages. Run by hand, once a vintage; never by the service."""
