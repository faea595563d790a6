"""What the first exchange answers: a workbook in Swedish, as providers send them, with planted traps.

The traps: one sheet that was asked for is not there; times in local time and in UTC side by side,
one of them in the hour that came twice; a withdrawal whose transaction id has two characters
exchanged; a transfer to another customer that is on no ledger; a total that is a formula; a hidden
sheet. Persons, numbers and accounts are invented (the telephone number is one of those that the
Swedish authority keeps free for stories, the IBAN the one of the registry's own example).
"""

import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chainlead.guide.practice.economy import Coin, SentTransaction
from chainlead.guide.practice.story import (
    KASTELL,
    LAGUNE,
    SECOND_WALLET,
    SHOP,
    WITHDRAWN_SAT,
    PracticeWorld,
)

NAME = "svar kastell 2024-03.xlsx"
TIMEZONE = "Europe/Stockholm"
PROFILE = "kastell-sv"
CUSTOMER = "704411"
OTHER_CUSTOMER = "718205"
IBAN = "SE4550000000058398257466"
PHONE = "+46701740631"
EMAIL = "alva.exempel@post.example"
INTERNAL_SAT = 1_900_000
MISSING_SHEET = "Inloggningar"
HIDDEN_SHEET = "Arbetsblad"
_CREATED = datetime(2024, 3, 18, 9, 0)  # noqa: DTZ001  (a spreadsheet's own mark has no zone)
_CREDITED = timedelta(minutes=11)
_ASKED = timedelta(minutes=4)
Line = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class PracticeAnswer:
    """The file, and what is true about it.

    Attributes:
        truth: what a right reading of it finds: JSON values only.
    """

    name: str
    content: bytes
    truth: dict[str, Any]


def build_answer(world: PracticeWorld) -> PracticeAnswer:
    """The answer about the shop's account at the first exchange; the same world gives the same bytes."""
    deposits = [
        (sent, coin)
        for sent in world.transactions
        for coin in sent.made
        if coin.script == world.exchanges[KASTELL].deposit_scripts[SHOP]
    ]
    withdrawals = [
        (sent, coin)
        for sent in world.transactions
        for coin in sent.made
        if coin.owner == SECOND_WALLET and coin.amount_sat in WITHDRAWN_SAT
    ]
    wrong = _exchanged(withdrawals[1][0].txid)
    sheets: dict[str, list[Line]] = {
        "Kunduppgifter": _customer(),
        "Insättningar krypto": _deposits(deposits),
        "Uttag krypto": _withdrawals(withdrawals, wrong),
        "Interna överföringar": _internal(deposits[-1][0]),
        "Insättningsadresser": [
            ("Adress krypto", "Tillgång", "Tilldelad"),
            (deposits[0][1].address, "BTC", "2023-10-29"),
        ],
        "Bankkonton": [("IBAN", "Bank", "Namn"), (_spaced(IBAN), "Exempelbanken", "Alva Exempel")],
        "Valutatransaktioner": [
            ("Datum och tid", "Belopp", "Valuta", "Typ", "IBAN"),
            ("2024-01-08 14:05:00+01:00", "2 500,00", "SEK", "Insättning", _spaced(IBAN)),
        ],
        "Travel rule": [
            ("Roll", "Namn", "Transaktions-ID", "Mottagande tjänst"),
            ("Mottagare", "Alva Exempel", deposits[0][0].txid, ""),
            ("Avsändare", "Alva Exempel", withdrawals[0][0].txid, LAGUNE),
        ],
        "Intyg": [
            ("Uppgifterna är fullständiga för kundnumret.",),
            ("Insättningar och interna överföringar anges i svensk tid, uttag i UTC.",),
        ],
        HIDDEN_SHEET: [("Anteckning",), ("kontrollera uttag 2 mot kedjan",)],
    }
    truth = {
        "file": NAME,
        "customer": CUSTOMER,
        "deposits": [coin.outpoint for _, coin in deposits],
        "withdrawals": [coin.outpoint for _, coin in withdrawals],
        "wrong_txid": wrong,
        "right_txid": withdrawals[1][0].txid,
        "internal_to": OTHER_CUSTOMER,
        "internal_sat": INTERNAL_SAT,
        "missing_sheet": MISSING_SHEET,
        "hidden_sheet": HIDDEN_SHEET,
        "brought_on": world.transaction("brought on").txid,
        "iban": IBAN,
        "phone": PHONE,
        "email": EMAIL,
    }
    return PracticeAnswer(NAME, _workbook(sheets), truth)


