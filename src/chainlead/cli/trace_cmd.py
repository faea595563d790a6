"""`chainlead trace`: where the money went, or where it came from, under each rule."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from chainlead.cli._node_options import (
    Behind,
    Certificate,
    Cookie,
    Login,
    NetworkName,
    Proxy,
    Requests,
)
from chainlead.cli._output import (
    WARNINGS,
    CaseFolder,
    Json,
    Progress,
    Why,
    print_json,
    print_table,
)
from chainlead.cli._rerun import NoRerun, run_again, tell_reruns
from chainlead.cli._trace_fetch import (
    Fetch,
    FetchAsked,
    FetchByLogs,
    FetchFrom,
    FetchHub,
    FetchIndex,
    FetchIndexKey,
    FetchMost,
    places_line,
    tell_fetched,
)
from chainlead.model import Chain

_UNREAD = {"left the known blocks", "not fetched"}

app = typer.Typer(help="Follow money from an address, a transaction or an output.")


@app.command()
def trace(
    case: CaseFolder,
    origin: Annotated[
        str,
        typer.Argument(
            metavar="ORIGIN", help="An address, a txid, or txid:output_index.", show_default=False
        ),
    ],
    *,
    backward: Annotated[
        bool, typer.Option("--backward", help="Where it came from, not where it went.")
    ] = False,
    rule: Annotated[
        list[str] | None,
        typer.Option(
            "--rule", "--rules", help="fifo, haircut, lifo, poison, tiho or all (the default)."
        ),
    ] = None,
    max_hops: Annotated[int, typer.Option(min=0, help="Stop after so many transfers.")] = 50,
    max_transactions: Annotated[
        int, typer.Option(min=0, help="Stop after so many transactions.")
    ] = 10_000,
    since: Annotated[
        str | None, typer.Option(help="Only blocks from this UTC time on: 2024-03-01[T09:00:00].")
    ] = None,
    until: Annotated[str | None, typer.Option(help="Only blocks up to this UTC time.")] = None,
    chain: Annotated[
        Chain | None, typer.Option(help="Whose ledger, where the case holds several.")
    ] = None,
    asset: Annotated[
        str, typer.Option(help="On an account ledger: the token's contract; or the chain's coin.")
    ] = "",
    fetch: Fetch = "",
    first: FetchFrom = None,
    most: FetchMost = 1_000,
    hub: FetchHub = None,
    index: FetchIndex = "",
    index_key: FetchIndexKey = None,
    by_logs: FetchByLogs = False,
    cookie: Cookie = None,
    login: Login = None,
    proxy: Proxy = "",
    certificate: Certificate = None,
    network: NetworkName = "main",
    behind: Behind = False,
    requests: Requests = 100_000,
    no_rerun: NoRerun = False,
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Follow money until the trail honestly stops, with all taint rules side by side.

    With --fetch, histories that the case does not hold are fetched from the unit's own node, place by
    place, within the budget of --requests; the same command again goes on where it was.
    Ends with code 1 where the trail leaves what is known: something could not be read.
    """
    from chainlead.cli._account_trace_output import show_account_trace
    from chainlead.trace import Direction, Limits
    from chainlead.workflow.case import Case
    from chainlead.workflow.rates import trace_values
    from chainlead.workflow.trace import only_chain
    from chainlead.workflow.trace import trace as run
    from chainlead.workflow.trace_accounts import is_account_ledger, trace_accounts
    from chainlead.workflow.trace_live import trace_live

    asked = None
    if fetch:
        asked = FetchAsked(
            fetch, index, index_key, by_logs, first, most, tuple(hub or ()),
            (cookie, login, certificate), proxy, network, behind, requests,
        )  # fmt: skip
    limits = Limits(max_hops, max_transactions, _unix(since), _unix(until, is_end=True))
    shown = Progress("Trace", is_bound=True)
    asking: dict[str, Any] = {
        "direction": Direction.BACKWARD if backward else Direction.FORWARD,
        "rules": rule or None,
        "limits": limits,
        "why": why,
    }
    with Case.open_to_write(case) as opened:
        whose = chain or only_chain(opened.store)
        of_accounts = is_account_ledger(whose)
        if asked is not None:
            traced = trace_live(
                opened, origin, asked.fetcher(opened, whose, asset, why), chain=whose,
                contract=asset, options=asked.options(), progress=places_line(), **asking,
            )  # fmt: skip
            tell_fetched(traced)
            tell_reruns(run_again(opened, no_rerun=no_rerun), case)
            trace_id, document = traced.trace_id, traced.document
        elif of_accounts:
            trace_id, document = trace_accounts(
                opened, origin, chain=whose, contract=asset, **asking
            )
        else:
            trace_id, document = run(
                opened, origin, chain=chain, **asking,
                progress=lambda done, most: shown(done, most, "transactions"),
            )  # fmt: skip
        values = trace_values(opened, document)
    if of_accounts:
        show_account_trace(
            trace_id, origin, document, case=str(case), values=values, as_json=as_json
        )
        return
    if as_json:
        print_json({**document, "values": {k: v.to_document() for k, v in values.items()}})
    else:
        _print(trace_id, document, {place: f"; {value} then" for place, value in values.items()})
        print(f"Next: chainlead leads {case}")
    ends = [node for result in document["rules"].values() for node in result["frontier"]]
    if any(node["reason"] in _UNREAD for node in ends):
        raise typer.Exit(WARNINGS)


