"""What an answer leads on to: accounts, numbers, connections, services and payments to ask about next.

Each lead is ASSERTED by the service, at a row. Proof: IBAN by its check digits (ISO 13616), IP
addresses by their form and range, telephone numbers by the international form, e-mail addresses by
form only. Limits: a bare national telephone number is a lead only in a column of telephones.
"""

import ipaddress
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from chainlead.request.answers.stated import StatedRow

_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,3})?\b")
_IBAN_LENGTH = {
    "AD": 24, "AE": 23, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22,
    "DK": 18, "EE": 20, "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GI": 23, "GR": 27, "HR": 21,
    "HU": 28, "IE": 22, "IS": 26, "IT": 27, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27,
    "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "SE": 24, "SI": 19, "SK": 24,
    "SM": 27, "TR": 26, "UA": 29,
}  # fmt: skip
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.)+[A-Za-z]{2,24}\b")
_PHONE = re.compile(r"(?<![\w+])(?:\+|00)[1-9][\d ()/.-]{6,20}\d(?!\w)")
_NOT_DIGIT = re.compile(r"\D")
_IP_V4 = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?::(\d{1,5}))?(?![\d.])")
_IP_V6 = re.compile(
    r"(?<![\w:])\[?((?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4})\]?(?::(\d{1,5}))?(?![\w:])"
)
_COLUMNS_OF_IDS = {"txid", "address", "source_address", "internal_id", "contract", "user_agent"}


class LeadKind(StrEnum):
    """What kind of next step a lead is."""

    IBAN = "iban"
    PHONE = "phone"
    EMAIL = "email"
    IP = "ip"
    SERVICE = "service"
    NESTED = "nested customer"
    INTERNAL = "internal transfer"
    WITHDRAWAL = "withdrawal"
    ADDRESS = "deposit address"


@dataclass(frozen=True, slots=True)
class AnswerLead:
    """One thing to follow, with the rows that state it.

    Attributes:
        value: canonical: an IBAN without spaces, `+4670…`, an IP address, an outpoint.
        rows: numbers of the stated rows, in order.
        detail: what the next request must name: port and time of an IP, amount and asset of a
            transfer. Texts only.
        lacks: what is missing before it can be followed, in a sentence; empty if nothing.
    """

    kind: LeadKind
    value: str
    rows: tuple[int, ...]
    detail: dict[str, str] = field(default_factory=dict)
    lacks: str = ""


def derive_answer_leads(
    rows: Iterable[StatedRow], *, customers: frozenset[str] = frozenset()
) -> tuple[AnswerLead, ...]:
    """The leads of an answer, each once, in the order of their kinds and first rows.

    Args:
        rows: what the service states.
        customers: the customer numbers of the account asked about; a counterparty among them is the
            same customer.
    """
    found: dict[tuple[LeadKind, str], AnswerLead] = {}
    for row in rows:
        for lead in _of_row(row, customers):
            key = (lead.kind, lead.value)
            known = found.get(key)
            if known is None:
                found[key] = lead
            elif row.number not in known.rows:
                found[key] = AnswerLead(
                    known.kind, known.value, (*known.rows, row.number), known.detail, known.lacks
                )
    order = {kind: place for place, kind in enumerate(LeadKind)}
    return tuple(sorted(found.values(), key=lambda lead: (order[lead.kind], lead.rows, lead.value)))


def account_customers(rows: Iterable[StatedRow]) -> frozenset[str]:
    """The customer numbers that the answer's account sheets name."""
    return frozenset(
        row.fields["customer_id"].strip()
        for row in rows
        if row.kind == "account" and row.fields.get("customer_id")
    )


def _of_row(row: StatedRow, customers: frozenset[str]) -> Iterator[AnswerLead]:
    at = (row.number,)
    texts = [text for name, text in row.fields.items() if name not in _COLUMNS_OF_IDS]
    texts += row.others.values()
    for text in texts:
        for iban in find_ibans(text):
            yield AnswerLead(LeadKind.IBAN, iban, at, _some(row, "bank", "name", "currency"))
        for mail in _EMAIL.findall(text):
            yield AnswerLead(LeadKind.EMAIL, mail.lower(), at)
    yield from _phones(row, texts)
    yield from _connections(row)
    if service := row.fields.get("counter_service", "").strip():
        yield AnswerLead(LeadKind.SERVICE, service, at, _some(row, "txid", "amount", "asset"))
    if nested := row.fields.get("nested_customer", "").strip():
        yield AnswerLead(LeadKind.NESTED, nested, at, _some(row, "address", "customer_id"))
    yield from _transfers(row, customers)


