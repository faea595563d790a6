"""How the report can be made again, by anybody who has the case folder."""

from collections.abc import Iterable
from typing import Any, ClassVar

from chainlead.report.story import Block, Section, facts, heading, paragraph, points


class Reperform(Section):
    """Journal digest, versions, and the command."""

    place: ClassVar[int] = 110
    title: ClassVar[str] = "Making this report again"

    def blocks(self, bundle: dict[str, Any]) -> Iterable[Block]:
        """What to run, then the figures that must come out."""
        yield points(
            (
                (
                    "chainlead verify CASE checks every file of the case folder against the journal, "
                    "replays the journal over the stored bytes, makes this report again and compares "
                    "it byte by byte."
                ),
                "sha256sum -c MANIFEST.sha256 checks an unpacked case with ordinary tools.",
                (
                    "The journal is one JSON line per act; the stored bytes are files named by their "
                    "SHA-256; the tables are one SQLite file."
                ),
            )
        )
        yield paragraph(
            "The same chainlead build on the same kind of machine gives the same bytes. Another "
            "build or another processor may set the PDF differently; the content digest below "
            "stays the same."
        )
        journal = bundle["journal"]
        yield heading("Journal")
        yield facts(
            (
                ("Acts that this report rests on", journal["content_entries"]),
                ("Digest of the last of them", journal["content_head"]),
                ("First", journal["first_at"]),
                ("Last (date of this report)", journal["last_at"]),
            )
        )
        yield heading("Content")
        yield facts((("SHA-256 of what is said about the case", bundle["content_sha256"]),))
        yield heading("Versions")
        yield facts(bundle["versions"].items())
