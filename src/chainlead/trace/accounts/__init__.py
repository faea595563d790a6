"""Following money on ledgers where an account holds one balance, not outputs: Ethereum, XRP."""