def _some(row: StatedRow, *names: str) -> dict[str, str]:
    found = {name: row.fields[name] for name in names if row.fields.get(name)}
    if row.occurred_at:
        found["occurred_at"] = row.occurred_at
    return found


def find_ibans(text: str) -> tuple[str, ...]:
    """The IBANs in a text whose length and check digits hold."""
    found = []
    for match in _IBAN.finditer(text.upper()):
        bare = match.group().replace(" ", "")
        length = _IBAN_LENGTH.get(bare[:2])
        bare = bare[:length] if length else bare
        if (length is None or len(bare) == length) and is_iban(bare):
            found.append(bare)
    return tuple(dict.fromkeys(found))


def is_iban(bare: str) -> bool:
    """Whether the check digits hold (ISO 7064 mod 97-10)."""
    if not 15 <= len(bare) <= 34 or not bare.isalnum() or not bare.isascii():
        return False
    turned = bare[4:] + bare[:4]
    return int("".join(str(int(letter, 36)) for letter in turned)) % 97 == 1


def _phones(row: StatedRow, texts: list[str]) -> Iterator[AnswerLead]:
    own = row.fields.get("phone", "").strip()
    seen = set()
    for text in texts:
        for match in _PHONE.findall(text):
            digits = _NOT_DIGIT.sub("", match)
            value = "+" + digits.removeprefix("00")
            if 8 <= len(value) <= 16 and not find_ibans(text):
                seen.add(value)
                yield AnswerLead(LeadKind.PHONE, value, (row.number,))
    if own and not seen:
        lacks = "The country code is missing: ask, or read it from the account's country."
        yield AnswerLead(LeadKind.PHONE, own, (row.number,), _some(row, "country"), lacks)


def _connections(row: StatedRow) -> Iterator[AnswerLead]:
    text = row.fields.get("ip", "").strip()
    if not text:
        return
    for address, beside in find_ips(text):
        port = beside or row.fields.get("ip_port", "").strip().removesuffix(".0")
        detail = _some(row, "user_agent", "device_id")
        if port:
            detail["port"] = port
        lacks = []
        if not row.occurred_at:
            lacks.append("the time")
        elif row.occurred_latest:
            lacks.append("which of two times is meant")
        if not port:
            lacks.append("the source port")
        parsed = ipaddress.ip_address(address)
        note = f"Missing: {', '.join(lacks)}." if lacks else ""
        if not parsed.is_global:
            note = f"{note} It is not a public address: the service's own network.".strip()
        value = " ".join(
            part for part in (address, port and f"port {port}", row.occurred_at) if part
        )
        yield AnswerLead(LeadKind.IP, value, (row.number,), {"address": address, **detail}, note)


def find_ips(text: str) -> Iterator[tuple[str, str]]:
    """The IP addresses in a text, each with its port if one stands with it."""
    for match in (*_IP_V4.finditer(text), *_IP_V6.finditer(text)):
        bare = match.group(1) if match.re is _IP_V6 else match.group().partition(":")[0]
        port = match.group(2) if match.re is _IP_V6 else match.group(1)
        try:
            address = ipaddress.ip_address(bare)
        except ValueError:
            continue
        yield str(address), port if port and 0 < int(port) < 65536 else ""


def _transfers(row: StatedRow, customers: frozenset[str]) -> Iterator[AnswerLead]:
    at = (row.number,)
    facts = _some(row, "amount", "asset", "internal_id", "counter_customer_id", "direction")
    other = row.fields.get("counter_customer_id", "").strip()
    if row.kind == "internal_transfers" or row.direction == "internal":
        if other and other in customers:
            return
        value = other or row.fields.get("internal_id", "") or f"row {row.number}"
        lacks = "" if other else "The other customer's number is missing."
        yield AnswerLead(LeadKind.INTERNAL, value, at, facts, lacks)
    elif row.kind == "crypto" and row.direction == "out":
        outpoint = str(row.check.get("outpoint") or "")
        value = outpoint or row.check.get("txid") or row.fields.get("address", "")
        if value:
            lacks = ""
            if row.check.get("state") != "agrees":
                lacks = "It does not agree with the case's ledger: settle that first."
            elif not outpoint:
                lacks = ""
            yield AnswerLead(
                LeadKind.WITHDRAWAL, str(value), at, facts | _some(row, "address"), lacks
            )
    if row.kind in {"deposit_addresses", "address_book"} and row.fields.get("address"):
        yield AnswerLead(
            LeadKind.ADDRESS, row.fields["address"].strip(), at, _some(row, "asset", "network")
        )
