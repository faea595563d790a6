"""The deposit address before a sweep: a service collects many customers' deposits into one wallet.

Found in: a transaction that pays only the service and spends coins from several addresses.
Proof: none; INFERRED. Assumption: only the service that collects deposits empties several addresses
into its own wallet without change. Known failure: a person who empties a wallet with several
addresses into a deposit address, without change, looks the same; so a request names both transfers.
Limits: one hop. How often it fails on simulated wallets is measured (`trace/error_rates.py`).
Spec: this rule is chainlead's own; on address roles (deposit, consolidation, hot wallet) see "Ghost
Clusters", USENIX Security 2025.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from chainlead.trace import describe_error_rate, swept_into_service


@dataclass(frozen=True, slots=True)
class Sweep:
    """A sweep: the traced transfers that it spent, and all addresses that it emptied."""

    deposits: tuple[str, ...]
    addresses: tuple[str, ...]


class SweepCard:
    """What the report and the letters print about this inference."""

    name = "deposit sweep"
    version = "1"
    assumption = (
        "Only the service that collects deposits empties several addresses into its own wallet "
        "without change."
    )
    known_failure = (
        "A person who empties a wallet with several addresses into a deposit address, without "
        "change, looks the same."
    )

    @classmethod
    def sentence(cls, address_count: int) -> str:
        """The inference about one deposit, in a sentence, with the measured error rate."""
        rate = describe_error_rate(cls.name, int(cls.version))
        return (
            f"Inferred ({cls.name}, version {cls.version}): the next transaction emptied "
            f"{address_count} addresses into the service's wallet and left no change, which is "
            "how services collect deposits. It fails where a person empties a wallet in the "
            f"same way. Error rate: {rate or 'not measured'}."
        )


def lookup_sweep(
    transaction: Mapping[str, Any],
    *,
    on_trail: Collection[str],
    held_by_service: Callable[[str], bool],
) -> Sweep | None:
    """Whether a transaction of a trace document is a sweep into the service's wallet.

    Args:
        transaction: the transaction whose output the service holds.
        on_trail: outpoints that carry traced money.
        held_by_service: whether the service is said to control an address.
    """
    if transaction["is_coinbase"]:
        return None
    emptied = swept_into_service(
        [spent["address"] for spent in transaction["inputs"]],
        [output["address"] for output in transaction["outputs"]],
        held_by_service,
    )
    deposits = tuple(
        sorted(s["outpoint"] for s in transaction["inputs"] if s["outpoint"] in on_trail)
    )
    return Sweep(deposits, emptied) if emptied and deposits else None
