import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.errors import TransactionInvalidError
from chainlead.ledger import WireInput, WireOutput, parse_transaction, serialize_transaction
from chainlead.ledger.wire_transaction import MalformedError, read_count, serialize_count

MAX_UNITS = 21_000_000 * 10**8

# BIP-143, native P2WPKH example: the signed transaction
SEGWIT = bytes.fromhex(
    "01000000000102fff7f7881a8099afa6940d42d1e7f6362bec38171ea3edf433541db4e4ad969f00000000494830"
    "450221008b9d1dc26ba6a9cb62127b02742fa9d754cd3bebf337f7a55d114c8e5cdd30be022040529b194ba3f928"
    "1a99f2b1c0a19c0489bc22ede944ccf4ecbab4cc618ef3ed01eeffffffef51e1b804cc89d182d279655c3aa89e81"
    "5b1b309fe287d9b2b55d57b90ec68a0100000000ffffffff02202cb206000000001976a9148280b37df378db99f6"
    "6f85c95a783a76ac7a6d5988ac9093510d000000001976a9143bde42dbee7e4dbe6a21b2d50ce2f0167faa815988"
    "ac000247304402203609e17b84f6a7d30c80bfa610b5b4542f32a8a0d5447a12fb1366d7f01cc44a0220573a954c"
    "4518331561406f90300e8f3358f51928d43c212a8caed02de67eebee0121025476c2e83188368da1ff3e292e7aca"
    "fcdb3566bb0ad253f62fc70f07aeee635711000000"
)

scripts = st.binary(max_size=300)
inputs = st.lists(
    st.builds(
        WireInput,
        st.binary(min_size=32, max_size=32),
        st.integers(0, 2**32 - 1),
        st.integers(0, 2**32 - 1),
        scripts,
    ),
    min_size=1,
    max_size=4,
)
outputs = st.lists(
    st.builds(WireOutput, st.integers(0, MAX_UNITS), scripts), min_size=1, max_size=4
)


def test_the_signed_transaction_of_bip_143_has_its_published_id():
    read = parse_transaction(SEGWIT, max_units=MAX_UNITS)
    assert read.has_witness
    assert (
        read.txid[::-1].hex() == "e8151a2af31c368a35053ddd4bdb285a8595c769a3ad83e0fa02314a602d4609"
    )
    assert (
        read.wtxid[::-1].hex() == "c36c38370907df2324d9ce9d149d191192f338b37665a82e78e76a12c909b762"
    )
    assert [output.amount_units for output in read.outputs] == [112_340_000, 223_450_000]
    assert read.locktime == 17


def test_the_id_of_a_segwit_transaction_does_not_depend_on_its_witness():
    changed = bytearray(SEGWIT)
    changed[-20] ^= 1
    before = parse_transaction(SEGWIT, max_units=MAX_UNITS)
    after = parse_transaction(bytes(changed), max_units=MAX_UNITS)
    assert before.txid == after.txid
    assert before.wtxid != after.wtxid


@given(st.integers(0, 2**32 - 1), inputs, outputs, st.integers(0, 2**32 - 1), st.data())
def test_reading_undoes_writing(version, spent, created, locktime, data):
    witnesses = data.draw(
        st.lists(st.lists(scripts, max_size=3), min_size=len(spent), max_size=len(spent))
    )
    raw = serialize_transaction(
        version=version, inputs=spent, outputs=created, locktime=locktime, witnesses=witnesses
    )
    read = parse_transaction(raw, max_units=MAX_UNITS)
    assert (read.version, read.locktime) == (version, locktime)
    assert [given[:4] for given in read.inputs] == [given[:4] for given in spent]
    assert list(read.outputs) == created
    assert read.has_witness == any(witnesses)
    assert (read.txid == read.wtxid) == (not any(witnesses))


def test_every_cut_is_noticed():
    for size in range(len(SEGWIT)):
        with pytest.raises(TransactionInvalidError):
            parse_transaction(SEGWIT[:size], max_units=MAX_UNITS)


def test_bytes_after_the_end_are_noticed():
    with pytest.raises(TransactionInvalidError, match="1 bytes follow"):
        parse_transaction(SEGWIT + b"\0", max_units=MAX_UNITS)


@pytest.mark.parametrize("width", ["fdffff", "feffffffff", "ffffffffffffffffff"])
@pytest.mark.parametrize("offset", [6, 43, 162])
def test_hostile_lengths_are_refused_without_memory(width, offset):
    raw = SEGWIT[:offset] + bytes.fromhex(width) + SEGWIT[offset + 1 :]
    with pytest.raises(TransactionInvalidError):
        parse_transaction(raw, max_units=MAX_UNITS)


def test_more_coins_than_can_exist_are_refused():
    raw = serialize_transaction(
        version=1,
        inputs=[WireInput(bytes(32), 0, 0, b"")],
        outputs=[WireOutput(MAX_UNITS + 1, b"")],
        locktime=0,
    )
    with pytest.raises(TransactionInvalidError, match="units"):
        parse_transaction(raw, max_units=MAX_UNITS)


@given(st.integers(0, 2**64 - 1))
def test_lengths_round_trip(value):
    raw = serialize_count(value)
    assert read_count(raw, 0) == (value, len(raw))


@pytest.mark.parametrize("raw", ["fdfc00", "fe00ff0000", "ff00000000ffffff00"[:18]])
def test_a_length_in_a_longer_form_than_needed_is_refused(raw):
    padded = bytes.fromhex(raw)
    if padded[0] == 0xFF:
        padded = b"\xff" + (5).to_bytes(8, "little")
    with pytest.raises(MalformedError):
        read_count(padded, 0)


@given(st.binary(max_size=400))
def test_any_bytes_are_refused_by_name_or_give_themselves_back(raw):
    try:
        read = parse_transaction(raw, max_units=MAX_UNITS)
    except TransactionInvalidError:
        return
    assert read.has_witness or raw == serialize_transaction(
        version=read.version, inputs=read.inputs, outputs=read.outputs, locktime=read.locktime
    )
