"""The only door to the network: consented to, logged, cached with its raw answer."""
