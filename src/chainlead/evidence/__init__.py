"""Opens exhibits read-only and yields items; what cannot be read is reported, never a crash."""

from chainlead.evidence.child_frames import (
    BrokenFrameError,
    ChildEndedError,
    ChildSilentError,
    Pipe,
)
from chainlead.evidence.exhibit import (
    Exhibit,
    ExhibitFile,
    changed_note,
    has_changed,
    hash_file,
    open_exhibit,
)
from chainlead.evidence.item import Item, Layer, StreamRead, Unread, UnreadReason
from chainlead.evidence.journey import Cut, Journey, Lead
from chainlead.evidence.kept_memory import keep_memory
from chainlead.evidence.limits import Limits
from chainlead.evidence.locked_work import LockedWorkError, work_locked
from chainlead.evidence.naming import readable_name
from chainlead.evidence.ordinary import ordinary_way
from chainlead.evidence.passwords import NO_PASSWORDS, Passwords
from chainlead.evidence.reader import has_pages_only, read_file, read_on, reread
from chainlead.evidence.sandbox import ProcessLimits, die_with_parent, limit_cpu, lock_up
from chainlead.evidence.skip_list import read_skip_list
from chainlead.evidence.stream import no_room
from chainlead.evidence.walk import load_sources, pages_per_part

__all__ = [
    "NO_PASSWORDS",
    "BrokenFrameError",
    "ChildEndedError",
    "ChildSilentError",
    "Cut",
    "Exhibit",
    "ExhibitFile",
    "Item",
    "Journey",
    "Layer",
    "Lead",
    "Limits",
    "LockedWorkError",
    "Passwords",
    "Pipe",
    "ProcessLimits",
    "StreamRead",
    "Unread",
    "UnreadReason",
    "changed_note",
    "die_with_parent",
    "has_changed",
    "has_pages_only",
    "hash_file",
    "keep_memory",
    "limit_cpu",
    "load_sources",
    "lock_up",
    "no_room",
    "open_exhibit",
    "ordinary_way",
    "pages_per_part",
    "read_file",
    "read_on",
    "read_skip_list",
    "readable_name",
    "reread",
    "work_locked",
]
