"""Files with Ethereum data: proved where it can be, put together, single source where not."""

import json
from collections import Counter

import pytest

from chainlead.errors import LedgerSourceError, WrongNetworkError
from chainlead.ledger import (
    AccountBlockRead,
    AccountRequest,
    AccountTransactionRead,
    AccountWriter,
    AssetRead,
    CaseAccounts,
    Skipped,
    Verified,
    find_account_form,
    get_account_chain,
    read_account_source,
)
from chainlead.ledger.accounts.evm_calls import read_flat_calls, read_nested_calls
from chainlead.ledger.accounts.evm_transaction import parse_evm_transaction
from chainlead.model import Chain, Network
from chainlead.store import Store

REQUEST = AccountRequest(get_account_chain(Chain.ETHEREUM), Network.MAIN)


def read(content, request=REQUEST):
    return list(read_account_source(content, find_account_form(content, request), request))


def of_kind(events, kind):
    return [event for event in events if isinstance(event, kind)]


@pytest.fixture(scope="module")
def folder(request):
    path = request.getfixturevalue("shared_data") / "eth"
    if not path.is_dir():
        pytest.skip("no Ethereum data beside the repository")
    return path


@pytest.mark.real
def test_blocks_of_every_fork_are_proved_with_all_their_transactions(folder):
    kinds: Counter = Counter()
    blocks = 0
    for path in sorted((folder / "nimbus").glob("*.json")):
        content = path.read_bytes()
        is_fork = path.stem in {"London", "Shanghai", "Cancun", "Prague"}
        if b"transactionsRoot" not in content or (len(content) > 120_000 and not is_fork):
            continue
        events = read(content)
        (block,) = of_kind(events, AccountBlockRead)
        told = json.loads(content)
        assert block.verified is Verified.REHASHED
        transactions = of_kind(events, AccountTransactionRead)
        assert {t.verified for t in transactions} <= {Verified.IN_BLOCK}
        assert not of_kind(events, Skipped)
        kinds.update(t["type"] for t in told["transactions"])
        blocks += 1
    assert blocks == 16
    assert set(kinds) == {"0x0", "0x1", "0x2", "0x3"}


@pytest.mark.real
def test_exported_blocks_are_proved(folder):
    content = (folder / "besu" / "block_4400001.rlp").read_bytes()
    content += (folder / "besu" / "block_4400002.rlp").read_bytes()
    events = read(content)
    one, two = of_kind(events, AccountBlockRead)
    assert (one.height, two.height, two.parent_hash) == (4400001, 4400002, one.block_hash)
    assert len(of_kind(events, AccountTransactionRead)) == 156


@pytest.mark.real
def test_a_cut_file_of_blocks_gives_the_whole_ones_and_says_so(folder):
    content = (folder / "besu" / "block_4400001.rlp").read_bytes()
    events = read(content + content[:500])
    assert len(of_kind(events, AccountBlockRead)) == 1
    assert "cut off" in of_kind(events, Skipped)[0].reason


@pytest.mark.real
def test_the_291_transfers_of_the_export_come_out_of_its_logs(folder):
    stream = folder / "ethereum-etl" / "test_stream" / "blocks_17173049_17173050"
    expected = Counter()
    for line in (stream / "expected_token_transfers.json").read_text().splitlines():
        row = json.loads(line)
        expected[row["transaction_hash"][2:], row["token_address"], row["from_address"],
                 row["to_address"]] += 1  # fmt: skip
    assert expected.total() == 291
    found = Counter()
    zero = "0x" + "0" * 40
    for event in of_kind(
        read((stream / "expected_logs.json").read_bytes()), AccountTransactionRead
    ):
        for t in event.transfers:
            if not t.note.endswith("wrapped coin"):
                found[event.txid, t.contract, t.sender or zero, t.receiver or zero] += 1
    assert found == expected


