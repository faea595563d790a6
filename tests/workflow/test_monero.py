"""`monero`: what a view key showed is in the journal, and the key is nowhere."""

import json

import pytest

from chainlead.codecs import Secret
from chainlead.errors import ChainleadError, CodecError, LedgerSourceError
from chainlead.workflow.monero import (
    NOT_A_BALANCE,
    IncomingOutput,
    Material,
    describe,
    find_incoming,
    in_order,
    load_incoming,
    sum_of,
)
from chainlead.workflow.monero_proof import ProofClaim, check_here
from chainlead.workflow.verify import verify


@pytest.fixture
def stagenet(shared_data):
    """A published test wallet of stagenet, a payment to it, and the file that holds it."""
    file = next((shared_data / "xmr-etn/xmregcore/tx").glob("tx_f3c84f*.json"))
    return file, json.loads(file.read_bytes())


def look(case, stagenet, **how):
    file, known = stagenet
    party = known["recipient"][0]
    key = Secret(bytes.fromhex(party["viewkey"]))
    return find_incoming(case, party["address"], key, [file], accounts=1, numbers=1, **how)


@pytest.mark.real
def test_what_was_found_is_in_the_journal_and_the_key_is_nowhere(case, stagenet, tmp_path):
    _, known = stagenet
    found = look(case, stagenet)
    assert [(o.txid, o.amount_units, o.height) for o in found.outputs] == [
        (known["tx_hash"], 24081949126455, known["height"])
    ]
    assert found.outputs[0].verified == "re-hashed"
    assert found.outputs[0].is_coinbase
    entry = case.entries[-1]
    assert entry.act == "monero.incoming"
    assert entry.what["received_units"] == 24081949126455
    assert entry.what["statement"] == NOT_A_BALANCE
    assert load_incoming(case, found.address).outputs == found.outputs
    case.close()
    assert verify(tmp_path / "case").problems == []


@pytest.mark.real
def test_the_key_is_in_no_file_of_the_case(case, shared_data, tmp_path):
    """A file that does not hold the key itself, unlike the published test cases."""
    folder = shared_data / "xmr-etn/monero-python/test_outputs"
    name = folder / "test_viewtags-daemon-00-get_transactions.json"
    accounts = json.loads((folder / "test_viewtags-wallet-00-get_accounts.json").read_bytes())
    address = accounts["result"]["subaddress_accounts"][0]["base_address"]
    answer = json.loads((folder / "test_viewtags-wallet-20-query_key.json").read_bytes())
    text = answer["result"]["key"]
    key = Secret(bytes.fromhex(text))
    found = find_incoming(case, address, key, [name], accounts=1, numbers=3)
    assert found.received_units == 4 * 10**12
    assert found.outputs[0].verified == "re-hashed"
    case.close()
    files = [path for path in (tmp_path / "case").rglob("*") if path.is_file()]
    assert len(files) >= 4
    for path in files:
        content = path.read_bytes()
        assert text.encode() not in content
        assert bytes.fromhex(text) not in content


@pytest.mark.real
def test_a_kept_result_that_the_kept_bytes_do_not_hold_is_found(case, stagenet, tmp_path):
    look(case, stagenet)
    result = case.entries[-1].blobs["result"]
    forged = case.blobs.get(result).replace(b'"index":0', b'"index":1')
    with pytest.raises(ChainleadError, match="not in the bytes that were kept"):
        case.act(
            "monero.incoming",
            what=dict(case.entries[-1].what),
            blobs={"source": stagenet[0].read_bytes(), "result": forged},
        )


@pytest.mark.real
def test_a_wrong_key_finds_nothing_and_writes_nothing(case, stagenet):
    file, known = stagenet
    before = len(case.entries)
    with pytest.raises(CodecError, match="does not belong"):
        find_incoming(case, known["recipient"][0]["address"], Secret(b"\x01" + bytes(31)), [file])
    assert len(case.entries) == before


@pytest.mark.real
def test_files_without_anything_are_refused(case, stagenet, tmp_path):
    empty = tmp_path / "empty.json"
    empty.write_text("{}")
    party = stagenet[1]["recipient"][0]
    with pytest.raises(LedgerSourceError, match="Nothing in these files"):
        find_incoming(
            case, party["address"], Secret(bytes.fromhex(party["viewkey"])), [empty],
            accounts=1, numbers=1,
        )  # fmt: skip


@pytest.mark.real
def test_a_transactions_key_is_checked_and_not_kept(case, shared_data, tmp_path):
    known = json.loads(
        next((shared_data / "xmr-etn/xmregcore/tx").glob("tx_140807*.json")).read_bytes()
    )
    file = tmp_path / "one.hex"
    file.write_text(known["tx_hex"])
    claim = ProofClaim(known["tx_hash"], known["recipient"][0]["address"])
    verdict = check_here(case, claim, Secret(bytes.fromhex(known["tx_prv_key"])), [file])
    assert (verdict.holds, verdict.received_units) == (True, 136706920483124)
    assert verdict.in_block is None
    assert case.entries[-1].what["holds"] is True
    case.close()
    for path in (tmp_path / "case").rglob("*"):
        if path.is_file():
            assert known["tx_prv_key"].encode() not in path.read_bytes()
    assert verify(tmp_path / "case").problems == []


@pytest.mark.real
def test_a_proof_for_a_transaction_that_is_not_there_is_refused(case, stagenet):
    file, known = stagenet
    claim = ProofClaim("00" * 32, known["recipient"][0]["address"])
    with pytest.raises(LedgerSourceError, match="not in these files"):
        check_here(case, claim, Secret(b"\x01" + bytes(31)), [file])


def output(txid, amount, key="aa", height=1):
    return IncomingOutput(txid, 0, key, amount, "4A", 0, 0, height=height)


def test_two_outputs_of_one_key_count_once():
    rows = in_order([output("02", 5, height=2), output("01", 3), output("03", 7, key="bb")])
    assert [row.same_key_as for row in rows] == [None, None, "01"]
    assert sum_of(rows) == 12


def test_an_unknown_amount_counts_nothing():
    assert sum_of([output("01", None), output("02", 4, key="bb")]) == 4


@pytest.mark.real
def test_rings_are_stated_as_one_of_n_and_single_members_as_exact(shared_data):
    material = Material()
    folder = shared_data / "xmr-etn/cuprate/tx"
    for file in sorted(folder.glob("*.bin")):
        material.read(file.read_bytes(), file.name)
    documents = describe(material)
    assert len(documents) == 8
    statements = {ring["statement"] for one in documents for ring in one["inputs"]}
    assert "spends one of 11 outputs of hidden amount: not followed" in statements
    for one in documents:
        for ring in one["inputs"]:
            assert ("exact" in ring["statement"]) == (len(ring["members"]) == 1)
