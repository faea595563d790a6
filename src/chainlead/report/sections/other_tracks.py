"""Ways on where no service holds an account: seize, let an issuer freeze, ask a provider."""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from chainlead.report.sections.leads import symbols, transfer_lines
from chainlead.report.story import Block, Section, facts, heading, number, paragraph, points, table
from chainlead.report.why.lead import TRACKS, missing_lines, reach_line

SHOWN = 50


class OtherTracks(Section):
    """Leads of the tracks unspent, issuer and provider."""

    place: ClassVar[int] = 105
    title: ClassVar[str] = "Other ways on"

    def blocks(self, bundle: dict[str, Any]) -> Iterable[Block]:
        """Each track with its leads."""
        tracks = {
            name: [lead for lead in bundle["leads"] if lead["track"] == name] for name in TRACKS
        }
        if not any(tracks.values()):
            yield paragraph(
                "None: no trail ends in money that lies still, and no page names a contact."
            )
        for name, leads in tracks.items():
            for lead in leads:
                title, sentence = TRACKS[name]
                yield heading(f"{title}: {lead['service']}")
                yield paragraph(sentence)
                yield from (_provider(lead) if name == "provider" else _holdings(lead))
                yield points(missing_lines(lead))


def _holdings(lead: dict[str, Any]) -> Iterator[Block]:
    holdings = lead["holdings"]
    yield facts(
        (
            ("Lead", lead["lead_id"]),
            ("Trace", lead["trace_id"]),
            ("Chain", lead["chain"]),
            *((("Site of the issuer", lead["uri"]),) if lead["track"] == "issuer" else ()),
            *((("Token contract", holdings[0]["contract"]),) if holdings[0]["contract"] else ()),
        )
    )
    if lead["reach"]:
        yield paragraph(reach_line(lead))
    yield table(
        (
            ("", "auto", "number"),
            ("Where", "4fr", "mono"),
            (f"Amount, {symbols(holdings)}", "auto", "number"),
            ("At least traced", "auto", "number"),
            ("Up to block", "auto", "number"),
            ("Note", "2fr", "text"),
        ),
        [
            (
                place,
                [part for part in (held["place"], held["address"]) if part],
                held["amount"]["decimal"],
                held["least"]["decimal"] if held["least"] else None,
                held["as_of_height"],
                held["note"],
            )
            for place, held in enumerate(holdings[:SHOWN], start=1)
        ],
        empty="",
    )
    if len(holdings) > SHOWN:
        yield paragraph(f"{number(len(holdings) - SHOWN, 'further place')}: see report.json.")
    transfers = lead["deposits"] if lead["track"] == "issuer" else []
    if transfers:
        yield table(
            (
                ("Time (UTC)", "auto", "mono"),
                ("Transfer that came there", "1fr", "mono"),
                ("Amount", "auto", "number"),
            ),
            [
                (
                    (each["mined_at"] or "")[:16].replace("T", " "),
                    transfer_lines(each),
                    each["amount"]["decimal"],
                )
                for each in transfers[:SHOWN]
            ],
            empty="",
        )


def _provider(lead: dict[str, Any]) -> Iterator[Block]:
    yield facts((("Lead", lead["lead_id"]), ("Site, as the table says", lead["uri"])))
    yield table(
        (
            ("Kind", "auto", "text"),
            ("Contact", "2fr", "mono"),
            ("Place", "2fr", "text"),
            ("Found in", "3fr", "mono"),
        ),
        [
            (handle["kind"], handle["value"], handle["place"], " ".join(handle["found_in"]))
            for handle in lead["handles"][:SHOWN]
        ],
        empty="",
    )
