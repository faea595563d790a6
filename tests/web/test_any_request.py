"""Whatever a browser or a hostile program sends: an answer in words, never a fault of the server.

The requests are made below any client library, so that nothing tidies them on their way. Field
names come from the code of each route, so that a new route or field is tried by itself.
"""

import asyncio
import html.parser
import itertools
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote_from_bytes, unquote, urljoin

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import chainlead.web
from chainlead.custody import SystemClock
from chainlead.request import State
from chainlead.web import Jobs, SessionKeeper, Workbench, make_application
from chainlead.web.guard import COOKIE, POLICY
from chainlead.web.panel import panels
from chainlead.workflow.canvas import add_note, save_view
from chainlead.workflow.case import Case
from chainlead.workflow.next import dismiss_step, next_steps

HOST = "127.0.0.1:8765"
ROOM = Path(chainlead.web.__file__).parent
EXAMPLES = 10
FEW = 8
"""For what writes letters."""
MOST_OF_A_KIND = 20
JSON = "application/json"
MARK = "<script>alert(7)</script>"
HOSTILE = [
    b"", b" ", b"\x00", b"a\x00b", b"..", b"../..", b"/", b"//evil.example/x", b"\\\\evil.example\\x",
    b"/etc/passwd", b"/dev/zero", b"/proc/self/environ", b"/dev/stdin", b"/root", b"/" + b"x" * 300,
    b"--help", b"-", b"--", b"--chain=x", b"-h", b"~", b"$(id)", b"%2e%2e%2f", b"file:///etc/passwd",
    b"http://127.0.0.1:1/", MARK.encode(), b'"><img src=x onerror=alert(7)>', b"{{7*7}}", b"{x}", b"%s%n",
    b"\xff\xfe", b"\xed\xa0\x80", "\u202e\u2066\ufeff".encode(), "ä\u0301\U0001f600".encode(), "٣".encode(),
    b"0", b"-1", b"1", b"9" * 30, b"9" * 5000, b"1e999", b"NaN", b"x" * 70_000, b"\r\nset-cookie: a=b",
    b"0001-01-01T00:00+23:59", b"9999-12-31T23:59-23:59", b"2026-13-01", b"2026-03-01T09:30",
    b"Europe/Stockholm", b"../../etc/passwd", b"' or 1=1 --", b"*", b"[", b"(((((", b"yes", b"sv",
]  # fmt: skip


@dataclass
class Said:
    """What came back."""

    status: int
    headers: dict[str, list[str]]
    body: bytes


class NotedJobs(Jobs):
    """Runs that are noted instead of started."""

    def __init__(self, *args):
        super().__init__(*args)
        self.noted = []

    def start(self, case_name, title, arguments, who):
        self.noted.append([str(each) for each in arguments])
        return "noted"


@dataclass
class Door:
    """The application, reached with whole requests."""

    app: object
    sessions: SessionKeeper
    jobs: NotedJobs
    routes: list[tuple[str, str, tuple[str, ...], tuple[str, ...]]]
    known: list[bytes]
    root: Path
    runner: asyncio.Runner = field(default_factory=asyncio.Runner)
    session_id: str = ""
    forms: dict[str, list[tuple[bytes, bytes]]] = field(default_factory=dict)

    def token(self) -> str:
        session = self.sessions.find(self.session_id) if self.session_id else None
        if session is None:
            self.session_id = self.sessions.enter(self.sessions.invite())
            session = self.sessions.find(self.session_id)
        return session.form_token

    def ask(self, method: str, path: bytes, query: bytes, kind: str, body: bytes) -> Said:
        self.token()
        headers = [
            (b"host", HOST.encode()),
            (b"origin", f"http://{HOST}".encode()),
            (b"cookie", f"{COOKIE}={self.session_id}".encode()),
            (b"content-length", str(len(body)).encode()),
        ]
        if kind:
            headers.append((b"content-type", kind.encode("latin-1")))
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method,
            "scheme": "http", "path": unquote(path.decode("ascii")), "raw_path": path,
            "query_string": query, "headers": headers, "root_path": "",
            "server": ("127.0.0.1", 8765), "client": ("127.0.0.1", 50_000), "state": {},
        }  # fmt: skip
        to_come = iter([{"type": "http.request", "body": body, "more_body": False}])
        sent = []

        async def receive():
            return next(to_come, {"type": "http.disconnect"})

        async def send(message):
            sent.append(message)

        self.runner.run(self.app(scope, receive, send))
        headers_back: dict[str, list[str]] = {}
        for name, value in sent[0]["headers"]:
            headers_back.setdefault(name.decode(), []).append(value.decode("latin-1"))
        return Said(sent[0]["status"], headers_back, b"".join(m.get("body", b"") for m in sent[1:]))


