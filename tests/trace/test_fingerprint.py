"""A fingerprint says what a transaction shows of its software, and None where it shows nothing."""

from dataclasses import replace

import pytest

from chainlead.ledger import SignatureMark
from chainlead.trace import compare_fingerprints, take_fingerprint

SHORT, LONG, SCHNORR = SignatureMark(1, 32), SignatureMark(1, 33), SignatureMark(0, 32)


@pytest.fixture
def two_in(world):
    coins = [world.mine((f"payer {number}", 10)) for number in range(2)]
    return world.pay([(coin, 0) for coin in coins], ("a", 5), ("b", 6), ("c", 7))


def signed(transaction, *marks):
    return replace(
        transaction, inputs=tuple(replace(spent, signatures=marks) for spent in transaction.inputs)
    )


@pytest.mark.parametrize(
    ("locktime", "word"), [(0, "none"), (800_000, "height"), (1_700_000_000, "time")]
)
def test_locktime_is_a_policy(two_in, locktime, word):
    assert take_fingerprint(replace(two_in, locktime=locktime)).locktime == word


@pytest.mark.parametrize(
    ("sequence", "version", "word"),
    [
        (0xFFFFFFFF, 2, "final"),
        (0xFFFFFFFE, 2, "locktime only"),
        (0xFFFFFFFD, 2, "replaceable"),
        (144, 2, "relative lock"),
        (144, 1, "replaceable"),
    ],
)
def test_sequence_is_a_policy(two_in, sequence, version, word):
    inputs = tuple(replace(spent, sequence=sequence) for spent in two_in.inputs)
    made = replace(two_in, inputs=inputs, version=version)
    assert take_fingerprint(made).sequence == word
    mixed = (inputs[0], replace(inputs[1], sequence=0xFFFFFFFF ^ (sequence == 0xFFFFFFFF)))
    assert take_fingerprint(replace(made, inputs=mixed)).sequence == "mixed"


def test_one_long_r_is_certain_and_short_ones_need_numbers(two_in):
    assert take_fingerprint(two_in).short_r is None
    assert take_fingerprint(signed(two_in, SHORT)).short_r is None
    assert take_fingerprint(signed(two_in, SHORT, SHORT)).short_r == "yes"
    assert take_fingerprint(signed(two_in, SHORT, SHORT, LONG)).short_r == "no"


def test_schnorr_signatures_say_nothing_about_grinding(two_in):
    assert take_fingerprint(signed(two_in, SCHNORR, SCHNORR, SCHNORR)).short_r is None


def test_sorted_is_said_only_where_chance_would_rarely_sort(two_in):
    txids = sorted(two_in.inputs, key=lambda spent: spent.outpoint.txid.wire[::-1])
    ordered = replace(two_in, inputs=tuple(txids))
    assert take_fingerprint(ordered).ordering == "sorted"
    assert take_fingerprint(replace(ordered, inputs=tuple(reversed(txids)))).ordering == "unsorted"
    few = replace(ordered, inputs=ordered.inputs[:1], outputs=ordered.outputs[:2])
    assert take_fingerprint(few).ordering is None
    assert take_fingerprint(replace(few, outputs=few.outputs[::-1])).ordering == "unsorted"


def test_an_unknown_input_hides_the_types(two_in):
    assert take_fingerprint(two_in).input_types == "unknown"
    blind = replace(two_in, inputs=(two_in.inputs[0], replace(two_in.inputs[1], previous=None)))
    assert take_fingerprint(blind).input_types is None


def test_a_comparison_names_every_feature_once(two_in):
    here = take_fingerprint(two_in)
    other = take_fingerprint(replace(two_in, version=1, locktime=9))
    compared = compare_fingerprints(here, other)
    assert compared.different == ("version", "locktime", "sequence")
    assert "short_r" in compared.unknown
    assert not compared.fits
    assert compare_fingerprints(here, here).fits
    assert len(compared.same + compared.different + compared.unknown) == 6
