"""What can be read, verified and not done for each coin; coins without a readable ledger, one file each."""
