"""`rates add`: files of exchange rates into the case; each is one act with the file as its blob."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chainlead.attribution import Lead, asset_of
from chainlead.custody import Entry
from chainlead.errors import RateFileError
from chainlead.ledger import (
    DISAGREE_PPM,
    RateFile,
    RateHints,
    RateTable,
    Valuation,
    Value,
    parse_rate_file,
    rates_to_text,
)
from chainlead.model import NATIVE, Amount, Asset, Chain, moment_from_text
from chainlead.store import Store
from chainlead.workflow.case import Case, Projection

_MOST_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class AddedRates:
    """What became of one file.

    Attributes:
        state: `added`, or `known` where the case holds exactly these rates already.
        pairs: how many pairs it covers; `days` how many rates; `first`, `last` their days.
        notes: what was left out of it.
    """

    path: str
    state: str
    source_id: str
    title: str
    form: str
    basis: str
    pairs: int
    days: int
    first: str
    last: str
    notes: tuple[str, ...]


def add_rates(
    case: Case, paths: Sequence[Path], hints: RateHints | None = None, *, why: str = ""
) -> Iterator[AddedRates]:
    """Add files of rates, one act for each; a file is taken whole or not at all.

    Args:
        case: open for writing.
        paths: the files, in the order in which they count.
        hints: what the files do not say.
        why: the person's reason, for the journal.

    Raises:
        RateFileError: a file cannot be read, is of no known form, or breaks its form.
    """
    hints = hints or RateHints()
    for path in paths:
        content = _read(path)
        file = parse_rate_file(path.name, content, hints)
        known = case.store.lookup("rate_sources", source_id=file.source.source_id)
        if known is None:
            what = {
                "name": file.source.name,
                "form": file.source.form,
                "source_id": file.source.source_id,
                "title": hints.title,
                "asset": hints.asset,
                "currency": hints.currency,
                "price": hints.price,
                "holds_days": hints.holds_days,
            }
            case.act("rates.add", why=why, what=what, blobs={"rates": content})
        yield _added(str(path), "added" if known is None else "known", file)


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise RateFileError(f"{path.name} is too large to be a file of rates.")
        return path.read_bytes()
    except OSError as error:
        raise RateFileError(
            f"{path.name} cannot be read: {error.strerror}.", next_step="Check the path."
        ) from error


def _added(path: str, state: str, file: RateFile) -> AddedRates:
    source = file.source
    return AddedRates(
        path=path,
        state=state,
        source_id=source.source_id,
        title=source.title,
        form=source.form,
        basis=source.basis,
        pairs=len(file.series),
        days=sum(len(series.rates) for series in file.series),
        first=min(series.first for series in file.series).isoformat(),
        last=max(series.last for series in file.series).isoformat(),
        notes=file.notes,
    )


def apply_add(projection: Projection, entry: Entry) -> None:
    """`rates.add`: the file, read again by the same importer with the same hints."""
    what = entry.what
    hints = RateHints(
        what["title"], what["asset"], what["currency"], what["price"], what["holds_days"]
    )
    content = projection.blobs.get(entry.blobs["rates"])
    file = parse_rate_file(what["name"], content, hints, form=what["form"])
    source = file.source
    row = {
        "source_id": source.source_id,
        "sha256": source.sha256,
        "name": source.name,
        "form": source.form,
        "title": source.title,
        "basis": source.basis,
        "is_own": source.is_own,
        "journal_seq": entry.seq,
    }
    projection.store.insert("rate_sources", [row])
    projection.store.insert(
        "rate_series",
        (
            {
                "source_id": source.source_id,
                "base": series.base,
                "quote": series.quote,
                "holds_days": series.holds_days,
                "first_day": series.first.isoformat(),
                "last_day": series.last.isoformat(),
                "days": len(series.rates),
                "rates": rates_to_text(series.rates),
            }
            for series in file.series
        ),
    )


def load_valuation(store: Store) -> Valuation:
    """Values from all rates of a case, as its journal has them now."""
    return Valuation(RateTable.from_store(store))


def list_rates(case: Case) -> list[dict[str, Any]]:
    """The sources of a case in the order in which they were added, with what each covers."""
    return [
        {
            "source_id": source.source_id,
            "title": source.title,
            "basis": source.basis,
            "form": source.form,
            "name": source.name,
            "sha256": source.sha256,
            "is_own": source.is_own,
            "pairs": [
                {
                    "base": covered.base,
                    "quote": covered.quote,
                    "first": covered.first.isoformat(),
                    "last": covered.last.isoformat(),
                    "days": covered.days,
                    "holds_days": covered.holds_days,
                }
                for covered in pairs
            ],
        }
        for source, pairs in RateTable.from_store(case.store).sources
    ]


def value_of(store: Store, amount: Amount, moment: dt.datetime, currency: str) -> Value | None:
    """What an amount was worth at the time of a block; None without a rate.

    For many amounts keep one `load_valuation`.
    """
    return load_valuation(store).value(amount.asset, amount.units, moment, currency)


def lead_values(case: Case, lead: Lead) -> tuple[Value | None, ...]:
    """What each deposit of a lead was worth in the case's currency when it was mined."""
    valuation, currency = load_valuation(case.store), case.settings["currency"]
    return tuple(
        valuation.value(
            asset_of(lead, one), one.amount_units, moment_from_text(one.mined_at), currency
        )
        if one.mined_at and not (one.contract and one.decimals is None)
        else None
        for one in lead.deposits
    )


