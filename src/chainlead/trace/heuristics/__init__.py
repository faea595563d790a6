"""One heuristic per file, found by the registry."""
