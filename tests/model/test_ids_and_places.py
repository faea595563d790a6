"""Ids, byte order, places and moments."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.model import (
    BlockHash,
    Outpoint,
    Provenance,
    Step,
    Txid,
    moment_from_text,
    moment_from_unix,
    moment_to_text,
)

GENESIS_WIRE = bytes.fromhex("6fe28c0ab6f1b372c1a6a246ae63f74f931e8365e15a089c68d6190000000000")
GENESIS_TEXT = "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"


def test_byte_order_is_the_one_that_nodes_print() -> None:
    assert BlockHash.from_wire(GENESIS_WIRE).display == GENESIS_TEXT
    assert BlockHash.from_display(GENESIS_TEXT).wire == GENESIS_WIRE


@given(st.binary(min_size=32, max_size=32), st.integers(0, 2**32 - 1))
def test_outpoints_and_their_text_are_a_pair(wire: bytes, index: int) -> None:
    outpoint = Outpoint(Txid.from_wire(wire), index)
    assert Outpoint.from_display(str(outpoint)) == outpoint


@pytest.mark.parametrize("wrong", ["", "00", "g" * 64, "٠" * 64, GENESIS_TEXT + "0"])
def test_what_is_no_id_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError):
        Txid.from_display(wrong)
    with pytest.raises(ValueError):
        Outpoint.from_display(wrong + ":0")


def test_an_index_out_of_range_is_refused() -> None:
    with pytest.raises(ValueError):
        Outpoint(Txid(bytes(32)), -1)
    with pytest.raises(ValueError):
        Outpoint.from_display(f"{GENESIS_TEXT}:x")
    with pytest.raises(ValueError):
        Txid(b"short")


def test_ids_of_different_things_are_not_equal() -> None:
    assert Txid(bytes(32)) != BlockHash(bytes(32))


def test_a_place_reads_from_the_outside_in() -> None:
    place = Provenance("E1", ()).inside("file", "a.zip").inside("zip", "b: c.txt")
    assert str(place) == "E1 › file:a.zip › zip:b: c.txt"
    assert tuple(Step.from_text(text) for text in place.as_list()) == place.steps


@given(st.integers(0, 2**33))
def test_moments_and_their_text_are_a_pair(seconds: int) -> None:
    moment = moment_from_unix(seconds)
    assert moment_from_text(moment_to_text(moment)) == moment


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError):
        moment_to_text(datetime(2024, 1, 1))
    with pytest.raises(ValueError):
        moment_from_text("2024-01-01T00:00:00")
    assert moment_to_text(datetime(2024, 1, 1, tzinfo=UTC)) == "2024-01-01T00:00:00Z"
