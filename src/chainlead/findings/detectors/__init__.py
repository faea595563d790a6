"""One file for each kind of trace; the registry finds them."""
