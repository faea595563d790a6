"""What persons do to a picture is kept, taken back, made again, and rebuilt from the journal alone."""

import json
import shutil
import xml.etree.ElementTree as ET
from copy import deepcopy

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from chainlead.errors import (
    CanvasError,
    FindingNotFoundError,
    SubjectNotFoundError,
    UnknownRuleError,
)
from chainlead.report import COMPARE, Narrowing, canonical_json, live_trail, trace_named
from chainlead.report.story import story
from chainlead.store import Store
from chainlead.workflow.canvas import (
    LONGEST_NOTE,
    add_note,
    canvas_of,
    close_fold,
    drop_view,
    move_nodes,
    open_fold,
    remove_note,
    reset_places,
    save_view,
    set_mark,
)
from chainlead.workflow.case import Case, Projection, apply_entry
from chainlead.workflow.demo import run_demo
from chainlead.workflow.report import build_report
from chainlead.workflow.saved_views import get_view, list_views
from chainlead.workflow.trace import get_trace
from chainlead.workflow.undo import redo, undo

RULE = "haircut"
TABLES = ("canvas_folds", "canvas_marks", "canvas_notes", "canvas_places", "canvas_views")


@pytest.fixture(scope="module")
def practice(tmp_path_factory):
    return run_demo(tmp_path_factory.mktemp("canvas") / "run").case


@pytest.fixture
def drawn(practice, tmp_path):
    folder = tmp_path / "case"
    shutil.copytree(practice, folder)
    with Case.open_to_write(folder, who="anna") as case:
        yield case


def trace_of(case):
    return next(
        row["trace_id"]
        for row in case.store.rows("traces")
        if get_trace(case, row["trace_id"])["rules"]
    )


def nodes_of(case):
    document = get_trace(case, trace_of(case))
    return sorted(t["outpoint"] for t in document["rules"][RULE]["transfers"])


def digests(store):
    return {name: store.table_digests()[name] for name in TABLES}


def everything(case):
    """One of each act; the state of the tables after each."""
    trace_id, keys = trace_of(case), nodes_of(case)
    fold = f"fold ends {keys[0].partition(':')[0]} unspent"
    subject = f"node:{trace_id}:{keys[0]}"
    notes = []
    yield lambda: move_nodes(case, trace_id, RULE, {keys[0]: (300, -40), keys[1]: (7, 9)})
    yield lambda: move_nodes(case, trace_id, RULE, {keys[0]: (10, 20)})
    yield lambda: reset_places(case, trace_id, RULE, [keys[1]])
    yield lambda: open_fold(case, trace_id, RULE, fold)
    yield lambda: notes.append(add_note(case, subject, "Look here\nagain", for_report=True))
    yield lambda: notes.append(add_note(case, "time:2024-03-01T09:00:00Z", "The day"))
    yield lambda: set_mark(case, subject)
    yield lambda: save_view(case, "First", trace_id, RULE, box=(1, 2, 3, 4))
    yield lambda: save_view(case, "First", trace_id, COMPARE, replace=True)
    yield lambda: remove_note(case, notes[0].note_id)
    yield lambda: set_mark(case, subject, marked=False)
    yield lambda: close_fold(case, trace_id, RULE, fold)
    yield lambda: drop_view(case, "First")


def test_each_act_is_taken_back_and_made_again_across_reopening(drawn):
    seen = [digests(drawn.store)]
    for act in everything(drawn):
        act()
        seen.append(digests(drawn.store))
        assert seen[-1] != seen[-2]
    folder = drawn.folder
    drawn.close()
    with Case.open_to_write(folder, who="bo") as case:
        for expected in seen[-2::-1]:
            undo(case)
            assert digests(case.store) == expected
    with Case.open_to_write(folder, who="anna") as case:
        for expected in seen[1:]:
            redo(case)
            assert digests(case.store) == expected


def test_the_journal_alone_gives_the_same_tables(drawn):
    for act in everything(drawn):
        act()
        undo(drawn)
        redo(drawn)
    with Store.in_memory() as store:
        for entry in drawn.entries:
            apply_entry(Projection(store, drawn.blobs, drawn.key), entry)
        assert store.table_digests() == drawn.store.table_digests()


