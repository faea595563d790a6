"""Next steps that a person set aside, with the reason."""

from sqlalchemy import Column, Integer, String, Table

from chainlead.store.tables._metadata import METADATA

dismissed_steps = Table(
    "dismissed_steps",
    METADATA,
    Column("step_id", String, primary_key=True),
    Column("why", String, nullable=False),
    Column("journal_seq", Integer, nullable=False),
)
