"""Answers of services: what came, whether it agrees with the ledger, what is left. No personal data.

Names, numbers and connections that an answer gives stay in the case (`chainlead answer show`): a
report goes further than they should.
"""

from typing import Any

from chainlead.store import Store


def answers(store: Store) -> list[dict[str, Any]]:
    """All answers in the order in which they were imported."""
    return [
        {
            **{
                name: row[name]
                for name in (
                    "answer_id", "draft_id", "lead_id", "service", "chain", "timezone", "profile",
                    "received_at", "state", "files", "items", "checks",
                )
            },
            "strength": "asserted",
            "unanswered": row["unanswered"]["sentences"],
            "checked": [
                {
                    "row": told["row_number"],
                    "sheet": told["sheet"],
                    "sheet_row": told["sheet_row"],
                    "direction": told["direction"],
                    "txid": told["txid"],
                    "amount": told["amount"],
                    "state": told["check_state"],
                }
                for told in store.rows("answer_rows", answer_id=row["answer_id"], kind="crypto")
                if told["txid"]
            ],
        }
        for row in store.rows("answers", order_by=("journal_seq", "answer_id"))
    ]  # fmt: skip
