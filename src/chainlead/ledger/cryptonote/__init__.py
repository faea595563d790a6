"""Ledgers of the CryptoNote family as far as their amounts are open: Monero until 2017, Electroneum."""
