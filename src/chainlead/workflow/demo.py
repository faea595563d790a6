"""`chainlead demo`: make the practice world and work its case from exhibit to report."""

import hashlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from chainlead.custody import SteppingClock
from chainlead.errors import CaseExistsError
from chainlead.guide.practice import PracticeFiles
from chainlead.workflow.case import KEY_BYTES, Case
from chainlead.workflow.demo_answer import Answered, review, send, take_answer

MARK = "PRACTICE"
MARK_TEXT = (
    "Everything in this folder was made by `chainlead demo`. It may be deleted at any time.\n"
)
START = datetime(2024, 3, 4, 8, 0, tzinfo=UTC)
SENT = datetime(2024, 3, 5, 9, 0, tzinfo=UTC)
ANSWERED = datetime(2024, 3, 18, 10, 0, tzinfo=UTC)
SETTINGS = {
    "title": "Practice case: the Nordlicht shop",
    "reference": "PRACTICE-2024-1",
    "unit": "Practice unit, Regional Police",
    "country": "SE",
    "currency": "SEK",
    "practice": "yes",
}

INVESTIGATOR = "practice investigator"

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Demo:
    """What the demo made, for the person who looks at it and for the tests.

    `pages` maps a saved page to the number of receipts at its address and of those whose amount
    is exactly a price on the page. `matches` are the payments to the shop whose value at their time
    was a price of its page. `contested` are the transactions that would join different parties and
    wait for a person. `answered` is what became of the request to the first exchange.
    """

    folder: Path
    case: Path
    exhibit: Path
    truth: Path
    report: Path
    findings: int
    unread: int
    pages: dict[str, tuple[int, int]]
    matches: tuple[str, ...]
    contested: tuple[str, ...]
    trace_id: str
    leads: tuple[str, ...]
    drafts: tuple[str, ...]
    next_steps: tuple[str, ...]
    problems: int
    answered: Answered


def run_demo(folder: Path, say: Say = lambda _line: None, *, database: str = "") -> Demo:
    """Make the world and the case below a folder; an earlier demo there is replaced.

    Args:
        folder: where the world and the case go.
        say: gets a line for each step.
        database: URL of the server that keeps the case's tables; a file in the folder if left out.

    Raises:
        CaseExistsError: the folder holds something that no demo made.
    """
    from chainlead.guide.practice import build_world, write_world

    _make_room(folder)
    say("Making the practice world: a shop, two exchanges, a seized phone and laptop …")
    files = write_world(build_world(), folder / "world")
    key = hashlib.sha256(b"practice case key").digest()[:KEY_BYTES]
    with Case.create(
        folder / "case",
        key=key,
        settings=SETTINGS,
        clock=_clock(START),
        who=INVESTIGATOR,
        database=database,
    ) as case:
        found, unread = _discover(case, files.exhibit, files.services, say)
        origin = _choose_origin(case)
        _add_ledger_and_tags(case, files.blocks, files.tag_packs, say)
        pages = _check_pages(case, files.exhibit, say)
        matches = _match(case, files, origin, say)
        trace_id = _trace(case, origin, say)
        contested = _list_contested(case, say)
        leads, drafts = _ask(case, say)
    answered = _correspond(folder / "case", drafts[0], files.answer, say)
    with Case.open_to_write(
        folder / "case", clock=_clock(ANSWERED + timedelta(hours=1)), who=INVESTIGATOR
    ) as case:
        report = _report(case, say)
        steps = _next(case)
    problems = _verify(folder / "case", say)
    return Demo(
        folder, folder / "case", files.exhibit, files.truth, report, found, unread, pages,
        matches, contested, trace_id, leads, drafts, steps, problems, answered,
    )  # fmt: skip


