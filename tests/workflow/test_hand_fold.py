"""What a person folds by hand is kept, taken back, made again, rebuilt from the journal, and told."""

import csv
import io
import shutil
import xml.etree.ElementTree as ET

import msgspec
import pytest

from chainlead.errors import CanvasError, SubjectNotFoundError, UnknownRuleError
from chainlead.report import (
    AFTER,
    BEFORE,
    CHOSEN,
    COMPARE,
    Narrowing,
    Shown,
    live_trail,
    picture_formats,
    to_export,
    trace_documents,
)
from chainlead.store import Store
from chainlead.workflow.canvas import add_note, canvas_of, move_nodes, save_view, set_mark
from chainlead.workflow.case import Case, Projection, apply_entry
from chainlead.workflow.concurrency import StaleError, guard_acts
from chainlead.workflow.demo import run_demo
from chainlead.workflow.hand_fold import (
    close_hand_fold,
    drop_hand_fold,
    fold_by_hand,
    open_hand_fold,
)
from chainlead.workflow.report import build_report
from chainlead.workflow.saved_views import get_view
from chainlead.workflow.undo import redo, undo

RULE = "haircut"


@pytest.fixture(scope="module")
def practice(tmp_path_factory):
    return run_demo(tmp_path_factory.mktemp("hand") / "run").case


@pytest.fixture
def case(practice, tmp_path):
    folder = tmp_path / "case"
    shutil.copytree(practice, folder)
    with Case.open_to_write(folder, who="anna") as opened:
        yield opened


@pytest.fixture
def trace(case):
    """The larger trace of the practice case."""
    documents = trace_documents(case.store, case.blobs)
    return max(documents, key=lambda each: len(each["transactions"]))


def picture(case, trace, rule=RULE, **how):
    return live_trail(trace, rule, canvas_of(case, trace["trace_id"], rule), **how)


def some(case, trace, count=3):
    """A transaction of the picture with what it makes, as keys."""
    graph = picture(case, trace).graph
    key = next(
        node.key
        for node in graph.nodes
        if node.shape.value == "transaction"
        and sum(edge.tail == node.key for edge in graph.edges) >= count - 1
    )
    return [key, *sorted(edge.head for edge in graph.edges if edge.tail == key)[: count - 1]]


def make(case, trace, keys=None, name="Payments to helpers", **more):
    rule = more.pop("rule", RULE)
    return fold_by_hand(case, trace["trace_id"], rule, keys or some(case, trace), name=name, **more)


def test_the_rest_stays_where_it_was_and_opening_gives_the_picture_as_it_was(case, trace):
    before = picture(case, trace)
    fold = make(case, trace)
    folded = picture(case, trace)
    rest = {k: at for k, at in folded.places.items() if k != fold.key}
    assert rest == {k: at for k, at in before.places.items() if k not in fold.members}
    assert folded.places[fold.key] in {before.places[key] for key in fold.members}
    assert folded.unfolded == before.graph
    assert set(folded.inside) == set(fold.members)
    open_hand_fold(case, trace["trace_id"], RULE, fold.key)
    assert picture(case, trace).markup == before.markup
    close_hand_fold(case, trace["trace_id"], RULE, fold.key)
    assert picture(case, trace) == folded
    drop_hand_fold(case, trace["trace_id"], RULE, fold.key)
    assert picture(case, trace).markup == before.markup


def test_each_act_is_taken_back_and_made_again_across_reopening(case, trace):
    trace_id, seen = trace["trace_id"], [case.store.digest_of("hand_folds")]
    fold = make(case, trace)
    seen.append(case.store.digest_of("hand_folds"))
    for act in (open_hand_fold, close_hand_fold, drop_hand_fold):
        act(case, trace_id, RULE, fold.key)
        seen.append(case.store.digest_of("hand_folds"))
    folder = case.folder
    case.close()
    with Case.open_to_write(folder, who="bo") as again:
        for expected in seen[-2::-1]:
            undo(again)
            assert again.store.digest_of("hand_folds") == expected
    with Case.open_to_write(folder, who="anna") as again:
        for expected in seen[1:]:
            redo(again)
            assert again.store.digest_of("hand_folds") == expected
        undo(again)
        (kept,) = canvas_of(again, trace_id, RULE).hand_folds
        assert kept == fold


def test_the_journal_alone_gives_the_same_tables(case, trace):
    fold = make(case, trace)
    open_hand_fold(case, trace["trace_id"], RULE, fold.key)
    undo(case)
    with Store.in_memory() as store:
        for entry in case.entries:
            apply_entry(Projection(store, case.blobs, case.key), entry)
        assert store.table_digests() == case.store.table_digests()


