"""Every page of the practice case and every Swedish letter is Swedish, sentence by sentence.

A sentence is English where more of its words are English than Swedish, or where three English words
follow each other. Which words are which is told by the catalogues, the guide and the letters
themselves, and by the documentation, which is English; words of both languages do not count.
"""

import html.parser
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import pytest
import yaml

import chainlead
from chainlead.web.named_choices import chain_names
from chainlead.web.panel import panels
from chainlead.web.words import words_in
from chainlead.workflow.case import Case

HERE = Path(__file__).parents[2]
ROOM = Path(chainlead.__file__).parent
LETTERS = sorted((HERE / "tests" / "golden" / "request").glob("*/sv/*.md"))
MOST_OF_A_KIND = 6
RUN = 3

ENGLISH = frozenset([
    "the", "of", "and", "is", "are", "that", "this", "which", "to", "with", "not", "from", "by",
    "it", "was", "were", "has", "have", "no", "or", "at", "be", "as", "an", "for", "its", "their",
    "who", "what", "where", "when", "how", "why", "does", "do", "did", "can", "than", "then",
    "there", "these", "those", "each", "other", "one", "two", "only", "any", "all", "into",
    "more", "most"
])  # fmt: skip
SWEDISH = frozenset([
    "och", "att", "det", "som", "en", "ett", "är", "på", "för", "av", "med", "inte", "den",
    "till", "från", "om", "har", "var", "de", "vid", "eller", "i", "ingen", "inget", "vad", "hur",
    "kan", "kunde", "varje", "där", "när", "så", "ur", "under", "efter", "mot"
])  # fmt: skip
EXCEPTED = {
    r".* \([A-Z]{2,3}\)": "names of countries and currencies, with their code, as CLDR has them",
    r"E\d+: .*|.* › .*": "the place in an exhibit, as its own names say it",
    r"\w+ = .*": "names of parameters, as the trace keeps them",
    r"(?:Portal|Post|E-post|Telefon): .*": "the address of a service",
    r"#[A-Z]?\d+": "the number of a table",
    r".*\b(?:Ltd|OÜ|GmbH|Inc|AB|ApS|SIA|FZE)\b.*": "the name of a company, with its country",
    r"Practice (?:unit|liquidator).*|Unknown exchange|P-1|\w+ (?:Exchange|Mail)": "names in the test",
    r"Travel rule, \d+|kastell-sv": "a sheet and a profile of an answer, by their own names",
    r".*\bRFC \d+: .*": "a citation",
    r"QRCode at [\d ,]+": "what the reader of pictures says of a place",
    r"English": "what a language calls itself",
}
"""Sentences that stay as they are, each with the reason."""
_WORD = re.compile(r"[a-zåäöé]+(?:['’-][a-zåäöé]+)*", re.IGNORECASE)
_NO_WORDS = re.compile(r"\{\w+\}|`[^`]*`|<[^>]+>")
_IDENTIFIER = re.compile(r"\S*(?:\d\S*[a-z]|[a-z]\S*\d|[/@…_]|\w\.\w|\w:\w)\S*", re.IGNORECASE)
_BLOCKS = frozenset(
    [
        "p",
        "div",
        "li",
        "td",
        "th",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "dt",
        "dd",
        "caption",
        "label",
        "summary",
        "button",
        "option",
        "title",
        "section",
        "article",
        "header",
        "footer",
        "nav",
        "main",
        "form",
        "fieldset",
        "legend",
        "table",
        "tr",
        "ul",
        "ol",
        "dl",
        "details",
        "aside",
        "text",
        "desc",
        "figcaption",
        "time",
        "br",
        "hr",
        "input",
        "select",
        "textarea",
        "svg",
        "g",
    ]
)
_UNREAD = frozenset({"script", "style", "code", "kbd", "pre"})
_VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
    ]
)
_SAID_BESIDE = ("title", "aria-label", "placeholder", "alt", "label")


def words_of(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(_NO_WORDS.sub(" ", text))]


