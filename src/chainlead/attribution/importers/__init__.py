"""Formats of attribution files, one file each."""
