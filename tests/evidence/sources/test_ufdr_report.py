"""Reports of phone extractions: values of models, paths of files, damage, entities."""

from xml.sax.saxutils import escape

import pytest

from chainlead.evidence import UnreadReason

HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<project id="1" xmlns="http://pa.cellebrite.com/report/2.0">'


def report(body, text):
    return f"""{HEAD}<taggedFiles><file fs="x" id="f1" path="/data/io.wallet/{body}.json"/></taggedFiles>
<decodedData><modelType type="Chat"><model type="Chat" id="c1"><modelField name="Messages">
<model type="InstantMessage" id="m1"><field name="Body" type="String">
<value type="String"><![CDATA[{text}]]></value></field></model></modelField></model></modelType>
<modelType type="Note"><model type="Note" id="n1"><field name="Title"><value>{escape(text)}</value>
</field></model></modelType></decodedData></project>""".encode()


def test_values_and_paths_are_records_of_their_model(tmp_path, read, address, make_zip):
    text = f"<send> & pay {address.decode()}"
    content = make_zip(("report.xml", report(address.decode(), text)))
    (tmp_path / "phone.ufdr").write_bytes(content)
    rows = {item.row for item in read(tmp_path).holding(address) if item.row}
    assert rows == {"InstantMessage m1 Body", "Note n1 Title", "file f1"}


def test_markup_in_a_message_is_text(tmp_path, read, address):
    text = f"{address.decode()[:10]}<b>x</b>"
    (tmp_path / "report.xml").write_bytes(report("a", text))
    assert any(item.data == text.encode() for item in read(tmp_path).items)


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c[:-40],
        lambda c: c.replace(b"</modelType>", b"</wrong>", 1),
        lambda c: c.replace(b"<project", b"<!DOCTYPE p [<!ENTITY a 'b'>]><project", 1),
        lambda c: c.replace(b"<decodedData>", b"<a>" * 300, 1),
    ],
)
def test_a_damaged_report_is_reported(tmp_path, read, change):
    (tmp_path / "report.xml").write_bytes(change(report("a", "text of a message")))
    assert [r for _, r in read(tmp_path).reasons()] == [UnreadReason.DAMAGED]
