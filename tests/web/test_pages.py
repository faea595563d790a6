import hashlib
import html.parser

import pytest

from chainlead.web.panel import panels
from chainlead.workflow.case import Case

ALL = [panel.name for panel in panels()]


class Reader(html.parser.HTMLParser):
    """Collects what a page would run, load or style by itself."""

    def __init__(self):
        super().__init__()
        self.addresses, self.handlers, self.styles, self.scripts = [], [], [], []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.addresses += [given[name] for name in ("href", "src", "action") if name in given]
        self.handlers += [name for name in given if name.startswith("on")]
        if "style" in given or tag == "style":
            self.styles.append(tag)
        if tag == "script" and not given.get("src"):
            self.scripts.append(given)


def read(text):
    reader = Reader()
    reader.feed(text)
    return reader


@pytest.mark.parametrize("name", ALL)
def test_each_page_of_the_practice_case_opens(desk, name):
    answer = desk.client.get(f"/cases/practice/{name}")
    assert answer.status_code == 200
    assert "PRACTICE CASE" in answer.text
    assert "What to do next" in answer.text


@pytest.mark.parametrize("name", ALL)
def test_each_page_of_an_empty_case_says_what_it_is_for(desk, name):
    assert desk.post("/cases", {"name": "empty"}).status_code == 303
    answer = desk.client.get(f"/cases/empty/{name}")
    assert answer.status_code == 200


@pytest.mark.parametrize("name", ALL)
def test_no_page_holds_a_script_a_style_or_an_address_elsewhere(desk, name):
    found = read(desk.client.get(f"/cases/practice/{name}").text)
    assert found.handlers == []
    assert found.styles == []
    assert found.scripts == []
    assert all("//" not in address and ":" not in address for address in found.addresses)


def test_text_from_evidence_is_text(desk, tmp_path):
    exhibit = tmp_path / "<img src=x onerror=alert(1)>.txt"
    exhibit.write_text("<script>alert(1)</script> 1BoatSLRHtKNngkdXEeobR76b53LETtpyT <b onclick=x>")
    with Case.open_to_write(desk.root / "practice" / "case") as case:
        from chainlead.workflow.scan import scan

        scan(case, [exhibit], names=["E<b>9"], workers=0)
    for path in ("evidence", "findings", "findings?text=1BoatSLR", "overview"):
        text = desk.client.get(f"/cases/practice/{path}").text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "E<b>9" not in text
    listed = desk.client.get("/cases/practice/findings?text=1BoatSLR").text
    assert "E&lt;b&gt;9" in listed
    with Case.open_to_read(desk.root / "practice" / "case") as case:
        row = case.store.lookup("findings", value="1BoatSLRHtKNngkdXEeobR76b53LETtpyT")
    one = desk.client.get(f"/cases/practice/findings/{row['finding_id']}").text
    assert "&lt;script&gt;alert" in one
    assert "<script>alert" not in one


@pytest.mark.parametrize("name", ["..", "../..", "%2e%2e", "nothing"])
def test_a_case_is_found_by_its_name_only(desk, name):
    answer = desk.client.get(f"/cases/{name}/overview")
    assert answer.status_code in {404, 401, 405}


@pytest.mark.parametrize("name", ["../up", "a/b", "", ".", "..", "x" * 81, "a\x00b", "ä"])
def test_a_new_case_has_a_plain_name(desk, name):
    assert desk.post("/cases", {"name": name}).status_code == 400
    assert sorted(path.name for path in desk.root.iterdir()) == ["practice"]


def test_findings_are_filtered_judged_together_and_taken_back(desk):
    with Case.open_to_read(desk.root / "practice" / "case") as case:
        ids = [row["finding_id"] for row in case.store.rows("findings", kind="address")][:3]
    back = "/cases/practice/findings?kind=address"
    fields = {"finding": ids, "state": "noise", "why": "seen before", "back": back}
    answer = desk.post("/cases/practice/findings/judge", fields)
    assert answer.status_code == 303
    assert answer.headers["location"] == back
    with Case.open_to_read(desk.root / "practice" / "case") as case:
        states = {row["finding_id"]: row for row in case.store.rows("triage")}
        assert all(states[each]["state"] == "noise" for each in ids)
        last = [entry for entry in case.entries if entry.act != "case.seal"][-1]
        assert (last.act, last.who, last.why) == ("findings.triage_many", "ada", "seen before")
    listed = desk.client.get("/cases/practice/findings?state=noise&unfold=yes").text
    assert listed.count('class="state-noise ') >= 3


def test_a_filter_that_fits_nothing_says_so(desk):
    text = desk.client.get("/cases/practice/findings?text=nothing-is-called-this").text
    assert "No finding is like that" in text


def test_a_form_never_leads_elsewhere(desk):
    for back in ("//evil.example", "https://evil.example", "/\\evil.example", "javascript:x"):
        fields = {"finding": [], "state": "noise", "back": back}
        answer = desk.post("/cases/practice/findings/judge", fields)
        assert answer.headers["location"] == "/"


def test_a_step_is_set_aside_with_a_reason_only(desk):
    with Case.open_to_read(desk.root / "practice" / "case") as case:
        from chainlead.workflow.next import next_steps

        step = next_steps(case)[0]
    path = "/cases/practice/overview/dismiss"
    assert desk.post(path, {"step_id": step.step_id, "why": " "}).status_code == 400
    assert desk.post(path, {"step_id": step.step_id, "why": "done by hand"}).status_code == 303
    page = desk.client.get("/cases/practice/overview").text
    before, _, rest = page.partition('id="aside"')
    aside, _, after = rest.partition("</section>")
    assert step.title not in before + after
    assert step.title in aside
    assert "done by hand" in aside


