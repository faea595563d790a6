"""Monero: what its ledger shows, what a view key opens, and which proofs of payment hold."""
