"""The one collection that every table joins."""

from sqlalchemy import MetaData

METADATA = MetaData()
