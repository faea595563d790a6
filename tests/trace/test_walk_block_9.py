"""The coinbase of block 9, followed by hand through the real blocks up to height 4312; and a case where rules differ.

The ledger (whole bitcoins, no fee anywhere; a = 12cbQL…, the address of the coinbase):

    height 170  f4184fc5   in: 50 of the coinbase            out: 0 10 (unspent)   1 40 to a
    height 181  a16f3ce4   in: f4184fc5:1 40                 out: 0 10 (unspent)   1 30 to a
    height 182  591e91f8   in: a16f3ce4:1 30                 out: 0  1             1 29 to a
    height 183  12b5633b   in: 591e91f8:1 29                 out: 0  1             1 28 to a
    height 187  4385fcf8   in: 12b5633b:0  1                 out: 0  1
    height 221  298ca204   in: 591e91f8:0  1                 out: 0  1 (unspent)
    height 248  828ef3b0   in: 12b5633b:1 28                 out: 0 10             1 18 (unspent)
    height 496  a3b0e9e7   in: 26429988:0 50, 4385fcf8:0 1, 828ef3b0:0 10   out: 0 61 (unspent)

Up to height 248 each transaction has one input, wholly traced, and no fee: under every rule each
output is wholly traced. At height 496 the inputs are 50 untraced, 1 traced, 10 traced, and one output
of 61 takes them all:

    haircut   11 of 61 in, one output of 61: 11 * 61 / 61                    = 11
    fifo      queue [0,50) untraced, [50,61) traced; the output is [0,61)    = 11
    lifo      the queue from the back: [0,11) traced, [11,61) untraced       = 11
    tiho      11 traced units into the largest, the only, output             = 11
    poison    a traced input: the whole output                               = 61
    least     11 in, the other outputs can hold 0                            = 11
    most      11 in, the output holds 61                                     = 11

So the ends are 10 + 10 + 1 + 18 + 11 = 50 under each rule that conserves.
"""

from pathlib import Path

import pytest

from chainlead.ledger import CaseLedger
from chainlead.model import Chain, Network
from chainlead.trace import (
    Direction,
    Least,
    Most,
    Origin,
    Reason,
    find_rules,
    parse_origin,
    walk,
)
from chainlead.workflow.case import Case
from chainlead.workflow.ledger import add

COIN = 10**8
BLOCK_9 = "0437cd7f8525ceed2324359c2d0ba26006d92d856a9c20fa0241106ee5a597c9:0"
ENDS = {
    "f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16:0": 10,
    "a16f3ce4dd5deb92d98ef5cf8afeaf0775ebca408f708b2146c4fb42b41e14be:0": 10,
    "298ca2045d174f8a158961806ffc4ef96fad02d71a6b84d9fa0491813a776160:0": 1,
    "828ef3b079f9c23829c56fe86e85b4a69d9e06e5b54ea597eef5fb3ffef509fe:1": 18,
}
MERGED = "a3b0e9e7cddbbe78270fa4182a7675ff00b92872d8df7d14265a2b1e379a9d33:0"
IN_MERGED = {
    "fifo": 11,
    "haircut": 11,
    "least": 11,
    "lifo": 11,
    "most": 11,
    "poison": 61,
    "tiho": 11,
}


@pytest.fixture
def ledger(case: Case, shared_data: Path) -> CaseLedger:
    path = shared_data / "btc-blocks/jeffchan/blk00000-first1MB.dat"
    if not path.is_file():
        pytest.skip(f"{path.name} is not beside this checkout")
    add(case, [path], chain=Chain.BITCOIN, network=Network.MAIN)
    return CaseLedger(case.store, Chain.BITCOIN)


@pytest.mark.real
def test_the_coinbase_of_block_9_ends_as_worked_out_by_hand(ledger: CaseLedger) -> None:
    rules = (*find_rules(), Least(), Most())
    assert {rule.name for rule in rules} == IN_MERGED.keys()
    found = walk(ledger, parse_origin(BLOCK_9), rules=rules)
    assert [t.height for t in found.transactions] == [9, 170, 181, 182, 183, 187, 221, 248, 496]
    for result in found.rules:
        assert {node.reason for node in result.frontier} == {Reason.UNSPENT}
        ends = {str(node.outpoint): node.traced_units for node in result.frontier}
        by_hand = {**ENDS, MERGED: IN_MERGED[result.rule]}
        assert ends == {place: coins * COIN for place, coins in by_hand.items()}
        if result.conserves:
            assert sum(ends.values()) == result.origin_units == 50 * COIN


