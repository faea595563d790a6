"""What the states of requests and answers, the kinds of an answer's rows and drafted files are called."""

from collections.abc import Mapping

_STATES: Mapping[str, str] = {
    "reviewed": "read by a second person",
    "addressee_confirmed": "addressee compared",
    "acknowledged": "receipt confirmed",
    "clarification": "they ask back",
    "partial": "answered in part",
    "complete": "answered in full",
    "agrees": "agrees with the ledger",
    "absent": "not in the ledger",
    "expired": "the term ended without an answer",
}
_ROWS: Mapping[str, str] = {
    "account": "the account",
    "bank_accounts": "bank account",
    "crypto in": "coins in",
    "crypto out": "coins out",
    "deposit_addresses": "deposit address",
    "fiat in": "money in",
    "fiat out": "money out",
    "internal_transfers internal": "inside the service",
    "internal_transfers": "inside the service",
    "logins": "log-in",
    "statement": "a sentence of theirs",
    "total in": "sum in",
    "total out": "sum out",
    "travel_rule": "payer and payee, sent along",
    "travel_rule in": "payer and payee, sent along",
    "travel_rule out": "payer and payee, sent along",
    "unmapped": "kept without a meaning",
}
_FILES: Mapping[str, str] = {
    "annex.csv": "The list of transfers, for the annex",
    "draft.json": "The draft, for other programs",
    "epoc.json": "The fields of the European form, for other programs",
    "findings.csv": "Every finding",
    "frontier.csv": "Where each trail stops",
    "report.json": "The whole report, for other programs",
    "report.pdf": "The report",
    "transfers.csv": "Every transfer",
}


def state_told(code: str) -> str:
    """A state in English words; the page says them in its language."""
    return _STATES.get(code, code)


def row_told(kind: str, direction: str) -> str:
    """What a row of an answer is, in English words."""
    code = f"{kind} {direction}".strip()
    return _ROWS.get(code, code.replace("_", " "))


def file_told(name: str) -> str:
    """What a made file holds, in English words; empty where its name says it."""
    return _FILES.get(name, "")
