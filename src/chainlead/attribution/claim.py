"""Who is said to control an address, by whom, since when, and how strongly."""

from dataclasses import dataclass, field
from enum import StrEnum
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
    (0 to 100) orders claims. `note` says what a reader must know before using it. `says_nothing` is
    the reason why the claim says nothing about a payment (a token's contract, the zero address, a
    sanction list's collateral); empty for all other claims. `is_nobodys`: no party
    holds the address at all, so the claim names no service. `withdrawn` says
    which newer version of its pack no longer has it: such a claim is history and names no service.
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
    withdrawn: str = ""
    says_nothing: str = ""
    is_nobodys: bool = False


class LeadTrack(StrEnum):
    """Which way leads on from here: each needs other papers."""

    SERVICE = "service"
    """Money reached a service: ask who the customer is."""
    UNSPENT = "unspent"
    """Money still lies at the end of a trail: seize it."""
    ISSUER = "issuer"
    """A stablecoin still lies at an address: its issuer can freeze it."""
    PROVIDER = "provider"
    """A mail, hosting or domain provider was named in the evidence: ask who its customer is."""


@dataclass(frozen=True, slots=True)
class Deposit:
    """One transfer that reached the service: what a request must name.

    `address` is the address that received it. Where the trail went on in one sweep to the tagged
    wallet, `address` is the address before the sweep, `sweep_txid` the sweep, `service_address`
    the tagged wallet, and `inference` says in a sentence what was inferred and when that fails.

    On a ledger of accounts `output_index` is None and `transfer_place` names the place inside the
    transaction (`value`, `log 3`, `call 0.1`, …); `memo` is the destination tag or memo (empty: none
    known), `sender` the account that paid; a token has `contract`, `symbol` and `decimals` (None:
    not known). Empty `symbol` means the chain's own coin.

    `least_units` and `most_units` are what any rule must and can trace there (None: not worked out).
    """

    txid: str
    output_index: int | None
    address: str
    amount_units: int
    traced_units: dict[str, int]
    height: int | None
    block_hash: str | None
    mined_at: str | None
    sweep_txid: str | None = None
    service_address: str = ""
    inference: str = ""
    memo: str = ""
    contract: str = ""
    symbol: str = ""
    decimals: int | None = None
    transfer_place: str = ""
    sender: str = ""
    least_units: int | None = None
    most_units: int | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """What still lies at an address, as far as the case's ledger goes.

    `place` is the unspent output, or empty on a ledger of accounts. `as_of_height` and `as_of` say up
    to where the ledger looked: what happened later is not known.
    """

    address: str
    amount_units: int
    traced_units: dict[str, int] = field(default_factory=dict)
    place: str = ""
    contract: str = ""
    symbol: str = ""
    decimals: int | None = None
    as_of_height: int | None = None
    as_of: str | None = None
    note: str = ""
    least_units: int | None = None
    most_units: int | None = None


@dataclass(frozen=True, slots=True)
class Handle:
    """A name that a provider knows its customer by: a mail address, a domain, an onion name.

    `found_in` are the findings that hold it.
    """

    kind: str
    value: str
    found_in: tuple[str, ...] = ()
    place: str = ""


@dataclass(frozen=True, slots=True)
class Lead:
    """The place where somebody knows a name, or where money still lies.

    `lead_id` is 16 hex characters over trace, service and addresses; on the other tracks over the
    track with its trace, token contract or provider, so that it stays while the ledger grows.
    `first_at` and `last_at` are the moments of the first and the last deposit (None: not known). A
    lead of the track `provider` comes from findings: its trace, chain and deposits are empty. `reach` says in words that only a
    rule which is an upper bound leads here; empty where another rule does too. `strength` is the
    weakest on the way: inferred where a cluster or a deposit address was inferred, else asserted.
    `behind` names the service on whose word alone the trail began (a trace behind a service); empty
    for all others.
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
    track: LeadTrack = LeadTrack.SERVICE
    first_at: str | None = None
    last_at: str | None = None
    holdings: tuple[Holding, ...] = ()
    handles: tuple[Handle, ...] = ()
    reach: str = ""
    strength: Strength = Strength.ASSERTED
    behind: str = ""
