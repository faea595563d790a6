import json

import pytest

from chainlead.errors import (
    BlockInvalidError,
    LedgerSourceError,
    TransactionInvalidError,
    WrongNetworkError,
)
from chainlead.ledger import find_form, read_source


def node_json(workshop, raw):
    block = workshop.parse(raw)
    header = block.header
    sizes, at = [], 81
    for transaction in block.transactions:
        rest = next(
            end
            for end in range(at + 60, len(raw) + 1)
            if workshop_txid(workshop, raw[at:end]) == transaction.txid
        )
        sizes.append(raw[at:rest].hex())
        at = rest
    return {
        "version": header.version,
        "merkleroot": header.merkle_root[::-1].hex(),
        "previousblockhash": header.previous_hash[::-1].hex(),
        "time": header.mined_at_unix,
        "bits": f"{header.target_bits:08x}",
        "nonce": header.nonce,
        "tx": [{"hex": part} for part in sizes],
    }


def workshop_txid(workshop, raw):
    try:
        return workshop.txid_of(raw)
    except TransactionInvalidError:
        return None


def test_hex_text_reads_like_its_bytes(genesis, mainnet):
    expected = list(read_source(genesis, "raw-block", mainnet))
    text = genesis.hex()
    wrapped = "\r\n".join(text[i : i + 64] for i in range(0, len(text), 64))
    for form in (text, text.upper() + "\n", "0x" + text, wrapped, "\ufeff " + text + " "):
        content = form.encode()
        assert find_form(content, mainnet) == "hex-block"
        assert list(read_source(content, "hex-block", mainnet)) == expected


def test_a_nodes_json_is_put_together_and_checked(workshop, regtest):
    raw = workshop.chain(2)[1]
    document = node_json(workshop, raw)
    expected = list(read_source(raw, "raw-block", regtest))
    for shape in (document, {"result": document, "error": None}, {"block": raw.hex()}):
        content = json.dumps(shape).encode()
        assert find_form(content, regtest) == "node-json"
        assert list(read_source(content, "node-json", regtest)) == expected
    broken = json.dumps({**document, "merkleroot": "11" * 32}).encode()
    with pytest.raises(BlockInvalidError):
        list(read_source(broken, "node-json", regtest))


@pytest.mark.parametrize(
    ("field", "value"),
    [("version", 2**40), ("bits", "zz"), ("time", -1), ("nonce", "1"), ("merkleroot", "1")],
)
def test_a_nodes_json_with_an_impossible_field_is_refused(workshop, regtest, field, value):
    document = {**node_json(workshop, workshop.chain(1)[0]), field: value}
    content = json.dumps(document).encode()
    with pytest.raises(BlockInvalidError):
        list(read_source(content, find_form(content, regtest), regtest))


def test_a_regtest_block_is_refused_as_mainnet(workshop, mainnet):
    raw = workshop.chain(1)[0]
    assert find_form(raw, mainnet) == "raw-block"
    with pytest.raises(WrongNetworkError, match="regtest"):
        list(read_source(raw, "raw-block", mainnet))


def test_plain_text_is_no_block(mainnet):
    with pytest.raises(LedgerSourceError, match="known form"):
        find_form(b'{\n    "code": 500,\n    "message": "Block not found"' + b" " * 90, mainnet)


def test_a_transaction_alone_is_read_without_a_place(workshop, mainnet):
    raw = workshop.spend([(bytes(31) + b"\1", 0)], [(5, 5)])
    for content in (raw, raw.hex().encode() + b"\n"):
        assert find_form(content, mainnet) == "raw-transaction"
        (event,) = read_source(content, "raw-transaction", mainnet)
        assert event.transaction.txid == workshop.txid_of(raw)
        assert event.claims.height is None


def test_a_list_of_headers_is_named_as_what_it_is(workshop, regtest):
    headers = b"".join(raw[:80] for raw in workshop.chain(3))
    with pytest.raises(LedgerSourceError, match="headers without their transactions"):
        find_form(headers, regtest)
