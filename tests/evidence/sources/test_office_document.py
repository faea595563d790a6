import io
import zipfile

import openpyxl
import xlsxwriter
from openpyxl.comments import Comment

from chainlead.evidence import Item, Layer, StreamRead, Unread, UnreadReason

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = "[Content_Types].xml"


def runs(text, cuts=(9, 20)):
    parts = [text[a:b] for a, b in zip((0, *cuts), (*cuts, None), strict=True)]
    return "".join(f"<w:r><w:rPr><w:b/></w:rPr><w:t>{part}</w:t></w:r>" for part in parts)


def part(inner, root="document"):
    return f'<?xml version="1.0"?><w:{root} xmlns:w="{WORD}"><w:body>{inner}</w:body></w:{root}>'


def docx(make_office, inner, **more):
    return make_office({TYPES: "<Types/>", "word/document.xml": part(inner), **more})


def unread(found):
    return [(str(p.provenance)[5:], p.reason) for p in found if isinstance(p, Unread)]


def test_an_address_over_runs_is_found_at_its_paragraph(
    tmp_path, places, pieces, make_office, address
):
    inner = "<w:p><w:r><w:t>first</w:t></w:r></w:p><w:p>" + runs(address.decode()) + "</w:p>"
    path = tmp_path / "a.docx"
    path.write_bytes(docx(make_office, inner))
    assert places(path, address) == [("zip:word/document.xml › text:office", "paragraph 2")]
    assert pieces(path)[0].media_type.endswith("wordprocessingml.document")


def test_headers_comments_deleted_text_fields_and_properties_are_read(
    tmp_path, places, make_office, address
):
    a = address.decode()
    half = f"<w:p><w:del><w:r><w:delText>{a[:9]}</w:delText></w:r><w:r><w:delText>{a[9:]}</w:delText></w:r></w:del></w:p>"
    path = tmp_path / "a.docx"
    path.write_bytes(
        docx(
            make_office,
            half,
            **{
                "word/header1.xml": part(f"<w:p>{runs(a)}</w:p>", "hdr"),
                "word/comments.xml": part(
                    f"<w:comment><w:p>{runs(a)}</w:p></w:comment>", "comments"
                ),
                "word/footnotes.xml": part(
                    f"<w:p><w:r><w:instrText>HYPERLINK {a[:5]}</w:instrText></w:r><w:r><w:instrText>{a[5:]}</w:instrText></w:r></w:p>"
                ),
                "docProps/core.xml": f"<cp:p xmlns:cp='x'><cp:description>{a[:4]}<!-- x -->{a[4:]}</cp:description></cp:p>",
            },
        )
    )
    assert [where.split(" ")[0] for where, _ in places(path, address)] == [
        f"zip:{name}"
        for name in (
            "word/document.xml",
            "word/header1.xml",
            "word/comments.xml",
            "word/footnotes.xml",
            "docProps/core.xml",
        )
    ]


def test_a_part_in_utf_16_is_read(tmp_path, places, make_office, address):
    xml = part(f"<w:p>{runs(address.decode())}</w:p>").replace('"1.0"', '"1.0" encoding="UTF-16"')
    path = tmp_path / "a.docx"
    path.write_bytes(make_office({TYPES: "<Types/>", "word/document.xml": xml.encode("utf-16")}))
    assert places(path, address) == [("zip:word/document.xml › text:office", "paragraph 1")]


def test_text_boxes_inside_paragraphs_keep_both_texts(tmp_path, places, make_office, address):
    a = address.decode()
    box = f"<w:p><w:r><w:t>{a[:9]}</w:t></w:r><w:txbx><w:p>{runs(a)}</w:p></w:txbx><w:r><w:t>{a[9:]}</w:t></w:r></w:p>"
    path = tmp_path / "a.docx"
    path.write_bytes(docx(make_office, box))
    (view,) = [p for p in _views(path) if p.data.count(address) == 2]
    assert {row for _, row in view.rows} == {"paragraph 1", "paragraph 2"}
    assert places(path, address)


def _views(path):
    from chainlead.evidence import Limits, open_exhibit, read_file

    (file,) = open_exhibit(path, "E1").files()
    return [
        p for p in read_file(file, Limits()) if isinstance(p, Item) and p.layer is Layer.DECODED
    ]