def routes_of(app):
    """Method, path, names of the question and of the form, from the description and the code."""
    for path, methods in app.openapi()["paths"].items():
        for method, told in methods.items():
            asked = [each["name"] for each in told.get("parameters", ()) if each["in"] == "query"]
            yield method.upper(), path, tuple(asked), fields_of(path) if method == "post" else ()


def fields_of(path):
    """The names of the fields that the file of a route asks a form for."""
    parts = path.split("/")
    panel = ROOM / "panels" / f"{parts[3]}.py" if len(parts) > 3 else ROOM
    files = [panel] if panel.is_file() else sorted(ROOM.glob("*.py"))
    text = "".join(file.read_text() for file in files)
    return tuple(
        sorted(set(re.findall(r"""(?:form\.get\(|form\[|getlist\()["'](\w+)["']""", text)))
    )


def known_of(case):
    """Values that mean something in this case, so that requests get past the first question."""
    store = case.store
    yield from ("practice", "yes", "relevant", "noise", "new", "sv", "backward", "haircut", "sent")
    yield from (
        "addressee_confirmed",
        "title",
        "time_zone",
        "country",
        "SE",
        "report.pdf",
        "bitcoin",
    )
    for table, column in (
        ("findings", "finding_id"), ("findings", "value"), ("exhibits", "exhibit"),
        ("traces", "trace_id"), ("traces", "origin"), ("drafts", "draft_id"), ("drafts", "lead_id"),
        ("answers", "answer_id"),
    ):  # fmt: skip
        rows = store.rows(table, order_by=[column])
        yield from (str(row[column]) for row, _ in zip(rows, range(3), strict=False))
    yield from (state.value for state in State)
    yield from (step.step_id for step in next_steps(case)[:3])


class Forms(html.parser.HTMLParser):
    """The forms of a page, filled in as a person would who changes nothing."""

    def __init__(self, page):
        super().__init__()
        self.page, self.found, self.action, self.choice = page, {}, None, None
        self.links = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "a" and given.get("href"):
            there = urljoin(self.page, given["href"]).partition("#")[0]
            if there.startswith("/") and not there.startswith("//"):
                self.links.append(there)
        if tag == "form":
            is_change = given.get("method") == "post"
            self.action = urljoin(self.page, given["action"]) if is_change else None
            if is_change:
                self.found[self.action] = {}
        name = given.get("name")
        if self.action is None:
            return
        fields = self.found[self.action]
        if "formaction" in given:
            self.found[urljoin(self.page, given["formaction"])] = fields
        if tag == "select":
            self.choice = name
        elif tag == "option" and self.choice and "value" in given:
            fields.setdefault(self.choice, given["value"])
        elif name and name != "form_token" and tag in {"input", "button", "textarea"}:
            fields.setdefault(
                name, given.get("value", "/etc/hostname" if name == "path" else "text")
            )

    def handle_data(self, data):
        if self.action and self.choice and data.strip():
            self.found[self.action].setdefault(self.choice, data.strip())

    def handle_endtag(self, tag):
        self.choice = None if tag == "select" else self.choice


def forms_on(door):
    """Each address that a form of the pages leads to, with the form's fields.

    The pages are the panels, and a few of each kind that they link to.
    """
    found: dict[str, list[tuple[bytes, bytes]]] = {}
    todo = ["/", *(f"/cases/practice/{panel.name}" for panel in panels())]
    todo.append("/cases/practice/files?for=scan")
    seen: set[str] = set()
    kinds: dict[tuple[str, bool], int] = {}
    while todo:
        page = todo.pop(0)
        kind = page.partition("?")[0].rpartition("/")[0], "?" in page
        kinds[kind] = kinds.get(kind, 0) + 1
        if page in seen or kinds[kind] > MOST_OF_A_KIND:
            continue
        seen.add(page)
        path, _, query = page.partition("?")
        said = door.ask("GET", path.encode(), query.encode(), "", b"")
        if not said.headers["content-type"][0].startswith("text/html"):
            continue
        reader = Forms(path)
        reader.feed(said.body.decode())
        for action, fields in reader.found.items():
            found.setdefault(action, [(n.encode(), (v or "").encode()) for n, v in fields.items()])
        todo += reader.links
    return found