def test_a_view_keeps_the_places_that_it_was_saved_with(drawn):
    trace_id, keys = trace_of(drawn), nodes_of(drawn)
    move_nodes(drawn, trace_id, RULE, {keys[0]: (11, 22)})
    saved = save_view(drawn, "A", trace_id, RULE, narrowing=Narrowing(least_units=5))
    move_nodes(drawn, trace_id, RULE, {keys[0]: (99, 99)})
    assert get_view(drawn, "A") == saved
    assert saved.canvas.places == {keys[0]: (11, 22)}
    assert saved.narrowing.least_units == 5
    assert canvas_of(drawn, trace_id, RULE).places == {keys[0]: (99, 99)}
    again = save_view(drawn, "B", trace_id, RULE)
    assert [view.name for view in list_views(drawn)] == ["A", "B"]
    assert again.sha256 != saved.sha256


def test_a_note_names_its_author_and_its_time(drawn):
    note = add_note(drawn, f"trace:{trace_of(drawn)}", "  What is this?  ")
    assert (note.who, note.text, note.for_report) == ("anna", "What is this?", False)
    assert note.at.utcoffset().total_seconds() == 0


def test_places_and_folds_of_one_rule_are_not_those_of_another(drawn):
    trace_id, keys = trace_of(drawn), nodes_of(drawn)
    move_nodes(drawn, trace_id, RULE, {keys[0]: (1, 1)})
    assert not canvas_of(drawn, trace_id, "fifo").places
    assert not canvas_of(drawn, trace_id, COMPARE).places


@pytest.mark.parametrize(
    ("subject", "error"),
    [
        ("node:nothing:here", SubjectNotFoundError),
        ("finding:nothing", FindingNotFoundError),
        ("draft:nothing", SubjectNotFoundError),
        ("view:nothing", SubjectNotFoundError),
        ("time:yesterday", SubjectNotFoundError),
        ("time:2024-03-01T09:00:00", SubjectNotFoundError),
        ("planet:mars", SubjectNotFoundError),
        ("", SubjectNotFoundError),
        ("node:" + "x" * 10_000, SubjectNotFoundError),
    ],
)
def test_what_the_case_does_not_hold_is_refused_by_name(drawn, subject, error):
    before = len(drawn.entries)
    with pytest.raises(error):
        add_note(drawn, subject, "text")
    with pytest.raises(error):
        set_mark(drawn, subject)
    assert len(drawn.entries) == before


def test_a_node_or_line_that_the_trace_lacks_is_refused(drawn):
    trace_id, keys = trace_of(drawn), nodes_of(drawn)
    txid = keys[0].partition(":")[0]
    set_mark(drawn, f"edge:{trace_id}:{txid}:{keys[0]}")
    for subject in (f"node:{trace_id}:{txid}:77", f"edge:{trace_id}:{txid}:{txid}:77"):
        with pytest.raises(SubjectNotFoundError):
            set_mark(drawn, subject)
    with pytest.raises(SubjectNotFoundError):
        move_nodes(drawn, trace_id, RULE, {"nobody": (1, 1)})
    with pytest.raises(SubjectNotFoundError):
        open_fold(drawn, trace_id, RULE, keys[0])
    with pytest.raises(UnknownRuleError):
        move_nodes(drawn, trace_id, "guess", {keys[0]: (1, 1)})


@pytest.mark.parametrize("text", ["", "   \n", "x" * (LONGEST_NOTE + 1), "bell \x07", "\ud800"])
def test_a_note_has_a_text_of_bounded_length(drawn, text):
    with pytest.raises(CanvasError):
        add_note(drawn, f"trace:{trace_of(drawn)}", text)


@pytest.mark.parametrize("name", ["", "x" * 81, "a\nb"])
def test_a_view_has_a_name(drawn, name):
    with pytest.raises(CanvasError):
        save_view(drawn, name, trace_of(drawn), RULE)


def test_a_taken_name_is_not_overwritten_unasked(drawn):
    save_view(drawn, "A", trace_of(drawn), RULE)
    with pytest.raises(CanvasError, match="already"):
        save_view(drawn, "A", trace_of(drawn), RULE)


@pytest.mark.parametrize("place", [(10**9, 0), (0, -(10**9)), (1.5, 2), (True, 1)])
def test_a_place_far_away_or_not_whole_is_refused(drawn, place):
    with pytest.raises(CanvasError):
        move_nodes(drawn, trace_of(drawn), RULE, {nodes_of(drawn)[0]: place})


def test_what_is_not_there_cannot_be_taken_away(drawn):
    trace_id = trace_of(drawn)
    with pytest.raises(CanvasError):
        reset_places(drawn, trace_id, RULE)
    with pytest.raises(CanvasError):
        close_fold(drawn, trace_id, RULE, "fold ends x")
    with pytest.raises(SubjectNotFoundError):
        remove_note(drawn, "n1")
    with pytest.raises(SubjectNotFoundError):
        drop_view(drawn, "none")
    assert not set_mark(drawn, f"trace:{trace_id}", marked=False)