def test_everything_after_or_before_one_thing_is_folded_without_it_and_the_origin(case, trace):
    graph = picture(case, trace).graph
    origin = next(node.key for node in graph.nodes if node.shape.value == "origin")
    after = make(case, trace, [origin], "All of it", kind=AFTER)
    drawn = {node.key for node in picture(case, trace).graph.nodes}
    assert after.start == origin
    assert {origin, after.key} <= drawn
    assert f"everything after {origin}" in picture(case, trace).markup
    undo(case)
    end = next(e.head for e in graph.edges if not any(o.tail == e.head for o in graph.edges))
    before = make(case, trace, [end], "The way", kind=BEFORE)
    assert {end, origin}.isdisjoint(before.members)
    for wrong in ((origin, BEFORE), (end, AFTER)):
        with pytest.raises(CanvasError):
            make(case, trace, [wrong[0]], "Nothing", kind=wrong[1])


def test_what_may_not_be_folded_is_refused_in_words_and_changes_nothing(case, trace):
    keys = some(case, trace)
    graph = picture(case, trace).graph
    origin = next(node.key for node in graph.nodes if node.shape.value == "origin")
    make(case, trace, name="Taken")
    last = len(case.entries)
    free = [n.key for n in picture(case, trace).graph.nodes if n.key not in {origin, *keys}]
    wrong = (
        ({"keys": [origin, *free[:2]]}, "beginning"),
        ({"keys": keys}, "not in the picture"),
        ({"keys": free[:1]}, "at least 2"),
        ({"keys": ["made-up", *free]}, "not in the picture"),
        ({"keys": free, "name": "Taken"}, "already"),
        ({"keys": free, "name": " "}, "has a name"),
        ({"keys": free, "name": "x" * 81}, "has a name"),
        ({"keys": free, "name": "a\u202eb"}, "has a name"),
        ({"keys": free, "name": " ".join(["abandon"] * 11 + ["about"])}, "has a name"),
        ({"keys": free, "kind": "sideways"}, "by hand"),
        ({"keys": free, "kind": AFTER}, "one thing"),
    )
    for given, words in wrong:
        with pytest.raises(CanvasError, match=words):
            make(case, trace, **given)
    with pytest.raises(UnknownRuleError):
        make(case, trace, free, "New", rule="made-up")
    with pytest.raises(SubjectNotFoundError):
        fold_by_hand(case, "made-up", RULE, free, name="New")
    for act in (open_hand_fold, close_hand_fold, drop_hand_fold):
        for key in ("fold hand h0", "fold hand ", "", origin):
            with pytest.raises(SubjectNotFoundError):
                act(case, trace["trace_id"], RULE, key)
    assert len(case.entries) == last


def test_what_is_unspent_is_seen_although_it_was_folded(case, trace):
    graph = picture(case, trace).graph
    origin = next(node.key for node in graph.nodes if node.shape.value == "origin")
    fold = make(case, trace, [origin], "All of it", kind=AFTER)
    box = next(n for n in picture(case, trace).graph.nodes if n.key == fold.key)
    rules = trace["rules"][RULE]["frontier"]
    unspent = [end for end in rules if end["reason"] == "unspent"]
    assert box.held.unspent == len(unspent) > 0
    assert box.held.unspent_units == sum(int(end["traced"]["units"]) for end in unspent)
    services = {end["note"] for end in rules if end["reason"] == "service"}
    assert services
    assert all(f"at {name}: " in box.title for name in services)
    shown = picture(case, trace, show_unspent=True)
    assert fold.key not in {node.key for node in shown.graph.nodes}
    undo(case)
    with pytest.raises(CanvasError, match="not spent"):
        make(case, trace, [origin], "All of it", kind=AFTER, show_unspent=True)


def test_folds_of_one_rule_are_not_those_of_another_and_a_part_of_the_trail_keeps_them(case, trace):
    fold = make(case, trace)
    assert not canvas_of(case, trace["trace_id"], COMPARE).hand_folds
    part = picture(case, trace, narrowing=Narrowing(least_units=1))
    assert fold.key in {node.key for node in part.graph.nodes}
    both = make(case, trace, rule=COMPARE)
    shown = picture(case, trace, COMPARE)
    lines = [edge for edge in shown.graph.edges if both.key in {edge.tail, edge.head}]
    assert lines
    assert all(len(edge.by_rule) == len(trace["rules"]) for edge in lines)