def test_slides_and_notes_are_read(tmp_path, places, make_office, address):
    a = address.decode()
    slide = f"<p:sld xmlns:p='p' xmlns:a='a'><a:p><a:r><a:t>{a[:6]}</a:t></a:r><a:r><a:t>{a[6:]}</a:t></a:r></a:p></p:sld>"
    path = tmp_path / "a.pptx"
    path.write_bytes(
        make_office(
            {
                TYPES: "<T/>",
                "ppt/presentation.xml": "<p/>",
                "ppt/slides/slide1.xml": slide,
                "ppt/notesSlides/notesSlide1.xml": slide,
            }
        )
    )
    assert [where for where, _ in places(path, address)] == [
        "zip:ppt/slides/slide1.xml › text:office", "zip:ppt/notesSlides/notesSlide1.xml › text:office",
    ]  # fmt: skip


def test_cells_of_shared_strings_have_sheet_and_name_also_when_hidden(
    tmp_path, places, pieces, address
):
    a = address.decode()
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet, hidden = book.add_worksheet("Konton"), book.add_worksheet("Gömt")
    hidden.hide()
    sheet.write("B7", a)
    sheet.write_rich_string("C9", "pay ", book.add_format({"bold": True}), a[:9], a[9:])
    hidden.write("A1", f"see {a}")
    for number, word in enumerate(["abandon"] * 11 + ["about"]):
        hidden.write(number + 2, 3, word)
    book.close()
    assert places(path, address) == [
        ("zip:xl/worksheets/sheet1.xml › table:Konton", "Konton!B7"),
        ("zip:xl/worksheets/sheet2.xml › table:Gömt", "Gömt!A1 (hidden sheet)"),
    ]
    rows = {row: v.data[start:] for v in _views(path) for start, row in v.rows}
    assert rows["Konton!C9"].startswith(b"pay " + address)
    assert rows["Gömt!D3 (hidden sheet)"].startswith(b"\n".join([b"abandon"] * 11 + [b"about"]))
    assert not unread(pieces(path))


def test_comments_and_inline_cells_are_read(tmp_path, places, address):
    book = openpyxl.Workbook()
    book.active["B7"] = address.decode()
    book.active["C9"] = "x"
    book.active["C9"].comment = Comment(f"see {address.decode()}", "a")
    path = tmp_path / "a.xlsx"
    book.save(path)
    found = places(path, address)
    assert ("zip:xl/worksheets/sheet1.xml › table:Sheet", "Sheet!B7") in found
    assert any("comment" in where for where, _ in found)


def test_strings_that_no_cell_uses_are_read(tmp_path, places, make_office, address):
    a = address.decode()
    strings = f"<sst xmlns='x'><si><t>used</t></si><si><r><t>{a[:9]}</t></r><r><t>{a[9:]}</t></r></si></sst>"
    sheet = "<worksheet><sheetData><row r='1'><c r='A1' t='s'><v>0</v></c></row></sheetData></worksheet>"
    path = tmp_path / "a.xlsx"
    path.write_bytes(
        make_office(
            {
                TYPES: "<T/>",
                "xl/workbook.xml": "<w/>",
                "xl/worksheets/sheet1.xml": sheet,
                "xl/sharedStrings.xml": strings,
            }
        )
    )
    assert places(path, address) == [
        ("zip:xl/sharedStrings.xml › text:office", "string 1 (in no cell)")
    ]


def test_an_open_document_sheet_counts_repeated_cells_and_hidden_tables(
    tmp_path, places, make_office, address
):
    a = address.decode()
    content = (
        "<o:d xmlns:o='o' xmlns:table='t' xmlns:text='x' xmlns:style='s'><style:style style:name='ta2'>"
        "<style:table-properties table:display='false'/></style:style><table:table table:name='T1'"
        " table:style-name='ta2'><table:table-row table:number-rows-repeated='3'><table:table-cell/></table:table-row>"
        "<table:table-row><table:table-cell table:number-columns-repeated='2'/><table:table-cell>"
        f"<text:p>{a[:9]}<text:span>{a[9:]}</text:span></text:p></table:table-cell></table:table-row></table:table></o:d>"
    )
    path = tmp_path / "a.ods"
    path.write_bytes(
        make_office(
            {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content}
        )
    )
    assert places(path, address) == [("zip:content.xml › table:cells", "T1!C4 (hidden sheet)")]


def test_an_open_document_text_is_read_and_its_encryption_told(
    tmp_path, places, pieces, make_office, address
):
    a = address.decode()
    content = f"<o:d xmlns:o='o' xmlns:text='x'><text:p>pay {a[:9]}<text:span>{a[9:]}</text:span></text:p></o:d>"
    manifest = "<manifest:m xmlns:manifest='m'><manifest:encryption-data/></manifest:m>"
    path = tmp_path / "a.odt"
    start = {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content}
    path.write_bytes(make_office(start))
    assert places(path, address) == [("zip:content.xml › text:office", "paragraph 1")]
    path.write_bytes(make_office(start | {"META-INF/manifest.xml": manifest}))
    assert ("file:a.odt", UnreadReason.ENCRYPTED) in unread(pieces(path))


