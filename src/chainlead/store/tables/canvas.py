"""What persons did to a picture: places and folds by hand, opened folds, notes, marks, saved views."""

from sqlalchemy import JSON, Boolean, Column, Integer, String, Table

from chainlead.store.tables._metadata import METADATA

canvas_places = Table(
    "canvas_places",
    METADATA,
    Column("trace_id", String, primary_key=True),
    Column("rule", String, primary_key=True),
    Column("node_key", String, primary_key=True),
    Column("x", Integer, nullable=False),
    Column("y", Integer, nullable=False),
    Column("journal_seq", Integer, nullable=False),
)

canvas_folds = Table(
    "canvas_folds",
    METADATA,
    Column("trace_id", String, primary_key=True),
    Column("rule", String, primary_key=True),
    Column("fold_key", String, primary_key=True),
    Column("places", JSON, nullable=False),
    Column("journal_seq", Integer, nullable=False),
)

hand_folds = Table(
    "hand_folds",
    METADATA,
    Column("fold_id", String, primary_key=True),
    Column("trace_id", String, nullable=False),
    Column("rule", String, nullable=False),
    Column("name", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("start", String, nullable=False),
    Column("nodes", JSON, nullable=False),
    Column("members_sha256", String, nullable=False),
    Column("place", JSON, nullable=False),
    Column("is_open", Boolean, nullable=False),
    Column("who", String, nullable=False),
    Column("at", String, nullable=False),
    Column("journal_seq", Integer, nullable=False),
)

canvas_notes = Table(
    "canvas_notes",
    METADATA,
    Column("note_id", String, primary_key=True),
    Column("subject", String, nullable=False),
    Column("text", String, nullable=False),
    Column("for_report", Boolean, nullable=False),
    Column("who", String, nullable=False),
    Column("at", String, nullable=False),
    Column("journal_seq", Integer, nullable=False),
)

canvas_marks = Table(
    "canvas_marks",
    METADATA,
    Column("subject", String, primary_key=True),
    Column("why", String, nullable=False),
    Column("who", String, nullable=False),
    Column("at", String, nullable=False),
    Column("journal_seq", Integer, nullable=False),
)

canvas_views = Table(
    "canvas_views",
    METADATA,
    Column("name", String, primary_key=True),
    Column("trace_id", String, nullable=False),
    Column("rule", String, nullable=False),
    Column("document", JSON, nullable=False),
    Column("sha256", String, nullable=False),
    Column("who", String, nullable=False),
    Column("at", String, nullable=False),
    Column("journal_seq", Integer, nullable=False),
)
