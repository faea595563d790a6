"""One file per form of rate file."""
