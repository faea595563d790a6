"""A form for the wallet table that collection tools read. A new form is a new file in `artefact_forms`."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import ClassVar

from chainlead.registry import residents
from chainlead.report.wallet_places import WalletRow


class ArtefactFormat(ABC):
    """Renders the wallet table; pure, no clock, no network."""

    name: ClassVar[str]

    @abstractmethod
    def text(self, rows: Sequence[WalletRow], extensions: Mapping[str, str]) -> str:
        """The file's text. The same table gives the same text."""


def artefact_formats() -> tuple[ArtefactFormat, ...]:
    """All forms, in order of their module names."""
    return residents("chainlead.report.artefact_forms", ArtefactFormat)  # type: ignore[type-abstract]


def camel_name(name: str) -> str:
    """`bitcoin-core` as `BitcoinCore`."""
    return "".join(part[:1].upper() + part[1:] for part in name.replace("_", "-").split("-"))
