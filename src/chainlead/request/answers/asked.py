"""What was asked and not answered: the draft's ticked items against the answer, as far as a machine sees.

Limits: an item that is answered in free words is looked for by its sheet only; a person decides.
An empty sheet with its header is an answer (there is nothing); a sheet that is not there is none.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

import msgspec

from chainlead.request.answers.stated import StatedRow, Statement
from chainlead.request.data_files import read_table
from chainlead.request.items import items

_TRANSFERS = 11
_MOST_ROWS = 20
"""So many rows are named one by one; a letter of a thousand lines is read by nobody."""
_OF_THE_SERVICE = frozenset({23, 39})
"""What the addressee has to say itself, whoever the customer is: the statement of completeness."""
_NEEDS_WORD = {"time zone", "zone", "ambiguous time", "impossible time", "date order"}


class ItemState(StrEnum):
    """How an item was answered."""

    ANSWERED = "answered"
    PARTLY = "partly"
    NOT = "not answered"
    ELSEWHERE = "held for another"
    """The service says that the account is not its customer's: who it is held for has to be asked."""


class _Answered(msgspec.Struct, frozen=True):
    number: int
    kinds: tuple[str, ...]
    columns: tuple[str, ...] = ()
    pictures: bool = False


class _Table(msgspec.Struct, frozen=True):
    read: str
    items: tuple[_Answered, ...]
    names: dict[str, dict[str, str]]
    sentences: dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class AskedItem:
    """One item that was asked for, and how it was answered.

    Attributes:
        number: in the data list.
        rows: how many stated rows belong to it.
        gaps: our columns -> in how many of these rows the cell is empty.
    """

    number: int
    state: ItemState
    rows: int
    gaps: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class AskedTransfer:
    """One transfer of the draft's annex: what the service was asked about."""

    number: int
    txid: str
    place: str
    address: str


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Everything that a follow-up has to ask, in the language of the letter.

    Attributes:
        numbers: the items to tick in the follow-up.
        sentences: what is missing, one sentence each, in the order of the items.
    """

    numbers: tuple[int, ...]
    sentences: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        """Nothing is left to ask."""
        return not self.sentences


def derive_asked(
    ticked: Sequence[int],
    statement: Statement,
    *,
    has_pictures: bool,
    earlier: Sequence[StatedRow] = (),
) -> tuple[AskedItem, ...]:
    """How each ticked item was answered.

    Args:
        ticked: the draft's items.
        statement: what the service states.
        has_pictures: whether documents came that were kept unopened.
        earlier: rows about the account in the answers that this one completes.
    """
    table = {each.number: each for each in _table().items}
    unknown = _Answered(0, ())
    asked = [
        _asked(
            table.get(number) or msgspec.structs.replace(unknown, number=number),
            statement,
            has_pictures=has_pictures,
            earlier=earlier,
        )
        for number in ticked
    ]
    if not is_held_for_another(statement):
        return tuple(asked)
    return tuple(
        replace(item, state=ItemState.ELSEWHERE)
        if item.state is ItemState.NOT and item.number not in _OF_THE_SERVICE
        else item
        for item in asked
    )


def is_held_for_another(statement: Statement) -> bool:
    """Whether the service names somebody whom it holds the account for, and no customer of its own."""
    rows = statement.rows
    names_other = any(row.fields.get("nested_customer") for row in rows)
    return names_other and not any(row.kind == "account" for row in rows)


def _asked(
    wanted: _Answered,
    statement: Statement,
    *,
    has_pictures: bool,
    earlier: Sequence[StatedRow],
) -> AskedItem:
    if wanted.pictures:
        state = ItemState.ANSWERED if has_pictures else ItemState.NOT
        return AskedItem(wanted.number, state, 0, {})
    sheets = [sheet for sheet in statement.sheets if sheet.kind in wanted.kinds]
    rows = [row for row in statement.rows if row.kind in wanted.kinds]
    if not sheets:
        return AskedItem(wanted.number, ItemState.NOT, 0, {})
    if not rows:
        return AskedItem(wanted.number, ItemState.ANSWERED, 0, {})
    gaps = {}
    for name in wanted.columns:
        empty = sum(not _has(row, name) for row in rows)
        if rows[0].kind == "account":  # one person may be told over several sheets
            known = any(_has(row, name) for row in (*rows, *earlier))
            empty = 0 if known else len(rows)
        if empty:
            gaps[name] = empty
    state = ItemState.PARTLY if gaps else ItemState.ANSWERED
    if (
        gaps
        and all(count == len(rows) for count in gaps.values())
        and len(gaps) == len(wanted.columns)
    ):
        state = ItemState.NOT
    return AskedItem(wanted.number, state, len(rows), gaps)


def _has(row: StatedRow, name: str) -> bool:
    if name == "name":
        return bool(row.fields.get("name") or row.fields.get("last_name"))
    if name == "amount":
        return row.amount is not None
    if name == "ip_port":
        return bool(row.fields.get("ip_port")) or row.fields.get("ip", "").count(":") == 1
    if name == "customer_id" and row.kind == "account":
        return bool(row.fields.get("customer_id"))
    return bool(row.fields.get(name))


def derive_unanswered(
    asked: Iterable[AskedItem],
    transfers: Iterable[AskedTransfer],
    statement: Statement,
    language: str,
) -> Unanswered:
    """What a follow-up asks for, in exactly the words of what is missing.

    Args:
        asked: the items and how they were answered.
        transfers: those of the draft's annex.
        statement: what the service states.
        language: of the letter.
    """
    numbers: list[int] = []
    sentences: list[str] = []
    told_items = list(asked)
    for item in told_items:
        missing = _of_item(item, language)
        if missing:
            numbers.append(item.number)
            sentences += missing
    crypto = [row for row in statement.rows if row.kind == "crypto"]
    if crypto or any(sheet.kind == "crypto" for sheet in statement.sheets):
        stated = {str(row.check.get("txid", "")).lower().removeprefix("0x") for row in crypto}
        for transfer in transfers:
            if transfer.txid.lower().removeprefix("0x") not in stated:
                numbers.append(_TRANSFERS)
                sentences.append(
                    _say(
                        "transfer",
                        language,
                        number=transfer.number,
                        txid=transfer.txid,
                        place=transfer.place,
                    )
                )
    ticked = [item.number for item in told_items]
    labels = {(s.file, s.name): s.headers for s in statement.sheets if s.layout == "fields"}
    told: dict[str, int] = {}
    for row in statement.rows:
        for column, sentence in _of_row(row, language, labels):
            numbers.append(_item_of(row.kind, column, ticked))
            told[column] = told.get(column, 0) + 1
            if told[column] <= _MOST_ROWS:
                sentences.append(sentence)
    more = sum(max(count - _MOST_ROWS, 0) for count in told.values())
    if more:
        sentences.append(_say("more", language, count=more))
    sentences += [
        _say("unread", language, name=doubt.sentence.partition(":")[0])
        for doubt in statement.doubts
        if doubt.kind == "unread file"
    ]
    if sentences and not numbers:
        numbers.append(_TRANSFERS)
    return Unanswered(tuple(sorted(set(numbers))), tuple(sentences))


def _of_item(item: AskedItem, language: str) -> list[str]:
    if item.state in {ItemState.ANSWERED, ItemState.ELSEWHERE}:
        return []
    if item.state is ItemState.NOT:
        wanted = next(each for each in items() if each.number == item.number)
        ask = wanted.ask.get(language) or wanted.ask["en"]
        return [_say("nothing", language, number=item.number, ask=ask)]
    whole = [name for name, count in item.gaps.items() if count == item.rows]
    told = []
    if whole:
        names = ", ".join(_name(name, language) for name in whole)
        told.append(_say("columns", language, number=item.number, names=names))
    told += [
        _say(
            "gaps", language, number=item.number, name=_name(name, language), count=count,
            total=item.rows,
        )
        for name, count in item.gaps.items()
        if count != item.rows
    ]  # fmt: skip
    return told


def _of_row(
    row: StatedRow, language: str, labels: Mapping[tuple[int, str], Mapping[str, str]]
) -> Iterator[tuple[str, str]]:
    """What has to be asked about one row: our column and the sentence."""

    def place(column: str) -> str:
        label = labels.get((row.file, row.sheet), {}).get(column)
        if label:
            return _say("at_field", language, sheet=row.sheet, label=label)
        return _say("at", language, sheet=row.sheet, row=row.sheet_row)

    state = row.check.get("state")
    said = row.fields.get("txid", "").strip()[:100]
    if state in {"absent", "malformed", "differs"}:
        yield "txid", _say(str(state), language, place=place("txid"), txid=said)
    columns = dict.fromkeys(doubt.column for doubt in row.doubts if doubt.kind in _NEEDS_WORD)
    for column in columns:
        text = row.fields.get(column or "time", "")[:60]
        yield column, _say("zone", language, place=place(column), text=text)


def _item_of(kind: str, column: str, ticked: Sequence[int]) -> int:
    """The item that a column of a kind of sheet belongs to, of those that were asked for."""
    fitting = [each for each in _table().items if kind in each.kinds]
    asked = [each for each in fitting if each.number in ticked] or fitting
    best = next((each for each in asked if column in each.columns), None)
    best = best or next(iter(asked), None)
    return best.number if best else _TRANSFERS


def _name(column: str, language: str) -> str:
    words = _table().names.get(column, {})
    return words.get(language) or words.get("en") or column


def _say(sentence: str, language: str, **parts: object) -> str:
    words = _table().sentences[sentence]
    return (words.get(language) or words["en"]).format(**parts)


@cache
def _table() -> _Table:
    return read_table("answer_items.yaml", _Table)
