"""Text and bytes to model values and back: addresses, keys, mnemonics. Checksums are exact."""