def bushy(document):
    """The trace of the practice case with 40 more unspent outputs at its last transaction."""
    more = deepcopy(document)
    for result in more["rules"].values():
        pattern = [end for end in result["frontier"] if end["outpoint"]][-1]
        txid = pattern["outpoint"].partition(":")[0]
        for number in range(40):
            made = {
                **pattern,
                "outpoint": f"{txid}:{100 + number}",
                "amount_units": "7",
                "traced_units": "7",
                "reason": "unspent",
                "note": "",
            }
            result["frontier"].append(made)
            result["transfers"].append(
                {k: v for k, v in made.items() if k not in {"reason", "note"}}
            )
    return more


@pytest.fixture
def folded(drawn):
    """A case whose last trace has a fold; with the fold's name."""
    entry = next(e for e in drawn.entries if e.act == "trace.run")
    document = bushy(get_trace(drawn, trace_of(drawn)))
    drawn.act(
        "trace.run", what=entry.what, blobs={next(iter(entry.blobs)): canonical_json(document)}
    )
    trace_id = trace_of(drawn)
    trace = trace_named(drawn.store, drawn.blobs, trace_id)
    (badge,) = [node for node in live_trail(trace, RULE).graph.nodes if node.fold]
    return drawn, trace, badge


def test_an_opened_fold_keeps_its_places_when_something_else_is_moved_or_opened(folded):
    case, trace, badge = folded
    trace_id = trace["trace_id"]
    before = live_trail(trace, RULE)
    open_fold(case, trace_id, RULE, badge.fold)
    opened = live_trail(trace, RULE, canvas_of(case, trace_id, RULE))
    assert len(opened.graph.nodes) == len(before.graph.nodes) + 39 + badge.held.ends - 40
    assert {
        k: v for k, v in before.places.items() if k != badge.key
    }.items() <= opened.places.items()
    moved = next(key for key in opened.places if key not in before.places)
    move_nodes(case, trace_id, RULE, {moved: (5, 5)})
    again = live_trail(trace, RULE, canvas_of(case, trace_id, RULE))
    assert again.places == {**opened.places, moved: (5, 5)}
    undo(case)
    close_fold(case, trace_id, RULE, badge.fold)
    assert live_trail(trace, RULE, canvas_of(case, trace_id, RULE)) == before


def test_the_markup_names_folds_places_notes_marks_and_reasons(folded):
    case, trace, badge = folded
    trace_id, rules = trace["trace_id"], trace["rules"]
    key = min(t["outpoint"] for t in rules[RULE]["transfers"])
    move_nodes(case, trace_id, COMPARE, {key: (-30, 20)})
    add_note(case, f"node:{trace_id}:{key}", "internal")
    set_mark(case, f"edge:{trace_id}:{key.partition(':')[0]}:{key}")
    picture = live_trail(trace, COMPARE, canvas_of(case, trace_id, COMPARE))
    root = ET.fromstring(picture.markup)
    told = {e.get("data-key"): e for e in root.iter() if e.get("data-key")}
    assert (told[key].get("data-x"), told[key].get("data-y")) == ("-30", "20")
    assert (told[key].get("data-moved"), told[key].get("data-note")) == ("true", "1")
    assert told[badge.key].get("data-fold") == badge.fold
    lines = [e for e in root.iter() if e.get("data-edge")]
    assert [e.get("data-edge") for e in lines if e.get("data-marked")] == [
        f"{key.partition(':')[0]}:{key}"
    ]
    for each in (*told.values(), *lines):
        assert each.get("data-why") in picture.reasons
    for line in lines:
        assert {part.partition("=")[0] for part in line.get("data-rules").split()} == set(rules)
    some = live_trail(trace, COMPARE, canvas_of(case, trace_id, COMPARE), rules=["fifo"])
    assert {
        e.get("data-rules").count("=")
        for e in ET.fromstring(some.markup).iter()
        if e.get("data-rules")
    } == {1}
    assert some.places == picture.places


