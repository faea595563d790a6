"""One change heuristic per file, found by the registry; `change_rule` is the chosen combination."""
