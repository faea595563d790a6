"""Instruments, addressees, drafts: the paper for the service that knows a name."""
