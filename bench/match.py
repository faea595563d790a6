"""Search a ledger of 30,000 transactions for prices in money and coins, against a plain reading of it.

The ledger lies in a case database on disk; rates are one series of 400 days in crowns. The peer only
reads every transaction of the ledger once. Times are seconds of the processor.

    python bench/match.py --transactions 30000
"""

import argparse
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from random import Random

from real_blocks import FOLDER, BlocksInMemory

from chainlead.ledger import (
    CaseLedger,
    MatchQuestion,
    RateTable,
    Tolerance,
    Valuation,
    find_payments,
    parse_price,
    parse_rate_file,
)
from chainlead.model import NATIVE, Chain
from chainlead.store import Store
from chainlead.workflow.match_ledger import unit_prices

CHAIN = Chain.BITCOIN
START_UNIX = 1_700_000_000
FIRST_DAY = date(2023, 11, 14)
PER_BLOCK = 100


def write_ledger(store: Store, transactions: int) -> None:
    """Blocks of coinbase-like and ordinary transactions with two outputs; round amounts are common."""
    dice = Random(9)
    txids = [dice.randbytes(32) for _ in range(transactions)]
    blocks = -(-transactions // PER_BLOCK)
    store.insert("ledger_sources", [
        {"sha256": "0" * 64, "chain": CHAIN.value, "name": "bench", "form": "bench",
         "network": "main", "size_bytes": 0, "journal_seq": 0, "summary": {}}])  # fmt: skip
    store.insert("blocks", (
        {"block_id": n, "chain": CHAIN.value, "network": "main", "block_hash": n.to_bytes(32, "big"),
         "previous_hash": bytes(32), "height": n, "height_basis": "bench", "coinbase_height": n,
         "target_bits": 0, "mined_at_unix": START_UNIX + 86_400 * 300 * n // blocks,
         "transaction_count": PER_BLOCK, "on_best_chain": True, "source_sha256": "",
         "offset_bytes": 0}
        for n in range(blocks)))  # fmt: skip
    store.insert("transactions", (
        {"tx_id": n, "chain": CHAIN.value, "txid": txid, "is_coinbase": False, "version": 2,
         "locktime": 0} for n, txid in enumerate(txids)))  # fmt: skip
    store.insert("placements", (
        {"block_id": n // PER_BLOCK, "block_index": n % PER_BLOCK, "tx_id": n}
        for n in range(transactions)))  # fmt: skip
    store.insert("inputs", (
        {"tx_id": n, "input_index": 0, "previous_txid": txids[dice.randrange(transactions)],
         "previous_index": 0, "sequence": 0, "signatures": b""}
        for n in range(transactions)))  # fmt: skip
    store.insert("outputs", (
        {"tx_id": n, "output_index": index,
         "amount_units": dice.choice((10**6, 5 * 10**6, dice.randint(10**4, 10**8))),
         "script": b"", "address": f"a{dice.randrange(transactions // 3)}"}
        for n in range(transactions) for index in (0, 1)))  # fmt: skip


def rates() -> Valuation:
    dice = Random(3)
    rows = "\n".join(
        f"{FIRST_DAY + timedelta(days=n)},BTC,SEK,{400_000 + dice.randint(-9_000, 9_000)},bench"
        for n in range(400)
    )
    file = parse_rate_file("r.csv", f"date,asset,currency,rate,source\n{rows}\n".encode())
    return Valuation(RateTable.from_files([file]))


def real_prices() -> None:
    """Each of four prices by itself in all real blocks beside the checkout, with published rates."""
    folder = FOLDER.parent / "rates"
    if not FOLDER.is_dir() or not folder.is_dir():
        print("Real blocks and rates are not beside this checkout (../shared/data): left out.")
        return
    names = ("ecb/eurofxref-hist.zip", "btc-daily/BTCUSD_1d_candles_full.csv")
    files = [parse_rate_file(n.rpartition("/")[2], (folder / n).read_bytes()) for n in names]
    valuation = Valuation(RateTable.from_files(files))
    texts = ("0.01 BTC", "20 USD", "49.90 EUR", "500 SEK")
    question = MatchQuestion(
        tuple(map(parse_price, texts)), tolerance=Tolerance(10_000), most_quantity=5
    )
    found = find_payments(BlocksInMemory(), question, unit_prices(valuation, NATIVE[CHAIN]))
    print(f"real blocks: {found.in_times} receipts, {len(found.matches)} match a price within 1 %")
    for share in found.shares:
        mean, moves = share.by_chance.mean, len(share.by_chance.moves)
        print(
            f"  {share.price.written:<10} {share.matches:5} match, by chance {round(mean):5}; "
            f"{share.by_chance.as_many(share.matches)} of {moves} moves gave as many"
        )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--transactions", type=int, default=30_000)
    count = parser.parse_args().transactions
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.db"
        with Store.open(path, write=True) as store:
            write_ledger(store, count)
            begin = time.process_time()
            read = sum(len(t.outputs) for t in CaseLedger(store, CHAIN).transactions())
            plain = time.process_time() - begin
            texts = ("499 SEK", "1200 SEK", "7500 SEK", "0.01 BTC")
            question = MatchQuestion(
                tuple(map(parse_price, texts)), tolerance=Tolerance(20_000), most_quantity=5
            )
            begin = time.process_time()
            found = find_payments(
                CaseLedger(store, CHAIN), question, unit_prices(rates(), NATIVE[CHAIN])
            )
            taken = time.process_time() - begin
    assert read == found.in_times == 2 * count
    moves = sum(len(control.moves) for control in found.by_chance)
    print(
        f"{count} transactions, {found.in_times} receipts, {len(found.matches)} matches, {moves} moves"
    )
    print(f"peer: plain reading of the ledger {plain:6.2f} s")
    print(f"search with every control         {taken:6.2f} s, ratio {taken / plain:.2f}")
    real_prices()


main()
