"""Bitcoin Cash's rules before a real node: bitcoind without segwit writes what its node would write.

No node of Bitcoin Cash is packaged. Its RPC is Bitcoin's, and so is its block format; signatures are not
looked at on a private chain.
"""

from collections import Counter

import pytest

from chainlead.codecs import script_from_address
from chainlead.errors import LedgerError
from chainlead.ledger import CaseLedger
from chainlead.model import Chain, Network
from chainlead.wire import Login, Route
from chainlead.workflow.consent import grant
from chainlead.workflow.conversation import NodeAddress
from chainlead.workflow.fetch import fetch_blocks
from chainlead.workflow.ledger import add
from chainlead.workflow.verify import verify

CASH = {"chain": Chain.BITCOIN_CASH, "network": Network.REGTEST}
COIN = 10**8
OPTIONS = ("-testactivationheight=segwit@100000", "-addresstype=legacy", "-changetype=legacy")


@pytest.fixture
def plain_node(socket_enabled, memory_folder, node_starter):
    """A bitcoind on whose chain segwit never began."""
    node = node_starter("bitcoin", memory_folder, *OPTIONS)
    yield node
    node.stop()


def agreed(case, node) -> NodeAddress:
    grant(case, node.host, ("chain state", "blocks"), why="our own node")
    user, _, password = node.cookie.read_text().partition(":")
    return NodeAddress(node.url, Route(login=Login(user, password)))


def test_payments_are_those_of_the_nodes_wallet_in_either_way_to_write_an_address(case, plain_node):
    node = plain_node
    shop, customer = node.wallet("shop"), node.wallet("customer")
    node.mine(101, customer)
    for turn in range(5):
        node.call("sendtoaddress", shop, f"0.{turn + 1:02}", wallet="customer")
        node.mine(2, customer)
    result = fetch_blocks(case, agreed(case, node), 0, **CASH)
    assert result.pin.height == node.call("getblockcount")
    ledger = CaseLedger(case.store, Chain.BITCOIN_CASH)
    paid = Counter(output.amount_units for output in ledger.outputs_to(shop))
    truth = node.call("listtransactions", "*", 1000, wallet="shop")
    assert paid == Counter(round(row["amount"] * COIN) for row in truth)
    written = {output.address for output in ledger.outputs_to(shop)}
    assert [text.startswith("bchreg:q") for text in written] == [True]
    (text,) = written
    script = script_from_address(text, Chain.BITCOIN_CASH, Network.REGTEST)
    assert script == bytes.fromhex(node.call("getaddressinfo", shop, wallet="shop")["scriptPubKey"])


def test_the_nodes_block_files_are_read_too(case, plain_node):
    customer = plain_node.wallet("customer")
    plain_node.mine(10, customer)
    plain_node.stop()
    result = add(case, [plain_node.folder / "regtest" / "blocks" / "blk00000.dat"], **CASH)
    assert (result.total("new_blocks"), result.pin.height) == (11, 10)
    case.close()
    assert verify(case.folder).problems == []


def test_blocks_with_witnesses_are_refused_as_bitcoins(case, bitcoind):
    customer = bitcoind.wallet("customer")
    bitcoind.mine(3, customer)
    with pytest.raises(LedgerError, match="witnesses, which Bitcoin Cash never had"):
        fetch_blocks(case, agreed(case, bitcoind), 1, **CASH)
