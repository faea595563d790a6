"""One taint rule for accounts per file, found by the registry."""
