"""Opens exhibits read-only and yields items; what cannot be read is reported, never a crash."""

from chainlead.evidence.exhibit import Exhibit, ExhibitFile, open_exhibit
from chainlead.evidence.item import Item, Layer, StreamRead, Unread, UnreadReason
from chainlead.evidence.limits import Limits
from chainlead.evidence.reader import read_file

__all__ = [
    "Exhibit",
    "ExhibitFile",
    "Item",
    "Layer",
    "Limits",
    "StreamRead",
    "Unread",
    "UnreadReason",
    "open_exhibit",
    "read_file",
]
