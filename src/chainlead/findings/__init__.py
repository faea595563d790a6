"""Reads items and yields findings, each proved by checksum or structure and exactly placed."""

from chainlead.findings.finding import Finding

__all__ = ["Finding"]
