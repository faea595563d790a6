import io

import pytest
from pypdf import PdfReader

from chainlead.report.formats.pdf import ReportPdf


@pytest.fixture
def pages(bundle):
    made = ReportPdf().files(bundle)["report.pdf"]
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(made)).pages]


def test_the_pdf_is_archival_dated_by_the_case_and_titled(bundle):
    made = ReportPdf().files(bundle)["report.pdf"]
    reader = PdfReader(io.BytesIO(made))
    assert b"<pdfaid:part>3</pdfaid:part>" in made
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in made
    assert reader.metadata.title == "The <lamp> shop #1"
    assert reader.metadata.creation_date.isoformat() == "2024-03-01T09:30:00+00:00"


def test_nothing_in_the_pdf_points_outside(bundle):
    made = PdfReader(io.BytesIO(ReportPdf().files(bundle)["report.pdf"]))
    for page in made.pages:
        for note in page.get("/Annots") or []:
            assert "/URI" not in str(note.get_object().get("/A"))


def test_a_practice_case_says_so_on_every_page(bundle, pages):
    assert all("PRACTICE" in page for page in pages)
    bundle["case"]["practice"] = False
    made = ReportPdf().files(bundle)["report.pdf"]
    reader = PdfReader(io.BytesIO(made))
    assert not any("PRACTICE" in page.extract_text() for page in reader.pages)


def test_every_page_carries_the_content_digest_and_its_number(bundle, pages):
    for number, page in enumerate(pages, start=1):
        assert f"page {number} of {len(pages)}" in page
        assert bundle["content_sha256"] in page.replace(" ", "")


def test_markup_in_evidence_stays_text(bundle):
    bundle["case"]["title"] = "#eval(panic()) *bold* $x$ @ref <label> \\ #sys"
    bundle["unread"]["listed"][0]["detail"] = '#read("/etc/passwd") ] #page[x] // `raw` "'
    made = ReportPdf().files(bundle)["report.pdf"]
    text = " ".join(p.extract_text() for p in PdfReader(io.BytesIO(made)).pages)
    assert "#eval(panic()) *bold* $x$ @ref <label>" in text
    assert '#read("/etc/passwd")' in text
    assert "root:" not in text


def test_long_digests_stay_inside_the_page(bundle):
    reader = PdfReader(io.BytesIO(ReportPdf().files(bundle)["report.pdf"]))
    for page in reader.pages:
        width = float(page.mediabox.width)
        ends = []

        def visit(text, _cm, matrix, _font, size, ends=ends):
            if text.strip() and size < 12:  # the watermark runs over
                ends.append(matrix[4])

        page.extract_text(visitor_text=visit)
        assert all(0 <= end < width for end in ends)


def test_long_tables_repeat_their_headings(bundle):
    row = bundle["unread"]["listed"][0]
    bundle["unread"]["listed"] = [{**row, "location": f"file:{n:04d}"} for n in range(300)]
    bundle["unread"]["count"] = 300
    reader = PdfReader(io.BytesIO(ReportPdf().files(bundle)["report.pdf"]))
    holding = [p.extract_text() for p in reader.pages if "file:0" in p.extract_text()]
    assert len(holding) > 3
    assert all("Reason" in page and "Detail" in page for page in holding)
