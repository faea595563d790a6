"""Add ledger data to a case: block files, single blocks, transactions, histories.

Each file that is read becomes one journal entry `ledger.add` and one blob, as it lies on disk.
Files that cannot be used become one entry `ledger.refuse` with their reasons.
"""

import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from chainlead.custody import Entry
from chainlead.errors import LedgerError, LedgerSourceError, WrongNetworkError
from chainlead.ledger import (
    AccountBlockRead,
    AccountRequest,
    AccountTransactionRead,
    AccountWriter,
    AssetRead,
    BlockRead,
    CaseAccounts,
    CaseLedger,
    ChainStatus,
    ContractRead,
    LedgerWriter,
    Pin,
    Request,
    Skipped,
    TransactionRead,
    derive_status,
    find_account_chain,
    find_account_form,
    find_form,
    get_parameters,
    read_account_source,
    read_source,
)
from chainlead.model import BlockHash, Chain, Network
from chainlead.store import Store
from chainlead.workflow.case import Case, Projection
from chainlead.workflow.coverage import forget_covered

XOR_FILE = "xor.dat"
XOR_KEY_BYTES = 8
MAX_SOURCE_BYTES = 1 << 30
ADDED = "added"
KNOWN = "known"
REFUSED = "refused"
_MAX_SKIPPED_LISTED = 1_000

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class SourceReport:
    """What became of one file: added, known (the case had it already) or refused."""

    name: str
    sha256: str
    outcome: str
    form: str = ""
    reason: str = ""
    blocks: int = 0
    transactions: int = 0
    new_blocks: int = 0
    new_transactions: int = 0
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True, slots=True)
class AddResult:
    """What was added to a case, file by file, and the pin after it."""

    chain: Chain
    network: Network
    pin: Pin
    sources: tuple[SourceReport, ...]

    @property
    def has_warnings(self) -> bool:
        """Whether something could not be read."""
        return any(report.outcome == REFUSED or report.skipped for report in self.sources)

    def total(self, counted: str) -> int:
        """The sum of one count (`blocks`, `new_blocks`, …) over all files."""
        return sum(getattr(report, counted) for report in self.sources)


@dataclass(slots=True)
class _Found:
    """What one pass over a source found."""

    blocks: int = 0
    transactions: int = 0
    assets: int = 0
    words: int = 0  # histories and headers: what a server said
    skipped: list[Skipped] = field(default_factory=list)


def add(
    case: Case,
    sources: Sequence[Path],
    *,
    network: Network = Network.MAIN,
    chain: Chain = Chain.BITCOIN,
    progress: Progress | None = None,
) -> AddResult:
    """Read files and folders into the case's ledger.

    The result depends on the set of files only, not on the order in which they are named. A file
    or block that the case already has is counted once.

    Args:
        case: open for writing.
        sources: files, or folders that are read with all that they hold.
        network: whose blocks these are; those of other networks are refused.
        chain: whose ledger.
        progress: called with bytes done and bytes in all.

    Raises:
        LedgerSourceError: a path does not exist, or nothing in the files is ledger data.
        WrongNetworkError: nothing is left because of the network, or the case's ledger of this
            chain is of another network.
    """
    request = _request_for(chain, network)
    require_same_network(case, chain, network)
    files = _files(sources)
    total = sum(path.stat().st_size for _, path in files)
    done = 0
    reports: list[SourceReport] = []
    errors: list[LedgerError] = []
    for name, path in files:
        try:
            if isinstance(request, AccountRequest):
                reports.append(_add_account_file(case, name, path, request))
            else:
                reports.append(_add_file(case, name, path, request))
        except LedgerError as error:
            errors.append(error)
            reports.append(_refusal(name, path, error))
        done += path.stat().st_size
        if progress is not None:
            progress(done, total)
    _keep_refusals(case, chain, network, reports)
    if not any(report.outcome != REFUSED for report in reports):
        _raise_for(errors, reports)
    return AddResult(chain, network, pin_of(case.store, chain), tuple(reports))


