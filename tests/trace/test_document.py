"""The document of a trace: every place of every rule has its bounds."""

from chainlead.model import Outpoint, Txid
from chainlead.trace import Least, Most, Origin, derive_document, find_rules, walk

UNKNOWN = Outpoint(Txid(bytes(range(32))), 7)


def document_of(ledger, origin):
    rules = find_rules()
    found = walk(ledger, origin, rules=(*rules, Least(), Most()))
    results = {result.rule: result for result in found.rules}
    return derive_document(found, rules=rules, bounds=(results["least"], results["most"]))


def bands(document):
    return {
        (band["outpoint"] or f"fee of {band['txid']}", band["reason"]): (
            band["least_units"],
            band["most_units"],
        )
        for band in document["bounds"]
    }


def test_a_place_where_exact_rules_stop_and_the_maximum_goes_on_has_both_bounds(world):
    coin = world.mine(("a", 100))
    paid = world.pay([(coin, 0), UNKNOWN], ("c", 150))
    assert bands(document_of(world.ledger(), Origin(txid=coin.txid))) == {
        (str(coin.outputs[0].outpoint), "left the known blocks"): ("100", "100"),
        (str(paid.outputs[0].outpoint), "unspent"): ("0", "100"),
    }


def test_every_place_of_every_rule_is_bounded_and_no_maximum_exceeds_the_origin(world):
    coin = world.mine(("a", 10))
    other = world.mine(("b", 90))
    first = world.pay([(coin, 0), (other, 0)], ("c", 10), ("d", 80))
    world.pay([(first, 0), (first, 1)], ("e", 70), ("f", 12))
    document = document_of(world.ledger(), Origin(txid=coin.txid))
    found = bands(document)
    for name, result in document["rules"].items():
        for node in result["frontier"]:
            least, most = found[node["outpoint"] or f"fee of {node['txid']}", node["reason"]]
            assert int(least) <= int(node["traced_units"])
            assert name == "poison" or int(node["traced_units"]) <= int(most)
    assert {most for _, most in found.values()} <= {"8", "10"}
