"""`report.pdf`: PDF/A-3b set by typst from the story; nothing of the case is ever read as markup.

The story goes in as one JSON string and the template reads it as data. Only the fonts inside
typst are used, no file is written, nothing is fetched. Same bundle, same typst: same bytes.
"""

from pathlib import Path
from typing import Any, ClassVar, Final

import typst

from chainlead.errors import ReportError
from chainlead.model import moment_from_text
from chainlead.report.bundle import canonical_json
from chainlead.report.format import ReportFormat
from chainlead.report.story import story

_FOLDER = Path(__file__).parents[1] / "typst"
STANDARD: Final = "a-3b"


class ReportPdf(ReportFormat):
    """Title page, contents, sections, digest in every footer; PRACTICE on practice cases."""

    name: ClassVar[str] = "pdf"

    def files(self, bundle: dict[str, Any]) -> dict[str, bytes]:
        """`report.pdf`.

        Raises:
            ReportError: the typesetter refused the document.
        """
        document = {
            "case": bundle["case"],
            "date": bundle["report_date"],
            "content_sha256": bundle["content_sha256"],
            "sections": story(bundle),
        }
        return {"report.pdf": set_pdf("report.typ", document, bundle["report_date"])}


def set_pdf(template: str, document: dict[str, Any], moment: str) -> bytes:
    """Set a document with one of the templates.

    Args:
        template: file name in the room's `typst` folder.
        document: JSON values that the template reads.
        moment: the document's own date, UTC as text.

    Raises:
        ReportError: the typesetter refused the document.
    """
    try:
        made = typst.compile(
            _FOLDER / template,
            root=_FOLDER,
            format="pdf",
            font_paths=[],
            ignore_system_fonts=True,
            sys_inputs={"document": canonical_json(document).decode()},
            pdf_standards=[STANDARD],
            timestamp=moment_from_text(moment),
        )
    except RuntimeError as error:
        raise ReportError(
            f"The typesetter refused the report: {str(error)[:300]}",
            safe="The case is unchanged.",
        ) from error
    assert isinstance(made, bytes)
    return made