def texts_in(node: object, language: str = "") -> Iterator[tuple[str, str]]:
    """The texts of a YAML file, with the language that they stand under."""
    if isinstance(node, dict):
        for name, inside in node.items():
            yield from texts_in(inside, name if name in {"en", "sv"} else language)
    elif isinstance(node, list):
        for inside in node:
            yield from texts_in(inside, language)
    elif isinstance(node, str):
        yield language, node


@pytest.fixture(scope="module")
def vocabulary() -> tuple[frozenset[str], frozenset[str]]:
    """English words that are no Swedish ones, and the reverse."""
    said: dict[str, set[str]] = {"en": set(ENGLISH), "sv": set(SWEDISH), "": set()}
    for english, swedish in words_in("sv")._told.items():
        if english != swedish:
            said["en"].update(words_of(english))
            said["sv"].update(words_of(swedish))
    for name in ("glossary", "asks"):
        source = yaml.safe_load((ROOM / "guide" / "data" / f"{name}.yaml").read_text("utf-8"))
        for language, text in texts_in(source):
            said[language].update(words_of(text))
    for language in ("en", "sv"):
        for file in (ROOM / "request" / "templates" / language).glob("*.yaml"):
            if file.name != "kept.yaml":
                for _, text in texts_in(yaml.safe_load(file.read_text("utf-8"))):
                    said[language].update(words_of(text))
    for page in (HERE / "docs").rglob("*.md"):
        text = re.sub(r"```.*?```", " ", page.read_text("utf-8"), flags=re.DOTALL)
        said["en"].update(words_of(text))
    english, swedish = said["en"] - said["sv"], said["sv"] - said["en"]
    return frozenset(english), frozenset(swedish | SWEDISH)


@pytest.fixture(scope="module")
def is_english(vocabulary):
    english, swedish = vocabulary

    def judge(sentence: str) -> bool:
        words = words_of(_IDENTIFIER.sub(" ", sentence))
        if sum(w in english for w in words) > sum(w in swedish for w in words):
            return True
        run = 0
        for word in words:
            run = run + 1 if word in english else 0 if word in swedish else run
            if run >= RUN:
                return True
        return False

    return judge


class Page(html.parser.HTMLParser):
    """The visible texts of a page block by block, and where its links lead.

    Code, and parts that say that they are in another language, are not read.
    """

    def __init__(self, path: str, text: str) -> None:
        super().__init__()
        self.path, self.blocks, self.links, self._text = path, [], [], ""
        self._hidden: list[bool] = []
        self.feed(text)
        self.close()
        self._end_block()

    def _end_block(self) -> None:
        text = " ".join(self._text.split())
        self.blocks += [text] if text else []
        self._text = ""

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        if tag not in _VOID:
            foreign = given.get("lang", "sv") != "sv"
            self._hidden.append(tag in _UNREAD or foreign or any(self._hidden[-1:]))
        if any(self._hidden[-1:]):
            self._text += " ◦ "
            return
        self.blocks += [" ".join(given[name].split()) for name in _SAID_BESIDE if given.get(name)]
        if tag in _BLOCKS:
            self._end_block()
        if tag == "a" and "href" in given:
            there = urljoin(self.path, given["href"]).partition("#")[0]
            self.links += [there] if there.startswith("/") and not there.startswith("//") else []

    def handle_endtag(self, tag):
        if tag not in _VOID and self._hidden:
            self._hidden.pop()
        if tag in _BLOCKS:
            self._end_block()

    def handle_data(self, data):
        if not any(self._hidden[-1:]):
            self._text += data


def sentences(block: str) -> list[str]:
    return [each.strip() for each in re.split(r"(?<=[.!?;])\s+", block) if each.strip()]


def is_excepted(sentence: str) -> bool:
    return any(re.fullmatch(pattern, sentence, re.DOTALL) for pattern in EXCEPTED)


