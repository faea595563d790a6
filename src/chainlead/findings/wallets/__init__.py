"""Wallets: one file each, found through the registry; private modules read shared containers."""
