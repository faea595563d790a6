"""`match`: transfers whose value at their time matches advertised prices, and how many by chance.

The answer depends on the question, the case's ledger and its rates only: `rematch` makes the same
bytes again from the journal. A match is observed; that it was a purchase is never said.
"""

import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec

from chainlead import version
from chainlead.custody import Entry
from chainlead.errors import ConfigError
from chainlead.ledger import (
    MatchQuestion,
    Pin,
    Times,
    Tolerance,
    Valuation,
    match_receipts,
    parse_price,
    parse_recurring,
)
from chainlead.model import Chain, moment_from_text, moment_to_text
from chainlead.store import Store
from chainlead.workflow.case import Case, Projection
from chainlead.workflow.match_document import answer_document
from chainlead.workflow.match_ledger import (
    checked_addresses,
    checked_token,
    open_ledger,
    unit_prices,
)
from chainlead.workflow.rates import load_valuation
from chainlead.workflow.replaced import take_place
from chainlead.workflow.trace import only_chain

TOLERANCE_PPM = 20_000
MOST_QUANTITY = 100
MOST_PRICES = 500
_MOST_PPM = 500_000


@dataclass(frozen=True, slots=True)
class Search:
    """What a person asks. All parts are kept in the journal as they stand here.

    Attributes:
        prices: `49.90 EUR`, `0.01 BTC`, each with a decimal point.
        addresses: whose receipts; empty for the whole ledger.
        since, until: first and last moment, both included; None is open.
        recurring: `every monday 18:00-20:00`; empty for any time of the week.
        time_zone: of the recurring time where it names none.
        tolerance_ppm: millionths of a price, upwards and downwards.
        fee_tolerance: what may be missing beside it for the network's fee: `0.0002 BTC`; or empty.
        most_quantity: up to so many times a price.
        chain: whose ledger; the case's only one if None.
        token: contract of a token on that ledger; the chain's own coin if empty.
    """

    prices: tuple[str, ...]
    addresses: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    recurring: str = ""
    time_zone: str = "UTC"
    tolerance_ppm: int = TOLERANCE_PPM
    fee_tolerance: str = ""
    most_quantity: int = 1
    chain: Chain | None = None
    token: str = ""


def match(case: Case, search: Search, *, why: str = "") -> tuple[str, dict[str, Any]]:
    """Search the case's ledger for payments that match prices, and keep the answer.

    Args:
        case: open for writing, with a ledger.
        search: the question.
        why: the person's reason, for the journal.

    Returns:
        The match id (16 hex characters over the question) and the document.

    Raises:
        ConfigError: a price, address, time, tolerance or quantity that cannot be.
        OriginNotFoundError: the case holds no ledger.
        TraceError: it holds several and none was named.
    """
    question = _checked(case.store, search)
    document = answer(case.store, question)
    what = {
        "question": question,
        "match_id": document["match_id"],
        "pinned": document["pinned"],
        "version": version(),
    }
    case.act("match.run", why=why, what=what, blobs={"result": encoded(document)})
    return document["match_id"], document


def prices_of_page(path: Path) -> tuple[str, ...]:
    """The prices of a saved page as a search takes them, without repetition.

    A number that can be read in two ways, or a sign that belongs to several currencies, is taken in
    each of them.

    Raises:
        ExhibitNotFoundError: nothing is at the path.
    """
    from chainlead.workflow.page import check_file

    pages = check_file(path).document["pages"]
    texts = (
        f"{reading} {currency}"
        for page in pages
        for price in page["prices"]
        for reading in (price["amount"], price["other_reading"])
        if reading and Fraction(reading) > 0
        for currency in price["currencies"]
    )
    return tuple(dict.fromkeys(texts))


