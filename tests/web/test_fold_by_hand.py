"""Folding by hand by forms, without a browser: what is kept, shown, refused in words."""

import re

import pytest

from chainlead.report import trace_documents
from chainlead.workflow.case import Case

GRAPH = "/cases/practice/graph"


@pytest.fixture
def trail(desk):
    """The larger trace of the practice case."""
    with Case.open_to_read(desk.root / "practice" / "case") as case:
        documents = trace_documents(case.store, case.blobs)
    return max(documents, key=lambda each: len(each["transactions"]))


def acts(desk):
    with Case.open_to_read(desk.root / "practice" / "case") as case:
        return [e.act for e in case.entries if e.act.startswith(("canvas", "hand_fold", "undo"))]


def page(desk, trail, **more):
    given = {"trace": trail["trace_id"], "rule": "haircut", **more}
    return desk.client.get(GRAPH, params=given).text


def keys(text):
    return re.findall(r'data-key="([^"]+)" data-shape="output"', text)


def fold(desk, trail, nodes, name="Helpers", **more):
    back = f"{GRAPH}?trace={trail['trace_id']}"
    given = {
        "trace": trail["trace_id"], "rule": "haircut", "back": back, "kind": "chosen",
        "name": name, "node": nodes, **more,
    }  # fmt: skip
    return desk.post(f"{GRAPH}/hand", given)


def test_what_is_ticked_becomes_a_box_and_the_table_keeps_every_line(desk, trail):
    before = page(desk, trail)
    chosen = keys(before)[:3]
    assert fold(desk, trail, chosen, "for <b>helpers</b>").status_code == 303
    text = page(desk, trail)
    assert 'data-by-hand="true"' in text
    assert "for &lt;b&gt;helpers&lt;/b&gt;" in text
    assert "<b>helpers" not in text
    assert not set(chosen) & set(keys(text))
    rows = [
        re.findall(r'class="target"[^>]*data-choose="([^"]+)"', each) for each in (before, text)
    ]
    assert rows[0] == rows[1] != []
    assert "Folded in" in text
    assert "Folded in" not in before
    found = page(desk, trail, find=chosen[0])
    assert "It is folded away in the picture." in found
    line = next(each for each in rows[1] if chosen[0] in each)
    assert "It is in a box that was folded by hand." in page(desk, trail, chosen=line)


def test_a_box_is_opened_folded_again_and_taken_away_by_forms(desk, trail):
    before = page(desk, trail)
    fold(desk, trail, keys(before)[:2])
    box = re.search(r'data-fold="(fold hand [^"]+)"', page(desk, trail))[1]
    given = {"trace": trail["trace_id"], "rule": "haircut", "fold": box, "back": GRAPH}
    for do, drawn in (("open", 0), ("close", 1), ("drop", 0)):
        assert desk.post(f"{GRAPH}/fold", given | {"do": do}).status_code == 303
        assert page(desk, trail).count("data-by-hand=") == drawn
    assert desk.post(f"{GRAPH}/fold", given | {"do": "drop"}).status_code == 400
    made = ["hand_fold.make", "hand_fold.open", "hand_fold.close", "hand_fold.drop"]
    assert acts(desk) == made


def test_a_fold_that_cannot_be_is_refused_in_words_and_changes_nothing(desk, trail):
    nodes = keys(page(desk, trail))
    origin = re.search(r'data-key="([^"]+)" data-shape="origin"', page(desk, trail))[1]
    for given in (
        {"nodes": [origin, *nodes]},
        {"nodes": nodes[:1]},
        {"nodes": []},
        {"nodes": ["made-up", "x" * 5_000]},
        {"nodes": nodes, "name": ""},
        {"nodes": nodes, "name": "\u202e"},
        {"nodes": nodes, "kind": ""},
        {"nodes": nodes, "rule": "made-up"},
        {"nodes": nodes, "trace": "made-up"},
    ):
        answer = fold(desk, trail, **given)
        assert answer.status_code in {400, 404}, given
        assert "Traceback" not in answer.text
    given = {"trace": trail["trace_id"], "rule": "haircut", "back": GRAPH, "do": "open"}
    for key in ("fold hand ", "fold hand h1", "fold hand ü", "fold hand " + "h" * 9_000):
        assert desk.post(f"{GRAPH}/fold", given | {"fold": key}).status_code in {400, 404}
    assert acts(desk) == []


def test_the_page_says_it_in_swedish(desk, trail):
    desk.post("/language", {"language": "sv", "back": "/"})
    fold(desk, trail, keys(page(desk, trail))[:2])
    text = page(desk, trail)
    for words in ("Vik ihop för hand…", "Rutans namn", "Hopvikt i", "Ta bort den"):
        assert words in text
