"""Tags that a unit makes itself: written as rows of its own findings, and read back from its folder.

Limits: the unit's tags are a private aid. They are shown beside the case's claims; a trace, a lead and an
export never use them. Whoever relies on one takes it over into the case by an act of its own.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from chainlead.attribution.address_form import canonical_address, currency_chains, read_address
from chainlead.attribution.claim import Claim, Tag
from chainlead.attribution.confidence import NOT_STATED, confidence_classes, confidence_level
from chainlead.attribution.importer import lookup_importer, parse_pack
from chainlead.attribution.taxonomy import lookup_category
from chainlead.errors import PackInvalidError
from chainlead.model import Chain, Strength

COLUMNS = (
    "address", "label", "currency", "actor", "category", "confidence", "source", "lastmod",
    "note", "kept_by",
)  # fmt: skip
FOLDER = "tags"
_MOST_BYTES = 16 * 1024 * 1024
_MOST_FILES = 1_000
_LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class OwnTag:
    """What a person says about an address.

    Attributes:
        service: who is said to hold it.
        source: how the unit knows, in words.
        lastmod: a day such as `2026-11-22`.
        kept_by: `case`, or `unit` where it was taken over from the unit's folder.
    """

    address: str
    chain: Chain
    service: str
    source: str
    lastmod: str
    actor: str = ""
    category: str = ""
    confidence: str = ""
    note: str = ""
    kept_by: str = "case"


def checked_own_tag(tag: OwnTag) -> OwnTag:
    """The tag, if each of its fields can be one.

    Raises:
        PackInvalidError: no address of this ledger, an empty name or source, an unknown category or
            confidence.
    """
    form = read_address(tag.address, _currency(tag.chain))
    if not form.is_address or form.chain != tag.chain.value:
        raise PackInvalidError(f"{tag.address!r:.100} is no {tag.chain.value} address.")
    for name in ("service", "source", "note", "actor"):
        text = getattr(tag, name)
        if len(text) > _LONGEST or any(not c.isprintable() for c in text):
            raise PackInvalidError(f"The {name} is one line of at most {_LONGEST} characters.")
    for name in ("service", "source"):
        if not getattr(tag, name).strip():
            raise PackInvalidError(
                f"The {name} is missing.",
                next_step="A tag says who holds the address, and how you know.",
            )
    if tag.category and lookup_category(tag.category) is None:
        raise PackInvalidError(
            f"{tag.category!r:.60} is no known category.",
            next_step="Use one of GraphSense's, for example exchange, or leave it out.",
        )
    if tag.confidence and tag.confidence not in confidence_classes():
        known = ", ".join(confidence_classes())
        raise PackInvalidError(
            f"{tag.confidence!r:.60} is no class of confidence.", next_step=f"Use one of {known}."
        )
    return tag


def _currency(chain: Chain) -> str:
    """The symbol that a pack writes for a ledger, or the ledger's own name."""
    symbols = (s for s, chains in currency_chains().items() if chains and chains[0] is chain)
    return next(symbols, chain.value)


def own_tags_csv(tags: Iterable[OwnTag]) -> bytes:
    """The tags as a file of own findings."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for tag in tags:
        writer.writerow(
            (
                tag.address, tag.service, _currency(tag.chain), tag.actor, tag.category,
                tag.confidence, tag.source, tag.lastmod, tag.note, tag.kept_by,
            )
        )  # fmt: skip
    return text.getvalue().encode()


def read_unit_tags(folder: Path | None) -> tuple[Tag, ...]:
    """Every tag in the unit's folder, by file and line; none where there is no folder.

    Raises:
        PackInvalidError: a file is none that can be read.
    """
    home = None if folder is None else folder / FOLDER
    if home is None or not home.is_dir():
        return ()
    files = sorted(path for path in home.iterdir() if path.is_file() and path.name[0] != ".")
    if len(files) > _MOST_FILES:
        raise PackInvalidError(f"The unit's folder {FOLDER} has more than {_MOST_FILES} files.")
    found: list[Tag] = []
    for path in files:
        content = _content(path)
        importer = lookup_importer(path.name, content)
        if importer is None:
            raise PackInvalidError(f"{path.name} in the unit's folder is no file of tags.")
        found.extend(parse_pack(path.name, content, form=importer.form).tags)
    return tuple(found)


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise PackInvalidError(f"{path.name} has more than {_MOST_BYTES} bytes.")
        return path.read_bytes()
    except OSError as error:
        raise PackInvalidError(f"{path.name} cannot be read: {error.strerror}.") from error


def unit_tags_on(tags: Iterable[Tag], chain: Chain, address: str) -> tuple[Tag, ...]:
    """The unit's tags on this address of this ledger."""
    canonical = canonical_address(address)
    return tuple(t for t in tags if t.canonical == canonical and t.chain in {chain.value, None})


def unit_claim(tag: Tag) -> Claim:
    """A tag of the unit as a claim that is shown beside those of the case."""
    return Claim(
        address=tag.address,
        service=tag.label,
        actor=tag.actor,
        category=tag.category,
        strength=Strength.ASSERTED,
        confidence=tag.confidence or NOT_STATED,
        source=tag.source,
        lastmod=tag.lastmod,
        pack="the unit's own tags (private, not in this case)",
        level=confidence_level(tag.confidence),
        abuse=tag.abuse,
    )
