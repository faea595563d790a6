"""One file for each form in which findings leave the case."""