def apply_run(projection: Projection, entry: Entry) -> None:
    """`match.run`: the question, and where its answer is kept. Asked again, the newer one counts."""
    row = {
        "match_id": entry.what["match_id"],
        "question": entry.what["question"],
        "pinned": entry.what["pinned"],
        "result_sha256": entry.blobs["result"],
        "journal_seq": entry.seq,
    }
    take_place(projection.store, entry, entry.what["match_id"])
    projection.store.insert("payment_matches", [row], replace=True)


def rematch(projection: Projection, entry: Entry) -> bytes:
    """The bytes of a journalled search, made again.

    Args:
        projection: tables that hold what the journal held when the search was made.
        entry: a `match.run`.
    """
    return encoded(answer(projection.store, entry.what["question"]))


def _checked(store: Store, search: Search) -> dict[str, Any]:
    if not search.prices:
        raise ConfigError("There is no price to look for.", next_step="Name one with --price.")
    if len(search.prices) > MOST_PRICES:
        raise ConfigError(
            f"{len(search.prices)} prices are more than {MOST_PRICES}.",
            next_step="Look for fewer: with so many prices nearly every amount matches one.",
        )
    if not 0 <= search.tolerance_ppm <= _MOST_PPM:
        raise ConfigError("A tolerance is from 0 to 50 percent.", next_step="Give a smaller one.")
    if not 1 <= search.most_quantity <= MOST_QUANTITY:
        raise ConfigError(
            f"A quantity is from 1 to {MOST_QUANTITY}.", next_step="Give another --quantity."
        )
    if search.since and search.until and search.until < search.since:
        raise ConfigError("The window ends before it begins.", next_step="Change --since, --until.")
    if search.recurring:
        parse_recurring(search.recurring, search.time_zone)
    if search.fee_tolerance:
        parse_price(search.fee_tolerance)
    prices = sorted({parse_price(text) for text in search.prices})
    asked = asdict(search)
    asked["chain"] = (search.chain or only_chain(store)).value
    asked["prices"] = [price.written for price in prices]
    asked["addresses"] = checked_addresses(search.addresses, Chain(asked["chain"]))
    asked["token"] = checked_token(Chain(asked["chain"]), search.token)
    asked["since"] = moment_to_text(search.since) if search.since else None
    asked["until"] = moment_to_text(search.until) if search.until else None
    return asked


def answer(store: Store, question: dict[str, Any]) -> dict[str, Any]:
    """The document that answers a question; nothing is kept."""
    chain = Chain(question["chain"])
    valuation = load_valuation(store)
    fee = question["fee_tolerance"]
    asked = MatchQuestion(
        prices=tuple(parse_price(text) for text in question["prices"]),
        addresses=tuple(question["addresses"]),
        times=Times(
            _moment(question["since"]),
            _moment(question["until"]),
            parse_recurring(question["recurring"], question["time_zone"])
            if question["recurring"]
            else None,
        ),
        tolerance=Tolerance(question["tolerance_ppm"], parse_price(fee) if fee else None),
        most_quantity=question["most_quantity"],
    )
    searched = open_ledger(store, chain, question["token"], asked.addresses)
    result = match_receipts(searched.receipts, asked, unit_prices(valuation, searched.asset))
    document = answer_document(result, asked, valuation, searched.pin, searched.asset)
    document["question"] = question
    document["match_id"] = _match_id(question, searched.pin, valuation)
    return document


def _match_id(question: dict[str, Any], pin: Pin, valuation: Valuation) -> str:
    asked = {
        "question": question,
        "network": pin.network.value,
        "height": pin.height,
        "block_hash": pin.block_hash.display if pin.block_hash else None,
        "rates": [source.source_id for source, _ in valuation.table.sources],
    }
    return hashlib.sha256(encoded(asked)).hexdigest()[:16]


def _moment(text: str | None) -> datetime | None:
    return None if text is None else moment_from_text(text)


def encoded(document: dict[str, Any]) -> bytes:
    """Canonical JSON: keys sorted, no blanks."""
    return msgspec.json.encode(document, order="sorted")