@pytest.fixture
def of_others(desk) -> list[str]:
    """What persons, services and the makers of the practice world wrote: it stays as it is."""
    found = {"Kastell Exchange", "Lagune Exchange", "CoinJoin"} | {n for _, n in chain_names()}
    with Case.open_to_read(desk.root / "practice" / "case") as case:
        found |= {text for entry in case.entries for text in (entry.why, entry.who)}
        found |= set(case.settings.values())
        store = case.store
        found |= {row[name] for row in store.rows("tags") for name in ("label", "source")}
        found |= {row["note"] for row in store.rows("request_events")}
    return sorted((text for text in found if len(text or "") > 2), key=len, reverse=True)


def exhibit_text(root: Path) -> str:
    """All that the practice exhibit says, so that a quote of it is known."""
    files = (file for file in sorted((root / "practice" / "world").rglob("*")) if file.is_file())
    return " ".join(" ".join(file.read_bytes().decode("latin-1").split()) for file in files)


def pages_of(desk) -> Iterator[Page]:
    """The panels of the practice case and what they link to, a few of each kind."""
    todo = ["/", "/own", *(f"/cases/practice/{panel.name}" for panel in panels())]
    todo.append("/cases/practice/files?for=scan")
    seen: set[str] = set()
    kinds: Counter[tuple[str, bool]] = Counter()
    while todo:
        path = todo.pop(0)
        place, asked, _ = path.partition("?")
        kind = (place if asked else place.rpartition("/")[0], bool(asked))
        is_one_of_many = asked or place.count("/") > 3
        if path in seen or (is_one_of_many and kinds[kind] >= MOST_OF_A_KIND):
            continue
        seen.add(path)
        kinds[kind] += 1
        answer = desk.client.get(path)
        if answer.status_code == 200 and answer.headers["content-type"].startswith("text/html"):
            page = Page(path.partition("?")[0], answer.text)
            todo += page.links
            yield page


def test_every_page_of_the_practice_case_is_in_swedish(desk, is_english, of_others):
    assert desk.post("/language", {"language": "sv", "back": "/"}).status_code == 303
    evidence = exhibit_text(desk.root)
    english: dict[str, str] = {}
    read = 0
    for page in pages_of(desk):
        for block in page.blocks:
            for own in of_others:
                block = block.replace(own, "◦")  # noqa: PLW2901  (what others wrote is taken out)
            for sentence in sentences(block):
                read += 1
                if not is_excepted(sentence) and is_english(sentence) and sentence not in evidence:
                    english.setdefault(sentence, page.path)
    assert read > 2000
    assert english == {}


@pytest.mark.parametrize("letter", LETTERS, ids=lambda letter: "/".join(letter.parts[-3:]))
def test_a_swedish_letter_is_in_swedish(letter, is_english):
    text = re.sub(r"`[^`]*`|”[^”]*”|Practice tags", "◦", letter.read_text("utf-8"))
    cells = [cell.strip() for line in text.splitlines() for cell in line.split("|")]
    said = [sentence for cell in cells for sentence in sentences(cell)]
    assert [each for each in said if not is_excepted(each) and is_english(each)] == []


@pytest.mark.parametrize(
    ("sentence", "english"),
    [
        ("Sources name different parties for the same address: settle this first.", True),
        ("Saknas: Sources name different parties for the same address: settle this first.", True),
        ("deposit address", True),
        ("Källorna anger olika parter för samma adress: red ut det först.", False),
        ("Överföring 1", False),
        ("bc1qrj2r3ntgqpels6cc25sehhqk057xumya2mwakr", False),
        ("Spårad del, regeln fifo (först in, först ut): 0,00149993 BTC", False),
    ],
)
def test_the_measure_tells_the_languages_apart(sentence, english, is_english):
    assert is_english(sentence) is english


def test_parts_in_another_language_are_not_read():
    page = Page("/a", '<p title="ett">två</p><div lang="en"><p>three</p></div><code>four</code>')
    assert page.blocks == ["ett", "två", "◦ ◦", "◦"]