@pytest.mark.real
def test_the_amounts_of_the_export_come_out_of_its_logs(folder):
    stream = folder / "ethereum-etl" / "test_stream" / "blocks_17173049_17173050"
    told = [
        json.loads(x) for x in (stream / "expected_token_transfers.json").read_text().splitlines()
    ]
    expected = Counter((row["transaction_hash"][2:], row["value"]) for row in told)
    events = of_kind(read((stream / "expected_logs.json").read_bytes()), AccountTransactionRead)
    found = Counter(
        (event.txid, t.amount_units if t.kind != "single token" else int(t.note.split()[-1]))
        for event in events for t in event.transfers if not t.note.endswith("wrapped coin")
    )  # fmt: skip
    assert found == expected


@pytest.mark.real
def test_nested_and_flat_traces_of_one_transaction_say_the_same(folder):
    nested = folder / "geth-tracetest" / "call_tracer"
    compared = 0
    for path in sorted(nested.glob("*.json")):
        other = folder / "geth-tracetest" / "call_tracer_flat" / path.name
        if other.exists() and "onlytop" not in path.name:
            one, two = json.loads(path.read_text()), json.loads(other.read_text())
            if one["input"] == two["input"]:
                read_one, read_two = (
                    read_nested_calls(one["result"]),
                    read_flat_calls(two["result"]),
                )
                assert read_one.moves == read_two.moves
                assert read_one.is_successful == read_two.is_successful
                compared += 1
    assert compared >= 10


@pytest.mark.real
def test_the_sender_in_each_trace_is_the_one_that_signed(folder):
    for path in sorted((folder / "geth-tracetest").glob("*/*.json")):
        case = json.loads(path.read_text())
        asked = parse_evm_transaction(bytes.fromhex(case["input"][2:]))
        result = case["result"]
        told = result[0]["action"] if isinstance(result, list) else result
        assert asked.sender == told["from"]


@pytest.mark.real
def test_histories_of_a_service_stay_the_word_of_a_single_source(folder):
    content = (folder / "etherscan-python" / "get_normal_txs_by_address.json").read_bytes()
    events = of_kind(read(content), AccountTransactionRead)
    assert len(events) == 41
    assert {e.verified for e in events} == {Verified.SINGLE_SOURCE}
    assert not any(e.sees_internal for e in events)
    first = events[0]
    assert (first.transfers[0].sender, first.fee_units) == (None, None)
    things = (folder / "etherscan-python").glob("get_erc721*.json")
    for path in things:
        moved = [
            t for e in of_kind(read(path.read_bytes()), AccountTransactionRead) for t in e.transfers
        ]
        assert {(t.kind, t.amount_units) for t in moved} == {("single token", 1)}


@pytest.mark.real
def test_four_tables_of_one_block_are_put_together(folder):
    tables = folder / "ethereum-etl"
    paths = [
        tables / "test_export_blocks_job" / "block_with_logs" / "expected_transactions.csv",
        tables / "test_export_receipts_job" / "receipts_with_logs" / "expected_receipts.csv",
        tables / "test_export_receipts_job" / "receipts_with_logs" / "expected_logs.csv",
        tables / "test_export_blocks_job" / "block_with_logs" / "expected_blocks.csv",
    ]
    for order in (paths, paths[::-1]):
        with Store.in_memory() as store:
            for path in order:
                AccountWriter(store, REQUEST, path.name).write(read(path.read_bytes()))
            rows = list(store.rows("account_transactions", chain="ethereum"))
            assert len(rows) == 4
            assert all(row["fee_payer"] and row["fee_units"] for row in rows)
            kinds = Counter(row["kind"] for row in store.rows("account_transfers"))
            assert kinds == {"payment": 2, "token": 2}


@pytest.mark.real
def test_a_block_that_was_tampered_with_is_refused(folder):
    told = json.loads((folder / "nimbus" / "DAO.json").read_text())
    told["transactions"] = told["transactions"][1:]
    (skipped,) = read(json.dumps(told).encode())
    assert "not the header's" in skipped.reason