@pytest.fixture(scope="module")
def door(practice, tmp_path_factory):
    place = tmp_path_factory.mktemp("any")
    root = place / "cases"
    root.mkdir()
    shutil.copytree(practice, root / "practice")
    numbers = itertools.count(1)

    def secret():
        return f"secret-of-the-test-{next(numbers):06}"

    sessions = SessionKeeper(place / "state" / "sessions.json", SystemClock(), secret, "ada")
    jobs = NotedJobs(place / "state" / "runs", SystemClock(), secret)
    workbench = Workbench(root, lambda: bytes(range(32)))
    app = make_application(workbench, sessions, jobs, hosts={HOST})
    with Case.open_to_write(root / "practice" / "case", who="ada") as case:
        traced = next(case.store.rows("traces", order_by=["-journal_seq"]))["trace_id"]
        add_note(case, f"trace:{traced}", "a note")
        for row in list(case.store.rows("findings", role="own")):
            add_note(case, f"finding:{row['finding_id']}", "a note")
        save_view(case, "a view", traced, "haircut")
        dismiss_step(case, next_steps(case)[-1].step_id, why="a reason")
        known = sorted({each.encode() for each in known_of(case)})
    made = Door(app, sessions, jobs, sorted(routes_of(app)), known, root)
    made.forms = forms_on(made)
    yield made
    made.runner.close()


def values(known):
    return st.one_of(st.sampled_from(known), st.sampled_from(HOSTILE), st.binary(max_size=40))


def pairs(names, known):
    """Some of the fields, some twice, some that nobody asks for."""
    name = st.sampled_from([*(each.encode() for each in names), b"nobody", b"\xff"])
    return st.lists(st.tuples(name, values(known)), max_size=8)


def encoded(given):
    return b"&".join(quoted(name) + b"=" + quoted(value) for name, value in given)


def quoted(value):
    return quote_from_bytes(value, safe="").encode()


def as_parts(given, charset):
    """The same fields as a form with files sends them."""
    lines = []
    for number, (name, value) in enumerate(given):
        file = b'; filename="f"' if number % 3 == 2 else b""
        plain = name.replace(b'"', b"").replace(b"\r", b"").replace(b"\n", b"")
        lines.append(b'--edge\r\ncontent-disposition: form-data; name="' + plain + b'"' + file)
        lines.append(b"\r\n\r\n" + value + b"\r\n")
    return f"multipart/form-data; boundary=edge; charset={charset}", b"".join(
        lines
    ) + b"--edge--\r\n"


CHARSETS = ["utf-8", "utf-7", "utf-16", "raw_unicode_escape", "undefined", "idna", "rot13", "none"]
WRONG_KINDS = ["", "text/plain", "application/json", "multipart/form-data", "multipart/form-data; boundary=",
               "application/x-www-form-urlencoded; charset=\xff", "\xff", ";;;", "multipart/form-data; boundary=" + "x" * 300]  # fmt: skip


def check(said, what):
    assert said.status < 500, what
    assert said.headers["content-security-policy"] == [POLICY], what
    assert said.headers["x-content-type-options"] == ["nosniff"], what
    assert said.headers["referrer-policy"] == ["same-origin"], what
    assert said.headers["cache-control"] == ["no-store"], what
    assert "set-cookie" not in said.headers or "a=b" not in said.headers["set-cookie"][0], what
    assert b"Traceback (most recent" not in said.body, what
    assert MARK.encode() not in said.body or said.headers["content-type"][0] == JSON, what
    for place in said.headers.get("location", ()):
        assert place.startswith("/"), what
        assert not place.startswith(("//", "/\\")), what


def pytest_generate_tests(metafunc):
    if "route" in metafunc.fixturenames:
        routes = sorted(routes_of(bare_application()))
        metafunc.parametrize("route", routes, ids=[f"{r[0]} {r[1]}" for r in routes])


def bare_application():
    """The application over no case, to know its routes."""
    here = Path(__file__).parent
    sessions = SessionKeeper(here / "none.json", SystemClock(), str, "ada")
    jobs = Jobs(here / "none", SystemClock(), str)
    return make_application(Workbench(here, bytes), sessions, jobs, hosts={HOST})


