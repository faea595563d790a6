"""The next step in plain words, what was forgotten, and the practice case."""
