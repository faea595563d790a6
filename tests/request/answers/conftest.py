"""Answer files made by tests: workbooks, PDFs, archives; and a ledger of three payments."""

import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import xlsxwriter

from chainlead.request import LedgerPayment

ADDRESS = "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S"
OTHER = "1Q2TWHE3GMdB6BZKafqwxXtWAWgFt5Jvm3"
TXID = "a1" * 32


@pytest.fixture
def make_workbook() -> Callable[..., bytes]:
    """Sheets by name to XLSX; texts are written as texts, numbers as numbers, `=…` as formulas."""

    def make(
        sheets: dict[str, Sequence[Sequence[Any]]],
        *,
        hidden: Sequence[str] = (),
        hidden_rows: Sequence[int] = (),
        edit: Callable[[Any], None] | None = None,
    ) -> bytes:
        buffer = io.BytesIO()
        book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_urls": False})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            if name in hidden:
                sheet.hide()
            for number in hidden_rows:
                sheet.set_row(number, None, None, {"hidden": True})
            for row, cells in enumerate(rows):
                for column, value in enumerate(cells):
                    if hasattr(value, "year"):
                        sheet.write_datetime(row, column, value, moment)
                    else:
                        sheet.write(row, column, value)
        if edit:
            edit(book)
        book.close()
        return buffer.getvalue()

    return make


@pytest.fixture
def make_zip() -> Callable[..., bytes]:
    """Names and bytes to a zip."""

    def make(members: dict[str, bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", compression) as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        return buffer.getvalue()

    return make


@pytest.fixture
def add_member() -> Callable[[bytes, dict[str, bytes]], bytes]:
    """A zip with more members."""

    def add(content: bytes, members: dict[str, bytes]) -> bytes:
        buffer = io.BytesIO(content)
        with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
            for name, member in members.items():
                archive.writestr(name, member)
        return buffer.getvalue()

    return add


@pytest.fixture
def make_pdf() -> Callable[..., bytes]:
    """Lines at fixed places to a PDF of one page each; no lines make a page without text."""

    def make(*pages: Sequence[tuple[int, int, str]], extra: str = "") -> bytes:
        objects = [f"<< /Type /Catalog /Pages 2 0 R {extra} >>"]
        numbers = [4 + 2 * place for place in range(len(pages))]
        kids = " ".join(f"{number} 0 R" for number in numbers)
        objects += [
            f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>",
        ]
        for number, lines in zip(numbers, pages, strict=True):
            shown = "".join(f"BT /F1 9 Tf {x} {y} Td ({text}) Tj ET\n" for x, y, text in lines)
            objects += [
                f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents {number + 1} 0 R >>",
                f"<< /Length {len(shown)} >>\nstream\n{shown}endstream",
            ]
        made = bytearray(b"%PDF-1.4\n")
        places = []
        for number, text in enumerate(objects, 1):
            places.append(len(made))
            made += f"{number} 0 obj\n{text}\nendobj\n".encode()
        table = len(made)
        made += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
        made += "".join(f"{place:010} 00000 n \n" for place in places).encode()
        made += f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF".encode()
        return bytes(made)

    return make


class ThreePayments:
    """A book with one transaction of two outputs, and one more payment."""

    paid = (
        LedgerPayment(
            TXID, "output 0", f"{TXID}:0", ADDRESS, 4_000_000, 8, "2024-02-02T01:50:52Z", 9
        ),
        LedgerPayment(TXID, "output 1", f"{TXID}:1", OTHER, 77, 8, "2024-02-02T01:50:52Z", 9),
        LedgerPayment("b2" * 32, "output 3", f"{'b2' * 32}:3", ADDRESS, 5, 8, None, None),
    )

    def payments(self, txid: str) -> tuple[LedgerPayment, ...] | None:
        return tuple(p for p in self.paid if p.txid == txid) or None

    def payments_to(self, address: str) -> tuple[LedgerPayment, ...]:
        return tuple(p for p in self.paid if p.address == address)


@pytest.fixture
def book() -> ThreePayments:
    return ThreePayments()
