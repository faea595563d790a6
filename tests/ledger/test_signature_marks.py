from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.codecs import sha256d
from chainlead.ledger import (
    ANYONE_CAN_PAY,
    CaseLedger,
    LedgerWriter,
    SignatureMark,
    WireInput,
    WireOutput,
    derive_merkle_root,
    find_form,
    parse_transaction,
    read_source,
    serialize_transaction,
)
from chainlead.ledger.signature_marks import (
    as_claimed,
    find_in_script,
    find_schnorr,
    mark_at,
    marks_from_bytes,
    stronger,
)
from chainlead.model import Chain, Txid
from chainlead.store import Store

MAX_UNITS = 21_000_000 * 10**8
SCHNORR = bytes(range(64))
CONTROL_BLOCK = b"\xc1" + bytes(32)
PUBLIC_KEY = b"\x02" + bytes(32)

# BIP-143, native P2WPKH example: two inputs, one signed in its script, one in its witness
BIP_143 = bytes.fromhex(
    "01000000000102fff7f7881a8099afa6940d42d1e7f6362bec38171ea3edf433541db4e4ad969f00000000494830"
    "450221008b9d1dc26ba6a9cb62127b02742fa9d754cd3bebf337f7a55d114c8e5cdd30be022040529b194ba3f928"
    "1a99f2b1c0a19c0489bc22ede944ccf4ecbab4cc618ef3ed01eeffffffef51e1b804cc89d182d279655c3aa89e81"
    "5b1b309fe287d9b2b55d57b90ec68a0100000000ffffffff02202cb206000000001976a9148280b37df378db99f6"
    "6f85c95a783a76ac7a6d5988ac9093510d000000001976a9143bde42dbee7e4dbe6a21b2d50ce2f0167faa815988"
    "ac000247304402203609e17b84f6a7d30c80bfa610b5b4542f32a8a0d5447a12fb1366d7f01cc44a0220573a954c"
    "4518331561406f90300e8f3358f51928d43c212a8caed02de67eebee0121025476c2e83188368da1ff3e292e7aca"
    "fcdb3566bb0ad253f62fc70f07aeee635711000000"
)


def der(r_bytes: int = 32, s_bytes: int = 32, hash_type: int = 1) -> bytes:
    inside = bytes((2, r_bytes)) + b"\x11" * r_bytes + bytes((2, s_bytes)) + b"\x22" * s_bytes
    return bytes((0x30, len(inside))) + inside + bytes((hash_type,))


def pushed(*items: bytes) -> bytes:
    return b"".join(bytes((len(item),)) + item for item in items)


def read(script: bytes, witness: list[bytes]) -> list[SignatureMark]:
    raw = serialize_transaction(
        version=2,
        inputs=[WireInput(bytes(32), 0, 0, script)],
        outputs=[WireOutput(1, b"\x51")],
        locktime=0,
        witnesses=[witness] if witness else (),
    )
    return list(marks_from_bytes(parse_transaction(raw, max_units=MAX_UNITS).inputs[0].signatures))


def test_the_signed_transaction_of_bip_143_shows_both_its_signatures():
    found = parse_transaction(BIP_143, max_units=MAX_UNITS).inputs
    assert [marks_from_bytes(spent.signatures) for spent in found] == [
        (SignatureMark(1, 33),),
        (SignatureMark(1, 32),),
    ]


@pytest.mark.parametrize("hash_type", [1, 2, 3, 0x81, 0x82, 0x83])
def test_every_hash_type_is_read_from_a_script_and_from_a_witness(hash_type):
    signature = der(33, 32, hash_type)
    expected = [SignatureMark(hash_type, 33)]
    assert read(pushed(signature, PUBLIC_KEY), []) == expected
    assert read(b"", [signature, PUBLIC_KEY]) == expected
    assert bool(hash_type & ANYONE_CAN_PAY) == (hash_type > 0x80)


