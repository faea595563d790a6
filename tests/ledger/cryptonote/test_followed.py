"""Money on Electroneum's first ledger, followed through its three eras, on a chain with real keys.

The chain is our own (see conftest): no node of Electroneum could be had.
"""

import json
from itertools import permutations

import pytest

from chainlead.ledger import CaseLedger, Verified
from chainlead.model import Chain, Outpoint, Strength, Txid
from chainlead.trace import Direction, Reason
from chainlead.workflow.case import Case
from chainlead.workflow.ledger import add
from chainlead.workflow.trace import trace
from chainlead.workflow.verify import verify

ETN = Chain.ELECTRONEUM


@pytest.fixture
def case(tmp_path):
    with Case.create(tmp_path / "case", key=bytes(32)) as opened:
        yield opened


def put(tmp_path, name, *parts):
    """A file of hexadecimal lines, blocks and transactions."""
    path = tmp_path / name
    path.write_text("\n".join(part.hex() for part in parts) + "\n")
    return path


def point(coin):
    return f"{coin.txid.hex()}:{coin.index}"


def frontier(document, rule="haircut"):
    found = document["rules"][rule]["frontier"]
    return {(one["outpoint"], one["reason"], one["traced_units"]) for one in found}


@pytest.fixture
def chain(forge, tmp_path):
    """Alice's coin goes to Bob by a ring of one, from Bob to Carol, and into the open."""
    alice, bob, carol, miner = map(forge.wallet, ("alice", "bob", "carol", "miner"))
    minted = forge.mint([(alice, 1000), (miner, 1000)])
    blocks = [forge.block(minted)]
    first = forge.pay([(minted.coins[0], [])], [(bob, 700), (alice, 290)])
    m1 = forge.mint([(miner, 100)])
    blocks.append(forge.block(m1, [first]))
    second = forge.pay([(first.coins[0], [])], [(carol, 690)])
    m2 = forge.mint([(miner, 100)])
    blocks.append(forge.block(m2, [second]))
    third = forge.pay_openly([second.coins[0]], [(carol, 680)], version=2)
    fourth = forge.pay_openly([third.coins[0]], [(bob, 400), (carol, 270)])
    return {
        "forge": forge, "minted": minted, "first": first, "second": second, "third": third,
        "fourth": fourth, "blocks": blocks, "bob": bob, "carol": carol,
    }  # fmt: skip


def open_file(tmp_path, name, *made):
    """As a node answers: the id beside the bytes."""
    path = tmp_path / name
    answers = [{"tx_hash": one.txid.hex(), "as_hex": one.raw.hex()} for one in made]
    path.write_text(json.dumps({"txs": answers}))
    return path


def everything(chain, tmp_path):
    return [
        put(tmp_path, "blocks.hex", *chain["blocks"], chain["first"].raw, chain["second"].raw),
        open_file(tmp_path, "open.json", chain["third"], chain["fourth"]),
    ]


def test_a_ring_of_one_is_followed_exactly_from_the_bytes_alone(case, chain, tmp_path):
    add(case, everything(chain, tmp_path), chain=ETN)
    _, document = trace(case, point(chain["minted"].coins[0]), chain=ETN)
    ends = frontier(document)
    bob, carol = chain["fourth"].coins
    assert {end for end in ends if end[1] == Reason.UNSPENT.value} >= {
        (point(bob), "unspent", "400"), (point(carol), "unspent", "270"),
    }  # fmt: skip
    found = document["rules"]["haircut"]["frontier"]
    assert sum(int(one["traced_units"]) for one in found if one["reason"] == "fee") == 40
    assert sum(int(one["traced_units"]) for one in found) == 1000


def test_backward_leads_from_an_open_address_to_the_coins_that_were_mined(case, chain, tmp_path):
    add(case, everything(chain, tmp_path), chain=ETN)
    _, document = trace(case, chain["bob"].address, chain=ETN, direction=Direction.BACKWARD)
    assert {reason for _, reason, _ in frontier(document)} == {Reason.COINBASE.value}


