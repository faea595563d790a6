"""One file per rule: what may be missing in a case, and what to do about it."""