def pin_of(store: Store, chain: Chain) -> Pin:
    """The last block that the case knows of this chain."""
    if find_account_chain(chain) is not None:
        return CaseAccounts(store, chain).pin
    return CaseLedger(store, chain, small_ledger_outputs=0).pin


def status(store: Store) -> tuple[ChainStatus, ...]:
    """Figures about each chain that the case has ledger data of."""
    names = sorted({row["chain"] for row in store.rows("ledger_sources", columns=("chain",))})
    return tuple(
        derive_status(store, CaseLedger(store, Chain(name), small_ledger_outputs=0).pin)
        for name in names
        if find_account_chain(Chain(name)) is None
    )


def apply_add(projection: Projection, entry: Entry) -> None:
    """`ledger.add`: read the blob again and fill the tables."""
    what = entry.what
    sha256 = entry.blobs["source"]
    content = projection.blobs.get(sha256)
    request = _request(what)
    projection.store.insert(
        "ledger_sources",
        [
            {
                "sha256": sha256,
                "chain": what["chain"],
                "name": what["name"],
                "form": what["form"],
                "network": what["network"],
                "size_bytes": len(content),
                "journal_seq": entry.seq,
                "summary": {name: what[name] for name in ("blocks", "transactions", "skipped")},
            }
        ],
    )
    if isinstance(request, AccountRequest):
        events = read_account_source(content, what["form"], request)
        AccountWriter(projection.store, request, sha256).write(events)
    else:
        writer = LedgerWriter(projection.store, request, sha256)
        writer.write(read_source(content, what["form"], request))
    lost = _lowest_displaced(projection.store, what["chain"], sha256)
    if lost is not None:
        forget_covered(projection.store, what["chain"], lost)


def _lowest_displaced(store: Store, chain: str, source_sha256: str) -> int | None:
    """The height of the lowest block that this source showed to have left the best chain."""
    is_accounts = find_account_chain(Chain(chain)) is not None
    heights = []
    for row in list(store.rows("displaced_blocks", chain=chain, source_sha256=source_sha256)):
        if is_accounts:
            name = BlockHash(row["block_hash"]).display
            spelled = ("in", [name, name.upper()])
            block = store.lookup("account_blocks", chain=chain, block_hash=spelled)
        else:
            block = store.lookup("blocks", chain=chain, block_hash=row["block_hash"])
        if block is not None and block["height"] is not None:
            heights.append(block["height"])
    return min(heights, default=None)


def apply_refuse(projection: Projection, entry: Entry) -> None:
    """`ledger.refuse`: remember which files could not be used, and why."""
    common = {
        "chain": entry.what["chain"],
        "network": entry.what["network"],
        "journal_seq": entry.seq,
    }
    rows = [{**common, **file} for file in entry.what["files"]]
    projection.store.insert("ledger_refusals", rows, replace=True)


def _request(what: Any) -> Request | AccountRequest:
    request = _request_for(Chain(what["chain"]), Network(what["network"]))
    if isinstance(request, AccountRequest):
        return request
    return replace(request, xor_key=bytes.fromhex(what["xor_key"]))


def _request_for(chain: Chain, network: Network) -> Request | AccountRequest:
    account = find_account_chain(chain)
    networks: Collection[Network] = (account or get_parameters(chain)).networks
    if network not in networks:
        raise WrongNetworkError(f"There is no {network.value} network of {chain.value}.")
    if account is not None:
        return AccountRequest(account, network)
    return Request(get_parameters(chain), network)


def _add_account_file(case: Case, name: str, path: Path, request: AccountRequest) -> SourceReport:
    content = _content(path)
    return add_account_content(case, name, content, request, find_account_form(content, request))


