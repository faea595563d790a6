"""Reads items and yields findings, each proved by checksum or structure and exactly placed."""

from chainlead.findings.context import make_visible, masked
from chainlead.findings.finding import Finding
from chainlead.findings.knowledge import Explorer, Knowledge, Service, load_knowledge
from chainlead.findings.scan import scan_items

__all__ = [
    "Explorer",
    "Finding",
    "Knowledge",
    "Service",
    "load_knowledge",
    "make_visible",
    "masked",
    "scan_items",
]
