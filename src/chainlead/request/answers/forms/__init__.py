"""One file for each form of answer file."""
