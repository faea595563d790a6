"""Recorded answers of Esplora and Blockbook servers about real blocks, transactions and lists."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chainlead.codecs import address_from_script, sha256d
from chainlead.ledger import (
    BLOCKBOOK_REST,
    ESPLORA_REST,
    BlockRead,
    HistoryRead,
    Request,
    Skipped,
    TransactionRead,
    Verified,
    find_form,
    get_parameters,
    parse_block,
    read_source,
    serialize_transaction,
)
from chainlead.model import Chain, Network
from chainlead.wire import Exchange, ExchangeLog

WHEN = datetime(2026, 1, 1, tzinfo=UTC)
ELECTRS = "000000000000000002d249a3d89f63ef3fee203adcca7c24008c13fd854513f2"


def record(kind: str, *answers: tuple[str, object], status: int = 200) -> bytes:
    exchanges = [
        Exchange(
            "127.0.0.1:3000", f"/{path}", "address history", WHEN, 1, b"", status,
            body.encode() if isinstance(body, str) else json.dumps(body).encode(),
        )
        for path, body in answers
    ]  # fmt: skip
    return ExchangeLog(kind, tuple(exchanges)).to_bytes()


def read(content: bytes, chain: Chain = Chain.BITCOIN):
    request = Request(get_parameters(chain), Network.MAIN)
    return list(read_source(content, find_form(content, request), request))


def of(kind: type, events: list) -> list:
    return [event for event in events if isinstance(event, kind)]


def branch(ids: list[bytes], position: int) -> list[str]:
    level, found = list(ids), []
    while len(level) > 1:
        if len(level) % 2:
            level.append(level[-1])
        found.append(level[position ^ 1][::-1].hex())
        level = [sha256d(level[i] + level[i + 1]) for i in range(0, len(level), 2)]
        position //= 2
    return found


def item_of(transaction, height: int, block_hash: str, when: int) -> dict:
    """The transaction as an Esplora server lists it."""
    return {
        "txid": transaction.txid[::-1].hex(), "version": transaction.version,
        "locktime": transaction.locktime,
        "vin": [
            {"txid": i.previous_txid[::-1].hex(), "vout": i.previous_index,
             "scriptsig": i.script.hex(), "sequence": i.sequence, "prevout": None}
            for i in transaction.inputs
        ],
        "vout": [{"scriptpubkey": o.script.hex(), "value": o.amount_units} for o in transaction.outputs],
        "status": {
            "confirmed": True, "block_height": height, "block_hash": block_hash, "block_time": when,
        },
    }  # fmt: skip


def raw_of(transaction) -> str:
    return serialize_transaction(
        version=transaction.version, inputs=transaction.inputs, outputs=transaction.outputs,
        locktime=transaction.locktime,
    ).hex()  # fmt: skip


@pytest.fixture(scope="module")
def electrs_block(shared_data):
    content = (shared_data / "btc-blocks" / "electrs" / ELECTRS).read_bytes()
    bitcoin = get_parameters(Chain.BITCOIN)
    return content, parse_block(content, max_units=bitcoin.max_units)


@pytest.mark.real
def test_a_place_in_a_real_block_is_proved_by_its_branch_and_its_header(electrs_block):
    content, block = electrs_block
    ids = [transaction.txid for transaction in block.transactions]
    position = next(n for n, t in enumerate(block.transactions) if n > 3 and not t.has_witness)
    chosen = block.transactions[position]
    address = next(
        address_from_script(o.script, Chain.BITCOIN) for o in chosen.outputs if o.amount_units
    )
    named, height = chosen.txid[::-1].hex(), 400_000
    when = block.header.mined_at_unix
    base = [
        (f"address/{address}/txs/chain", [item_of(chosen, height, ELECTRS, when)]),
        (f"tx/{named}/hex", raw_of(chosen)),
        (f"block-height/{height}", ELECTRS),
        (f"block/{ELECTRS}/header", content[:80].hex()),
    ]
    proof = {"block_height": height, "pos": position, "merkle": branch(ids, position)}
    (found,) = of(
        TransactionRead, read(record(ESPLORA_REST, *base, (f"tx/{named}/merkle-proof", proof)))
    )
    assert found.claims.verified is Verified.IN_BLOCK
    assert found.claims.block_hash[::-1].hex() == ELECTRS
    wrong = {**proof, "pos": position ^ 1}
    events = read(record(ESPLORA_REST, *base, (f"tx/{named}/merkle-proof", wrong)))
    assert of(TransactionRead, events) == []
    assert "does not lead" in of(Skipped, events)[-1].reason


@pytest.mark.real
def test_a_real_page_of_a_busy_address_is_rehashed_and_does_not_claim_to_be_whole(shared_data):
    folder = shared_data / "api-fixtures" / "am-i-exposed" / "api-responses"
    summary = json.loads((folder / "satoshi-genesis-address.json").read_text("utf-8"))
    page = json.loads((folder / "satoshi-genesis-txs.json").read_text("utf-8"))
    address = summary["address"]
    answers = [(f"address/{address}", summary), (f"address/{address}/txs/chain", page)]
    (history,) = of(HistoryRead, read(record(ESPLORA_REST, *answers)))
    assert len(history.listed) == 50
    assert not history.fits_status
    page[7]["vout"][0]["value"] += 1
    answers[1] = (f"address/{address}/txs/chain", page)
    (told,) = of(Skipped, read(record(ESPLORA_REST, *answers)))
    assert page[7]["txid"] in told.reason
    assert "it was changed" in told.reason


@pytest.mark.real
@pytest.mark.parametrize("chain", [Chain.BITCOIN, Chain.LITECOIN, Chain.DASH])
def test_blockbooks_real_transactions_are_rehashed_on_each_coin(shared_data, chain):
    path = shared_data / "ltc-dash" / "blockbook" / f"rpc_{chain.value}.json"
    told = json.loads(path.read_text("utf-8"))
    listed = [
        {
            "txid": txid, "hex": one["hex"], "blockHeight": told["blockHeight"],
            "blockHash": told["blockHash"], "blockTime": told["blockTime"],
            "vin": [], "vout": [],
        }
        for txid, one in told["txDetails"].items()
    ]  # fmt: skip
    script = bytes.fromhex(next(iter(told["txDetails"].values()))["vout"][0]["scriptPubKey"]["hex"])
    address = address_from_script(script, chain)
    path = f"api/v2/address/{address}?details=txs&page=1&pageSize=200"
    events = read(record(BLOCKBOOK_REST, (path, {"page": 1, "transactions": listed})), chain)
    assert {t.transaction.txid[::-1].hex() for t in of(TransactionRead, events)} == set(
        told["txDetails"]
    )
    assert {t.claims.verified for t in of(TransactionRead, events)} == {Verified.SINGLE_SOURCE}
    assert of(Skipped, events) == []


@pytest.mark.real
def test_a_whole_real_block_proves_what_it_holds_and_denies_what_it_does_not(shared_data):
    folder = shared_data / "ltc-dash"
    told = json.loads((folder / "ltc" / "litecoin_mainnet_900000.json").read_text("utf-8"))
    other = json.loads((folder / "blockbook" / "rpc_litecoin.json").read_text("utf-8"))
    parameters = get_parameters(Chain.LITECOIN)
    block = parse_block(
        bytes.fromhex(told["block"]), max_units=parameters.max_units,
        pow_hash=parameters.pow_hash, form=parameters.form,
    )  # fmt: skip
    inside = block.transactions[1]
    ((invented, its),) = other["txDetails"].items()
    script = next(o.script for o in inside.outputs if address_from_script(o.script, Chain.LITECOIN))
    address = address_from_script(script, Chain.LITECOIN)
    place = {"blockHeight": 900_000, "blockHash": told["hash"]}
    listed = [
        {"txid": inside.txid[::-1].hex(), "hex": raw_of(inside), **place},
        {"txid": invented, "hex": its["hex"], **place},
    ]
    page = f"api/v2/address/{address}?details=txs&page=1&pageSize=200"
    content = record(
        BLOCKBOOK_REST, (page, {"transactions": listed}),
        ("api/v2/rawblock/900000", {"hex": told["block"]}),
    )  # fmt: skip
    events = read(content, Chain.LITECOIN)
    (found,) = of(TransactionRead, events)
    assert found.transaction.txid == inside.txid
    assert len(of(BlockRead, events)) == 1
    assert f"transaction {invented}: the server's own block" in of(Skipped, events)[-1].reason


@pytest.mark.parametrize("kind", [ESPLORA_REST, BLOCKBOOK_REST])
@pytest.mark.parametrize("status", [200, 404, 500])
def test_answers_without_sense_are_told_and_do_no_harm(kind, status):
    paths = [
        "blocks/tip/height", "block-height/1", f"block/{'ab' * 32}/header", "blocks/7", "address/x",
        "address/x/txs/chain", f"tx/{'ab' * 32}/hex", f"tx/{'ab' * 32}/merkle-proof",
        "api/status", "api/v2/address/x?details=basic", "api/v2/address/x?details=txs&page=1",
        f"api/v2/tx-specific/{'ab' * 32}", "api/v2/rawblock/9", "elsewhere/x",
    ]  # fmt: skip
    bodies = ["", "{}", "[]", "null", "[[]]", "[{}]", '{"hex": 5}', "\x00", "9" * 400, "[" * 3000]
    for body in bodies:
        answers = [(path, body) for path in paths]
        assert of(TransactionRead, read(record(kind, *answers, status=status))) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("ab" * 32),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["txid", "vin", "vout", "status", "value", "scriptpubkey", "prevout", "confirmed", "hex",
             "block_height", "block_hash", "height", "bits", "merkle", "pos", "transactions",
             "blockHeight", "addresses", "chain_stats", "tx_count", "txs", "balance", "id"]
        ),
        inner, max_size=6,
    ),
    max_leaves=12,
)  # fmt: skip
PATHS = {
    ESPLORA_REST: [
        "blocks/7", "address/1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", f"tx/{'ab' * 32}",
        "address/1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa/txs/chain", f"tx/{'ab' * 32}/merkle-proof",
    ],
    BLOCKBOOK_REST: [
        "api/status", "api/v2/address/1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa?details=basic",
        "api/v2/address/1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa?details=txs&page=1",
        f"api/v2/tx/{'ab' * 32}", "api/v2/rawblock/9",
    ],
}  # fmt: skip


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(PATHS)), st.lists(JSON, min_size=5, max_size=5))
def test_no_document_does_harm(kind, documents):
    answers = [(path, json.dumps(body)) for path, body in zip(PATHS[kind], documents, strict=True)]
    assert of(TransactionRead, read(record(kind, *answers))) == []