@pytest.mark.real
def test_looking_back_from_the_merged_61_names_the_three_coinbases(ledger: CaseLedger) -> None:
    """By hand: one output takes every unit of its inputs, so each rule gives each input back whole.

    50 are the coinbase of block 360 (26429988:0); the 1 and the 10 were one coinbase of 50
    before they were split off, that of block 9: 11 of it. Poison counts the coinbase whole: 50.
    """
    origin = Origin(outpoint=parse_origin(MERGED).outpoint)
    found = walk(ledger, origin, direction=Direction.BACKWARD, rules=find_rules())
    for result in found.rules:
        ends = {str(node.outpoint)[:8]: node.traced_units // COIN for node in result.frontier}
        assert {node.reason for node in result.frontier} == {Reason.COINBASE}
        from_block_9 = 50 if result.rule == "poison" else 11
        assert ends == {"0437cd7f": from_block_9, "26429988": 50}


FEES = "f8bf1e886d6ba6e4927acf861cf5ab3e62af2d50a6b011427f0369fa3e058eb2:0"
FIRST_FEE = "fee 65f75ac6"
SMALL, LARGE, SECOND_FEE = "5b62efcc:0", "5b62efcc:1", "fee 5b62efcc"
BY_HAND = {
    "fifo": {SMALL: 1_000_000, LARGE: 99_000_000},
    "haircut": {FIRST_FEE: 2_947_244, SMALL: 29_473, LARGE: 96_993_811, SECOND_FEE: 29_472},
    "lifo": {FIRST_FEE: 100_000_000},
    "tiho": {LARGE: 100_000_000},
    "poison": {
        FIRST_FEE: 100_000_000,
        SMALL: 1_000_000,
        LARGE: 3_291_000_000,
        SECOND_FEE: 1_000_000,
    },
    "least": {},
    "most": {
        FIRST_FEE: 100_000_000,
        SMALL: 1_000_000,
        LARGE: 200_000_000,
        SECOND_FEE: 1_000_000,
    },
}


@pytest.mark.real
def test_where_a_coin_meets_others_and_pays_fees_each_rule_is_as_worked_out_by_hand(
    ledger: CaseLedger,
) -> None:
    """One bitcoin through two real transactions of block 2817 (amounts in 0.01 BTC).

        65f75ac6   in: 100 traced, 3293           out: 100, 3193    fee 100
        5b62efcc   in: its 100, its 3193          out:   1, 3291    fee   1

    fifo: [0,100) traced is the first output, then the first 100 of the queue: 1, then 99.
    lifo: 3293 untraced units lie on top: they pay 100 and 3193, so the fee is the traced 100.
    tiho: the largest output takes all 100, both times.
    haircut, in satoshi, V = 3,393,000,000: 100,000,000 * 100/3393 = 2,947,244.33 in the first output
      and in the fee, 94,105,511.35 in the second; floors leave 1, and the largest remainder (.35) is
      the second's. Then T = 2,947,244 + 94,105,512 = 97,052,756, V = 3,293,000,000: 29,472.44 in the
      first output and in the fee, 96,993,811.11 in the second; floors leave 1; of the equal
      remainders (.44) the output comes before the fee. All: 2,947,244 + 29,473 + 96,993,811 + 29,472.
    least: nothing has to be anywhere. most: of the 100 at most 100 in each output of the first, so at
      most 200 meet in the second (each bound by itself: together they cannot exceed the origin).
    """
    found = walk(ledger, parse_origin(FEES), rules=(*find_rules(), Least(), Most()))
    for result in found.rules:
        ends = {
            f"{str(node.outpoint)[:8]}{str(node.outpoint)[64:]}"
            if node.outpoint
            else f"fee {node.txid.display[:8]}": node.traced_units
            for node in result.frontier
        }
        assert ends == BY_HAND[result.rule]
