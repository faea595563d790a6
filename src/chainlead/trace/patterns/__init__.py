"""One pattern per file, found by the registry."""