def add_account_content(
    case: Case, name: str, content: bytes, request: AccountRequest, form: str, *, why: str = ""
) -> SourceReport:
    """Read bytes of a known form into the case's account ledger, for example what a node answered.

    Raises:
        LedgerSourceError: nothing in them could be used.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    chain = request.chain.chain
    known = case.store.lookup("ledger_sources", sha256=sha256, chain=chain.value)
    if known is not None:
        return SourceReport(name, sha256, KNOWN, known["form"])
    found = _Found()
    for event in read_account_source(content, form, request):
        if isinstance(event, AccountBlockRead):
            found.blocks += 1
        elif isinstance(event, AccountTransactionRead):
            found.transactions += 1
        elif isinstance(event, AssetRead | ContractRead):
            found.assets += 1
        elif isinstance(event, Skipped):
            found.skipped.append(event)
    if not found.blocks and not found.transactions and not found.assets:
        reason = found.skipped[0].reason if found.skipped else "it is empty"
        raise LedgerSourceError(f"Nothing in it can be used: {reason.rstrip('.')}.")
    tables = ("account_blocks", "account_transactions")
    before = [case.store.count(table) for table in tables]
    what = {
        "name": name,
        "sha256": sha256,
        "form": form,
        "chain": chain.value,
        "network": request.network.value,
        "xor_key": "",
        "blocks": found.blocks,
        "transactions": found.transactions,
        "skipped": [
            {"start": part.start, "end": part.end, "reason": part.reason}
            for part in found.skipped[:_MAX_SKIPPED_LISTED]
        ],
        "skipped_count": len(found.skipped),
    }
    case.act("ledger.add", why=why, what=what, blobs={"source": content})
    new = [case.store.count(table) - count for table, count in zip(tables, before, strict=True)]
    return SourceReport(
        name=name,
        sha256=sha256,
        outcome=ADDED,
        form=form,
        blocks=found.blocks,
        transactions=found.transactions,
        new_blocks=new[0],
        new_transactions=new[1],
        skipped=tuple(found.skipped),
    )


def _add_file(case: Case, name: str, path: Path, plain: Request) -> SourceReport:
    content = _content(path)
    sha256 = hashlib.sha256(content).hexdigest()
    known = case.store.lookup("ledger_sources", sha256=sha256, chain=plain.parameters.chain.value)
    if known is not None:
        return SourceReport(name, sha256, KNOWN, known["form"])
    request, form = _find_form(content, path, plain)
    return add_content(case, name, content, request, form)


def add_content(
    case: Case,
    name: str,
    content: bytes,
    request: Request,
    form: str,
    *,
    why: str = "",
    keep_useless: bool = False,
) -> SourceReport:
    """Read bytes of a known form into the case's ledger, for example what a node answered.

    `keep_useless` keeps them even if nothing in them can be used: a server's lies are evidence too.

    Raises:
        LedgerSourceError: nothing in them could be used.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    chain = request.parameters.chain
    known = case.store.lookup("ledger_sources", sha256=sha256, chain=chain.value)
    if known is not None:
        return SourceReport(name, sha256, KNOWN, known["form"])
    found = _Found()
    for event in read_source(content, form, request):
        if isinstance(event, BlockRead):
            found.blocks += 1
            found.transactions += len(event.block.transactions)
        elif isinstance(event, TransactionRead):
            found.transactions += 1
        elif isinstance(event, Skipped):
            found.skipped.append(event)
        else:
            found.words += 1
    if not found.blocks and not found.transactions and not found.words and not keep_useless:
        reason = found.skipped[0].reason if found.skipped else "it is empty"
        raise LedgerSourceError(f"No whole block in it: {reason.rstrip('.')}.")
    before = case.store.count("blocks"), case.store.count("transactions")
    case.act(
        "ledger.add",
        why=why,
        what={
            "name": name,
            "sha256": sha256,
            "form": form,
            "chain": chain.value,
            "network": request.network.value,
            "xor_key": request.xor_key.hex(),
            "blocks": found.blocks,
            "transactions": found.transactions,
            "skipped": [
                {"start": part.start, "end": part.end, "reason": part.reason}
                for part in found.skipped[:_MAX_SKIPPED_LISTED]
            ],
            "skipped_count": len(found.skipped),
        },
        blobs={"source": content},
    )
    return SourceReport(
        name=name,
        sha256=sha256,
        outcome=ADDED,
        form=form,
        blocks=found.blocks,
        transactions=found.transactions,
        new_blocks=case.store.count("blocks") - before[0],
        new_transactions=case.store.count("transactions") - before[1],
        skipped=tuple(found.skipped),
    )


