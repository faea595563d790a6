"""The pages of a case, one file each."""
