"""A DOCX file without times: the same content gives the same bytes. And its text, read back."""

import io
import zipfile
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException  # type: ignore[import-untyped]  # it ships no types
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]  # it ships no types

from chainlead.errors import IdentifierMismatchError, RequestError

_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MOST_PARTS = 2_000
_MOST_BYTES = 50_000_000


def fixed_bytes(content: bytes) -> bytes:
    """The same parts in one order, each with the time 1980-01-01.

    Raises:
        RequestError: no ZIP file, or too large.
    """
    made = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as read:
            names = read.infolist()
            if len(names) > _MOST_PARTS or sum(each.file_size for each in names) > _MOST_BYTES:
                raise RequestError("The Word template is too large.")
            parts = {each.filename: read.read(each) for each in names}
    except zipfile.BadZipFile as error:
        raise RequestError("The Word template is no DOCX file.") from error
    first = "[Content_Types].xml"
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as written:
        for name in sorted(parts, key=lambda each: (each != first, each)):
            entry = zipfile.ZipInfo(name, date_time=_ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o600 << 16
            written.writestr(entry, parts[name], compresslevel=6)
    return made.getvalue()


def docx_text(content: bytes) -> str:
    """The text of the body, paragraphs joined by line ends.

    Raises:
        IdentifierMismatchError: it cannot be read.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as read:
            root: Element = fromstring(read.read("word/document.xml"))
    except (zipfile.BadZipFile, KeyError, ParseError, DefusedXmlException, OSError) as error:
        raise IdentifierMismatchError(f"The DOCX cannot be read again: {error}.") from error
    paragraphs = root.iter(f"{_WORD}p")
    return "\n".join(
        "".join(piece.text or "" for piece in paragraph.iter(f"{_WORD}t"))
        for paragraph in paragraphs
    )
