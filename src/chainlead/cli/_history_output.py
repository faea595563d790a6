"""How the result of `fetch electrum`, `esplora` and `blockbook` is printed."""

from collections.abc import Sequence
from pathlib import Path

from chainlead.cli._output import print_json
from chainlead.cli._rerun import print_reruns, rerun_documents
from chainlead.workflow.fetch_history import HistoryFetchResult
from chainlead.workflow.rerun import Rerun

_LISTED = 20


def print_histories(
    result: HistoryFetchResult, again: Sequence[Rerun], case: Path, *, as_json: bool
) -> None:
    """What came, how far it is proved, what speaks against the server, what was worked out again."""
    pin = result.pin
    document = {
        "listed": result.listed,
        "new_transactions": result.new_transactions,
        "verified": {level.value: count for level, count in result.levels},
        "waiting": [txid.display for txid in result.waiting],
        "unlinked_heights": list(result.unlinked),
        "doubts": list(result.doubts),
        "height": pin.height,
        "block_hash": pin.block_hash.display if pin.block_hash else None,
        "reruns": rerun_documents(again),
    }
    if as_json:
        print_json(document)
        return
    print(
        f"Transactions: {result.listed} named by the server, {result.new_transactions} new in this "
        "case."
    )
    for level, count in result.levels:
        print(f"Their place is checked as far as {level.value!r}: {count}.")
    for txid in result.waiting:
        print(f"Not in a block yet, so not taken: {txid.display}")
    if result.unlinked:
        print(
            f"Blocks too far from any that this case knows to be linked to it: "
            f"{len(result.unlinked)}. Add a block near them, or raise --headers."
        )
    for doubt in result.doubts[:_LISTED]:
        print(f"Doubt: {doubt}")
    if len(result.doubts) > _LISTED:
        print(f"Doubt: and {len(result.doubts) - _LISTED} more; --json lists all.")
    print_reruns(again, case)
    print("That the history is whole is the server's word: no proof of that exists.")