def prepare_demo(folder: Path, who: str, say: Say = lambda _line: None) -> Path:
    """Make the world and an empty case below a folder: for a person who works the case alone.

    Returns:
        The case folder; what is to be read lies beside it in `world`.

    Raises:
        CaseExistsError: the folder holds something that no demo made.
    """
    from chainlead.guide.practice import build_world, write_world

    _make_room(folder)
    say("Making the practice world: a shop, two exchanges, a seized phone and laptop …")
    write_world(build_world(), folder / "world")
    Case.create(folder / "case", key=_key(), settings=SETTINGS, who=who).close()
    return folder / "case"


def _key() -> bytes:
    return hashlib.sha256(b"practice case key").digest()[:KEY_BYTES]


def _clock(start: datetime) -> SteppingClock:
    return SteppingClock(start, timedelta(seconds=20))


def _make_room(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).is_file():
            raise CaseExistsError(f"{folder} holds files that no demo made; they stay as they are.")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text(MARK_TEXT, encoding="utf-8")


def _discover(case: Case, exhibit: Path, services: Path, say: Say) -> tuple[int, int]:
    from chainlead.workflow.scan import scan

    say("Scanning the seized folder …")
    scan(case, [exhibit], services=[services.read_text("utf-8")])
    found, unread = case.store.count("findings"), case.store.count("unread")
    say(f"  {found} findings, {unread} things that could not be read")
    return found, unread


def _choose_origin(case: Case) -> str:
    """The address that the chat asks customers to pay to, as an investigator would pick it."""
    from chainlead.workflow.findings import triage

    wanted = ["file:phone/chat/messages.json"]
    uri = next(
        row
        for row in case.store.rows("findings", kind="payment_uri")
        if row["location"][:1] == wanted
    )
    address = str(uri["detail"]["address"])
    for row in list(case.store.rows("findings", kind="address", value=address)):
        triage(case, row["finding_id"], "relevant", why="customers are told to pay here")
    return address


def _add_ledger_and_tags(case: Case, blocks: Path, packs: Path, say: Say) -> None:
    from chainlead.model import Network
    from chainlead.workflow.ledger import add
    from chainlead.workflow.tags import import_tags

    say("Reading the block files; every block's work, links and ids are checked …")
    result = add(case, [blocks], network=Network.REGTEST)
    say(f"  {result.total('new_blocks')} blocks, {result.total('new_transactions')} transactions")
    imported = list(import_tags(case, [packs]))
    say(f"  {sum(file.tag_count for file in imported)} tags of {len(imported)} packs")


def _check_pages(case: Case, exhibit: Path, say: Say) -> dict[str, tuple[int, int]]:
    from chainlead.workflow.page import check_file

    say("Checking two saved shop pages: was anything ever paid there at the advertised price? …")
    figures = {}
    for name in ("shop.html", "decoy.html"):
        document = check_file(exhibit / "laptop" / "Pages" / name, case=case).document
        ledger = [check for page in document["pages"] for check in page["ledger"]]
        receipts = sum(check["receipts"] for check in ledger)
        exact = sum(check["exact_matches"] for check in ledger)
        figures[name] = (receipts, exact)
        say(f"  {name}: {receipts} receipts, {exact} of exactly a price on the page")
    return figures


def _match(case: Case, files: PracticeFiles, origin: str, say: Say) -> tuple[str, ...]:
    """Payments to the shop at the prices of its page, in coins or in crowns at that day's rate."""
    from chainlead.workflow.match import Search, match, prices_of_page
    from chainlead.workflow.rates import add_rates

    say("Looking for payments at the advertised prices, at the rate of their day …")
    list(add_rates(case, [files.rates]))
    prices = prices_of_page(files.exhibit / "laptop" / "Pages" / "shop.html")
    _, document = match(case, Search(prices, (origin,)), why="was this shop paid at its prices?")
    for line in document["summary"]:
        say(f"  {line}")
    return tuple(one["outpoint"] for one in document["matches"])


