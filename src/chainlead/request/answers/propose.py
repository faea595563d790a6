"""Proposes what the sheets and columns of an answer mean, from the words of its headers.

A proposal is never used by itself: a person accepts it, or names a saved profile. Limits: a header
whose word has several meanings is settled by the kind of its sheet, else left open.
"""

from collections.abc import Sequence

from chainlead.request.answers.layout import find_header
from chainlead.request.answers.moments import header_zone
from chainlead.request.answers.profile import AnswerProfile, SheetProfile
from chainlead.request.answers.reading import AnswerFile
from chainlead.request.answers.sheet import Sheet, SheetRow
from chainlead.request.answers.words import (
    find_columns,
    find_sheet_kinds,
    plain,
    sheet_direction,
)

PROPOSED = "proposed"
_TIMES = ("time", "registered_at", "kyc_at")
_PREFERRED = {
    "account": ("customer_id", "postal_address", "name", "status"),
    "logins": ("time", "ip", "status"),
    "crypto": ("address", "asset", "direction", "internal_id", "status", "txid"),
    "deposit_addresses": ("address", "asset", "time"),
    "internal_transfers": ("counter_customer_id", "asset", "internal_id", "time"),
    "fiat": ("currency", "iban", "amount", "direction"),
    "bank_accounts": ("iban", "bank", "name"),
    "address_book": ("address", "label"),
    "balances": ("balance", "asset"),
    "nested": ("nested_customer", "address"),
}
_SIGNS = (
    ("nested", {"nested_customer"}),
    ("internal_transfers", {"counter_customer_id", "amount"}),
    ("logins", {"ip", "time"}),
    ("crypto", {"txid", "amount"}),
    ("crypto", {"txid"}),
    ("crypto", {"address", "amount"}),
    ("fiat", {"iban", "amount"}),
    ("bank_accounts", {"iban"}),
    ("account", {"birth_date"}),
    ("account", {"email"}),
    ("account", {"national_id"}),
    ("trades", {"price", "amount"}),
    ("balances", {"balance", "asset"}),
    ("devices", {"device_id"}),
    ("deposit_addresses", {"address"}),
)


def sheet_name(file: AnswerFile, sheet: Sheet) -> str:
    """What a profile calls a sheet: its own name, or its file's without folder and ending."""
    if sheet.name:
        return sheet.name
    base = file.name.replace("\\\\", "/").rpartition("/")[2]
    return base.rpartition(".")[0] or base


def propose_profile(
    files: Sequence[AnswerFile], name: str = PROPOSED, service: str = ""
) -> AnswerProfile:
    """A profile that fits these files, as far as words tell.

    A sheet that no word explains is proposed as `lines`: kept, and searched for identifiers.
    """
    parts = []
    seen: set[str] = set()
    for file in files:
        for sheet in file.sheets:
            called = sheet_name(file, sheet)
            if plain(called) in seen or not sheet.rows:
                continue
            seen.add(plain(called))
            parts.append(propose_sheet(sheet, called))
    return AnswerProfile(
        profile=name,
        title="Proposed from the words of the headers",
        service=service,
        source="the words of the answer's own headers",
        sheets=tuple(parts),
    )


def propose_sheet(sheet: Sheet, called: str) -> SheetProfile:
    """What one sheet means, as far as its words tell."""
    named = (sheet.kind,) if sheet.kind else find_sheet_kinds(called)
    header = _header(sheet)
    labels = _labels(sheet)
    if sheet.kind != "lines" and header is not None and len(header[1]) >= max(len(labels), 2):
        columns = header[1]
        kind = _kind(named, set(columns))
        settled = _settle(columns, kind)
        if kind and settled:
            zones = {
                name: zone
                for name, title in settled.items()
                if name in _TIMES and (zone := header_zone(title))
            }
            return SheetProfile(
                names=(called,),
                kind=kind,
                columns=settled,
                zones=zones,
                direction="internal"
                if kind == "internal_transfers"
                else sheet_direction(called)
                if kind in {"crypto", "fiat"} and "direction" not in settled
                else "",
            )
    if len(labels) >= 2:
        kind = _kind(named, set(labels)) or "account"
        return SheetProfile(
            names=(called,), kind=kind, layout="fields", columns=_settle(labels, kind)
        )
    kind = named[0] if len(named) == 1 else "statement"
    return SheetProfile(names=(called,), kind=kind, layout="lines")


def _header(sheet: Sheet) -> tuple[SheetRow, dict[str, tuple[str, ...]]] | None:
    """The row with the most known words, with the meanings of each of its headers."""
    words = {
        plain(text) for row in sheet.rows[:40] for text in row.texts if text and _meanings(text)
    }
    row = find_header(sheet, words)
    if row is None:
        return None
    return row, _with_meanings(row.texts)


def _labels(sheet: Sheet) -> dict[str, tuple[str, ...]]:
    """Known words that stand first in their rows."""
    firsts = []
    for row in sheet.rows[:200]:
        filled = [text for text in row.texts if text]
        if 2 <= len(filled) <= 3 or (len(filled) == 1 and ":" in filled[0]):
            firsts.append(
                filled[0].partition(":")[0] if len(filled) == 1 else filled[0].rstrip(":")
            )
    return _with_meanings(firsts)


def _with_meanings(titles: Sequence[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for title in titles:
        meanings = _meanings(title) if title else ()
        if meanings and title not in found:
            found[title] = meanings
    return found


def _meanings(title: str) -> tuple[str, ...]:
    found = find_columns(title)
    if not found and (zone := header_zone(title)):
        found = find_columns(title.strip().removesuffix(zone))
    return found


def _kind(named: Sequence[str], titles: set[str]) -> str:
    meanings = {name for title in titles for name in _meanings(title)}
    signs = [kind for kind, needed in _SIGNS if needed <= meanings]
    fitting = [kind for kind in named if kind in signs]
    if fitting:
        return fitting[0]
    if len(named) == 1:
        return named[0]
    return signs[0] if signs else (named[0] if named else "")


def _settle(columns: dict[str, tuple[str, ...]], kind: str) -> dict[str, str]:
    """Our column -> header: each meaning once; of several, the one that the kind of sheet prefers."""
    preferred = _PREFERRED.get(kind, ())
    settled: dict[str, str] = {}
    for title, meanings in columns.items():
        if len(meanings) == 1 and meanings[0] not in settled:
            settled[meanings[0]] = title
    for title, meanings in columns.items():
        if title in settled.values():
            continue
        free = [name for name in preferred if name in meanings and name not in settled]
        free = free or [name for name in meanings if name not in settled]
        if len(free) == 1 or (free and free[0] in preferred):
            settled[free[0]] = title
    return settled
