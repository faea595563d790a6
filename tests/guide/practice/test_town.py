"""The town is the same everywhere, conserves every satoshi, and its truth fits its chain."""

import hashlib
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from chainlead.guide.practice import Town, build_town
from chainlead.guide.practice.mixing_rounds import (
    EQUAL_OUTPUTS,
    JOINMARKET,
    WASABI_1,
    WASABI_2,
    WHIRLPOOL,
    WHIRLPOOL_POOL_SAT,
)
from chainlead.guide.practice.shared_payments import (
    MARKETPLACE,
    PAYJOIN,
    STONEWALL,
    STONEWALL_TWO,
)
from chainlead.guide.practice.town_ledger import EconomyLedger
from chainlead.ledger import CaseLedger
from chainlead.model import Chain, Network
from chainlead.workflow.ledger import add

PROTOCOLS = {
    EQUAL_OUTPUTS, JOINMARKET, MARKETPLACE, PAYJOIN, STONEWALL, STONEWALL_TWO, WASABI_1, WASABI_2,
    WHIRLPOOL,
}  # fmt: skip


def _digest(town: Town) -> str:
    return hashlib.sha256(b"".join(block.framed for block in town.economy.blocks)).hexdigest()


def test_a_seed_and_a_size_give_the_same_blocks_and_others_give_others(town: Town) -> None:
    assert _digest(build_town("tests", 60)) == _digest(town)
    assert _digest(build_town("other", 20)) != _digest(build_town("another", 20))


def test_no_order_of_a_set_changes_a_byte() -> None:
    """Text hashes differ from process to process; the worlds do not."""
    program = (
        "import hashlib\n"
        "from chainlead.guide.practice import build_town\n"
        "from chainlead.guide.practice.account_world import build_account_world\n"
        "from chainlead.guide.practice.dash_chain import build_dash_chain\n"
        "from chainlead.guide.practice.mweb_chain import build_mweb_chain\n"
        "for make in (build_town, build_dash_chain, build_mweb_chain):\n"
        "    print(make('tests', 20).economy.blocks[-1].hash_wire.hex())\n"
        "world = build_account_world('tests', 20)\n"
        "rows = [*world.xrp.transfers, *world.evm.transfers]\n"
        "print(hashlib.sha256(repr(rows).encode()).hexdigest())\n"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
            env={**os.environ, "PYTHONHASHSEED": number},
        ).stdout
        for number in ("1", "2")
    }
    assert len(runs) == 1


def test_a_town_too_small_for_its_rounds_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 20"):
        build_town("tests", 19)


def test_no_coin_is_spent_twice_or_made_from_nothing(town: Town) -> None:
    made: dict[str, int] = {}
    spent: set[str] = set()
    for sent in town.transactions:
        for coin in sent.spent:
            assert coin.outpoint not in spent
            assert made[coin.outpoint] == coin.amount_sat
            spent.add(coin.outpoint)
        if sent.purpose != "coinbase":
            assert sent.fee_sat > 0
        made.update({coin.outpoint: coin.amount_sat for coin in sent.made})


def test_every_output_says_whose_money_it_is_and_nobody_pays_more_than_he_put_in(
    town: Town,
) -> None:
    for sent in town.transactions:
        if sent.purpose == "coinbase":
            continue
        put_in: Counter[str] = Counter()
        for coin in sent.spent:
            put_in[coin.owner] += coin.amount_sat
        for coin in sent.made:
            funders = town.funders_of(coin.outpoint)
            assert sum(units for _, units in funders) == coin.amount_sat
            assert all(units >= 0 for _, units in funders)
            put_in.subtract(dict(funders))
        assert all(left >= 0 for left in put_in.values()), sent.purpose
        assert sum(put_in.values()) == sent.fee_sat


def test_every_protocol_happens_and_only_those_have_several_payers(town: Town) -> None:
    seen = {sent.protocol for sent in town.transactions}
    assert seen == PROTOCOLS | {""}
    for sent in town.transactions:
        several = town.has_several_payers(sent.txid)
        assert several == (sent.protocol not in {"", STONEWALL}), sent.protocol


def test_a_whirlpool_round_is_equal_outputs_of_as_many_people(town: Town) -> None:
    rounds = [sent for sent in town.transactions if sent.protocol == WHIRLPOOL]
    assert rounds
    for sent in rounds:
        assert 5 <= len(sent.spent) == len(sent.made) <= 8
        assert {coin.amount_sat for coin in sent.made} == {WHIRLPOOL_POOL_SAT}
        assert len({coin.owner for coin in sent.spent}) == len(sent.spent)


def test_change_goes_back_to_who_paid(town: Town) -> None:
    count = 0
    for sent in town.transactions:
        owners = {coin.owner for coin in sent.spent}
        for coin in sent.made:
            if town.is_change(coin.outpoint):
                assert coin.owner in owners
                count += 1
    assert count > 100


def test_deposits_know_their_customer_and_the_nested_exchange_has_no_keys(town: Town) -> None:
    deposits = [
        coin for sent in town.transactions for coin in sent.made if coin.purpose == "deposit"
    ]
    assert all(coin.customer and town.is_deposit_address(coin.address) for coin in deposits)
    (nested,) = town.nested
    guests = [coin for coin in deposits if coin.customer.startswith(nested.name)]
    assert guests
    assert {coin.owner for coin in guests} == {nested.host.name}
    assert nested.name not in {town.owner_of(address) for address in town.addresses()}


def test_wallets_show_many_habits(town: Town) -> None:
    ordinary = [sent for sent in town.transactions if sent.spent and not sent.protocol]
    assert {sent.wire.version for sent in ordinary} == {1, 2}
    assert {spend.sequence for sent in ordinary for spend in sent.wire.inputs} == {
        0xFFFFFFFD, 0xFFFFFFFE, 0xFFFFFFFF,
    }  # fmt: skip
    behind = {sent.height - 1 - sent.wire.locktime for sent in ordinary if sent.wire.locktime}
    assert 0 in behind
    assert max(behind) > 1
    heads = {coin.script[:2] for sent in ordinary for coin in sent.made}
    assert heads >= {b"\x76\xa9", b"\xa9\x14", b"\x00\x14", b"\x00\x20", b"\x51\x20"}
    without_change = [
        sent
        for sent in ordinary
        if sent.purpose == "payment" and not any(c.purpose == "change" for c in sent.made)
    ]
    assert without_change


def test_signatures_are_read_back_as_they_were_made(ledger: EconomyLedger) -> None:
    marks = [
        mark
        for transaction in ledger.transactions()
        for spent in transaction.inputs
        for mark in spent.signatures
    ]
    assert {mark.r_bytes for mark in marks} == {32, 33}
    assert {mark.hash_type for mark in marks} == {0, 1, 0x83}
    assert all(
        spent.signatures
        for transaction in ledger.transactions()
        for spent in transaction.inputs
        if not transaction.is_coinbase
    )


def test_the_case_ledger_reads_the_blocks_as_the_same_records(
    town: Town, ledger: EconomyLedger, case, tmp_path: Path
) -> None:
    town.write_blocks(tmp_path / "blocks")
    result = add(case, [tmp_path / "blocks"], network=Network.REGTEST)
    assert result.total("new_blocks") == len(town.economy.blocks)
    read = CaseLedger(case.store, Chain.BITCOIN)
    assert list(read.transactions()) == list(ledger.transactions())
    assert read.pin == ledger.pin
    address = next(iter(town.addresses()))
    assert list(read.outputs_to(address)) == list(ledger.outputs_to(address))