def _trace(case: Case, origin: str, say: Say) -> str:
    from chainlead.workflow.trace import trace

    say(f"Following the money from {origin} under every rule …")
    trace_id, document = trace(case, origin, why="the shop's payment address")
    for line in _side_by_side(document):
        say(f"  {line}")
    return trace_id


def _side_by_side(document: dict[str, Any]) -> Iterator[str]:
    """Where the money of the trail ended, in coins, under each rule; then the band, and the mix."""
    from chainlead.model import NATIVE, Amount, Chain
    from chainlead.trace import Reason

    coin = NATIVE[Chain(document["pinned"]["chain"])]

    def amount(units: str) -> str:
        return Amount(coin, int(units)).decimal

    bands = document["bounds_sums"]
    reasons = sorted(bands)
    yield f"{'in ' + coin.symbol:<12}" + "".join(f"{reason:>14}" for reason in reasons)
    for name, rule in sorted(document["rules"].items()):
        cells = (
            rule["sums"].get(f"{Reason(reason).name.lower()}_units", "0") for reason in reasons
        )
        shown = (amount(units) if rule["conserves"] else "up to all" for units in cells)
        yield f"{name:<12}" + "".join(f"{cell:>14}" for cell in shown)
    for name in ("least", "most"):
        cells = (bands[reason][f"{name}_units"] for reason in reasons)
        yield f"{'at ' + name:<12}" + "".join(f"{amount(units):>14}" for units in cells)
    notes = {
        node["note"]
        for rule in document["rules"].values()
        for node in rule["frontier"]
        if node["reason"] == "mixing"
    }
    yield from (f"stop: {note}" for note in sorted(notes))


def _list_contested(case: Case, say: Say) -> tuple[str, ...]:
    """The links that no rule may draw alone, for example where two exchanges sign together."""
    from chainlead.workflow.contested import find_contested

    document = find_contested(case)
    still_open = [link for link in document["contested"] if link["state"] == "open"]
    say(f"Contested links, which a person must decide: {len(still_open)}")
    for link in still_open:
        sides = " and ".join(", ".join(side["parties"]) or side["name"] for side in link["sides"])
        say(f"  {', '.join(link['doubts'])}: {link['txid']} would join {sides}")
    return tuple(link["txid"] for link in still_open)


def _ask(case: Case, say: Say) -> tuple[tuple[str, ...], tuple[str, ...]]:
    from chainlead.attribution import LeadTrack
    from chainlead.workflow.leads import find_leads
    from chainlead.workflow.request import draft

    leads = find_leads(case.store, case.blobs, {LeadTrack.SERVICE})
    drafts = []
    for lead in leads:
        made = draft(case, lead.lead_id)
        drafts.append(made.draft_id)
        say(f"  lead: {lead.service}; requests drafted as {made.draft_id}")
    return tuple(lead.lead_id for lead in leads), tuple(drafts)


def _correspond(folder: Path, draft_id: str, answer: Path, say: Say) -> Answered:
    """From the draft to the resumed trail: two persons, and two weeks in between."""
    review(folder, draft_id, _clock(SENT), say)
    with Case.open_to_write(
        folder, clock=_clock(SENT + timedelta(hours=1)), who=INVESTIGATOR
    ) as case:
        send(case, draft_id, say)
    with Case.open_to_write(folder, clock=_clock(ANSWERED), who=INVESTIGATOR) as case:
        return take_answer(case, draft_id, answer, say)


def _next(case: Case) -> tuple[str, ...]:
    from chainlead.workflow.next import next_steps

    return tuple(step.title for step in next_steps(case))


def _report(case: Case, say: Say) -> Path:
    from chainlead.workflow.report import export_report

    say("Writing the report …")
    return export_report(case).folder / "report.pdf"


def _verify(case: Path, say: Say) -> int:
    from chainlead.workflow.verify import verify

    say("Making everything again and comparing every byte …")
    done = verify(case)
    for problem in done.problems:
        say(f"  {problem.place}: {problem.sentence}")
    return len(done.problems)
