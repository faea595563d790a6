"""Who did what, when, why: the journal, its lock and the only clock."""

from chainlead.custody.audit import Audit, Damage, DamageKind, audit_journal
from chainlead.custody.clock import Clock, SteppingClock, SystemClock
from chainlead.custody.entry import GENESIS, Entry
from chainlead.custody.journal import Journal, read_entries
from chainlead.custody.lock import Holder, read_holder

__all__ = [
    "GENESIS",
    "Audit",
    "Clock",
    "Damage",
    "DamageKind",
    "Entry",
    "Holder",
    "Journal",
    "SteppingClock",
    "SystemClock",
    "audit_journal",
    "read_entries",
    "read_holder",
]
