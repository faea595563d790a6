"""Opens exhibits read-only and yields items; what cannot be read is reported, never a crash."""

from chainlead.evidence.exhibit import Exhibit, ExhibitFile, hash_file, open_exhibit
from chainlead.evidence.item import Item, Layer, StreamRead, Unread, UnreadReason
from chainlead.evidence.journey import Cut, Journey, Lead
from chainlead.evidence.limits import Limits
from chainlead.evidence.naming import readable_name
from chainlead.evidence.ordinary import ordinary_way
from chainlead.evidence.passwords import NO_PASSWORDS, Passwords
from chainlead.evidence.reader import has_pages_only, read_file, read_on, reread
from chainlead.evidence.skip_list import read_skip_list

__all__ = [
    "NO_PASSWORDS",
    "Cut",
    "Exhibit",
    "ExhibitFile",
    "Item",
    "Journey",
    "Layer",
    "Lead",
    "Limits",
    "Passwords",
    "StreamRead",
    "Unread",
    "UnreadReason",
    "has_pages_only",
    "hash_file",
    "open_exhibit",
    "ordinary_way",
    "read_file",
    "read_on",
    "read_skip_list",
    "readable_name",
    "reread",
]
