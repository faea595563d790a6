"""Notes and marks from any page: kept, escaped, removed, taken back; bad ones refused."""

import pytest

from chainlead.workflow.canvas import list_notes
from chainlead.workflow.case import Case

NOTES = "/cases/practice/notes"


@pytest.fixture
def subjects(desk):
    """One subject of each kind, with the page that shows it."""
    with Case.open_to_read(desk.root / "practice" / "case") as case:
        trace = list(case.store.rows("traces", order_by=["journal_seq"]))[-1]
        origin = trace["origin"]
        finding = next(iter(case.store.rows("findings")))["finding_id"]
        draft = next(iter(case.store.rows("drafts")))
    return {
        "node": f"node:{trace['trace_id']}:{origin}",
        "finding": f"finding:{finding}",
        "lead": f"lead:{draft['lead_id']}",
        "draft": f"draft:{draft['draft_id']}",
        "time": "time:2024-03-01T09:00:00Z",
    }


def notes_of(desk):
    with Case.open_to_read(desk.root / "practice" / "case") as case:
        return list_notes(case)


@pytest.mark.parametrize("kind", ["finding", "lead", "draft", "time"])
def test_anything_of_the_case_takes_a_note_and_a_mark(desk, subjects, kind):
    fields = {"subject": subjects[kind], "text": "look again", "for_report": "yes", "back": "/"}
    assert desk.post(f"{NOTES}/add", fields).status_code == 303
    (note,) = notes_of(desk)
    assert (note.text, note.for_report, note.who) == ("look again", True, "ada")
    mark = {"subject": subjects[kind], "marked": "yes", "why": "it matters", "back": "/"}
    assert desk.post(f"{NOTES}/mark", mark).status_code == 303
    with Case.open_to_read(desk.root / "practice" / "case") as case:
        assert case.store.lookup("canvas_marks", subject=note.subject)["why"] == "it matters"
    assert desk.post(f"{NOTES}/mark", mark | {"marked": "no"}).status_code == 303
    with Case.open_to_read(desk.root / "practice" / "case") as case:
        assert case.store.count("canvas_marks") == 0


def test_a_note_is_internal_unless_somebody_says_otherwise(desk, subjects):
    desk.post(f"{NOTES}/add", {"subject": subjects["lead"], "text": "a thought", "back": "/"})
    assert [note.for_report for note in notes_of(desk)] == [False]


def test_a_note_is_text_wherever_it_is_shown(desk, subjects):
    hostile = "<script>alert(1)</script>"
    desk.post(f"{NOTES}/add", {"subject": subjects["time"], "text": hostile, "back": "/"})
    moment = subjects["time"].removeprefix("time:")
    for path in ("timeline", f"timeline?moment={moment}", "graph"):
        text = desk.client.get(f"/cases/practice/{path}").text
        assert "<script>alert" not in text


def test_a_removed_note_comes_back_with_undo(desk, subjects):
    desk.post(f"{NOTES}/add", {"subject": subjects["lead"], "text": "first", "back": "/"})
    note_id = notes_of(desk)[0].note_id
    assert desk.post(f"{NOTES}/remove", {"note": note_id, "back": "/"}).status_code == 303
    assert notes_of(desk) == ()
    assert desk.post(f"{NOTES}/remove", {"note": note_id}).status_code in {400, 404}
    desk.post("/cases/practice/undo", {"back": "/"})
    assert [note.text for note in notes_of(desk)] == ["first"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": ""}, {"text": "  \n"}, {"text": "x" * 4001}, {"text": "a\u202eb"},
        {"subject": ""}, {"subject": "nothing"}, {"subject": "lead:nothing"},
        {"subject": "node:made-up:x"}, {"subject": "time:tomorrow"}, {"subject": "x" * 5000},
    ],
)  # fmt: skip
def test_a_note_that_cannot_be_is_refused_in_words(desk, subjects, wrong):
    answer = desk.post(f"{NOTES}/add", {"subject": subjects["lead"], "text": "words"} | wrong)
    assert answer.status_code in {400, 404}
    assert "Traceback" not in answer.text
    assert notes_of(desk) == ()


def test_a_form_of_a_note_never_leads_elsewhere(desk, subjects):
    fields = {"subject": subjects["lead"], "text": "words", "back": "//evil.example"}
    assert desk.post(f"{NOTES}/add", fields).headers["location"] == "/"