def _find_form(content: bytes, path: Path, plain: Request) -> tuple[Request, str]:
    key = _xor_key(path.parent)
    if any(key):
        keyed = Request(plain.parameters, plain.network, key)
        try:
            form = find_form(content, keyed)
        except LedgerSourceError:
            form = ""
        if form == "block-file":
            return keyed, form
    return plain, find_form(content, plain)


def _xor_key(folder: Path) -> bytes:
    try:
        with (folder / XOR_FILE).open("rb") as file:
            key = file.read(XOR_KEY_BYTES + 1)
    except OSError:
        return b""
    if len(key) != XOR_KEY_BYTES:
        raise LedgerSourceError(
            f"{XOR_FILE} beside it does not hold {XOR_KEY_BYTES} bytes, so its block files cannot "
            "be read.",
            next_step=f"Copy {XOR_FILE} from the node's folder again.",
        )
    return key


def _files(sources: Sequence[Path]) -> list[tuple[str, Path]]:
    found: dict[Path, str] = {}
    for source in sources:
        if source.is_dir():
            for path in sorted(source.rglob("*")):
                if path.is_file() and path.name != XOR_FILE:
                    name = f"{source.resolve().name}/{path.relative_to(source).as_posix()}"
                    found.setdefault(path.resolve(), name)
        elif source.is_file():
            found.setdefault(source.resolve(), source.name)
        else:
            raise LedgerSourceError(f"There is no file or folder {source}.")
    return sorted((name, path) for path, name in found.items())


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_SOURCE_BYTES:
            raise LedgerSourceError(f"It is larger than {MAX_SOURCE_BYTES} bytes.")
        return path.read_bytes()
    except OSError as error:
        raise LedgerSourceError(f"It cannot be read: {error.strerror}.") from error


def _refusal(name: str, path: Path, error: LedgerError) -> SourceReport:
    try:
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        sha256 = ""
    return SourceReport(name, sha256, REFUSED, reason=error.message)


def _keep_refusals(
    case: Case, chain: Chain, network: Network, reports: Sequence[SourceReport]
) -> None:
    kept = {
        (row["sha256"], row["name"], row["reason"])
        for row in case.store.rows("ledger_refusals", chain=chain.value, network=network.value)
    }
    new = [
        {"sha256": report.sha256, "name": report.name, "reason": report.reason}
        for report in reports
        if report.outcome == REFUSED and (report.sha256, report.name, report.reason) not in kept
    ]
    if new:
        what = {"chain": chain.value, "network": network.value, "files": new}
        case.act("ledger.refuse", what=what)


def _raise_for(errors: Sequence[LedgerError], reports: Sequence[SourceReport]) -> None:
    if not errors:
        raise LedgerSourceError("There is no file in the sources that were named.")
    listed = "; ".join(f"{report.name}: {report.reason}" for report in reports[:20])
    more = f"; and {len(reports) - 20} more" if len(reports) > 20 else ""
    foreign = next((error for error in errors if isinstance(error, WrongNetworkError)), None)
    first = foreign or errors[0]
    raise type(first)(
        f"Nothing could be added. {listed}{more}",
        safe="The case's ledger is as it was.",
        next_step=first.next_step,
    )


def require_same_network(case: Case, chain: Chain, network: Network) -> None:
    """Refuse a second network of one chain in a case.

    Raises:
        WrongNetworkError: the case's ledger of this chain is of another network.
    """
    held = case.store.lookup("ledger_sources", chain=chain.value)
    if held is not None and held["network"] != network.value:
        raise WrongNetworkError(
            f"This case's {chain.value} ledger is of the network {held['network']}, "
            f"not {network.value}.",
            next_step="Use another case for another network; they are never mixed.",
        )
