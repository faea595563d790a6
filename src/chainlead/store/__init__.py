"""The case store: one database and a folder of content-addressed files."""

from chainlead.store.blobs import Blobs
from chainlead.store.database import Row, Store
from chainlead.store.long_pass import long_pass

__all__ = ["Blobs", "Row", "Store", "long_pass"]
