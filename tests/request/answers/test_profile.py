"""Profiles: data that is checked; the unit's own win; a proposal is a profile that reads back."""

from collections.abc import Callable
from pathlib import Path

import pytest

from chainlead.errors import AnswerMappingError
from chainlead.request import (
    AnswerProfile,
    SheetProfile,
    find_profiles,
    get_profile,
    parse_profile,
    propose_profile,
    read_answer,
    save_profile,
    write_profile,
)

SOUND = AnswerProfile(
    profile="my-exchange",
    title="Mine",
    sheets=(
        SheetProfile(names=("Uttag",), kind="crypto", direction="out", columns={"txid": "TXID"}),
        SheetProfile(names=("*",), kind="statement", layout="lines"),
    ),
)


def test_every_shipped_profile_reads_and_says_where_it_comes_from() -> None:
    found = find_profiles(None)
    assert "kastell-sv" in found
    for profile in found.values():
        assert profile.title
        assert profile.source
        assert profile.read
        assert parse_profile(write_profile(profile), "again") == profile


def test_a_profile_survives_being_written_and_the_units_own_wins(tmp_path: Path) -> None:
    save_profile(SOUND, tmp_path)
    assert get_profile("my-exchange", tmp_path) == SOUND
    own = AnswerProfile(profile="kastell-sv", title="Own", sheets=SOUND.sheets)
    save_profile(own, tmp_path)
    assert get_profile("kastell-sv", tmp_path) == own
    with pytest.raises(AnswerMappingError, match="there are: kastell-sv"):
        get_profile("my-exchange", None)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("profile: x", "no sheet"),
        ("profile: X Y\nsheets: [{names: [a], kind: crypto}]", "small letters"),
        ("profile: ../x\nsheets: [{names: [a], kind: crypto}]", "small letters"),
        ("profile: x\nsheets: [{names: [a], kind: odd}]", "no kind of sheet 'odd'"),
        ("profile: x\nsheets: [{names: [a], kind: crypto, columns: {odd: A}}]", "no column 'odd'"),
        ("profile: x\nsheets: [{names: [a], kind: crypto, layout: odd}]", "layout 'odd'"),
        (
            "profile: x\nsheets: [{names: [a], kind: crypto, directions: {a: up}}]",
            "'up' is no direction",
        ),
        ("profile: x\nsheets: [{names: [], kind: crypto}]", "no name"),
        ("profile: x\nodd: 1\nsheets: []", "unknown field"),
        ("profile: x\ndecimal: ';'\nsheets: [{names: [a], kind: crypto}]", "decimal"),
        ("- a\n- b", "no answer profile"),
        ("a: &a [*a]", "no answer profile"),
        ("x" * 300_000, "short"),
    ],
)
def test_a_wrong_profile_is_a_named_error(content: str, words: str) -> None:
    with pytest.raises(AnswerMappingError, match=words):
        parse_profile(content.encode(), "x.yaml")


def test_a_sheet_is_found_by_its_name_without_case_and_accents() -> None:
    assert SOUND.sheet("UTTAG ") == SOUND.sheets[0]
    assert SOUND.sheet("other") == SOUND.sheets[1]


def test_a_proposal_explains_sheets_by_their_words(make_workbook: Callable[..., bytes]) -> None:
    content = make_workbook(
        {
            "Customer": [
                ["UID", "77"],
                ["Full name", "A B"],
                ["E-mail", "a@b.example"],
                ["Status", "open"],
            ],
            "Withdrawals": [
                ["Report of 2024"],
                ["Date (UTC)", "Coin", "Amount", "Address", "TxHash"],
                ["2024-02-02 10:00", "BTC", "0.1", "x", "y"],
            ],
            "IP": [["Login time", "IP address", "Port"], ["2024-02-02 10:00", "192.0.2.1", "443"]],
            "Misc": [["free words"], ["more"]],
        }
    )
    proposed = propose_profile(read_answer([("a.xlsx", content)]))
    found = {part.names[0]: part for part in proposed.sheets}
    assert found["Customer"].layout == "fields"
    assert found["Customer"].columns["customer_id"] == "UID"
    crypto = found["Withdrawals"]
    assert (crypto.kind, crypto.direction, crypto.zones) == ("crypto", "out", {"time": "UTC"})
    assert crypto.columns == {
        "time": "Date (UTC)", "asset": "Coin", "amount": "Amount", "address": "Address", "txid": "TxHash",
    }  # fmt: skip
    assert found["IP"].columns == {"time": "Login time", "ip": "IP address", "ip_port": "Port"}
    assert (found["Misc"].kind, found["Misc"].layout) == ("statement", "lines")
    assert parse_profile(write_profile(proposed), "again") == proposed
