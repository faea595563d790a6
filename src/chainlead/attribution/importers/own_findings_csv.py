"""The unit's own attributions as CSV: one row per address, with a header line.

Columns: `address` and `label` must be there; `currency`, `actor`, `category`, `confidence`,
`source`, `lastmod`, `abuse`, `context` may; other columns are kept as they stand. A row without a
source has the file as its source, and without a confidence it has none.
Proof: none; asserted by whoever made the file. Limits: UTF-8, comma or semicolon, 64 MB.
Spec: RFC 4180; this header is chainlead's own.
"""

import csv
import hashlib
import io
from typing import Any

from chainlead.attribution.address_form import read_address
from chainlead.attribution.claim import Pack, Tag
from chainlead.attribution.confidence import confidence_classes
from chainlead.attribution.importer import Importer, pack_id_of
from chainlead.attribution.pack_fields import FieldReader
from chainlead.errors import PackInvalidError

_MOST_BYTES = 64 * 1024 * 1024
_COLUMNS = frozenset(
    {
        "address", "label", "currency", "actor", "category", "confidence", "source", "lastmod",
        "abuse",
    }
)  # fmt: skip


class OwnFindingsCsv(Importer):
    """What the unit or a partner found out itself."""

    form = "own.csv"

    def recognises(self, name: str, content: bytes) -> bool:
        """A CSV file whose first line names `address` and `label`."""
        if not name.lower().endswith(".csv"):
            return False
        first = content[:4096].removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].lower()
        columns = {part.strip(b' "\r') for part in first.replace(b";", b",").split(b",")}
        return {b"address", b"label"} <= columns

    def parse(self, name: str, content: bytes) -> Pack:
        """Read the rows."""
        if len(content) > _MOST_BYTES:
            raise PackInvalidError(
                f"{name} has {len(content)} bytes; a list may have {_MOST_BYTES}."
            )
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise PackInvalidError(f"{name} is not UTF-8 text.") from error
        first = text.split("\n", 1)[0]
        separator = ";" if first.count(";") > first.count(",") else ","
        sha256 = hashlib.sha256(content).hexdigest()
        pack_id = pack_id_of(self.form, "", sha256)
        read = FieldReader(name)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        tags: list[Tag] = []
        try:
            columns = [column.strip().lower() for column in next(reader, [])]
            if len(set(columns)) != len(columns) or not {"address", "label"} <= set(columns):
                raise read.fail(
                    1, "the first line names address, label and further columns, once each"
                )
            for cells in reader:
                if not any(cell.strip() for cell in cells):
                    continue
                line = reader.line_num
                if len(cells) != len(columns):
                    raise read.fail(line, f"{len(cells)} cells, {len(columns)} columns")
                fields: dict[str, Any] = dict(zip(columns, cells, strict=True))
                tags.append(_tag(read, fields, line, pack_id, len(tags)))
        except csv.Error as error:
            raise read.fail(reader.line_num, str(error)) from error
        return Pack(
            pack_id=pack_id,
            sha256=sha256,
            name=name,
            form=self.form,
            title=name,
            creator="own findings",
            tags=tuple(tags),
            actors=(),
            problems=read.sentences(),
        )


def _tag(
    read: FieldReader, fields: dict[str, Any], line: int, pack_id: str, tag_number: int
) -> Tag:
    address = read.required(fields, "address", line)
    currency = read.text(fields, "currency", line) or ""
    confidence = read.text(fields, "confidence", line)
    if confidence and confidence not in confidence_classes():
        read.note(f"the confidence {confidence!r:.40} is not in the table")
    form = read_address(address, currency)
    if not form.is_address:
        read.note(form.note)
    detail: dict[str, Any] = {"line": line}
    if form.note:
        detail["address_note"] = form.note
    for key in fields.keys() - _COLUMNS:
        if key and (value := read.text(fields, key, line)) is not None:
            detail[key] = value
    return Tag(
        pack_sha256=pack_id,
        tag_number=tag_number,
        chain=form.chain,
        currency=currency,
        address=address,
        label=read.required(fields, "label", line),
        actor=read.text(fields, "actor", line),
        category=read.text(fields, "category", line),
        confidence=confidence,
        source=read.text(fields, "source", line) or f"own findings: {read.name}",
        lastmod=read.moment(fields, "lastmod", line),
        detail=dict(sorted(detail.items())),
        canonical=form.canonical,
        is_address=form.is_address,
        abuse=read.text(fields, "abuse", line),
    )
