"""The whole path from an empty server to a verified report, as one story for two kinds of hands."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page

MOST_TABS = 400
SECONDS = 120_000


class Hands(Protocol):
    """What a person does with a page."""

    page: Page

    def press(self, what: Locator) -> None: ...
    def write(self, what: Locator, text: str) -> None: ...


@dataclass
class Mouse:
    """Clicks; keys only for the letters of a field."""

    page: Page

    def press(self, what: Locator) -> None:
        what.click(timeout=SECONDS)

    def write(self, what: Locator, text: str) -> None:
        what.click(click_count=3)
        self.page.keyboard.type(text)


@dataclass
class Keyboard:
    """Tab, Enter, Space and letters; the pointer is never used."""

    page: Page

    def reach(self, what: Locator) -> None:
        """Tab until the thing has the focus, from wherever it is now."""
        what.wait_for(timeout=SECONDS)
        target = what.element_handle()
        for _ in range(MOST_TABS):
            if self.page.evaluate("each => document.activeElement === each", target):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"no way by keyboard to {what}")

    def press(self, what: Locator) -> None:
        self.reach(what)
        self.page.keyboard.press("Enter")

    def write(self, what: Locator, text: str) -> None:
        self.reach(what)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)


@dataclass
class Story:
    """Goes the path; `looked_at` are the pages that were tried for barriers."""

    hands: Hands
    looked_at: list[str] = field(default_factory=list)

    @property
    def page(self) -> Page:
        return self.hands.page

    def button(self, name: str, within: Locator | None = None) -> None:
        with self.page.expect_navigation(timeout=SECONDS):
            self.hands.press((within or self.page).get_by_role("button", name=name).first)

    def link(self, name: str, *, exact: bool = False, within: Locator | None = None) -> None:
        with self.page.expect_navigation(timeout=SECONDS):
            self.hands.press(
                (within or self.page).get_by_role("link", name=name, exact=exact).first
            )

    def go(self, panel: str) -> None:
        self.link(panel, exact=True, within=self.page.locator("nav.panels"))
        self.look()

    def look(self) -> None:
        """No barrier on the page that is open."""
        kind = self.page.url.partition("?")[0].partition("#")[0]
        if kind in self.looked_at:
            return
        self.looked_at.append(kind)
        found = Axe().run(self.page).response["violations"]
        told = [(each["id"], [node["html"][:120] for node in each["nodes"][:3]]) for each in found]
        assert told == [], kind

    def choose(self, form: str, *folders: str, file: str) -> None:
        """Choose a file of the practice world for a form."""
        with self.page.expect_navigation():
            self.hands.press(self.page.locator(f"#choose-{form}"))
        self.look()
        self.link("Practice world")
        for folder in folders:
            self.link(f"{folder}/", exact=True)
        self.link(f"Take {file}", exact=True)

    def wait(self, what: Locator) -> None:
        """Until a run is over and the page shows its result."""
        what.first.wait_for(timeout=SECONDS)

    def begin(self) -> None:
        """From the first page to findings."""
        page = self.page
        self.look()
        self.button("Work the practice case yourself")
        self.wait(page.get_by_role("link", name="Nordlicht"))
        self.link("Nordlicht")
        self.look()
        self.go("Evidence")
        self.choose("scan", file="exhibit")
        self.hands.write(page.get_by_label("Its number or name"), "E-1")
        self.button("Read it")
        self.wait(page.get_by_role("link", name="Look at what was found"))
        self.look()

    def add_sources(self) -> None:
        """What the unit has: a ledger, tags, rates."""
        page = self.page
        self.go("Ledgers and sources")
        for form, file, does in (
            ("blocks", "blocks", "Read ledger data"),
            ("tags", "tag packs", "Read who holds addresses"),
            ("rates", "rates.csv", "Read rates"),
        ):
            self.choose(form, file=file)
            self.button(does, within=page.locator(f"#{form}"))
            self.wait(page.locator(f"#{form} > table"))

    def look_closer(self) -> None:
        """Prices of a page, shapes, and a link that a person decides."""
        page = self.page
        self.go("Closer looks")
        self.choose("page", "exhibit", "laptop", "Pages", file="shop.html")
        self.button("Check the page")
        self.wait(page.get_by_text("What the last check said"))
        self.choose("match", "exhibit", "laptop", "Pages", file="shop.html")
        self.button("Look for payments")
        self.wait(page.get_by_text("payments match"))
        self.button("Look for shapes")
        self.wait(page.locator("#patterns details"))
        self.button("Look for contested links")
        self.wait(page.locator("#contested article"))
        link = page.locator("#contested article").first
        self.hands.write(link.get_by_label("Why", exact=True), "it rests on dust only")
        self.button("Different parties", within=link)
        self.looked_at.remove(page.url.partition("#")[0].partition("?")[0])
        self.look()

    def follow(self) -> None:
        """Judge the payment link relevant, and follow its money."""
        page = self.page
        self.go("Findings")
        self.hands.write(page.locator("#find-text"), "bitcoin:")
        page.get_by_text("1–1 of 1").wait_for(timeout=SECONDS)
        value = page.locator("td.value a").first
        with page.expect_navigation():
            self.hands.press(value)
        self.look()
        self.hands.press(page.locator("#judge-one").get_by_role("button", name="Relevant"))
        page.locator("#judge-one .state-relevant").wait_for(timeout=SECONDS)
        self.button("Where did it go?")
        self.wait(page.locator("#picture [data-shape='origin']"))
        self.look()

    def ask(self) -> None:
        """From the lead to a letter that somebody else has read."""
        page, hands = self.page, self.hands
        self.go("Leads")
        self.link("Prepare a request to Kastell")
        self.look()
        hands.write(page.get_by_label("Why you do this"), "who received the money")
        self.button("Draft the request")
        hands.press(page.locator("#letter-production > summary"))
        page.locator("#letter-production .letter h3").first.wait_for()
        self.look()
        form = page.locator("#review")
        hands.write(form.get_by_label("Name of the second person"), "bo")
        self.button("I read it and agree", within=form)
        form = page.locator("#confirm")
        hands.write(form.get_by_label("Name of the second person"), "bo")
        hands.write(form.get_by_label("Where it will go"), "law@kastell.example")
        self.button("I compared it; it is right", within=form)
        self.button("Record that it was sent", within=page.locator("#sent"))
        form = page.locator("#acknowledged")
        hands.write(form.get_by_label("The addressee's own number"), "KE-2024-0311")
        self.button("Record the receipt", within=form)
        self.go("Requests")

    def answer(self) -> None:
        """What the service answers, what it left open, and the money behind it."""
        page = self.page
        self.go("Answers")
        self.choose("answer", "answers", file="svar kastell 2024-03.xlsx")
        self.button("Read the answer")
        self.looked_at.remove(page.url.partition("#")[0].partition("?")[0])
        self.look()
        self.button("Draft a request for exactly this")
        self.go("Answers")
        self.button("Follow row")
        self.wait(page.locator("#picture [data-shape='origin']"))

    def report(self) -> None:
        """The report, and everything made again from the journal."""
        page = self.page
        self.go("Report")
        self.button("Make the report")
        self.wait(page.get_by_text("It is up to date."))
        self.look()
        assert page.get_by_role("link", name="Open the report").is_visible()
        self.button("Check it now")
        self.wait(page.locator("#verify .verified, #verify .error"))
        assert (
            "Verified: the case gives the same bytes again." in page.locator("#verify").inner_text()
        )

    def pack(self) -> None:
        """The whole case as one file."""
        self.button("Pack the case")
        self.wait(self.page.get_by_role("link", name="Save the pack"))


@pytest.fixture
def short_path(newcomer) -> Callable[[type], Story]:
    """Goes from opening to the verified report with these hands."""

    def go(kind: type) -> Story:
        story = Story(kind(newcomer.page))
        for part in (
            story.begin,
            story.add_sources,
            story.follow,
            story.ask,
            story.answer,
            story.report,
        ):
            part()
        return story

    return go


@pytest.fixture
def long_path(newcomer) -> Callable[[type], Story]:
    """The same with the closer looks and the packed case, in the other colours."""

    def go(kind: type) -> Story:
        newcomer.page.emulate_media(color_scheme="dark")
        story = Story(kind(newcomer.page))
        for part in (story.begin, story.add_sources, story.look_closer, story.follow, story.ask,
                     story.answer, story.report, story.pack):  # fmt: skip
            part()
        return story

    return go


@pytest.fixture
def mouse() -> type:
    return Mouse


@pytest.fixture
def keyboard() -> type:
    return Keyboard
