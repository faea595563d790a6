"""What services answered: one row per answer, per stated row, per lead that it gives. All asserted."""

from sqlalchemy import JSON, Column, Index, Integer, String, Table, Text

from chainlead.store.tables._metadata import METADATA

answers = Table(
    "answers",
    METADATA,
    Column("answer_id", String, primary_key=True),
    Column("draft_id", String, nullable=False),
    Column("lead_id", String, nullable=False),
    Column("service", String, nullable=False),
    Column("chain", String, nullable=False),
    Column("timezone", String, nullable=False),
    Column("profile", String, nullable=False),
    Column("received_at", String, nullable=False),
    Column("state", String, nullable=False),
    Column("files", JSON, nullable=False),
    Column("sheets", JSON, nullable=False),
    Column("items", JSON, nullable=False),
    Column("unanswered", JSON, nullable=False),
    Column("doubts", JSON, nullable=False),
    Column("checks", JSON, nullable=False),
    Column("result_sha256", String, nullable=False),
    Column("journal_seq", Integer, nullable=False),
)

answer_rows = Table(
    "answer_rows",
    METADATA,
    Column("answer_id", String, primary_key=True),
    Column("row_number", Integer, primary_key=True, autoincrement=False),
    Column("strength", String, nullable=False),
    Column("source", String, nullable=False),
    Column("sha256", String, nullable=False),
    Column("sheet", String, nullable=False),
    Column("sheet_row", Integer, nullable=False),
    Column("kind", String, nullable=False),
    Column("direction", String, nullable=False),
    Column("occurred_at", String),
    Column("txid", Text, nullable=False),
    Column("address", String, nullable=False),
    Column("amount", String),
    Column("check_state", String, nullable=False),
    Column("ledger_check", JSON, nullable=False),
    Column("fields", JSON, nullable=False),
    Column("others", JSON, nullable=False),
    Column("doubts", JSON, nullable=False),
    Index("answer_rows_by_txid", "txid"),
)

answer_leads = Table(
    "answer_leads",
    METADATA,
    Column("answer_id", String, primary_key=True),
    Column("lead_number", Integer, primary_key=True, autoincrement=False),
    Column("kind", String, nullable=False),
    Column("value", String, nullable=False),
    Column("rows", JSON, nullable=False),
    Column("detail", JSON, nullable=False),
    Column("lacks", String, nullable=False),
)
