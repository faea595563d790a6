"""Opens exhibits read-only and yields items; what cannot be read is reported, never a crash."""

from chainlead.evidence.item import Item, Layer, StreamRead, Unread, UnreadReason
from chainlead.evidence.limits import Limits

__all__ = ["Item", "Layer", "Limits", "StreamRead", "Unread", "UnreadReason"]
