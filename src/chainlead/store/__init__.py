"""The case store: one database and a folder of content-addressed files."""

from chainlead.store.blobs import Blobs
from chainlead.store.database import Row, Store

__all__ = ["Blobs", "Row", "Store"]
