"""The first layout.

Until the first release this one file is the layout, and `make golden` writes it from
`store/tables`; after it this file stays as it is and each change is a new file.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make all tables."""
    op.create_table(
        "account_assets",
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("contract", sa.String(), nullable=False),
        sa.Column("symbol", sa.String(), nullable=False),
        sa.Column("decimals", sa.Integer(), nullable=True),
        sa.Column("verified", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("source_sha256", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("chain", "contract"),
    )
    op.create_table(
        "account_blocks",
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("block_hash", sa.String(), nullable=False),
        sa.Column("height", sa.BigInteger(), nullable=False),
        sa.Column("parent_hash", sa.String(), nullable=False),
        sa.Column("mined_at_unix", sa.BigInteger(), nullable=False),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        sa.Column("verified", sa.String(), nullable=False),
        sa.Column("source_sha256", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("chain", "block_hash"),
    )
    op.create_index("account_blocks_by_height", "account_blocks", ["chain", "height"], unique=False)
    op.create_table(
        "account_contracts",
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("implementation", sa.String(), nullable=True),
        sa.Column("beacon", sa.String(), nullable=True),
        sa.Column("height", sa.BigInteger(), nullable=True),
        sa.Column("verified", sa.String(), nullable=False),
        sa.Column("source_sha256", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("chain", "account"),
    )
    op.create_table(
        "account_doubts",
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("journal_seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("txid", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("chain", "journal_seq", "number"),
    )
    op.create_table(
        "account_transactions",
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("txid", sa.String(), nullable=False),
        sa.Column("block_hash", sa.String(), nullable=False),
        sa.Column("height", sa.BigInteger(), nullable=True),
        sa.Column("block_index", sa.Integer(), nullable=False),
        sa.Column("mined_at_unix", sa.BigInteger(), nullable=True),
        sa.Column("is_successful", sa.Boolean(), nullable=True),
        sa.Column("sees_internal", sa.Boolean(), nullable=False),
        sa.Column("fee_payer", sa.String(), nullable=True),
        sa.Column("fee_units", sa.String(), nullable=True),
        sa.Column("verified", sa.String(), nullable=False),
        sa.Column("source_sha256", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("chain", "txid"),
    )
    op.create_index(
        "account_transactions_by_block",
        "account_transactions",
        ["chain", "height", "block_index"],
        unique=False,
    )
    op.create_table(
        "account_transfers",
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("txid", sa.String(), nullable=False),
        sa.Column("transfer_index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=True),
        sa.Column("receiver", sa.String(), nullable=True),
        sa.Column("contract", sa.String(), nullable=False),
        sa.Column("amount_units", sa.String(), nullable=False),
        sa.Column("asked_units", sa.String(), nullable=True),
        sa.Column("tag", sa.String(), nullable=True),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("chain", "txid", "transfer_index"),
    )
    op.create_index(
        "account_transfers_by_receiver", "account_transfers", ["chain", "receiver"], unique=False
    )
    op.create_index(
        "account_transfers_by_sender", "account_transfers", ["chain", "sender"], unique=False
    )
    op.create_table(
        "actors",
        sa.Column("pack_id", sa.String(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("uri", sa.String(), nullable=True),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("jurisdictions", sa.JSON(), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("pack_id", "actor"),
    )
    op.create_index("actors_by_name", "actors", ["actor"], unique=False)
    op.create_table(
        "answer_leads",
        sa.Column("answer_id", sa.String(), nullable=False),
        sa.Column("lead_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("lacks", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("answer_id", "lead_number"),
    )
    op.create_table(
        "answer_rows",
        sa.Column("answer_id", sa.String(), nullable=False),
        sa.Column("row_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("strength", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("sheet", sa.String(), nullable=False),
        sa.Column("sheet_row", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("occurred_at", sa.String(), nullable=True),
        sa.Column("txid", sa.Text(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("amount", sa.String(), nullable=True),
        sa.Column("check_state", sa.String(), nullable=False),
        sa.Column("ledger_check", sa.JSON(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("others", sa.JSON(), nullable=False),
        sa.Column("doubts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("answer_id", "row_number"),
    )
    op.create_index("answer_rows_by_txid", "answer_rows", ["txid"], unique=False)
    op.create_table(
        "answers",
        sa.Column("answer_id", sa.String(), nullable=False),
        sa.Column("draft_id", sa.String(), nullable=False),
        sa.Column("lead_id", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("profile", sa.String(), nullable=False),
        sa.Column("received_at", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("sheets", sa.JSON(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("unanswered", sa.JSON(), nullable=False),
        sa.Column("doubts", sa.JSON(), nullable=False),
        sa.Column("checks", sa.JSON(), nullable=False),
        sa.Column("result_sha256", sa.String(), nullable=False),
        sa.Column("journal_seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("answer_id"),
    )
    op.create_table(
        "asked_scripts",
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("script_hash", sa.LargeBinary(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("chain", "script_hash"),
    )
    op.create_table(
        "blocks",
        sa.Column("block_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("block_hash", sa.LargeBinary(), nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("height_basis", sa.String(), nullable=False),
        sa.Column("coinbase_height", sa.Integer(), nullable=True),
        sa.Column("target_bits", sa.BigInteger(), nullable=False),
        sa.Column("mined_at_unix", sa.BigInteger(), nullable=False),
        sa.Column("transaction_count", sa.Integer(), nullable=False),
        sa.Column("on_best_chain", sa.Boolean(), nullable=False),
        sa.Column("source_sha256", sa.String(), nullable=False),
        sa.Column("offset_bytes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("block_id"),
    )
    op.create_index("blocks_by_hash", "blocks", ["chain", "block_hash"], unique=True)
    op.create_index("blocks_by_height", "blocks", ["chain", "height"], unique=False)
    op.create_table(
        "canvas_folds",
        sa.Column("trace_id", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("fold_key", sa.String(), nullable=False),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("journal_seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("trace_id", "rule", "fold_key"),
    )
    op.create_table(
        "canvas_marks",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("journal_seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("subject"),
    )
    op.create_table(
        "canvas_notes",
        sa.Column("note_id", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("for_report", sa.Boolean(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("journal_seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("note_id"),
    )
    op.create_table(
        "canvas_places",
        sa.Column("trace_id", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("node_key", sa.String(), nullable=False),
        sa.Column("x", sa.Integer(), nullable=False),
        sa.Column("y", sa.Integer(), nullable=False),
        sa.Column("journal_seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("trace_id", "rule", "node_key"),
    )
    op.create_table(
        "canvas_views",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("trace_id", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("journal_seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "claimed_histories",
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("script_hash", sa.LargeBinary(), nullable=False),
        sa.Column("source_sha256", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("asked_unix", sa.BigInteger(), nullable=False),
        sa.Column("tip_height", sa.Integer(), nullable=True),
        sa.Column("fits_status", sa.Boolean(), nullable=False),
        sa.Column("listed", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("chain", "script_hash", "source_sha256"),
    )
    op.create_table(
        "claimed_outputs",
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("txid", sa.LargeBinary(), nullable=False),
        sa.Column("output_index", sa.BigInteger(), nullable=False),
        sa.Column("source_sha256", sa.String(), nullable=False),
        sa.Column("amount_units", sa.BigInteger(), nullable=False),
        sa.Column("script", sa.LargeBinary(), nullable=False),
        sa.Column("address", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("chain", "txid", "output_index", "source_sha256"),
    )
    op.create_table(
        "claimed_places",
        sa.Column("tx_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source_sha256", sa.String(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("block_hash", sa.LargeBinary(), nullable=True),
        sa.Column("mined_at_unix", sa.BigInteger(), nullable=True),
        sa.Column("verified", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("tx_id", "source_sha256"),
    )
    op.create_table(
        "dismissed_steps",
        sa.Column("step_id", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("journal_seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("step_id"),
    )
    op.create_table(
        "displaced_blocks",
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("block_hash", sa.LargeBinary(), nullable=False),
        sa.Column("source_sha256", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("chain", "block_hash"),
    )
    op.create_table(
        "drafts",
        sa.Column("draft_id", sa.String(), nullable=False),
        sa.Column("lead_id", sa.String(), nullable=False),
        sa.Column("trace_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("instrument", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("journal_seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("draft_id"),
    )
    op.create_table(
        "exhibits",
        sa.Column("exhibit", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("file_count", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("journal_seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("exhibit"),
    )
    op.create_table(
        "fetched_places",
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("first_height", sa.BigInteger(), nullable=False),
        sa.Column("last_height", sa.BigInteger(), nullable=False),
        sa.Column("transaction_count", sa.BigInteger(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("openings", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("chain", "place"),
    )
    op.create_table(
        "findings",
        sa.Column("finding_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("fingerprint", sa.String(), nullable=True),
        sa.Column("candidates", sa.JSON(), nullable=False),
        sa.Column("certainty", sa.String(), nullable=False),
        sa.Column("check_made", sa.String(), nullable=False),
        sa.Column("false_positive_rate", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("exhibit", sa.String(), nullable=False),
        sa.Column("location", sa.JSON(), nullable=False),
        sa.Column("offset_bytes", sa.BigInteger(), nullable=True),
        sa.Column("length_bytes", sa.Integer(), nullable=False),
        sa.Column("row", sa.String(), nullable=True),
        sa.Column("encoding", sa.String(), nullable=False),
        sa.Column("context", sa.String(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("detector", sa.String(), nullable=False),
        sa.Column("item_sha256", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("finding_id"),
    )
    op.create_index("findings_by_exhibit", "findings", ["exhibit"], unique=False)
    op.create_index("findings_by_value", "findings", ["value"], unique=False)
    op.create_table(
        "hand_folds",
        sa.Column("fold_id", sa.String(), nullable=False),
        sa.Column("trace_id", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("start", sa.String(), nullable=False),
        sa.Column("nodes", sa.JSON(), nullable=False),
        sa.Column("members_sha256", sa.String(), nullable=False),
        sa.Column("place", sa.JSON(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("journal_seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("fold_id"),
    )
    op.create_table(
        "header_runs",
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("source_sha256", sa.String(), nullable=False),
        sa.Column("first_height", sa.Integer(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("chain", "source_sha256", "first_height"),
    )
    op.create_table(
        "inputs",
        sa.Column("tx_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("input_index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("previous_txid", sa.LargeBinary(), nullable=False),
        sa.Column("previous_index", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("signatures", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tx_id", "input_index"),
    )
    op.create_index(
        "inputs_by_outpoint", "inputs", ["previous_txid", "previous_index"], unique=False
    )
    op.create_table(
        "items",
        sa.Column("exhibit", sa.String(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("exhibit", "location"),
    )
    op.create_table(
        "ledger_refusals",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("journal_seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", "chain", "network", "name"),
    )
    op.create_table(
        "ledger_sources",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("journal_seq", sa.Integer(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", "chain"),
    )
    op.create_table(
        "link_decisions",
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("txid", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("doubts", sa.JSON(), nullable=False),
        sa.Column("sides", sa.JSON(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("journal_seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("chain", "txid", "rule"),
    )
    op.create_table(
        "meta",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "outputs",
        sa.Column("tx_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("output_index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("amount_units", sa.BigInteger(), nullable=False),
        sa.Column("script", sa.LargeBinary(), nullable=False),
        sa.Column("address", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("tx_id", "output_index"),
    )
    op.create_index("outputs_by_address", "outputs", ["address"], unique=False)
    op.create_table(
        "packs",
        sa.Column("pack_id", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("creator", sa.String(), nullable=False),
        sa.Column("tag_count", sa.Integer(), nullable=False),
        sa.Column("actor_count", sa.Integer(), nullable=False),
        sa.Column("flagged_count", sa.Integer(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("journal_seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("pack_id"),
    )
    op.create_table(
        "page_contacts",
        sa.Column("page_sha256", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("certainty", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("journal_seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("page_sha256", "kind", "value"),
    )
    op.create_table(
        "payment_matches",
        sa.Column("match_id", sa.String(), nullable=False),
        sa.Column("question", sa.JSON(), nullable=False),
        sa.Column("pinned", sa.JSON(), nullable=False),
        sa.Column("result_sha256", sa.String(), nullable=False),
        sa.Column("journal_seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("match_id"),
    )
    op.create_table(
        "person_roles",
        sa.Column("journal_seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("journal_seq"),
    )
    op.create_table(
        "persons",
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("journal_seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("person_id"),
    )
    op.create_table(
        "placements",
        sa.Column("block_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("block_index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("tx_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("block_id", "block_index"),
    )
    op.create_index("placements_by_transaction", "placements", ["tx_id"], unique=False)
    op.create_table(
        "purges",
        sa.Column("journal_seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("ordered_by", sa.String(), nullable=False),
        sa.Column("confirmed_by", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("blob_count", sa.Integer(), nullable=False),
        sa.Column("file_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("journal_seq"),
    )
    op.create_table(
        "rate_series",
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("base", sa.String(), nullable=False),
        sa.Column("quote", sa.String(), nullable=False),
        sa.Column("holds_days", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.String(), nullable=False),
        sa.Column("last_day", sa.String(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("rates", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source_id", "base", "quote"),
    )
    op.create_index("rate_series_by_pair", "rate_series", ["base", "quote"], unique=False)
    op.create_table(
        "rate_sources",
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("is_own", sa.Boolean(), nullable=False),
        sa.Column("journal_seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source_id"),
    )
    op.create_table(
        "request_events",
        sa.Column("journal_seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("draft_id", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("until", sa.String(), nullable=True),
        sa.Column("content_sha256", sa.String(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("journal_seq"),
    )
    op.create_table(
        "reruns",
        sa.Column("journal_seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("old_id", sa.String(), nullable=False),
        sa.Column("new_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("cause_seq", sa.Integer(), nullable=False),
        sa.Column("because", sa.JSON(), nullable=False),
        sa.Column("because_count", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("waits_for", sa.JSON(), nullable=False),
        sa.Column("old_row", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("journal_seq", "kind", "old_id"),
    )
    op.create_table(
        "retention",
        sa.Column("journal_seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("review_on", sa.String(), nullable=True),
        sa.Column("erase_on", sa.String(), nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("journal_seq"),
    )
    op.create_table(
        "ring_inputs",
        sa.Column("tx_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("input_index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("amount_units", sa.BigInteger(), nullable=False),
        sa.Column("members", sa.JSON(), nullable=False),
        sa.Column("key_image", sa.LargeBinary(), nullable=False),
        sa.Column("prefix_hash", sa.LargeBinary(), nullable=False),
        sa.Column("signatures", sa.LargeBinary(), nullable=False),
        sa.Column("proved_key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tx_id", "input_index"),
    )
    op.create_index("ring_inputs_by_key_image", "ring_inputs", ["chain", "key_image"], unique=False)
    op.create_table(
        "ring_keys",
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("named", sa.LargeBinary(), nullable=False),
        sa.Column("source_sha256", sa.String(), nullable=False),
        sa.Column("keys", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("chain", "named", "source_sha256"),
    )
    op.create_table(
        "settings",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "stated_payments",
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("source_sha256", sa.String(), nullable=False),
        sa.Column("row_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("txid", sa.Text(), nullable=True),
        sa.Column("moment_unix", sa.BigInteger(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=True),
        sa.Column("receiver", sa.String(), nullable=True),
        sa.Column("amount_units", sa.String(), nullable=False),
        sa.Column("fee_units", sa.String(), nullable=True),
        sa.Column("fee_in_amount", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("chain", "source_sha256", "row_number"),
    )
    op.create_index("stated_payments_by_txid", "stated_payments", ["chain", "txid"], unique=False)
    op.create_table(
        "stated_sources",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("mapping", sa.String(), nullable=False),
        sa.Column("certainty", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("journal_seq", sa.Integer(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", "chain"),
    )
    op.create_table(
        "tags",
        sa.Column("pack_id", sa.String(), nullable=False),
        sa.Column("tag_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("chain", sa.String(), nullable=True),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("canonical", sa.Text(), nullable=False),
        sa.Column("is_address", sa.Boolean(), nullable=False),
        sa.Column("txid", sa.Text(), nullable=True),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=True),
        sa.Column("category", sa.String(), nullable=True),
        sa.Column("abuse", sa.String(), nullable=True),
        sa.Column("confidence", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("lastmod", sa.String(), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("pack_id", "tag_number"),
    )
    op.create_index("tags_by_canonical", "tags", ["canonical"], unique=False)
    op.create_index("tags_by_txid", "tags", ["txid"], unique=False)
    op.create_table(
        "traces",
        sa.Column("trace_id", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("pinned", sa.JSON(), nullable=False),
        sa.Column("result_sha256", sa.String(), nullable=False),
        sa.Column("journal_seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("trace_id"),
    )
    op.create_table(
        "transactions",
        sa.Column("tx_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("txid", sa.LargeBinary(), nullable=False),
        sa.Column("is_coinbase", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("locktime", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tx_id"),
    )
    op.create_index("transactions_by_txid", "transactions", ["chain", "txid"], unique=True)
    op.create_table(
        "triage",
        sa.Column("finding_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("journal_seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("finding_id"),
    )
    op.create_table(
        "unproved_transactions",
        sa.Column("tx_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("source_sha256", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("tx_id"),
    )
    op.create_table(
        "unread",
        sa.Column("exhibit", sa.String(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("exhibit", "location", "reason"),
    )


def downgrade() -> None:
    """Remove all tables."""
    op.drop_table("unread")
    op.drop_table("unproved_transactions")
    op.drop_table("triage")
    op.drop_index("transactions_by_txid", table_name="transactions")
    op.drop_table("transactions")
    op.drop_table("traces")
    op.drop_index("tags_by_txid", table_name="tags")
    op.drop_index("tags_by_canonical", table_name="tags")
    op.drop_table("tags")
    op.drop_table("stated_sources")
    op.drop_index("stated_payments_by_txid", table_name="stated_payments")
    op.drop_table("stated_payments")
    op.drop_table("settings")
    op.drop_table("ring_keys")
    op.drop_index("ring_inputs_by_key_image", table_name="ring_inputs")
    op.drop_table("ring_inputs")
    op.drop_table("retention")
    op.drop_table("reruns")
    op.drop_table("request_events")
    op.drop_table("rate_sources")
    op.drop_index("rate_series_by_pair", table_name="rate_series")
    op.drop_table("rate_series")
    op.drop_table("purges")
    op.drop_index("placements_by_transaction", table_name="placements")
    op.drop_table("placements")
    op.drop_table("persons")
    op.drop_table("person_roles")
    op.drop_table("payment_matches")
    op.drop_table("page_contacts")
    op.drop_table("packs")
    op.drop_index("outputs_by_address", table_name="outputs")
    op.drop_table("outputs")
    op.drop_table("meta")
    op.drop_table("link_decisions")
    op.drop_table("ledger_sources")
    op.drop_table("ledger_refusals")
    op.drop_table("items")
    op.drop_index("inputs_by_outpoint", table_name="inputs")
    op.drop_table("inputs")
    op.drop_table("header_runs")
    op.drop_table("hand_folds")
    op.drop_index("findings_by_value", table_name="findings")
    op.drop_index("findings_by_exhibit", table_name="findings")
    op.drop_table("findings")
    op.drop_table("fetched_places")
    op.drop_table("exhibits")
    op.drop_table("drafts")
    op.drop_table("displaced_blocks")
    op.drop_table("dismissed_steps")
    op.drop_table("claimed_places")
    op.drop_table("claimed_outputs")
    op.drop_table("claimed_histories")
    op.drop_table("canvas_views")
    op.drop_table("canvas_places")
    op.drop_table("canvas_notes")
    op.drop_table("canvas_marks")
    op.drop_table("canvas_folds")
    op.drop_index("blocks_by_height", table_name="blocks")
    op.drop_index("blocks_by_hash", table_name="blocks")
    op.drop_table("blocks")
    op.drop_table("asked_scripts")
    op.drop_table("answers")
    op.drop_index("answer_rows_by_txid", table_name="answer_rows")
    op.drop_table("answer_rows")
    op.drop_table("answer_leads")
    op.drop_index("actors_by_name", table_name="actors")
    op.drop_table("actors")
    op.drop_index("account_transfers_by_sender", table_name="account_transfers")
    op.drop_index("account_transfers_by_receiver", table_name="account_transfers")
    op.drop_table("account_transfers")
    op.drop_index("account_transactions_by_block", table_name="account_transactions")
    op.drop_table("account_transactions")
    op.drop_table("account_doubts")
    op.drop_table("account_contracts")
    op.drop_index("account_blocks_by_height", table_name="account_blocks")
    op.drop_table("account_blocks")
    op.drop_table("account_assets")
