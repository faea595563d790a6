"""One form of account ledger data per file, found by the registry."""
