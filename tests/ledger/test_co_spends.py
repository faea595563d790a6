"""Who spent together, read from columns: what the case ledger says, transaction by transaction."""

import pytest

from chainlead.ledger import CaseLedger, CoSpends
from chainlead.model import Chain, Network
from chainlead.workflow.ledger import add


def together(ledger):
    """The slow way: every transaction built, every input looked at."""
    found = {}
    for transaction in ledger.transactions():
        addresses = {s.previous.address for s in transaction.inputs if s.previous} - {None}
        if len(addresses) > 1 and not transaction.is_coinbase:
            found[transaction.txid] = addresses
    return found


def groups(found):
    """Sets of transactions that share addresses, directly or by others."""
    merged = []
    for txid, addresses in sorted(found.items()):
        touching = [entry for entry in merged if entry[1] & addresses]
        merged = [entry for entry in merged if not entry[1] & addresses]
        parts = [({txid}, addresses), *touching]
        merged.append((set().union(*(t for t, _ in parts)), set().union(*(a for _, a in parts))))
    return merged


@pytest.mark.real
@pytest.mark.parametrize(
    ("folder", "pattern"),
    [
        ("btc-blocks/jeffchan", "*"),
        ("btc-blocks/bitcoin-s", "0000*"),
        ("api-fixtures/mempool", "transactions-random.json"),
    ],
)
def test_it_agrees_with_the_case_ledger_on_real_blocks(case, shared_data, folder, pattern):
    paths = sorted((shared_data / folder).glob(pattern))
    if not paths:
        pytest.skip(f"{folder} is not beside this checkout")
    add(case, paths, chain=Chain.BITCOIN, network=Network.MAIN)
    ledger, spends = CaseLedger(case.store, Chain.BITCOIN), CoSpends(case.store, Chain.BITCOIN)
    found = together(ledger)
    assert set(spends.transactions()) == set(found)
    assert set(spends.addresses) == set().union(*found.values())
    expected = groups(found)
    for txids, addresses in expected:
        numbers = {spends.group_of(address) for address in addresses}
        (number,) = numbers
        assert set(spends.transactions_of(number)) == txids
        assert set(spends.addresses_of(number)) == addresses
    assert len({spends.group_of(next(iter(a))) for _, a in expected}) == len(expected)
    assert spends.group_of("no such address") is None


def test_an_empty_ledger_has_no_co_spends(case):
    spends = CoSpends(case.store, Chain.BITCOIN)
    assert len(spends) == 0
    assert "x" not in spends
