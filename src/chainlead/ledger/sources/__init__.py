"""One file per form in which blocks, transactions and histories come."""