def _unix(text: str | None, *, is_end: bool = False) -> int | None:
    from datetime import UTC, datetime, time

    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"expected 2024-03-01 or 2024-03-01T09:00:00, got {text!r}"
        ) from None
    if len(text) == len("2024-03-01") and is_end:
        moment = datetime.combine(moment, time(23, 59, 59))
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def _print(trace_id: str, document: dict[str, Any], values: Mapping[str, str]) -> None:
    pinned = document["pinned"]
    names = sorted(document["rules"])
    print(f"Trace {trace_id}: {document['direction']} from {document['origin']}")
    print(
        f"Ledger: {pinned['chain']} {pinned['network']}, up to height {pinned['height']}, "
        f"block {pinned['block_hash']}"
    )
    for note in document["notes"]:
        print(note)
    print()
    places = _places(document)
    rows = [
        [
            number,
            *_place_cells(place, document),
            *_with_band(place["band"], [place["traced"].get(name) for name in names], document),
        ]
        for number, place in enumerate(places, start=1)
    ]
    sums = [
        [*("", title, "", "", ""), *_with_band((None, None), _sums(key, document), document)]
        for title, key in (("sum", "frontier_units"), ("origin", "origin_units"))
    ]
    amounts = ["at least", *names, "at most"] if "bounds" in document else names
    print_table(["#", "stops at", "address", "height", "amount", *amounts], [*rows, *sums])
    print()
    for number, place in enumerate(places, start=1):
        named = place["outpoint"] or f"fee of {place['txid']}"
        print(f"{number}: {named}: {place['note']}{values.get(named, '')}")
    for name in names:
        for note in document["rules"][name]["notes"]:
            print(f"{name}: {note}")
    print()
    for line in _verdict(document):
        print(line)


def _places(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Frontier places over all rules, services first, else in chain order."""
    places: dict[tuple[str, str, str], dict[str, Any]] = {}
    for name, result in sorted(document["rules"].items()):
        for node in result["frontier"]:
            key = (node["txid"], node["outpoint"] or "", node["reason"])
            place = places.setdefault(key, {**node, "traced": {}})
            place["traced"][name] = node["traced_units"]
    bands = {
        (band["txid"], band["outpoint"] or "", band["reason"]): band
        for band in document.get("bounds", ())
    }
    for key, place in places.items():
        band = bands.get(key, {})
        place["band"] = (band.get("least_units"), band.get("most_units"))
    order = {tx["txid"]: number for number, tx in enumerate(document["transactions"])}

    def rank(place: dict[str, Any]) -> tuple[bool, int, bool, int]:
        index = int(place["outpoint"].partition(":")[2]) if place["outpoint"] else 0
        is_service = place["reason"] == "service"
        return (not is_service, order.get(place["txid"], len(order)), not place["outpoint"], index)

    return sorted(places.values(), key=rank)


def _place_cells(place: dict[str, Any], document: dict[str, Any]) -> list[object]:
    height = "" if place["height"] is None else place["height"]
    return [
        place["reason"],
        place["address"] or "",
        height,
        _coins(place["amount_units"], document),
    ]


def _sums(key: str, document: dict[str, Any]) -> list[str | None]:
    """One sum under each rule; none under a rule that only bounds, whose figures do not add up."""
    return [
        result["sums"][key] if result["conserves"] else None
        for _, result in sorted(document["rules"].items())
    ]


def _with_band(
    band: tuple[str | None, str | None], traced: list[str | None], document: dict[str, Any]
) -> list[object]:
    """Provable minimum, what each rule says, possible maximum; without bounds the rules alone."""
    least, most = band
    cells = [least, *traced, most] if "bounds" in document else traced
    return [_coins(units, document) for units in cells]


def _coins(units: str | None, document: dict[str, Any]) -> str:
    from chainlead.model import NATIVE, Amount

    if units is None:
        return ""
    return Amount(NATIVE[Chain(document["pinned"]["chain"])], int(units)).decimal


def _verdict(document: dict[str, Any]) -> list[str]:
    symbol = document["asset"]["symbol"]
    if "bounds_sums" not in document:
        return [
            (
                "Each column is what one rule says; for the provable minimum and the possible maximum "
                "run all rules."
            )
        ]
    where = {"service": "reached services", "unspent": "is unspent", "coinbase": "was newly mined"}
    lines = [
        f"Whatever rule is applied: at least {_coins(sums['least_units'], document)} (provable "
        f"minimum) and at most {_coins(sums['most_units'], document)} {symbol} (possible maximum) "
        f"{where[reason]}."
        for reason, sums in sorted(document["bounds_sums"].items())
        if reason in where
    ]
    return [
        "At least and at most bound each place whatever rule is applied; minima add up, maxima do not.",
        *lines,
        "Which rule a court accepts is national law. Poison is an upper bound, not an amount paid.",
    ]