def test_all_signatures_of_a_multisig_input_are_read_in_their_order():
    first, second = der(33), der(32, hash_type=0x81)
    assert read(b"\x00" + pushed(first, second) + b"\x4c\x03abc", []) == [
        SignatureMark(1, 33),
        SignatureMark(0x81, 32),
    ]
    assert read(b"", [b"", first, second, b"\x52" * 71]) == [
        SignatureMark(1, 33),
        SignatureMark(0x81, 32),
    ]


def test_a_signature_behind_each_form_of_push_is_read():
    signature = der()
    for push in (
        b"\x4c" + bytes((len(signature),)),
        b"\x4d" + len(signature).to_bytes(2, "little"),
        b"\x4e" + len(signature).to_bytes(4, "little"),
    ):
        assert find_in_script(push + signature) == bytes((1, 32))


def test_a_taproot_key_path_shows_its_hash_type_and_the_default_as_zero():
    assert read(b"", [SCHNORR]) == [SignatureMark(0, 32)]
    assert read(b"", [SCHNORR + b"\x83"]) == [SignatureMark(0x83, 32)]
    assert read(b"", [SCHNORR, b"\x50annex"]) == [SignatureMark(0, 32)]


def test_a_taproot_script_path_shows_the_signatures_before_script_and_control_block():
    witness = [SCHNORR, SCHNORR + b"\x01", b"\x20" + bytes(32) + b"\xac", CONTROL_BLOCK]
    assert read(b"", witness) == [SignatureMark(0, 32), SignatureMark(1, 32)]
    assert read(b"", [*witness, b"\x50"]) == [SignatureMark(0, 32), SignatureMark(1, 32)]
    assert read(b"", [b"x", SCHNORR, b"y" * 64, CONTROL_BLOCK]) == [SignatureMark(0, 32)]


@pytest.mark.parametrize(
    "witness",
    [
        [SCHNORR, PUBLIC_KEY],
        [SCHNORR + b"\x00"],
        [SCHNORR + b"\x84"],
        [SCHNORR + b"\x01\x01"],
        [SCHNORR[:63]],
        [b"\x50" + SCHNORR[1:], CONTROL_BLOCK],
        [der()[:-2]],
        [b"\x31" + der()[1:]],
        [der()[:2] + b"\x03" + der()[3:]],
        [der()[:3] + b"\x00" + der()[4:]],
        [der()[:3] + b"\xff" + der()[4:]],
        [der()[:37] + b"\x1f" + der()[38:]],
        [der(60, 70)],
    ],
)
def test_what_only_looks_like_a_signature_leaves_no_mark(witness):
    assert read(b"", witness) == []


@given(script=st.binary(max_size=600))
def test_no_script_breaks_the_search(script):
    assert len(find_in_script(script)) % 2 == 0


@given(items=st.lists(st.binary(max_size=90), min_size=1, max_size=6))
def test_no_witness_breaks_the_search(items):
    assert len(read(b"", items)) <= len(items)


@given(r_bytes=st.integers(1, 33), s_bytes=st.integers(1, 33), hash_type=st.integers(0, 255))
def test_every_der_signature_gives_its_own_mark(r_bytes, s_bytes, hash_type):
    signature = der(r_bytes, s_bytes, hash_type)
    expected = bytes((hash_type, r_bytes))
    assert mark_at(signature, 0, len(signature)) == expected
    assert find_in_script(pushed(b"\x01", signature, b"\x02" * 33)) == expected


def test_a_cut_push_ends_the_search():
    assert find_in_script(pushed(der())[:-1]) == b""
    assert find_in_script(b"\x4d\x00") == b""
    assert find_schnorr(b"", []) == b""


