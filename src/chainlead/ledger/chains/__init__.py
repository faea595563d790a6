"""One file per chain whose blocks can be read."""
