"""Ledgers where an account holds one balance: Ethereum and its kin, XRP. Files, rows, views."""
