"""One file per container or document kind. A new kind is a new file; nothing else is edited."""