def test_the_answer_is_the_same_whatever_the_order_of_the_files(chain, tmp_path):
    files = [
        put(tmp_path, "a.hex", *chain["blocks"], chain["first"].raw, chain["second"].raw),
        open_file(tmp_path, "b.json", chain["third"]),
        open_file(tmp_path, "c.json", chain["fourth"]),
    ]
    answers = set()
    for number, order in enumerate(permutations(files)):
        with Case.create(tmp_path / f"case{number}", key=bytes(32)) as case:
            for file in order:
                add(case, [file], chain=ETN)
            _, document = trace(case, point(chain["minted"].coins[0]), chain=ETN)
            answers.add(json.dumps(sorted(frontier(document), key=str)))
    assert len(answers) == 1


def test_a_ring_of_several_is_one_of_n_and_not_followed(case, forge, tmp_path):
    alice, bob = forge.wallet("alice"), forge.wallet("bob")
    minted = forge.mint([(alice, 500)] * 3)
    paid = forge.pay([(minted.coins[1], [minted.coins[0], minted.coins[2]])], [(bob, 490)])
    later = forge.block(minted), forge.block(forge.mint([(alice, 7)]), [paid])
    add(case, [put(tmp_path, "blocks.hex", *later, paid.raw)], chain=ETN)
    _, backward = trace(case, point(paid.coins[0]), chain=ETN, direction=Direction.BACKWARD)
    (end,) = backward["rules"]["haircut"]["frontier"]
    assert end["reason"] == Reason.ONE_OF_SEVERAL.value
    assert "one of 3 outputs" in end["note"]
    assert "not followed" in end["note"]
    _, forward = trace(case, point(minted.coins[1]), chain=ETN)
    (end,) = forward["rules"]["haircut"]["frontier"]
    assert end["reason"] == Reason.ONE_OF_SEVERAL.value  # never "unspent": a ring may spend it
    assert CaseLedger(case.store, ETN).lookup_transaction(Txid(paid.txid[::-1])).fee_units == 10


def test_a_ring_of_one_whose_output_is_not_known_says_so_and_keeps_its_amount(
    case, forge, tmp_path
):
    alice, bob = forge.wallet("alice"), forge.wallet("bob")
    minted = forge.mint([(alice, 500)])
    paid = forge.pay([(minted.coins[0], [])], [(bob, 490)])
    add(case, [put(tmp_path, "one.hex", paid.raw)], chain=ETN)
    _, document = trace(case, point(paid.coins[0]), chain=ETN, direction=Direction.BACKWARD)
    (end,) = document["rules"]["haircut"]["frontier"]
    assert end["reason"] == Reason.LEFT_KNOWN_BLOCKS.value
    assert "number 0 of this amount was spent, for certain" in end["note"]


def test_a_key_that_a_liar_names_does_not_turn_the_trail(case, forge, tmp_path):
    alice, bob, eve = map(forge.wallet, ("alice", "bob", "eve"))
    minted = forge.mint([(alice, 500), (eve, 500)])
    paid = forge.pay([(minted.coins[0], [])], [(bob, 490)])
    image = paid.raw[paid.raw.index(b"\xf4\x03\1\0") + 4 :][:32]
    lie = {
        "tx_hash": paid.txid.hex(),
        "inputs": [
            {"key_image": image.hex(), "mixins": [{"public_key": minted.coins[1].key.hex()}]}
        ],
    }
    path = tmp_path / "lie.json"
    path.write_text(json.dumps(lie))
    add(case, [path, put(tmp_path, "blocks.hex", forge.block(minted), paid.raw)], chain=ETN)
    spent = CaseLedger(case.store, ETN).lookup_transaction(Txid(paid.txid[::-1])).inputs[0]
    assert spent.outpoint == Outpoint(Txid(minted.txid[::-1]), 0)


def test_two_outputs_with_one_key_leave_open_which_was_spent(case, forge, tmp_path):
    alice, bob = forge.wallet("alice"), forge.wallet("bob")
    minted = forge.mint([(alice, 500)])
    forge.made -= 1  # the same secret again: the payer makes the same key
    forge.height += 1
    twin = forge.mint([(alice, 500)])
    assert twin.coins[0].key == minted.coins[0].key
    paid = forge.pay([(minted.coins[0], [])], [(bob, 490)])
    add(case, [put(tmp_path, "a.hex", minted.raw, paid.raw)], chain=ETN)
    lookup = lambda: CaseLedger(case.store, ETN).lookup_transaction(Txid(paid.txid[::-1])).inputs[0]  # noqa: E731
    assert lookup().previous.ring == ()
    add(case, [put(tmp_path, "b.hex", twin.raw, forge.block(twin))], chain=ETN)
    assert lookup().previous.ring == (0,)


