"""Who is said to control an address, by whom, since when, and how strongly."""

from dataclasses import dataclass, field
from typing import Any

from chainlead.model import Strength


@dataclass(frozen=True, slots=True)
class Tag:
    """One line of a tag pack, as its maker wrote it. Always ASSERTED.

    `address` is the original text and `canonical` the form under which it is compared; a tag about
    a transaction has a `txid` and an empty address. `is_address` is False where the text is no
    address of any known ledger: kept and flagged, never dropped.
    """

    pack_sha256: str
    tag_number: int
    chain: str | None
    currency: str
    address: str
    label: str
    actor: str | None
    category: str | None
    confidence: str | None
    source: str
    lastmod: str | None
    detail: dict[str, Any] = field(default_factory=dict)
    canonical: str = ""
    is_address: bool = True
    txid: str | None = None
    abuse: str | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """A named party of an actor pack."""

    pack_sha256: str
    actor: str
    label: str
    uri: str | None
    categories: tuple[str, ...]
    jurisdictions: tuple[str, ...]
    detail: dict[str, Any] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pack:
    """One file of tags and actors, read. `problems` are sentences about what was kept but odd.

    `pack_id` is 16 hex characters over form, parameters and content: two lists with the same
    bytes for two currencies are two packs.
    """

    pack_id: str
    sha256: str
    name: str
    form: str
    title: str
    creator: str
    tags: tuple[Tag, ...]
    actors: tuple[Actor, ...]
    problems: tuple[str, ...] = ()
    header: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Claim:
    """The statement that an address belongs to a service, with its strength and source.

    `inherited_via` is empty for a claim on the address itself; a claim inherited from a co-spend
    cluster is INFERRED, one confidence class lower, and names the linking transactions. `level`
    (0 to 100) orders claims. `note` says what a reader must know before using it.
    """

    address: str
    service: str
    actor: str | None
    category: str | None
    strength: Strength
    confidence: str
    source: str
    lastmod: str | None
    pack: str
    inherited_via: tuple[str, ...] = ()
    level: int = 0
    abuse: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Deposit:
    """One transfer that reached the service: what a request must name.

    `address` is the address that received it. Where the trail went on in one sweep to the tagged
    wallet, `address` is the address before the sweep, `sweep_txid` the sweep, `service_address`
    the tagged wallet, and `inference` says in a sentence what was inferred and when that fails.
    """

    txid: str
    output_index: int
    address: str
    amount_units: int
    traced_units: dict[str, int]
    height: int | None
    block_hash: str | None
    mined_at: str | None
    sweep_txid: str | None = None
    service_address: str = ""
    inference: str = ""


@dataclass(frozen=True, slots=True)
class Lead:
    """A stop at a service: the place where somebody knows a name.

    `lead_id` is 16 hex characters over trace, service and addresses.
    """

    lead_id: str
    trace_id: str
    chain: str
    service: str
    actor: str | None
    jurisdictions: tuple[str, ...]
    uri: str | None
    claims: tuple[Claim, ...]
    conflicts: tuple[Claim, ...]
    deposits: tuple[Deposit, ...]
    missing: tuple[str, ...]
    category: str | None = None
    direction: str = "forward"
    network: str = "main"
    origin: str = ""