def test_a_picture_that_would_be_too_large_is_refused_with_ways_out(folded):
    _case, trace, _ = folded
    for result in trace["rules"].values():
        pattern = next(e for e in result["frontier"] if (e["outpoint"] or "").endswith(":100"))
        txid = pattern["outpoint"].partition(":")[0]
        for number in range(2000):
            made = {**pattern, "outpoint": f"{txid}:{1000 + number}"}
            result["frontier"].append(made)
            result["transfers"].append(made)
    whole = live_trail(trace, RULE)
    assert whole.refusal is None
    assert len(whole.graph.nodes) + len(whole.graph.edges) <= 1500
    refused = live_trail(trace, RULE, show_unspent=True)
    assert refused.refusal.elements > 1500
    assert "table has all of them" in refused.refusal.sentence
    assert refused.graph == whole.graph
    assert {"amount", "time"} <= {offer.kind for offer in refused.refusal.offers}
    for offer in refused.refusal.offers:
        less = live_trail(trace, RULE, narrowing=offer.narrowing, show_unspent=True)
        if offer.lines <= 500:
            assert less.refusal is None
    nothing = live_trail(trace, RULE, narrowing=Narrowing(from_node="nobody"))
    assert nothing.refusal.elements == 0
    assert not nothing.graph.nodes


def test_only_what_is_for_the_report_comes_into_it(folded):
    case, trace, _ = folded
    trace_id = trace["trace_id"]
    before = build_report(case.projection, case.entries)
    key = min(t["outpoint"] for t in trace["rules"][RULE]["transfers"])
    add_note(case, f"node:{trace_id}:{key}", "An internal thought of ours")
    save_view(case, "Mine", trace_id, RULE)
    silent = build_report(case.projection, case.entries)
    assert json.loads(silent["report.json"]).get("remarks") is None
    assert {n for n in before if before[n] != silent[n]} <= {"report.json", "report.pdf"}
    add_note(case, f"node:{trace_id}:{key}", "The payer's change", for_report=True)
    finding = next(iter(case.store.rows("findings")))["finding_id"]
    set_mark(case, f"finding:{finding}", why="it names him")
    set_mark(case, "view:Mine")
    files = build_report(case.projection, case.entries)
    said = json.loads(files["report.json"])["remarks"]
    assert [(n["text"], n["who"], n["about"][:6]) for n in said["notes"]] == [
        ("The payer's change", "anna", "Output")
    ]
    assert [(m["why"], m["subject"]) for m in said["marks"]] == [
        ("it names him", f"finding:{finding}")
    ]
    assert said["views"][0]["sha256"] == get_view(case, "Mine").sha256
    assert not any(b"internal thought" in content for content in files.values())
    text = json.dumps(story(json.loads(files["report.json"])))
    assert get_view(case, "Mine").sha256 in text
    assert "Note of anna" in text
    assert files == build_report(case.projection, case.entries)


PHRASE = "abandon " * 11 + "about"
KEY = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ"


@pytest.mark.parametrize("secret", [PHRASE, KEY])
def test_a_secret_is_never_kept_in_a_note(drawn, secret):
    before = len(drawn.entries)
    with pytest.raises(CanvasError, match="holds a secret") as refused:
        add_note(drawn, "time:2024-03-01T09:00:00Z", f"The words are {secret} as he said")
    assert secret not in str(refused.value)
    assert len(drawn.entries) == before


def test_an_address_in_a_note_is_no_secret(drawn):
    add_note(drawn, "time:2024-03-01T09:00:00Z", "See 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa there.")


@settings(max_examples=6, deadline=None)
@given(
    acts=st.lists(
        st.one_of(
            st.sampled_from(["undo", "redo", "reset"]),
            st.lists(st.integers(0, 3), min_size=1, max_size=3),
        ),
        max_size=10,
    )
)
def test_moves_of_several_nodes_are_taken_back_one_by_one(acts, practice, tmp_path_factory):
    folder = tmp_path_factory.mktemp("moves") / "case"
    shutil.copytree(practice, folder)
    with Case.open_to_write(folder, who="anna") as case:
        trace_id, keys = trace_of(case), nodes_of(case)
        model, at = [{}], 0
        for number, act in enumerate(acts):
            if isinstance(act, str) and act != "reset":
                step = -1 if act == "undo" else 1
                if 0 <= at + step < len(model):
                    (undo if act == "undo" else redo)(case)
                    at += step
            elif act == "reset":
                if model[at]:
                    reset_places(case, trace_id, RULE, [min(model[at])])
                    model[at + 1 :] = [{k: v for k, v in model[at].items() if k != min(model[at])}]
                    at += 1
            else:
                places = {keys[each]: (number, each) for each in act}
                move_nodes(case, trace_id, RULE, places)
                model[at + 1 :] = [model[at] | places]
                at += 1
            assert canvas_of(case, trace_id, RULE).places == model[at]
