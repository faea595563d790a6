"""A script in any text that comes from elsewhere is shown as text, on every page."""

import html.parser
import json
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import JSON, String

import chainlead.web.rendering
from chainlead.store.tables import METADATA
from chainlead.web.panel import panels
from chainlead.workflow.case import Case
from chainlead.workflow.scan import scan
from chainlead.workflow.tags import import_tags

SCRIPT = "<script>alert(7)</script>"
IMAGE = "\"'><img src=x onerror=alert(8)>"
HOSTILE = f"{SCRIPT}{IMAGE}"
FROM_ELSEWHERE = {
    "abuse", "amount", "category", "channel", "context", "creator", "detail", "doubts", "fields", "file",
    "files", "host", "label", "location", "name", "note", "others", "path", "place", "reason", "reference",
    "row", "service", "sheet", "source", "symbol", "tag", "text", "title", "uri", "value", "why", "who", "words",
}  # fmt: skip
"""Names of columns whose text somebody else wrote; by name, so that a new table is tried by itself."""
PATHS = {
    "drafts": {"files"},
    "settings": {"name"},
    "meta": {"name", "text"},
    "canvas_views": {"name"},
}
"""Columns of these names that hold words of our own."""
ADDRESS = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"


class Foreign(html.parser.HTMLParser):
    """What in a page is neither its own nor text."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.text = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        own = tag != "script" or (given.get("src") or "").startswith("/static/")
        if not own or any(name.startswith("on") or name == "style" for name in given):
            self.found.append((tag, given))
        if tag == "img" and not (given.get("src") or "").startswith("/static/"):
            self.found.append((tag, given))
        self.text.extend(value or "" for value in given.values())

    def handle_data(self, data):
        self.text.append(data)


def spoiled(value, is_json):
    if not is_json:
        return f"{value}{HOSTILE}"
    loaded = json.loads(value)
    return json.dumps(_leaves(loaded))


def _leaves(value):
    if isinstance(value, str):
        return f"{value}{HOSTILE}"
    if isinstance(value, list):
        return [_leaves(each) for each in value]
    if isinstance(value, dict):
        return {key: _leaves(each) for key, each in value.items()}
    return value


def spoil(database):
    """Write the script behind every text of the tables that came from elsewhere."""
    touched = 0
    with closing(sqlite3.connect(database)) as connection, connection:
        for name, table in METADATA.tables.items():
            for column in table.c:
                is_json = isinstance(column.type, JSON)
                if not is_json and not isinstance(column.type, String):
                    continue
                own = column.primary_key or column.name in PATHS.get(name, set())
                if column.name not in FROM_ELSEWHERE or own:
                    continue
                rows = connection.execute(f"select rowid, {column.name} from {name}").fetchall()
                for row, value in rows:
                    if value:
                        connection.execute(
                            f"update {name} set {column.name} = ? where rowid = ?",
                            (spoiled(value, is_json), row),
                        )
                        touched += 1
    return touched


def pages_of(desk, name):
    """Every page of a case that its own links lead to, one step from its panels."""
    seen = {"/"}
    todo = [f"/cases/{name}/{panel.name}" for panel in panels()]
    for deep in (True, False):
        following = []
        for path in todo:
            if path in seen:
                continue
            seen.add(path)
            answer = desk.client.get(path)
            yield path, answer
            if deep and "text/html" in answer.headers["content-type"]:
                links = html_links(answer.text, path)
                following += sorted({each for each in links if each.startswith(f"/cases/{name}/")})
        todo = spread(following)


def spread(paths, of_each=4):
    """A few of each kind of page."""
    kinds = {}
    for path in paths:
        bare = path.partition("?")[0]
        kinds.setdefault((bare.count("/"), bare.split("/")[3], "?" in path), []).append(path)
    return [path for group in kinds.values() for path in group[:of_each]]


def html_links(text, path):
    from urllib.parse import urljoin, urlsplit

    class Links(html.parser.HTMLParser):
        def __init__(self):
            super().__init__()
            self.found = []

        def handle_starttag(self, tag, attrs):
            target = dict(attrs).get("href") if tag == "a" else None
            if target and not target.startswith("#"):
                there = urljoin(path, target)
                if not urlsplit(there).netloc:
                    self.found.append(there.partition("#")[0])

    links = Links()
    links.feed(text)
    return links.found


def looked_through(desk, name):
    """What is foreign in the pages, and how often the script stands in them as text."""
    foreign, shown, pages = [], 0, 0
    for path, answer in pages_of(desk, name):
        assert answer.status_code < 500, path
        if "text/html" not in answer.headers["content-type"]:
            continue
        pages += 1
        page = Foreign(answer.text)
        foreign += [(path, each) for each in page.found]
        shown += sum(text.count(SCRIPT) for text in page.text)
    assert pages > len(panels())
    return foreign, shown


@pytest.fixture
def hostile_case(desk, tmp_path):
    """A case that was made by the verbs from an exhibit and a tag pack full of scripts."""
    exhibit = tmp_path / "exhibit"
    exhibit.mkdir()
    name = "<img src=x onerror=alert(9)>.txt"
    (exhibit / name).write_text(f"{SCRIPT} pay to {ADDRESS} {SCRIPT}\n")
    (exhibit / "<script>broken.zip").write_bytes(b"PK\x03\x04" + b"\xff" * 60)
    pack = tmp_path / "pack.yaml"
    pack.write_text(
        json.dumps({
            "title": SCRIPT, "creator": SCRIPT,
            "tags": [{"address": ADDRESS, "currency": "BTC", "label": SCRIPT, "source": SCRIPT}],
        })
    )  # fmt: skip
    with Case.create(
        desk.root / "hostile", key=bytes(32), settings={"title": SCRIPT}, who=SCRIPT
    ) as case:
        scan(case, [exhibit], names=[SCRIPT])
        list(import_tags(case, [pack], why=SCRIPT))
    return "hostile"


def test_what_an_exhibit_says_is_never_part_of_the_page(desk, hostile_case):
    foreign, shown = looked_through(desk, hostile_case)
    assert foreign == []
    assert shown > 10


@pytest.fixture
def spoiled_case(desk):
    database = desk.root / "practice" / "case" / "case.db"
    assert spoil(database) > 200
    return "practice"


def test_no_text_of_any_table_is_ever_part_of_the_page(desk, spoiled_case):
    foreign, shown = looked_through(desk, spoiled_case)
    assert foreign == []
    assert shown > 50


def test_without_the_escaping_the_same_look_finds_the_scripts(desk, hostile_case, monkeypatch):
    environment = chainlead.web.rendering._environment()
    fresh = environment.overlay()
    fresh.autoescape = False
    fresh.cache = None
    monkeypatch.setattr(chainlead.web.rendering, "_environment", lambda: fresh)
    answer = desk.client.get(f"/cases/{hostile_case}/evidence")
    assert Foreign(answer.text).found


def test_a_browser_is_told_to_run_no_script_of_a_page(desk, hostile_case):
    """The second defence: what slipped through the first would still not run."""
    answer = desk.client.get(f"/cases/{hostile_case}/findings")
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
