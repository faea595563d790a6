"""How `chainlead fetch evm --index` shows what a history service said, and what the node says to it."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chainlead.workflow.fetch_evm_index import IndexFetchResult


def index_document(result: "IndexFetchResult") -> dict[str, Any]:
    """For `--json`."""
    return {
        "addresses": [
            {
                "address": check.address, "named": check.named, "proved": check.proved,
                "signed": check.signed, "inner_payments_unknown": check.unchecked,
            }
            for check in result.checks
        ],
        "doubts": list(result.doubts),
        "sums": [
            {
                "address": one.account, "contract": one.contract,
                "case_units": str(one.case_units),
                "node_units": None if one.node_units is None else str(one.node_units),
            }
            for one in result.sums
        ],
        "not_offered": list(result.missing),
        "cut_blocks": list(result.gaps),
    }  # fmt: skip


def print_index(result: "IndexFetchResult") -> None:
    """In words."""
    for check in result.checks:
        print(
            f"{check.address}: the service names {check.named} transactions; "
            f"{check.proved} are in blocks of the node."
        )
        if check.unchecked:
            print(
                f"  In {check.unchecked} of them what contracts paid inside could not be checked."
            )
    for doubt in result.doubts:
        print(f"Doubt: {doubt}")
    for one in result.sums:
        what = one.contract or "coin"
        if one.node_units is None:
            print(f"{one.account}, {what}: the node's balance was not compared.")
        elif one.node_units == one.case_units:
            print(f"{one.account}, {what}: the history adds up to the node's balance.")
        else:
            print(
                f"{one.account}, {what}: the node's balance changed by {one.node_units} units, the "
                f"history says {one.case_units}: something is left out, or the token changes "
                "balances by itself."
            )
    for action in result.missing:
        print(f"The service does not offer {action}: what it would tell is unknown, not nothing.")
    for height in result.gaps:
        print(f"Of block {height} the service shows only a part.")
    print("The service may leave out more than can be seen here; the node's blocks are the proof.")
