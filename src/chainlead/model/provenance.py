"""Where a fact came from: the exhibit and the way inward to the bytes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """One step inward, for example `("file", "mail/inbox.mbox")` or `("table", "urls.title#17")`.

    Kinds in use: `file` (path inside the exhibit), `zip`, `tar`, `gzip`, `bzip2`, `xz` (member),
    `table` (`table.column#rowid`), `message` (number in a mailbox), `part` (MIME part),
    `text` (`html`, `json`: a decoded view of the bytes before it).
    """

    kind: str
    name: str

    def __str__(self) -> str:
        """`kind:name`."""
        return f"{self.kind}:{self.name}"

    @classmethod
    def from_text(cls, text: str) -> "Step":
        """Read `kind:name` (the reverse of `str`)."""
        kind, _, name = text.partition(":")
        return cls(kind, name)


@dataclass(frozen=True, slots=True, order=True)
class Provenance:
    """Exhibit and steps, from the outside in."""

    exhibit: str
    steps: tuple[Step, ...]

    def __str__(self) -> str:
        """`exhibit › file:… › zip:…`."""
        return " › ".join((self.exhibit, *map(str, self.steps)))

    def inside(self, kind: str, name: str) -> "Provenance":
        """One step further in."""
        return Provenance(self.exhibit, (*self.steps, Step(kind, name)))

    def as_list(self) -> list[str]:
        """The steps as strings, from the outside in, as findings print them."""
        return [str(step) for step in self.steps]
