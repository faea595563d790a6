"""Why each thing is said: the one place for the words that the report and the page print about it."""
