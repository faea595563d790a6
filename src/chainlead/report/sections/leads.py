"""Leads and requests: which service can be asked, about which deposits, and what was drafted."""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from chainlead.report.story import Block, Section, facts, heading, paragraph, points, table
from chainlead.report.why.lead import (
    conflict_lines,
    inferred_lines,
    missing_lines,
    origin_lines,
)


class Leads(Section):
    """The places where somebody knows a name."""

    place: ClassVar[int] = 100
    title: ClassVar[str] = "Leads and requests"

    def blocks(self, bundle: dict[str, Any]) -> Iterable[Block]:
        """Each lead, then all drafts."""
        services = [lead for lead in bundle["leads"] if lead["track"] == "service"]
        if not services:
            yield paragraph(
                "No lead: the trail reached no address that an imported source gives to a service."
            )
        for lead in services:
            yield from _lead(lead)
        yield heading("Drafted requests")
        yield table(
            (
                ("Draft", "auto", "mono"),
                ("Lead", "auto", "mono"),
                ("Kind", "2fr", "text"),
                ("Instrument", "2fr", "text"),
                ("State", "auto", "text"),
                ("Files with SHA-256", "6fr", "mono"),
            ),
            [
                (
                    draft["draft_id"],
                    draft["lead_id"],
                    draft["kind"].replace("+", " and "),
                    draft["instrument"].replace("_", " "),
                    draft["state"],
                    [f"{name} {digest}" for name, digest in named_files(draft["files"])],
                )
                for draft in bundle["requests"]
            ],
            empty="No request was drafted.",
        )
        if bundle["requests"]:
            yield from _events(bundle["requests"])
            yield paragraph(
                "chainlead sends nothing: an officer checks, signs and sends a request."
            )


def _events(requests: list[dict[str, Any]]) -> Iterator[Block]:
    """What people recorded about the drafts, where anything happened after the drafting."""
    told = [
        (
            draft["draft_id"],
            event["at"][:16].replace("T", " "),
            event["event"].replace("_", " ")
            + (f" ({', '.join(event['parts'])})" if event["parts"] else ""),
            event["who"],
            " ".join(part for part in (event["reference"], event["channel"]) if part),
        )
        for draft in requests
        for event in draft["events"]
        if event["event"] != "drafted"
    ]
    if told:
        yield table(
            (
                ("Draft", "auto", "mono"),
                ("Time (UTC)", "auto", "mono"),
                ("What people recorded", "2fr", "text"),
                ("By", "1fr", "text"),
                ("Reference, address", "2fr", "text"),
            ),
            told,
            empty="",
        )


def named_files(files: Any) -> list[tuple[str, str]]:
    """Names and digests of a draft's files, however they are kept."""
    if isinstance(files, dict):
        return sorted(
            (name, str(kept.get("sha256", "")) if isinstance(kept, dict) else str(kept))
            for name, kept in files.items()
        )
    return sorted((str(entry["name"]), str(entry["sha256"])) for entry in files)


def transfer_lines(deposit: dict[str, Any]) -> list[str]:
    """Everything that names a transfer on its ledger, a line for each."""
    if deposit["output_index"] is not None:
        return [f"{deposit['txid']}:{deposit['output_index']}", deposit["address"]]
    lines = [f"{deposit['txid']} {deposit['transfer_place']}".rstrip()]
    lines.append(f"from {deposit['sender'] or 'nobody'}")
    lines.append(f"to {deposit['address']}")
    if deposit["memo"]:
        lines.append(f"tag {deposit['memo']}")
    if deposit["contract"]:
        lines.append(f"token contract {deposit['contract']}")
    return lines


def symbols(parts: Iterable[dict[str, Any]]) -> str:
    """What amounts are counted in."""
    return " and ".join(sorted({part["symbol"] for part in parts}))


def _span(lead: dict[str, Any]) -> str:
    first, last = lead["first_at"], lead["last_at"]
    return "not known" if first is None else first if first == last else f"{first} to {last}"


def value_text(place: dict[str, Any]) -> str | None:
    """`962.85 SEK`; None where the case has no rate for that day."""
    value = place.get("value")
    return None if value is None else f"{value['value']} {value['currency']}"


def _lead(lead: dict[str, Any]) -> Iterator[Block]:
    yield heading(lead["service"])
    yield facts(
        (
            ("Lead", lead["lead_id"]),
            ("Trace", lead["trace_id"]),
            ("Chain", lead["chain"]),
            ("Jurisdictions", ", ".join(lead["jurisdictions"]) or "not known"),
            ("Site, as its source says", lead["uri"]),
            ("Strength", lead["strength"]),
            ("First and last deposit", _span(lead)),
        )
    )
    yield from map(paragraph, origin_lines(lead))
    yield table(
        (
            ("Strength", "auto", "strength"),
            ("Address", "2fr", "mono"),
            ("Confidence", "2fr", "text"),
            ("Date", "auto", "text"),
            ("Source", "2fr", "text"),
            ("Inherited via", "3fr", "mono"),
        ),
        [
            (
                claim["strength"],
                claim["address"],
                claim["confidence"],
                claim["lastmod"],
                claim["source"],
                " ".join(claim["inherited_via"]),
            )
            for claim in lead["claims"]
        ],
        empty="No claim stands behind this lead.",
    )
    if lead["conflicts"]:
        yield points(conflict_lines(lead))
    valued = any(deposit.get("value") for deposit in lead["deposits"])
    rules = sorted({rule for deposit in lead["deposits"] for rule in deposit["traced"]})
    numbered = list(enumerate(lead["deposits"], start=1))
    yield table(
        (
            ("", "auto", "number"),
            ("Time (UTC)", "auto", "mono"),
            ("Block", "auto", "number"),
            ("Transfer and address", "1fr", "mono"),
            (f"Amount, {symbols(lead['deposits'])}", "auto", "number"),
            *((("Value then", "auto", "number"),) if valued else ()),
        ),
        [
            (
                deposit_number,
                (deposit["mined_at"] or "")[:16].replace("T", " "),
                deposit["height"],
                transfer_lines(deposit),
                deposit["amount"]["decimal"],
                *((value_text(deposit),) if valued else ()),
            )
            for deposit_number, deposit in numbered
        ],
        empty="No deposit.",
    )
    if rules:
        yield paragraph("The traced part of each of these deposits, by its number above:")
        yield table(
            (("", "auto", "number"), *((rule, "1fr", "number") for rule in rules)),
            [
                (
                    deposit_number,
                    *(deposit["traced"].get(rule, {}).get("decimal") for rule in rules),
                )
                for deposit_number, deposit in numbered
            ],
            empty="",
        )
    if any(deposit["inference"] for deposit in lead["deposits"]):
        yield points(inferred_lines(lead))
    if lead["missing"]:
        yield points(missing_lines(lead))