def test_any_request_is_answered_in_words(door, route):
    method, path, asked, fields = route
    gaps = re.findall(r"{(\w+)}", path)

    @settings(
        max_examples=FEW if path.endswith("/draft") else EXAMPLES,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def one(data):
        whole = path
        for gap in gaps:
            is_case = gap == "case_name" and data.draw(st.integers(0, 7))
            part = b"practice" if is_case else data.draw(values(door.known))
            whole = whole.replace(f"{{{gap}}}", quoted(part[:4000]).decode(), 1)
        query = encoded(data.draw(pairs(asked, door.known)))
        kind, body = "", b""
        if method == "POST":
            given = data.draw(pairs(fields, door.known))
            if whole in door.forms and data.draw(st.integers(0, 3)):
                meant = [each for each in door.forms[whole] if each[0] not in dict(given[:2])]
                given = meant + given[:2]
            own = (b"form_token", door.token().encode())
            if data.draw(st.integers(0, 9)):
                given.append(own)
            shape = data.draw(st.integers(0, 9))
            if shape == 0:
                kind, body = data.draw(st.sampled_from(WRONG_KINDS)), encoded(given)
            elif shape <= 2:
                kind, body = as_parts(given, data.draw(st.sampled_from(CHARSETS)))
            else:
                kind, body = "application/x-www-form-urlencoded", encoded(given)
        check(door.ask(method, whole.encode(), query, kind, body), (method, whole, query, body))

    one()
    for arguments in door.jobs.noted:
        words = list(itertools.takewhile(re.compile(r"[a-z][a-z-]*").fullmatch, arguments))
        options = arguments[len(words) : arguments.index("--")]
        assert 1 <= len(words) <= 2, arguments
        assert all(option.startswith("--") for option in options), arguments


UNSHOWN = {
    "/cases/{case_name}/checks/decide",  # where contested links were looked for
    "/cases/{case_name}/derive/key",  # on the page of one finding of its kind
    "/cases/{case_name}/derive/phrase",  # on the page of one finding of its kind
    "/cases/{case_name}/ledger/again",  # where blocks left the chain
    "/cases/{case_name}/ledger/withdraw",  # where a server was agreed to
    "/cases/{case_name}/report/unpack",  # where the case was packed
    "/jobs/{job_id}/cancel",  # while a run is under way
    "/cases/{case_name}/looks/reason",  # where the case asks for reasons
    "/cases/{case_name}/looks/save",  # where looks are logged
    "/cases/{case_name}/people/change",  # where a team works
    "/cases/{case_name}/graph/fold",  # where something is folded; the practice case is too small
    "/cases/{case_name}/graph/drop",  # where a view was kept
    "/cases/{case_name}/notes/remove",  # beside a note
}
"""Shown in other circumstances than those of this test; each has tests of its own."""


def test_every_change_that_the_server_takes_has_a_form_on_a_page(door):
    paths = {path for method, path, _, _ in door.routes if method == "POST"} - UNSHOWN
    missing = {path.replace("{case_name}", "practice") for path in paths} - door.forms.keys()
    assert not missing, sorted(missing)


EACH = 3
"""Hostile values for each field; the next field gets the next ones, so that all of them are used."""


def test_no_field_of_any_form_is_spoilt_by_hostile_values(door):
    turn = itertools.cycle(HOSTILE)
    for action, fields in sorted(door.forms.items()):
        for name in sorted({name for name, _ in fields}):
            for value in itertools.islice(turn, EACH):
                given = [(n, value if n == name else v) for n, v in fields]
                given.append((b"form_token", door.token().encode()))
                body = encoded(given)
                kind = "application/x-www-form-urlencoded"
                check(door.ask("POST", action.encode(), b"", kind, body), (action, name, value))


@pytest.fixture
def reached(monkeypatch):
    """The hosts that anything in this process tries to reach."""
    hosts = []

    def noted(*given, **_more):
        hosts.append(given)
        raise OSError

    monkeypatch.setattr("socket.getaddrinfo", noted)
    monkeypatch.setattr("socket.create_connection", noted)
    monkeypatch.setattr("socket.socket.connect", noted, raising=False)
    return hosts


INSIDE = ("http://169.254.169.254/latest/meta-data", "tcp://127.0.0.1:5432", "evil.example")


def test_no_field_of_any_form_makes_the_server_ask_a_host(door, reached):
    for action, fields in door.forms.items():
        for host in INSIDE:
            given = [
                (name, host.encode() if value in {b"", b"text"} else value)
                for name, value in fields
            ]
            given.append((b"form_token", door.token().encode()))
            kind = "application/x-www-form-urlencoded"
            check(door.ask("POST", action.encode(), b"", kind, encoded(given)), (action, host))
    assert reached == []
    assert not [
        each for each in door.jobs.noted if each[0] in {"fetch", "watch"} or "--fetch" in each
    ]
    with pytest.raises(httpx.ConnectError):
        httpx.get(INSIDE[0])
    assert reached