@pytest.mark.real
def test_blocks_of_another_chain_are_named(folder):
    other = AccountRequest(get_account_chain(Chain.ELECTRONEUM_SMART_CHAIN), Network.MAIN)
    content = (folder / "nimbus" / "22431082.json").read_bytes()
    with pytest.raises(WrongNetworkError, match="is of chain 1, not 52014"):
        read(content, other)


@pytest.mark.real
def test_receipts_that_are_not_the_blocks_own_are_refused(folder):
    stream = folder / "ethereum-etl" / "test_stream" / "blocks_1755634_1755635"
    block = json.loads(next(stream.glob("*0x1ac9f3_true*")).read_text())["result"]
    receipts = [json.loads(p.read_text())["result"] for p in stream.glob("*getTransactionReceipt*")]
    whole = of_kind(read(json.dumps([block, *receipts]).encode()), AccountTransactionRead)
    assert {t.verified for t in whole} == {Verified.IN_BLOCK}
    assert sum(len(t.transfers) for t in whole) == 2
    next(r for r in receipts if r["logs"])["logs"][0]["data"] = "0x" + "00" * 31 + "07"
    events = read(json.dumps([block, *receipts]).encode())
    assert "receipts told are not the header's" in of_kind(events, Skipped)[0].reason
    assert all(t.is_successful is None for t in of_kind(events, AccountTransactionRead))


def test_a_record_of_another_chain_is_refused():
    head = '{"chainlead_exchanges":1,"kind":"evm-rpc"}'
    row = {
        "host": "h", "path": "/", "question": "chain state", "attempt": 1, "status": 200,
        "asked_at": "2026-01-01T00:00:00.000000Z",
        "request": json.dumps({"id": 0, "method": "eth_chainId", "params": []}),
        "body": json.dumps({"id": 0, "result": "0xcb2e"}),
    }  # fmt: skip
    with pytest.raises(WrongNetworkError, match="of chain 52014, not 1"):
        read(f"{head}\n{json.dumps(row)}\n".encode())


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b"\xf8", b"\xf9\xff\xff", b"a,b\n1,2", b"[" * 5000]
)
def test_what_is_none_of_these_is_refused(content):
    with pytest.raises(LedgerSourceError):
        find_account_form(content, REQUEST)


def test_a_token_table_alone_is_of_use():
    content = (
        b"address,symbol,name,decimals,total_supply,block_number\n0x"
        + b"11" * 20
        + b",USDT,,6,1,\n"
    )
    (asset,) = of_kind(read(content), AssetRead)
    assert asset.decimals == 6
    assert "another contract" in asset.note


def test_the_view_of_the_coin_has_the_fee_of_a_failed_transaction():
    tables = (
        b"hash,nonce,block_hash,block_number,transaction_index,from_address,to_address,value,gas,gas_price,input\n"
        b"0x" + b"aa" * 32 + b",1,0x" + b"bb" * 32 + b",5,0,0x" + b"11" * 20 + b",0x" + b"22" * 20
        + b",700,30000,2,0x\n",
        b"transaction_hash,block_hash,block_number,transaction_index,cumulative_gas_used,gas_used,status,effective_gas_price\n"
        b"0x" + b"aa" * 32 + b",0x" + b"bb" * 32 + b",5,0,30000,30000,0,2\n",
    )  # fmt: skip
    with Store.in_memory() as store:
        for number, table in enumerate(tables):
            AccountWriter(store, REQUEST, str(number)).write(read(table))
        view = CaseAccounts(store, Chain.ETHEREUM)
        (entry,) = view.transfers_of("0x" + "11" * 20)
        assert (entry.amount_units, entry.fee_units) == (0, 60_000)
        assert not view.transfers_of("0x" + "22" * 20)
