"""One account ledger per file, found by the registry."""
