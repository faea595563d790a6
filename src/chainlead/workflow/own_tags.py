"""`tags add`, `tags unit-add`, `tags adopt`: what a person says about an address, per case or per unit.

A tag of the case is an act like an imported file. A tag of the unit lies in the unit's folder, helps in
every case, and is in none: no trace, report or pack has it until somebody takes it over.
"""

import hashlib
from pathlib import Path
from tempfile import TemporaryDirectory

from chainlead.attribution import (
    Claim,
    OwnTag,
    Tag,
    canonical_address,
    checked_own_tag,
    own_tags_csv,
    parse_pack,
    read_unit_tags,
    unit_claim,
    unit_tags_on,
)
from chainlead.config import unit_folder
from chainlead.errors import AttributionError, ConfigError
from chainlead.model import Chain
from chainlead.workflow.case import Case
from chainlead.workflow.tags import ImportedFile, import_tags

_FOLDER, _FILE = "tags", "own.csv"


def add_case_tag(case: Case, tag: OwnTag, *, why: str = "") -> ImportedFile:
    """Say in this case who holds an address; said again about both, the newer words count.

    Args:
        case: open for writing.
        tag: what is said.
        why: the person's reason, for the journal.

    Raises:
        PackInvalidError: a field cannot be what it is meant to be.
    """
    content = own_tags_csv([checked_own_tag(tag)])
    service = tag.service.casefold()
    about = f"{tag.chain.value} {canonical_address(tag.address)} {service} {tag.kept_by}"
    name = f"own-{hashlib.sha256(about.encode()).hexdigest()[:16]}.csv"
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        (done,) = import_tags(case, [path], why=why)
    return done


def add_unit_tag(tag: OwnTag, *, folder: Path | None = None) -> Path:
    """Keep a tag in the unit's folder, for all cases; one that says the same again replaces it.

    Args:
        tag: what is said.
        folder: the unit's folder; the configured one if left out.

    Raises:
        PackInvalidError: a field cannot be what it is meant to be, or the file there is broken.
        ConfigError: this machine has no unit folder.
    """
    made = checked_own_tag(tag)
    home = folder or unit_folder()
    if home is None:
        raise ConfigError(
            "This machine has no folder of the unit.", next_step="Set CHAINLEAD_UNIT to one."
        )
    file = home / _FOLDER / _FILE
    kept = [
        each
        for each in _own_tags(file)
        if (each.chain, canonical_address(each.address), each.service)
        != (made.chain, canonical_address(made.address), made.service)
    ]
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.part")
    part.write_bytes(own_tags_csv([*kept, made]))
    part.chmod(0o600)
    part.replace(file)
    return file


def unit_claims(chain: Chain, address: str, *, folder: Path | None = None) -> tuple[Claim, ...]:
    """What the unit itself says about an address, to be shown and used for nothing else."""
    tags = read_unit_tags(folder or unit_folder())
    return tuple(unit_claim(tag) for tag in unit_tags_on(tags, chain, address))


def adopt_unit_tags(
    case: Case, chain: Chain, address: str, *, folder: Path | None = None, why: str = ""
) -> tuple[ImportedFile, ...]:
    """Take the unit's tags on an address over into the case: from then on they are the case's.

    Raises:
        AttributionError: the unit says nothing about it.
    """
    tags = unit_tags_on(read_unit_tags(folder or unit_folder()), chain, address)
    if not tags:
        raise AttributionError(
            "The unit's folder says nothing about this address.",
            next_step="See `chainlead tags unit-list`, or say it with `chainlead tags add`.",
        )
    return tuple(add_case_tag(case, _said(tag, chain), why=why) for tag in tags)


def list_unit_tags(*, folder: Path | None = None) -> tuple[Tag, ...]:
    """Every tag in the unit's folder."""
    return read_unit_tags(folder or unit_folder())


def _own_tags(file: Path) -> list[OwnTag]:
    """The rows of the unit's own file, as they were said."""
    if not file.is_file():
        return []
    tags = parse_pack(file.name, file.read_bytes()).tags
    return [_said(tag, Chain(tag.chain)) for tag in tags if tag.chain]


def _said(tag: Tag, chain: Chain) -> OwnTag:
    return OwnTag(
        address=tag.address,
        chain=chain,
        service=tag.label,
        source=tag.source,
        lastmod=tag.lastmod or "",
        actor=tag.actor or "",
        category=tag.category or "",
        confidence=tag.confidence or "",
        note=str(tag.detail.get("note") or ""),
        kept_by="unit",
    )