def test_a_box_in_a_box_and_one_that_overlaps_another(case, trace):
    trace_id = trace["trace_id"]
    one, two, three = some(case, trace)
    inner = make(case, trace, [one, two], "Inner")
    outer = make(case, trace, [inner.key, three], "Outer")
    assert inner.members < outer.members
    assert inner.key not in {node.key for node in picture(case, trace).graph.nodes}
    open_hand_fold(case, trace_id, RULE, outer.key)
    open_hand_fold(case, trace_id, RULE, inner.key)
    make(case, trace, [two, three], "Across")
    with pytest.raises(CanvasError, match="Across"):
        close_hand_fold(case, trace_id, RULE, inner.key)
    close_hand_fold(case, trace_id, RULE, outer.key)


def test_a_box_is_moved_noted_and_marked_like_other_things(case, trace):
    fold, trace_id = make(case, trace), trace["trace_id"]
    move_nodes(case, trace_id, RULE, {fold.key: (77, -5)})
    note = add_note(case, f"node:{trace_id}:{fold.key}", "He said so", for_report=True)
    edge = next(e for e in picture(case, trace).graph.edges if fold.key in {e.tail, e.head})
    set_mark(case, f"edge:{trace_id}:{edge.tail}:{edge.head}")
    shown = picture(case, trace)
    assert shown.places[fold.key] == (77, -5)
    assert 'data-by-hand="true"' in shown.markup
    report = msgspec.json.decode(build_report(case.projection, case.entries)["report.json"])
    (told,) = report["remarks"]["hand_folds"]
    assert (told["name"], told["who"]) == (fold.name, "anna")
    assert "Folded by hand as “Payments to helpers” by anna" in told["said"]
    (noted,) = report["remarks"]["notes"]
    assert noted["note_id"] == note.note_id
    assert noted["about"] == told["said"]
    with pytest.raises(SubjectNotFoundError):
        add_note(case, f"node:{trace_id}:fold hand h99999", "no such")


def test_a_saved_view_keeps_the_boxes_that_it_was_saved_with(case, trace):
    plain = save_view(case, "Plain", trace["trace_id"], RULE)
    fold = make(case, trace)
    saved = save_view(case, "Folded", trace["trace_id"], RULE)
    drop_hand_fold(case, trace["trace_id"], RULE, fold.key)
    assert get_view(case, "Folded").canvas.hand_folds == (fold,) == saved.canvas.hand_folds
    assert get_view(case, "Plain").canvas.hand_folds == plain.canvas.hand_folds == ()
    assert saved.sha256 != plain.sha256


def test_files_say_what_is_folded_and_lose_nothing(case, trace):
    before = to_export(trace, RULE, Shown(canvas_of(case, trace["trace_id"], RULE)))
    fold = make(case, trace)
    after = to_export(trace, RULE, Shown(canvas_of(case, trace["trace_id"], RULE)))
    forms = {form.name: form.content for form in picture_formats() if form.name != "png"}
    assert fold.name in forms["svg"](after).decode()
    tables = [
        list(csv.DictReader(io.StringIO(forms["csv"](each).decode("utf-8-sig"))))
        for each in (before, after)
    ]
    kept = ("from", "to", "strength", "amount_units", "what")
    lines = [[{name: row[name] for name in kept} for row in rows] for rows in tables]
    assert lines[0] == lines[1]
    assert {row["to_folded_in"] for row in tables[1]} == {"", f"{fold.key}: {fold.name}"}
    assert {row["to_folded_in"] for row in tables[0]} == {""}
    mark = "{http://graphml.graphdrawing.org/xmlns}"
    root = ET.fromstring(forms["graphml"](after))
    inside = {
        node.get("id")
        for node in root.iter(f"{mark}node")
        for told in node
        if told.get("key") == "node_folded_in" and told.text
    }
    assert inside == set(fold.members)
    assert "by anna" in next(
        told.text for told in root.iter(f"{mark}data") if told.get("key") == "graph_folded_by_hand"
    )


def test_nobody_folds_over_what_a_colleague_folded_without_having_seen_it(case, trace):
    keys = some(case, trace)
    seen = case.entries[-1].seq
    make(case, trace, keys[:2], "Of anna")
    undo_folder = case.folder
    case.close()
    with Case.open_to_write(undo_folder, who="bo") as other:
        guard_acts(other, seen=seen, who="bo")
        with pytest.raises(StaleError, match="anna"):
            make(other, trace, keys[1:], "Of bo")
        key = canvas_of(other, trace["trace_id"], RULE).hand_folds[0].key
        for act in (open_hand_fold, drop_hand_fold):
            with pytest.raises(StaleError):
                act(other, trace["trace_id"], RULE, key)
        graph = picture(other, trace).graph
        rest = [n.key for n in graph.nodes if n.shape.value == "output"][:2]
        assert make(other, trace, rest, "Elsewhere", kind=CHOSEN).who == "bo"
