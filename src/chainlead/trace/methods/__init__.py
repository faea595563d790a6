"""One taint rule per file, found by the registry."""
