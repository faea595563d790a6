"""One file per kind of server that a ledger can be fetched from."""
