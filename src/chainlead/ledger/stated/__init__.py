"""What wallets, exchanges and explorers state in rows: asserted, each by one source, beside the ledger."""
