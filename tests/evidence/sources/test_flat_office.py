from chainlead.evidence import Unread, UnreadReason

HEAD = "<?xml version='1.0' encoding='UTF-8'?>\n"


def test_split_addresses_in_flat_documents_are_joined(tmp_path, places, pieces, address):
    a = address.decode()
    halves = f"<text:span>{a[:9]}</text:span><text:span>{a[9:]}</text:span>"
    word = f"<w:p><w:r><w:t>{a[:9]}</w:t></w:r><w:r><w:t>{a[9:]}</w:t></w:r></w:p>"
    for content in (
        f"{HEAD}<office:document xmlns:office='o' xmlns:text='x'><text:p>{halves}</text:p></office:document>",
        f"{HEAD}<?mso-application progid='Word.Document'?><w:wordDocument xmlns:w='w'>{word}</w:wordDocument>",
        f"{HEAD}<pkg:package xmlns:pkg='k' xmlns:w='w'><pkg:part>{word}</pkg:part></pkg:package>",
    ):
        (tmp_path / "a.xml").write_text(content)
        assert places(tmp_path / "a.xml", address) == [("text:office", "paragraph 1")]
        assert not [p for p in pieces(tmp_path / "a.xml") if isinstance(p, Unread)]


def test_cells_of_a_flat_sheet_have_names(tmp_path, places, address):
    a = address.decode()
    (tmp_path / "a.fods").write_text(
        f"{HEAD}<office:document xmlns:office='o' xmlns:table='t' xmlns:text='x' office:mimetype="
        "'application/vnd.oasis.opendocument.spreadsheet'><table:table table:name='S'><table:table-row>"
        f"<table:table-cell><text:p>{a[:9]}<text:span>{a[9:]}</text:span></text:p></table:table-cell>"
        "</table:table-row></table:table></office:document>"
    )
    assert places(tmp_path / "a.fods", address) == [("table:cells", "S!A1")]


def test_a_cut_document_is_named(tmp_path, pieces):
    (tmp_path / "a.xml").write_text(f"{HEAD}<w:wordDocument xmlns:w='w'><w:p><w:t>x")
    assert [p.reason for p in pieces(tmp_path / "a.xml") if isinstance(p, Unread)] == [
        UnreadReason.DAMAGED
    ]


def test_cut_and_changed_documents_are_survived(survives, address):
    survives(f"{HEAD}<w:wordDocument xmlns:w='w'><w:p>".encode() + address, "a.xml", 10)