def _customer() -> list[Line]:
    return [
        ("Kundnummer", CUSTOMER),
        ("Namn", "Alva Exempel"),
        ("Födelsedatum", "1990-01-31"),
        ("Postadress", "Exempelvägen 1, 999 99 Exempelby"),
        ("Medborgarskap", "SE"),
        ("E-post", EMAIL),
        ("Mobilnummer", f"{PHONE[:3]} {PHONE[3:5]}-{PHONE[5:8]} {PHONE[8:10]} {PHONE[10:]}"),
        ("Registrerad", "2023-10-29 02:30:00"),
        ("Kontostatus", "Öppet"),
        ("KYC-nivå", "Full"),
        ("Verifierad", "2023-11-02 10:15:00"),
    ]


def _deposits(found: list[tuple[SentTransaction, Coin]]) -> list[Line]:
    lines: list[Line] = [
        (
            "Tidpunkt", "Tillgång", "Nätverk", "Belopp", "Avgift", "Adress krypto",
            "Transaktions-ID", "Internt ID",
        )
    ]  # fmt: skip
    for number, (sent, coin) in enumerate(found, 1):
        lines.append(
            (
                _local(sent, _CREDITED), "BTC", "Bitcoin", _comma(coin.amount_sat), "0",
                coin.address, sent.txid, f"INS-{number:04}",
            )
        )  # fmt: skip
    total = sum(coin.amount_sat for _, coin in found)
    formula = f"=SUM(D2:D{len(found) + 1})"
    return [*lines, ("Summa", "", "", (formula, _comma(total)), "", "", "", "")]


def _withdrawals(found: list[tuple[SentTransaction, Coin]], wrong: str) -> list[Line]:
    lines: list[Line] = [
        (
            "Tidpunkt (UTC)", "Tillgång", "Nätverk", "Belopp", "Avgift", "Adress krypto",
            "Transaktions-ID", "Internt ID",
        )
    ]  # fmt: skip
    for number, (sent, coin) in enumerate(found, 1):
        lines.append(
            (
                f"{_mined(sent) - _ASKED:%Y-%m-%d %H:%M:%S}", "BTC", "Bitcoin",
                _comma(coin.amount_sat), "0,00005000", coin.address,
                sent.txid if number == 1 else wrong, f"UTT-{number:04}",
            )
        )  # fmt: skip
    return lines


def _internal(after: SentTransaction) -> list[Line]:
    return [
        ("Tidpunkt", "Till kund", "Tillgång", "Belopp", "Referens"),
        (
            _local(after, timedelta(hours=1)),
            OTHER_CUSTOMER,
            "BTC",
            _comma(INTERNAL_SAT),
            "INT-0001",
        ),
    ]


def _mined(sent: SentTransaction) -> datetime:
    return datetime.fromtimestamp(sent.mined_at_unix, tz=UTC)


def _local(sent: SentTransaction, later: timedelta) -> str:
    moment = (_mined(sent) + later).astimezone(ZoneInfo(TIMEZONE))
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def _comma(amount_sat: int) -> str:
    return f"{amount_sat // 10**8},{amount_sat % 10**8:08d}"


def _spaced(iban: str) -> str:
    return " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))


def _exchanged(txid: str) -> str:
    """The id with the first two unequal neighbours after its middle exchanged, as a typist would."""
    place = next(i for i in range(32, 63) if txid[i] != txid[i + 1])
    return txid[:place] + txid[place + 1] + txid[place] + txid[place + 2 :]


def _workbook(sheets: dict[str, list[Line]]) -> bytes:
    import xlsxwriter  # type: ignore[import-untyped]  # noqa: PLC0415  (no stubs; slow to load)

    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"title": "Svar", "company": KASTELL, "created": _CREATED})
    for name, lines in sheets.items():
        sheet = book.add_worksheet(name)
        if name == HIDDEN_SHEET:
            sheet.hide()
        for number, line in enumerate(lines):
            for column, value in enumerate(line):
                if isinstance(value, tuple):
                    sheet.write_formula(number, column, value[0], None, value[1])
                elif value:
                    sheet.write_string(number, column, str(value))
    book.close()
    return buffer.getvalue()
