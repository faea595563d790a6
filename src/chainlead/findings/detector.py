"""What every detector is: a name, the shapes it wants to see, and a proof for what it finds.

A detector never decodes containers and never knows the case. It gets a `View` of one item and
yields `Hit`s: positions in the view with a `Proof`.
"""

from abc import ABC
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntFlag
from typing import Any, ClassVar

from chainlead.codecs import Secret
from chainlead.findings.knowledge import Knowledge
from chainlead.findings.view import Mark, View
from chainlead.model import Candidate, Certainty, Role

SECRETS = "<secrets>"
"""Stands for all secrets of a stream in `Proof.owners`."""


class Precheck(IntFlag):
    """A check that the search makes itself, so that a detector is asked about few runs.

    The numbers are those of `chainlead.kernels`. A precheck is never stricter than the codec of
    the same name, and the detector has the last word.
    """

    NONE = 1  # every run of the shape
    BASE58CHECK = 2
    RIPPLE58CHECK = 4
    BECH32 = 8  # or bech32m, under any prefix
    CASHADDR = 16
    EVM = 32  # 0x and 40 hex digits: in one case, or as EIP-55 mixes them
    CRYPTONOTE = 64
    HEX = 128  # hex digits, perhaps behind 0x


@dataclass(frozen=True, slots=True)
class Shape:
    """Alphanumeric runs that a detector wants to see: first characters and lengths (up to 127).

    Attributes:
        precheck: what the run must pass before the detector sees it. In short texts, where it
            saves nothing, the detector sees every run of the shape.
    """

    first: str
    lengths: range
    precheck: Precheck = Precheck.NONE


@dataclass(frozen=True, slots=True)
class Run:
    """One unbroken run of letters and digits in a view."""

    view: View
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What a hit is and how that was proved, without its place.

    Attributes:
        kind: as in `Finding.kind`.
        secret: the secret behind the hit; then the finding has no value.
        owners: whose the named values are in the whole stream (wallet files know).
    """

    kind: str
    certainty: Certainty
    check_made: str
    false_positive_rate: str
    candidates: tuple[Candidate, ...] = ()
    secret: Secret | None = None
    role: Role = Role.UNKNOWN
    detail: Mapping[str, Any] = field(default_factory=dict)
    owners: Mapping[str, Role] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Hit:
    """A proof at bytes `start` to `end` of a view's data.

    Attributes:
        value: the text as it is written there; None for a secret.
        bare: whether there is no text around it to show (files recognised as a whole).
    """

    start: int
    end: int
    value: str | None
    proof: Proof
    bare: bool = False


class Detector(ABC):
    """Finds one kind of trace.

    A detector of runs sets `shapes` and overrides `check`; any other overrides `find`.

    Attributes:
        needs: the mark without which there is nothing for `find` in a view; None if no mark tells.
    """

    name: ClassVar[str]
    shapes: ClassVar[tuple[Shape, ...]] = ()
    needs: ClassVar[Mark | None] = None

    def check(self, run: Run) -> Iterator[Hit]:  # noqa: ARG002  (for run detectors)
        """Yield a hit if the run, as a whole, is what this detector looks for."""
        yield from ()

    def find(self, view: View, knowledge: Knowledge) -> Iterator[Hit]:  # noqa: ARG002
        """Yield hits that are not single runs."""
        yield from ()
