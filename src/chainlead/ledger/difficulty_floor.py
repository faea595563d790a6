"""A difficulty that a chain's main network never went below, era by era.

A bare block does not name its network. Its proof of work does, nearly: blocks of practice networks
and of poorer chains are far easier than the main network was at their time.
"""

from bisect import bisect_right
from datetime import UTC, datetime

from chainlead.ledger.wire_block import WireHeader, target_from_bits
from chainlead.model import Network

REGTEST_BITS = 0x207FFFFF
DIFFICULTY_ONE = target_from_bits(0x1D00FFFF)
_TELLING = 1_000_000
"""A floor from which on a practice block that reaches it is a block of the main network."""


class DifficultyFloor:
    """Eras of one chain, each with a number that its difficulty stayed above."""

    def __init__(self, *eras: tuple[str, int]) -> None:
        """From each day (UTC, ISO) on, this difficulty; in order of the days."""
        self._days = [
            int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()) for day, _ in eras
        ]
        self._floors = [floor for _, floor in eras]

    def at(self, moment_unix: int) -> int:
        """The floor at a moment (seconds); that of the first era before it."""
        return self._floors[max(bisect_right(self._days, moment_unix) - 1, 0)]

    def refusal(self, header: WireHeader, network: Network, largest_target: int) -> str:
        """Why a header cannot be of this network, in words; empty if it can.

        Args:
            header: what is judged.
            network: of which network it should be.
            largest_target: the easiest proof of work that this network allows.
        """
        target = target_from_bits(header.target_bits)
        if (header.target_bits == REGTEST_BITS) != (network is Network.REGTEST):
            regtest = header.target_bits == REGTEST_BITS
            return "its target is that of regtest" if regtest else "its target is not regtest's"
        if target > largest_target:
            return f"its proof of work is easier than {network.value} allows"
        floor = self.at(header.mined_at_unix)
        if network is Network.MAIN:
            if target * floor > DIFFICULTY_ONE:
                return (
                    f"its difficulty is below {floor}, and mainnet was never that easy at its time: "
                    "a block of a test network or of another chain"
                )
        elif network is not Network.REGTEST and _TELLING <= floor <= DIFFICULTY_ONE // max(
            target, 1
        ):
            return f"its proof of work is as hard as mainnet's, not {network.value}'s"
        return ""
