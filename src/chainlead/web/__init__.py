"""The workbench page. Empty until its own issue; the rooms below it are complete without it."""