def test_the_ledger_keeps_the_marks_and_none_for_a_coinbase(workshop, regtest):
    marked = serialize_transaction(
        version=2,
        inputs=[WireInput(b"\x07" * 32, 0, 0, pushed(der(33, hash_type=0x81), PUBLIC_KEY))],
        outputs=[WireOutput(1, b"\x51")],
        locktime=0,
    )
    minted = serialize_transaction(
        version=1,
        inputs=[WireInput(bytes(32), 0xFFFFFFFF, 0, b"\x03\x00\x00\x00" + pushed(der()))],
        outputs=[WireOutput(50 * 10**8, b"\x51")],
        locktime=0,
    )
    raw = workshop.mine(bytes(32), [minted, marked])
    with Store.in_memory() as store:
        LedgerWriter(store, regtest, "0" * 64).write(
            read_source(raw, find_form(raw, regtest), regtest)
        )
        assert [row["signatures"] for row in store.rows("inputs")] == [b"", b"\x81\x21"]
        for patience in (0, 10**6):
            ledger = CaseLedger(store, Chain.BITCOIN, patience_questions=patience)
            found = ledger.lookup_transaction(Txid(workshop.txid_of(marked)))
            assert found is not None
            assert found.inputs[0].signatures == (SignatureMark(0x81, 33),)
            first = ledger.lookup_transaction(Txid(workshop.txid_of(minted)))
            assert first is not None
            assert first.inputs[0].signatures == ()


marks = st.binary(max_size=6).filter(lambda packed: len(packed) % 2 == 0)
kept = marks | marks.map(as_claimed)


@given(kept, kept, kept)
def test_which_marks_count_does_not_depend_on_the_order_of_sources(first, second, third):
    assert stronger(first, second) == stronger(second, first)
    assert stronger(stronger(first, second), third) == stronger(first, stronger(second, third))
    assert stronger(first, b"") == first


@given(marks, marks)
def test_marks_from_a_block_count_before_claimed_ones(proven, claimed):
    assert stronger(proven, as_claimed(claimed)) == (proven or as_claimed(claimed))
    assert marks_from_bytes(as_claimed(claimed)) == marks_from_bytes(claimed)


def block_with_witness(workshop, raw):
    """A block of this one transaction, with the commitment of BIP-141."""
    read = parse_transaction(raw, max_units=MAX_UNITS)
    root = derive_merkle_root([bytes(32), read.wtxid])
    commitment = b"\x6a\x24\xaa\x21\xa9\xed" + sha256d(root + bytes(32))
    coinbase = serialize_transaction(
        version=1,
        inputs=[WireInput(bytes(32), 0xFFFFFFFF, 0, b"\x03\x00\x00\x00")],
        outputs=[WireOutput(0, commitment)],
        locktime=0,
        witnesses=[[bytes(32)]],
    )
    return workshop.mine(bytes(32), [coinbase, raw])


def test_a_history_without_or_with_other_witnesses_changes_no_answer(workshop, regtest):
    """The id does not cover the witness: the block's counts, whatever came first."""
    spent = [WireInput(b"\x07" * 32, 0, 0, b"")]
    paid = [WireOutput(1, b"\x51")]

    def made(*witness):
        return serialize_transaction(
            version=2,
            inputs=spent,
            outputs=paid,
            locktime=0,
            witnesses=[list(witness)] if witness else (),
        )

    true, bare, forged = (
        made(der(33), PUBLIC_KEY),
        made(),
        made(der(32, hash_type=0x83), PUBLIC_KEY),
    )
    block = block_with_witness(workshop, true)
    for order in permutations([block, bare, forged]):
        with Store.in_memory() as store:
            for raw in order:
                LedgerWriter(store, regtest, "0" * 64).write(
                    read_source(raw, find_form(raw, regtest), regtest)
                )
            found = CaseLedger(store, Chain.BITCOIN).lookup_transaction(
                Txid(workshop.txid_of(true))
            )
            assert found.inputs[0].signatures == (SignatureMark(1, 33),)
    for order in permutations([bare, forged]):
        with Store.in_memory() as store:
            for raw in order:
                LedgerWriter(store, regtest, "0" * 64).write(
                    read_source(raw, find_form(raw, regtest), regtest)
                )
            assert [row["signatures"] for row in store.rows("inputs")] == [b"\x83\x20\x00"]