def test_a_bomb_in_a_document_stops_at_the_ratio(tmp_path, pieces, make_office):
    path = tmp_path / "a.docx"
    path.write_bytes(docx(make_office, "<w:p>" + "<w:r><w:t>aaaa</w:t></w:r>" * 800_000 + "</w:p>"))
    found = pieces(path)
    assert {reason for _, reason in unread(found)} == {UnreadReason.RATIO}
    assert max(p.size_bytes for p in found if isinstance(p, StreamRead)) < 32 << 20


def test_entities_are_never_resolved_and_the_raw_part_is_searched(
    tmp_path, pieces, places, make_office, address
):
    laughs = "<!DOCTYPE d [<!ENTITY a 'aaaaaaaaaa'>" + "".join(
        f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9)
    )
    xml = f"{laughs}]><w:document xmlns:w='{WORD}'><w:p><w:t>&j;</w:t></w:p><!--{address.decode()}--></w:document>"
    path = tmp_path / "a.docx"
    path.write_bytes(make_office({TYPES: "<T/>", "word/document.xml": xml}))
    assert {reason for _, reason in unread(pieces(path))} == {UnreadReason.UNSUPPORTED}
    assert places(path, address) == [("zip:word/document.xml", None)]


def test_deep_xml_is_listed(tmp_path, pieces, make_office):
    path = tmp_path / "a.docx"
    path.write_bytes(docx(make_office, "<w:p>" * 100_000))
    assert {reason for _, reason in unread(pieces(path))} <= {
        UnreadReason.TOO_DEEP,
        UnreadReason.RATIO,
    }
    assert unread(pieces(path))


def test_a_cut_part_gives_what_came_before(tmp_path, pieces, places, make_office, address):
    xml = part(f"<w:p>{runs(address.decode())}</w:p>" * 3)
    path = tmp_path / "a.docx"
    path.write_bytes(make_office({TYPES: "<T/>", "word/document.xml": xml[:-30]}))
    assert {reason for _, reason in unread(pieces(path))} == {UnreadReason.DAMAGED}
    assert places(path, address)


def test_a_string_used_by_a_million_cells_does_not_grow_without_bounds(
    tmp_path, pieces, make_office
):
    cell = "<c t='s'><v>0</v></c>"
    sheet = f"<worksheet><sheetData><row r='1'>{cell * 300_000}</row></sheetData></worksheet>"
    strings = f"<sst><si><t>{'x' * 30_000}</t></si></sst>"
    path = tmp_path / "a.xlsx"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in (
            (TYPES, "<T/>"),
            ("xl/workbook.xml", "<w/>"),
            ("xl/worksheets/sheet1.xml", sheet),
            ("xl/sharedStrings.xml", strings),
        ):
            archive.writestr(name, content)
    path.write_bytes(buffer.getvalue())
    found = pieces(path, total_bytes=200 << 20)
    assert sum(len(p.data) for p in found if isinstance(p, Item)) < 300 << 20


def test_cut_and_changed_documents_are_survived(survives, make_office, address):
    survives(docx(make_office, f"<w:p>{runs(address.decode())}</w:p>"), "a.docx", 10)


def test_a_document_type_that_names_a_schema_elsewhere_is_read(
    tmp_path, pieces, places, make_office, address
):
    kind = "<!DOCTYPE o:d PUBLIC '-//X//DTD 1.0//EN' 'http://schema.example/office.dtd'>"
    half = f"{address.decode()[:9]}<text:span>{address.decode()[9:]}</text:span>"
    content = f"{kind}<o:d xmlns:o='o' xmlns:text='x'><text:p>{half}</text:p></o:d>"
    path = tmp_path / "a.odt"
    path.write_bytes(
        make_office({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content})
    )
    assert places(path, address) == [("zip:content.xml › text:office", "paragraph 1")]
    assert not unread(pieces(path))


def test_an_unknown_encoding_is_named(tmp_path, pieces, make_office):
    xml = part("<w:p/>").replace('"1.0"', '"1.0" encoding="UTas.8"')
    path = tmp_path / "a.docx"
    path.write_bytes(make_office({TYPES: "<T/>", "word/document.xml": xml}))
    assert {reason for _, reason in unread(pieces(path))} == {UnreadReason.DAMAGED}
