"""What the rules of the guide look at: a read-only view of a case. Workflow gathers it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ExhibitFact:
    """An exhibit: its number, and how many streams were read and findings made in it."""

    exhibit: str
    path: str
    is_scanned: bool
    streams: int
    findings: int


@dataclass(frozen=True, slots=True)
class UnreadFact:
    """How many items of an exhibit were not read for one reason, and the first such place."""

    exhibit: str
    reason: str
    count: int
    first_place: str


@dataclass(frozen=True, slots=True)
class FoundAddress:
    """A found address that counts: its best candidate chains, role, state and certainty."""

    value: str
    chains: tuple[str, ...]
    role: str
    state: str
    certainty: str
    has_tag: bool = False


@dataclass(frozen=True, slots=True)
class TraceFact:
    """A trace: where from, which rules, and how many ends each reason has.

    `predates` names what came into the case after it: `tags`, `ledger`, and `reorganised` where the
    block that it was pinned to, or one that it passed, is not on the best chain any more.
    """

    trace_id: str
    origin: str
    direction: str
    rules: tuple[str, ...]
    ends: Mapping[str, int]
    addresses: frozenset[str] = frozenset()
    predates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MovementFact:
    """Money at a watched address that moved: `spent`, `received`, or `concerned` in an unknown way."""

    kind: str
    chain: str
    address: str
    txid: str
    amount: str
    height: int | None
    block_hash: str


@dataclass(frozen=True, slots=True)
class ContestedFact:
    """A link between clusters around the case's addresses that waits for a person."""

    txid: str
    chain: str
    doubts: tuple[str, ...]
    clusters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeadFact:
    """A place where somebody knows a name, or where money still lies.

    `track` is `service`, `unspent`, `issuer` or `provider`; `reach` says that only poison leads here.
    `missing_memo` names the number without which the service cannot find its customer; `names_shared`
    says that the address to ask about is a wallet of all customers; `rests_on_inference` that one
    inferred link alone leads here.
    """

    lead_id: str
    service: str
    chain: str
    has_conflict: bool = False
    missing: tuple[str, ...] = ()
    track: str = "service"
    reach: str = ""
    missing_memo: str = ""
    names_shared: bool = False
    rests_on_inference: bool = False


@dataclass(frozen=True, slots=True)
class DraftFact:
    """A drafted request: where it stands, and which of its parts a person has sent."""

    draft_id: str
    lead_id: str
    kind: str
    state: str
    parts_sent: tuple[str, ...] = ()
    lost_review: bool = False
    confirmed_by: str = ""


@dataclass(frozen=True, slots=True)
class ClockFact:
    """A clock of a request that runs or is over; `reminder` is 0, 50, 80 or 100 percent."""

    draft_id: str
    clock_id: str
    name: str
    due: str
    is_red: bool
    is_over: bool
    reminder: int


@dataclass(frozen=True, slots=True)
class ServiceAgeFact:
    """An entry of the service directory that a lead uses and nobody read for a long time."""

    service_id: str
    brand: str
    read: str
    lead_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnswerFact:
    """A service's answer, what it left open, whether that was asked again, and where it leads.

    `leads` are kind, value and first row of each lead that nothing is missing for; `followed` are the
    rows behind which a trace went on.
    """

    answer_id: str
    draft_id: str
    service: str
    left_open: tuple[str, ...]
    has_follow_up: bool = False
    leads: tuple[tuple[str, str, int], ...] = ()
    followed: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class HiddenCoinFact:
    """What a key or a proof showed of a coin that hides its movements.

    Attributes:
        kind: `received` (by a view key) or `proof`.
        about: the address, or for a proof without one its transaction.
        outputs: how many were received.
        holds: whether the proof is good; True for `received`.
        proof: `payment`, `spend`, `reserve` or `transaction key`.
        has_message: whether the proof was made for a message of its own.
        is_in_block: whether the transaction was shown in a block; None where nothing says it.
    """

    kind: str
    chain: str
    about: str
    outputs: int = 0
    holds: bool = True
    proof: str = ""
    txid: str = ""
    has_message: bool = False
    is_in_block: bool | None = None


@dataclass(frozen=True, slots=True)
class RerunFact:
    """What became of a result after blocks left the chain, where somebody has to do something.

    Attributes:
        kind: `answer`, `trace`, `match` or `draft`.
        result_id: the result that stands in the case.
        state: `waiting`, `sent` or `no ground`.
        about: what it started from, or whom it asks.
        lacks: the blocks, transactions and places that a fetch has to bring.
    """

    kind: str
    result_id: str
    state: str
    about: str = ""
    chain: str = ""
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StatedFact:
    """What exports state of one chain: how many rows, and how many the case's ledger bears out.

    Attributes:
        rows: all of them; `agrees`, `differs`, `unknown` (not in the ledger) are some of these.
    """

    chain: str
    rows: int
    agrees: int
    differs: int
    unknown: int


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """The state of a case, as far as the next step depends on it.

    Attributes:
        folder: how the user wrote the case folder; commands are printed with it.
        secrets: number of distinct secrets by kind (`mnemonic`, `private_key`, …).
        own_wallets: places of wallets and keys whose role is `own`.
        untriaged: findings that nobody judged, by certainty.
        ledger_chains: chain to last known height.
        tag_count: imported tags.
        rate_sources: files of exchange rates.
        report_is_current: None while there is no report.
        dismissed: ids of steps that a person set aside.
        rerun_due: results that rest on blocks which left the chain, and were not worked out again.
    """

    folder: str
    practice: bool = False
    settings: Mapping[str, str] = field(default_factory=dict)
    exhibits: tuple[ExhibitFact, ...] = ()
    unread: tuple[UnreadFact, ...] = ()
    findings: int = 0
    untriaged: Mapping[str, int] = field(default_factory=dict)
    secrets: Mapping[str, int] = field(default_factory=dict)
    own_wallets: tuple[str, ...] = ()
    addresses: tuple[FoundAddress, ...] = ()
    extended_keys: int = 0
    service_mentions: tuple[str, ...] = ()
    ledger_chains: Mapping[str, int | None] = field(default_factory=dict)
    tag_count: int = 0
    rate_sources: int = 0
    traces: tuple[TraceFact, ...] = ()
    contested: tuple[ContestedFact, ...] = ()
    leads: tuple[LeadFact, ...] = ()
    drafts: tuple[DraftFact, ...] = ()
    report_is_current: bool | None = None
    dismissed: frozenset[str] = frozenset()
    movements: tuple[MovementFact, ...] = ()
    clocks: tuple[ClockFact, ...] = ()
    old_services: tuple[ServiceAgeFact, ...] = ()
    answers: tuple[AnswerFact, ...] = ()
    hidden_coins: tuple[HiddenCoinFact, ...] = ()
    rerun_due: int = 0
    reruns: tuple[RerunFact, ...] = ()
    stated: tuple[StatedFact, ...] = ()
