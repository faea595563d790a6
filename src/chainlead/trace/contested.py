"""Links that are not drawn: what speaks against them, and what a person decided.

Pitfall that this guards against: one wrong link merges two strangers for good ("if two large address
clusters do merge, it may indicate a false positive": Harrigan, Fretter, The Unreasonable
Effectiveness of Address Clustering, arXiv 1605.06369). The remedy, never to unite across a
contradiction, follows the constrained clustering of Möser, Narayanan, Resurrecting Address
Clustering in Bitcoin, FC 2022 (arXiv 2107.05749).
"""

from dataclasses import dataclass
from enum import StrEnum

from chainlead.model import Txid


class Doubt(StrEnum):
    """Why a link is not drawn without a person."""

    MIXING = "perhaps a mixing round"
    SIGNED_APART = "inputs signed apart (ANYONECANPAY)"
    PARTIES = "different parties"
    DECIDED = "a person decided that these are different parties"
    LARGE = "two large clusters"
    DUST = "rests on dust only"
    REFUSED = "refused by a person"

    @property
    def meaning(self) -> str:
        """What it says about the link, in a sentence."""
        return _MEANINGS[self]


_MEANINGS = {
    Doubt.MIXING: (
        "The transaction has a shape that several people can make together, and that one person "
        "can make alone to look like it."
    ),
    Doubt.SIGNED_APART: (
        "An input is signed so that others can add theirs (SIGHASH_ANYONECANPAY): buyer and seller "
        "of a marketplace sign one transaction like this."
    ),
    Doubt.PARTIES: "The two sides are said to belong to different parties.",
    Doubt.DECIDED: "A person refused another link between the same two sides.",
    Doubt.LARGE: "Two large clusters would merge, which is how a false link shows itself.",
    Doubt.DUST: (
        "The two sides meet in an amount so small that a stranger may have sent it to link them."
    ),
    Doubt.REFUSED: "A person looked at this link and refused it.",
}


@dataclass(frozen=True, slots=True)
class Side:
    """One of the clusters that a contested link would merge.

    Attributes:
        name: the smallest address of the cluster.
        size: how many addresses it has.
        parties: who is said to hold it, sorted; empty where nobody says anything.
        addresses: those of its addresses that take part in the transaction, sorted.
    """

    name: str
    size: int
    parties: tuple[str, ...]
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ContestedLink:
    """A transaction that would merge clusters, and was not allowed to."""

    txid: Txid
    height: int | None
    rule: str
    version: int
    sides: tuple[Side, ...]
    doubts: tuple[Doubt, ...]

    @property
    def is_open(self) -> bool:
        """Whether a person has still to decide."""
        return Doubt.REFUSED not in self.doubts


@dataclass(frozen=True, slots=True)
class LinkDecision:
    """What a person decided about one contested link.

    `sides` are the addresses of the transaction as they were grouped when it was decided: a refusal
    says that these groups are different parties, whichever transaction would join them.
    """

    txid: Txid
    rule: str
    accepted: bool
    sides: tuple[tuple[str, ...], ...] = ()