def holding_values(case: Case, lead: Lead) -> tuple[Value | None, ...]:
    """What each holding of a lead was worth at the time that its ledger is known up to, if known."""
    valuation, currency = load_valuation(case.store), case.settings["currency"]
    return tuple(
        valuation.value(
            asset_of(lead, one), one.amount_units, moment_from_text(one.as_of), currency
        )
        if one.as_of and not (one.contract and one.decimals is None)
        else None
        for one in lead.holdings
    )


def trace_values(case: Case, document: Mapping[str, Any]) -> dict[str, Value]:
    """What each end of a trace was worth in the case's currency when it was mined, by `end_key`.

    Ends without a rate for their day, fees, and balances that are not known have no value here.
    """
    valuation, currency = load_valuation(case.store), case.settings["currency"]
    asset = _traced_asset(document)
    if valuation.table.is_empty or asset is None:
        return {}
    told = document["transfers" if document.get("kind") == "accounts" else "transactions"]
    times = {one["txid"]: one.get("mined_at") for one in told}
    found: dict[str, Value] = {}
    for result in document["rules"].values():
        for end in result["frontier"]:
            place, mined_at = end_key(end), times.get(end["txid"])
            if place and mined_at and place not in found and end["amount_units"] is not None:
                moment = moment_from_text(mined_at)
                value = valuation.value(asset, int(end["amount_units"]), moment, currency)
                if value is not None:
                    found[place] = value
    return found


def end_key(end: Mapping[str, Any]) -> str:
    """The name of an end among the values of its trace: its outpoint, or transaction and account."""
    if "account" not in end:
        return end.get("outpoint") or ""
    return f"{end['txid']} {end['account']} {end['amount_units']}" if end["account"] else ""


def _traced_asset(document: Mapping[str, Any]) -> Asset | None:
    """What a trace followed; None for a token whose decimals are not known."""
    chain, told = Chain(document["pinned"]["chain"]), document["asset"]
    if not told.get("contract"):
        return NATIVE[chain]
    if not told["decimals"]:
        return None
    return Asset(chain, told["symbol"], told["decimals"], told["contract"])


def rate_at(
    case: Case, day: dt.date, code: str, currency: str, *, disagree_ppm: int = DISAGREE_PPM
) -> Value | None:
    """What one whole coin or currency unit cost on a UTC day; None without a rate.

    Args:
        case: open.
        day: UTC.
        code: `BTC`, `EUR`, or `chain/contract` of a token.
        currency: the code wanted.
        disagree_ppm: from how many millionths on sources are said to disagree.
    """
    name = code if "/" in code else code.upper()
    valuation = Valuation(RateTable.from_store(case.store), disagree_ppm=disagree_ppm)
    return valuation.value_of_code(name, 1, day, currency)
