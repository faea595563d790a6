"""What was worked out again because blocks left the chain: which result took the place of which, and why.

`old_row` is the row as it stood in its own table, so that the old result stays readable; it is empty, as
`new_id` is, where nothing took the place of the old result.
"""

from sqlalchemy import JSON, Column, Integer, String, Table

from chainlead.store.tables._metadata import METADATA

reruns = Table(
    "reruns",
    METADATA,
    Column("journal_seq", Integer, primary_key=True, autoincrement=False),
    Column("kind", String, primary_key=True),
    Column("old_id", String, primary_key=True),
    Column("new_id", String, nullable=False),
    Column("state", String, nullable=False),
    Column("cause_seq", Integer, nullable=False),
    Column("because", JSON, nullable=False),
    Column("because_count", Integer, nullable=False),
    Column("words", String, nullable=False),
    Column("waits_for", JSON, nullable=False),
    Column("old_row", JSON, nullable=False),
)