def test_a_transaction_whose_id_cannot_be_recomputed_stays_its_source_s_word(case, chain, tmp_path):
    strange = chain["fourth"]
    strange.txid = bytes(range(32))
    add(case, [open_file(tmp_path, "odd.json", strange)], chain=ETN)
    found = CaseLedger(case.store, ETN).lookup_transaction(Txid(strange.txid[::-1]))
    assert found.verified is Verified.SINGLE_SOURCE
    assert {output.strength for output in found.outputs} == {Strength.ASSERTED}
    assert [output.address for output in found.outputs] == [
        chain["bob"].address, chain["carol"].address,
    ]  # fmt: skip


def test_a_block_counts_as_known_only_with_all_its_transactions(case, chain, tmp_path):
    result = add(case, [put(tmp_path, "b.hex", chain["blocks"][1])], chain=ETN)
    assert result.total("blocks") == 0
    assert "does not count as known" in result.sources[0].skipped[0].reason
    add(case, [put(tmp_path, "c.hex", chain["blocks"][1], chain["first"].raw)], chain=ETN)
    found = CaseLedger(case.store, ETN).lookup_transaction(Txid(chain["first"].txid[::-1]))
    assert (found.height, found.verified) == (300_001, Verified.IN_BLOCK)


def test_an_electroneum_case_is_rebuilt_byte_for_byte(chain, tmp_path):
    with Case.create(tmp_path / "case", key=bytes(32)) as case:
        add(case, everything(chain, tmp_path), chain=ETN)
        trace(case, point(chain["minted"].coins[0]), chain=ETN)
    assert verify(tmp_path / "case").problems == []


@pytest.mark.parametrize("junk", [b"{}", b"[]", b"\1" * 200, b"\xff" * 64, b"{" * 5000])
def test_what_is_no_such_ledger_is_refused(case, tmp_path, junk):
    from chainlead.errors import LedgerError

    path = tmp_path / "junk"
    path.write_bytes(junk)
    with pytest.raises(LedgerError):
        add(case, [path], chain=ETN)


def test_blocks_without_checked_work_are_never_more_than_loose_unless_a_pin_descends_from_them(
    case, forge, tmp_path, monkeypatch
):
    from chainlead.ledger import block_levels
    from chainlead.ledger.cryptonote.open_block import parse_open_block
    from chainlead.model import BlockHash

    genesis = bytes.fromhex("1c5da5c1e1420653825260b8ffc85499fdfb6457153a7df9720e659075b3ce76")
    forge.tip, forge.height = genesis, 1
    alice = forge.wallet("alice")
    blocks = [forge.block(forge.mint([(alice, 500)])) for _ in range(3)]
    add(case, [put(tmp_path, "b.hex", *blocks)], chain=ETN)
    levels = {t.verified for t in CaseLedger(case.store, ETN).transactions()}
    assert levels == {Verified.IN_BLOCK}  # "linked to the first block" costs nothing here
    pinned = BlockHash(parse_open_block(blocks[1], ETN).block_id[::-1])
    monkeypatch.setattr(block_levels, "checkpoints", lambda _chain: {2: pinned})
    found = {t.height: t.verified for t in CaseLedger(case.store, ETN).transactions()}
    best = Verified.ON_BEST_CHAIN
    assert found == {1: best, 2: best, 3: Verified.IN_BLOCK}


def test_a_block_that_follows_none_and_is_not_the_first_is_refused(case, forge, tmp_path):
    from chainlead.errors import LedgerSourceError

    forge.tip = bytes(32)
    block = forge.block(forge.mint([(forge.wallet("alice"), 500)]))
    with pytest.raises(LedgerSourceError, match="not this ledger's first"):
        add(case, [put(tmp_path, "b.hex", block)], chain=ETN)
