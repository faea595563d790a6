"""What wallet programs do that anyone can see: scripts, version, locktime, order, coin choice.

The profiles are invented mixtures of habits that real programs have; none is a copy of a program.
"""

from dataclasses import dataclass
from typing import Literal

FINAL = 0xFFFFFFFF
NOT_FINAL = 0xFFFFFFFE
REPLACEABLE = 0xFFFFFFFD

Style = Literal["p2pkh", "p2sh", "p2wpkh", "p2wsh", "p2tr"]
Picks = Literal["largest", "oldest", "smallest", "exact", "random"]


def fee_for(inputs: int, outputs: int, rate_sat: int = 12) -> int:
    """The fee of a typical transaction of this shape, in satoshi."""
    return rate_sat * (11 + 68 * inputs + 31 * outputs)


@dataclass(frozen=True, slots=True)
class Habits:
    """One wallet program's habits.

    Attributes:
        style: the script of new keys; `p2sh` is one key in a nested witness, `p2wsh` two of three.
        picks: which coins pay: largest, oldest or smallest first (the last gathers small ones), an
            exact match without change where there is one, or any.
        version: of its transactions.
        locktime: `zero`; `height` of the last block; `sniping`: that height, one time in ten less.
        sequence: of its inputs; below 0xFFFFFFFE a payment can be replaced (BIP-125).
        low_r: whether it signs again until R has 32 bytes; otherwise every second R has 33.
        order: of the outputs: shuffled, by value and script (`bip69`, inputs too), change last,
            change first.
        reuses_change: change goes back to the script of the first coin spent.
        reuses_inbox: it shows the same receiving address to everyone.
        spends_dust: whether coins of less than 1,000 satoshi are ever spent.
        fee_rate_sat: per virtual byte.
        fixed_fee_sat: if not zero, the fee of every payment: a program that asks nobody.
        mimics_payee: change gets the payee's kind of script instead of its own.
    """

    style: Style = "p2wpkh"
    picks: Picks = "largest"
    version: int = 2
    locktime: Literal["zero", "height", "sniping"] = "zero"
    sequence: int = REPLACEABLE
    low_r: bool = True
    order: Literal["shuffled", "bip69", "change last", "change first"] = "shuffled"
    reuses_change: bool = False
    reuses_inbox: bool = False
    spends_dust: bool = True
    fee_rate_sat: int = 12
    fixed_fee_sat: int = 0
    mimics_payee: bool = False

    def fee_for(self, inputs: int, outputs: int) -> int:
        """What this program pays for a transaction of this shape, in satoshi."""
        return self.fixed_fee_sat or fee_for(inputs, outputs, self.fee_rate_sat)


PROFILES: tuple[Habits, ...] = (
    Habits("p2wpkh", "exact", locktime="sniping", spends_dust=False, mimics_payee=True),
    Habits("p2tr", "exact", locktime="sniping", mimics_payee=True),
    Habits("p2wpkh", "largest", locktime="height", order="bip69", fee_rate_sat=9),
    Habits("p2sh", "oldest", version=1, sequence=FINAL, low_r=False, order="change last"),
    Habits(
        "p2pkh", "oldest", 1, "zero", FINAL, low_r=False, reuses_inbox=True, fixed_fee_sat=10_000
    ),
    Habits("p2wpkh", "random", version=2, sequence=FINAL, low_r=False, fee_rate_sat=20),
    Habits("p2wpkh", "smallest", version=1, order="change last", spends_dust=False),
    Habits(
        "p2pkh", "largest", 1, "zero", FINAL, low_r=False, order="change first",
        reuses_change=True, reuses_inbox=True, fixed_fee_sat=20_000,
    ),
    Habits("p2sh", "random", version=2, locktime="height", sequence=NOT_FINAL, order="bip69"),
    Habits("p2wpkh", "oldest", version=2, sequence=REPLACEABLE, low_r=False),
)  # fmt: skip
"""Programs of townspeople. Several share most features, so that no feature tells them all apart."""