def test_a_setting_that_cannot_be_is_refused_in_words(desk):
    answer = desk.post("/cases/practice/settings/change", {"name": "country", "value": "Sweden"})
    assert answer.status_code == 400
    assert "ConfigError" in answer.text
    assert "Traceback" not in answer.text


def test_the_picture_is_the_one_of_the_report_and_can_be_saved(desk):
    text = desk.client.get("/cases/practice/graph").text
    assert 'data-shape="origin"' in text
    assert "The same as a table" in text
    with Case.open_to_read(desk.root / "practice" / "case") as case:
        trace = next(iter(case.store.rows("traces")))
    saved = desk.client.get(f"/cases/practice/graph/{trace['trace_id']}/haircut.svg")
    assert saved.headers["content-type"].startswith("image/svg+xml")
    assert saved.headers["content-disposition"].startswith("attachment")
    assert "data-key" not in saved.text
    assert desk.client.get("/cases/practice/graph?rule=made-up").status_code == 404
    assert desk.client.get("/cases/practice/graph?trace=made-up").status_code == 404


def test_what_is_on_screen_is_saved_line_by_line(desk):
    page = desk.client.get("/cases/practice/graph?rule=haircut").text
    with Case.open_to_read(desk.root / "practice" / "case") as case:
        trace = list(case.store.rows("traces", order_by=["journal_seq"]))[-1]
    path = f"graph/{trace['trace_id']}/haircut"
    for form in ("csv", "graphml", "svg"):
        assert f'href="{path}.{form}"' in page
        saved = desk.client.get(f"/cases/practice/{path}.{form}")
        assert saved.status_code == 200
        assert saved.headers["content-disposition"].endswith(f'haircut.{form}"')
    rows = desk.client.get(f"/cases/practice/{path}.csv").text.splitlines()[1:]
    assert len(rows) == page.count("data-tail=")
    assert desk.client.get(f"/cases/practice/{path}.bmp").status_code == 404


def test_drafted_files_come_as_downloads_with_the_bytes_of_the_case(desk):
    with Case.open_to_read(desk.root / "practice" / "case") as case:
        row = next(iter(case.store.rows("drafts")))
        name, sha256 = next(iter(row["files"].items()))
        kept = case.blobs.get(sha256)
    answer = desk.client.get(f"/cases/practice/leads/{row['draft_id']}/{name}")
    assert answer.content == kept
    assert answer.headers["content-disposition"].startswith("attachment")
    assert (
        desk.client.get(f"/cases/practice/leads/{row['draft_id']}/..%2fcase.db").status_code == 404
    )


def test_words_of_another_language_are_not_taken_from_the_address(desk):
    answer = desk.post("/language", {"language": "../../etc"})
    assert answer.status_code == 400


def test_an_event_of_a_request_is_recorded_and_a_forbidden_one_is_named(desk):
    with Case.open_to_read(desk.root / "practice" / "case") as case:
        from chainlead.workflow.request_states import states

        sent = next(state for state in states(case.store) if state.was_sent)
        new = [state for state in states(case.store) if not state.was_sent]
    path = "/cases/practice/requests/record"
    fields = {"draft": sent.draft_id, "event": "clarification", "note": "they ask for the tag"}
    assert desk.post(path, fields).status_code == 303
    assert "they ask for the tag" in desk.client.get("/cases/practice/requests").text
    assert desk.post(path, {**fields, "at": "tomorrow"}).status_code == 400
    assert desk.post(path, {**fields, "event": "drafted"}).status_code == 400
    for state in new:
        answer = desk.post(
            path, {"draft": state.draft_id, "event": "sent", "channel": "x@y.example"}
        )
        assert answer.status_code == 400
        assert "Traceback" not in answer.text


def test_a_statement_of_a_service_is_followed_from_its_row(desk):
    with Case.open_to_read(desk.root / "practice" / "case") as case:
        traces = case.store.count("traces")
        row = next(
            row
            for row in case.store.rows("answer_rows", order_by=["row_number"])
            if row["txid"] and row["direction"] == "out" and row["check_state"] == "agrees"
        )
    fields = {"answer": row["answer_id"], "row": str(row["row_number"]), "why": "his payout"}
    answer = desk.post("/cases/practice/answers/resume", fields)
    assert answer.status_code == 303
    assert "graph?trace=" in answer.headers["location"]
    assert desk.client.get(answer.headers["location"]).status_code == 200
    assert desk.post("/cases/practice/answers/resume", {**fields, "row": "9999"}).status_code == 400
    assert desk.post("/cases/practice/answers/resume", {**fields, "row": "x"}).status_code == 400
    with Case.open_to_read(desk.root / "practice" / "case") as case:
        assert case.store.count("traces") >= traces


def test_an_answer_is_read_from_a_whole_path_only(desk):
    path = "/cases/practice/answers/import"
    for given in ("answer.xlsx", "/nothing/there.xlsx", "/", ""):
        assert desk.post(path, {"path": given, "timezone": "UTC"}).status_code == 400


def test_each_file_of_the_report_is_a_link_that_gives_its_bytes(desk):
    with Case.open_to_read(desk.root / "practice" / "case") as case:
        files = next(e for e in reversed(case.entries) if e.act == "report.export").what["files"]
    text = desk.client.get("/cases/practice/report").text
    for path, digest in files.items():
        name = path.partition("/")[2]
        assert f'href="report/file/{name}"' in text
        answer = desk.client.get(f"/cases/practice/report/file/{name}")
        assert hashlib.sha256(answer.content).hexdigest() == digest
        assert answer.headers["content-disposition"].startswith("attachment")
    assert desk.client.get("/cases/practice/report/file/case.db").status_code == 404
