"""The unit's own figures, with denominators and intervals."""
