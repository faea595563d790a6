"""Leads of an answer: check digits hold, what is missing is said, the same customer is no lead."""

from typing import Any

import pytest

from chainlead.request import LeadKind, StatedRow, derive_answer_leads
from chainlead.request.answers.new_leads import find_ibans, find_ips, is_iban


def row(number: int = 1, kind: str = "account", *, check: Any = None, **fields: str) -> StatedRow:
    direction = fields.pop("direction", "")
    at = fields.pop("at", None)
    return StatedRow(
        number, 1, "ab" * 32, "Sheet", number, kind, fields, direction=direction, occurred_at=at,
        check=check or {},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "ibans"),
    [
        ("SE45 5000 0000 0583 9825 7466", ("SE4550000000058398257466",)),
        ("se4550000000058398257466", ("SE4550000000058398257466",)),
        ("account DE89370400440532013000 at a bank", ("DE89370400440532013000",)),
        ("SE45 5000 0000 0583 9825 7467", ()),
        ("SE45 5000 0000 0583 9825", ()),
        ("a1" * 32, ()),
    ],
)
def test_an_iban_is_one_only_if_length_and_check_digits_hold(
    text: str, ibans: tuple[str, ...]
) -> None:
    assert find_ibans(text) == ibans


def test_one_changed_digit_is_always_found() -> None:
    good = "SE4550000000058398257466"
    for place in range(4, len(good)):
        for digit in "0123456789":
            changed = good[:place] + digit + good[place + 1 :]
            assert is_iban(changed) == (changed == good)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("192.0.2.7", [("192.0.2.7", "")]),
        ("192.0.2.7:51515", [("192.0.2.7", "51515")]),
        ("2001:db8::7", [("2001:db8::7", "")]),
        ("[2001:db8::7]:443", [("2001:db8::7", "443")]),
        ("999.1.1.1", []),
        ("12:30:15", []),
        ("1.2.3", []),
    ],
)
def test_ip_addresses_are_found_with_their_port(text: str, found: list[tuple[str, str]]) -> None:
    assert list(find_ips(text)) == found


def test_a_connection_says_what_its_provider_will_ask_for() -> None:
    whole, bare = derive_answer_leads(
        [
            row(1, "logins", ip="8.8.8.8", ip_port="51515", at="2024-02-02T10:00:00Z"),
            row(2, "logins", ip="8.8.4.4"),
        ]
    )
    assert whole.value == "8.8.8.8 port 51515 2024-02-02T10:00:00Z"
    assert whole.lacks == ""
    assert bare.lacks == "Missing: the time, the source port."


def test_a_private_address_is_said_to_be_one() -> None:
    (lead,) = derive_answer_leads([row(1, "logins", ip="10.0.0.7")])
    assert "not a public address" in lead.lacks


def test_telephones_and_mail_are_found_and_a_bare_number_lacks_its_country() -> None:
    leads = derive_answer_leads(
        [row(1, phone="+46 70-174 06 31", email="A@B.example"), row(2, phone="070-174 06 32")]
    )
    assert {(lead.kind, lead.value) for lead in leads} == {
        (LeadKind.PHONE, "+46701740631"),
        (LeadKind.EMAIL, "a@b.example"),
        (LeadKind.PHONE, "070-174 06 32"),
    }
    assert next(lead for lead in leads if lead.value.startswith("070")).lacks


def test_an_internal_transfer_to_the_same_customer_is_no_lead() -> None:
    rows = [
        row(1, "internal_transfers", counter_customer_id="718205", amount="1"),
        row(2, "internal_transfers", counter_customer_id="704411", amount="1"),
    ]
    leads = derive_answer_leads(rows, customers=frozenset({"704411"}))
    assert [(lead.kind, lead.value) for lead in leads] == [(LeadKind.INTERNAL, "718205")]


def test_a_nested_customer_and_another_service_are_leads_of_their_own() -> None:
    leads = derive_answer_leads(
        [
            row(1, "nested", nested_customer="Winkel Exchange"),
            row(2, "travel_rule", counter_service="Lagune"),
        ]
    )
    assert [(lead.kind, lead.value) for lead in leads] == [
        (LeadKind.SERVICE, "Lagune"),
        (LeadKind.NESTED, "Winkel Exchange"),
    ]


def test_a_withdrawal_can_be_followed_only_if_it_agrees() -> None:
    rows = [
        row(1, "crypto", direction="out", check={"state": "agrees", "outpoint": "aa:1"}),
        row(2, "crypto", direction="out", check={"state": "absent", "txid": "bb"}),
        row(3, "crypto", direction="in", check={"state": "agrees", "outpoint": "cc:1"}),
    ]
    leads = derive_answer_leads(rows)
    assert [(lead.value, bool(lead.lacks)) for lead in leads] == [("aa:1", False), ("bb", True)]


def test_the_same_thing_in_two_rows_is_one_lead() -> None:
    (lead,) = derive_answer_leads([row(1, email="a@b.example"), row(2, email="A@b.example")])
    assert lead.rows == (1, 2)
