"""One protocol of mixing per file, found by the registry; `gate` asks them all."""
