"""What the graph page's forms take and refuse, without a browser."""

import re

import pytest

from chainlead.report import picture_formats, trace_documents
from chainlead.web.graph_scene import decimal_of, least_units
from chainlead.web.visit import Visit
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
        return [entry.act for entry in case.entries if entry.act.startswith(("canvas", "undo"))]


def where(text, key):
    found = re.search(rf'data-key="{re.escape(key)}"[^>]*data-x="([^"]+)" data-y="([^"]+)"', text)
    return found[1], found[2]


def places(text):
    return dict(re.findall(r'data-key="([^"]+)"[^>]*(data-x="[^"]+" data-y="[^"]+")', text))


def one_output(trail):
    return trail["rules"]["haircut"]["transfers"][-1]["outpoint"]


def form(trail, **more):
    back = f"{GRAPH}?trace={trail['trace_id']}"
    return {"trace": trail["trace_id"], "rule": "haircut", "back": back, **more}


def test_a_node_is_moved_by_a_form_and_stays_and_nothing_else_moves(desk, trail):
    page = f"{GRAPH}?trace={trail['trace_id']}&rule=haircut"
    key = one_output(trail)
    before = places(desk.client.get(page).text)
    answer = desk.post(f"{GRAPH}/move", form(trail, node=key, x="300", y="-40"))
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{GRAPH}?trace={trail['trace_id']}"
    after = places(desk.client.get(page).text)
    assert after[key] == 'data-x="300" data-y="-40"'
    assert {k: v for k, v in after.items() if k != key} == {
        k: v for k, v in before.items() if k != key
    }
    assert desk.post("/cases/practice/undo", {"back": page}).status_code == 303
    assert places(desk.client.get(page).text) == before


def test_a_button_moves_a_node_one_step(desk, trail):
    key = one_output(trail)
    desk.post(f"{GRAPH}/move", form(trail, node=key, x="300", y="100", way="up"))
    text = desk.client.get(f"{GRAPH}?trace={trail['trace_id']}&rule=haircut").text
    assert where(text, key) == ("300", "80")


@pytest.mark.parametrize(
    "wrong",
    [
        {"node": "nothing:0", "x": "1", "y": "1"},
        {"x": "9" * 30, "y": "1"},
        {"x": "9999999", "y": "1"},
        {"x": "1.5", "y": "1"},
        {"x": "٣", "y": "1"},
        {"x": "", "y": ""},
        {"x": ["1", "2"], "y": "1"},
        {"trace": "made-up", "x": "1", "y": "1"},
        {"rule": "made-up", "x": "1", "y": "1"},
    ],
)
def test_a_place_that_cannot_be_is_refused_in_words_and_changes_nothing(desk, trail, wrong):
    given = form(trail, node=one_output(trail)) | wrong
    answer = desk.post(f"{GRAPH}/move", given)
    assert answer.status_code in {400, 404}
    assert "Traceback" not in answer.text
    assert acts(desk) == []


def test_what_was_not_moved_is_not_put_back(desk, trail):
    assert desk.post(f"{GRAPH}/places", form(trail)).status_code == 400
    assert acts(desk) == []


def test_a_fold_that_is_none_is_refused(desk, trail):
    for fold in ("", "fold", "fold ends nothing unspent", one_output(trail), "x" * 10_000):
        for do in ("open", "close"):
            answer = desk.post(f"{GRAPH}/fold", form(trail, fold=fold, do=do))
            assert answer.status_code in {400, 404}, fold
    assert acts(desk) == []


def test_a_view_is_kept_shown_as_it_was_and_dropped(desk, trail):
    key = one_output(trail)
    desk.post(f"{GRAPH}/move", form(trail, node=key, x="200", y="200"))
    kept = form(trail, name="for the <b>court</b>", box="0,0,400,300", unspent="yes")
    assert desk.post(f"{GRAPH}/view", kept).status_code == 303
    assert desk.post(f"{GRAPH}/view", kept).status_code == 400
    assert desk.post(f"{GRAPH}/view", kept | {"replace": "yes"}).status_code == 303
    desk.post(f"{GRAPH}/places", form(trail))
    shown = desk.client.get(f"{GRAPH}?view=for+the+%3Cb%3Ecourt%3C%2Fb%3E").text
    assert where(shown, key) == ("200", "200")
    assert "for the &lt;b&gt;court&lt;/b&gt;" in shown
    assert "<b>court" not in shown
    assert 'data-box="0,0,400,300"' in shown
    now = desk.client.get(f"{GRAPH}?trace={trail['trace_id']}&rule=haircut").text
    assert where(now, key) != ("200", "200")
    dropped = {"name": kept["name"], "back": GRAPH}
    assert desk.post(f"{GRAPH}/drop", dropped).status_code == 303
    assert desk.post(f"{GRAPH}/drop", dropped).status_code in {400, 404}
    assert desk.client.get(f"{GRAPH}?view=nothing").status_code in {400, 404}


def test_a_view_without_a_name_is_none(desk, trail):
    for name in ("", " ", "x" * 81, "a\u202eb"):
        assert desk.post(f"{GRAPH}/view", form(trail, name=name)).status_code == 400


def test_what_is_chosen_is_told_with_every_rule_and_all_its_identifiers(desk, trail):
    key = one_output(trail)
    text = desk.client.get(f"{GRAPH}/about?trace={trail['trace_id']}&chosen={key}").text
    for rule in trail["rules"]:
        assert f"<td>{rule}</td>" in text
    assert f'data-copy="{key}"' in text
    assert f'data-copy="{key.partition(":")[0]}"' in text
    assert "UTC" in text


def test_everything_in_the_picture_can_be_asked_about(desk, trail):
    page = desk.client.get(f"{GRAPH}?trace={trail['trace_id']}&rule=haircut").text
    keys = places(page)
    assert keys
    for key in keys:
        asked = {"trace": trail["trace_id"], "rule": "haircut", "chosen": key}
        assert desk.client.get(f"{GRAPH}/about", params=asked).status_code == 200, key


def test_a_line_is_told_with_its_strength_and_its_rule(desk, trail):
    page = desk.client.get(f"{GRAPH}?trace={trail['trace_id']}&rule=haircut").text
    tail, head = re.search(r'data-tail="([^"]+)" data-head="([^"]+)"[^>]*inferred', page).groups()
    asked = {"trace": trail["trace_id"], "rule": "haircut", "chosen": f"{tail} {head}"}
    text = desk.client.get(f"{GRAPH}/about", params=asked).text
    assert "This line" in text
    assert 'class="strength strength-inferred"' in text
    assert "Taint rule" in text


@pytest.mark.parametrize(
    "asked",
    ["trace=made-up", "rule=made-up", "since=tomorrow", "least=much", "least=-1", "least=NaN"],
)
def test_a_view_that_cannot_be_is_refused_in_words(desk, asked):
    answer = desk.client.get(f"{GRAPH}?{asked}")
    assert answer.status_code in {400, 404}
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "asked",
    [
        "chosen=nothing", "zoom=-5", "zoom=99999", "zoom=٣", "box=1,2", "box=a,b,c,d", "off=nothing",
        "since=2100-01-01", "least=1e9", "start=nothing", "find=nothing+is+called+that", "text=%00x",
    ],
)  # fmt: skip
def test_what_means_nothing_shows_the_page_all_the_same(desk, asked):
    assert desk.client.get(f"{GRAPH}?{asked}").status_code == 200


def test_an_amount_of_many_digits_keeps_every_one():
    trace = {
        "rules": {
            "fifo": {"transfers": [{"traced": {"decimal": "0." + "0" * 17 + "1"}}], "frontier": []}
        }
    }
    given = "12345678901234567890123456789012345.678901234567890123"
    units = least_units(trace, given, Visit.__new__(Visit))
    assert units == int(given.replace(".", ""))
    assert decimal_of(trace, units) == given


def test_a_choice_that_leaves_nothing_says_so(desk):
    text = desk.client.get(f"{GRAPH}?since=2100-01-01").text
    assert 'role="alert"' in text
    assert "choose less narrowly" in text


def test_all_rules_are_compared_in_one_table_and_one_picture(desk, trail):
    page = f"{GRAPH}?trace={trail['trace_id']}&rule=compare"
    text = desk.client.get(page).text
    for rule in trail["rules"]:
        assert f'<input type="checkbox" name="on" value="{rule}" checked>' in text
    assert "data-rules=" in text
    one = desk.client.get(f"{page}&on=&on=fifo").text
    assert places(one) == places(text)
    assert '<input type="checkbox" name="on" value="haircut">' in one
    assert desk.client.get(f"{page}&off=haircut,lifo,poison,tiho").text.count("checked") >= 1


def test_a_search_chooses_what_it_finds(desk, trail):
    key = one_output(trail)
    text = desk.client.get(f"{GRAPH}?trace={trail['trace_id']}&find={key}").text
    assert f'data-chosen="{key}"' in text
    assert "Found in the picture." in text
    text = desk.client.get(f"{GRAPH}?find=zzzz").text
    assert "Nothing on this trail is called that." in text


def test_each_form_saves_what_is_on_the_screen(desk, trail):
    key = one_output(trail)
    desk.post(f"{GRAPH}/move", form(trail, node=key, x="777", y="123"))
    for each in picture_formats():
        path = f"{GRAPH}/{trail['trace_id']}/haircut.{each.name}"
        whole = desk.client.get(path)
        less = desk.client.get(f"{path}?least=1000000")
        assert whole.status_code == less.status_code == 200
        assert whole.content != less.content, each.name
        assert whole.headers["content-disposition"].startswith("attachment")
    assert 'cx="777"' in desk.client.get(f"{GRAPH}/{trail['trace_id']}/haircut.svg").text
    assert desk.client.get(f"{GRAPH}/{trail['trace_id']}/haircut.exe").status_code == 404
    assert desk.client.get(f"{GRAPH}/{trail['trace_id']}/made-up.svg").status_code == 404


def test_addresses_are_compared_letter_by_letter(desk):
    text = desk.client.get(f"{GRAPH}/compare?first=bc1qaaaa&second=bc1qaaba").text
    assert "1 characters differ" in text
    assert "<mark>a</mark>" in text
    assert "<mark>b</mark>" in text
    same = desk.client.get(f"{GRAPH}/compare?first=x&second=x").text
    assert "the same, letter by letter" in same
    assert desk.client.get(f"{GRAPH}/compare?first={'x' * 201}").status_code == 400


def test_a_case_without_a_trace_has_no_picture_to_change(desk):
    desk.post("/cases", {"name": "empty"})
    empty = "/cases/empty/graph"
    assert desk.client.get(f"{empty}/about").status_code == 404
    for path in ("move", "places", "fold", "view", "drop"):
        answer = desk.post(f"{empty}/{path}", {"node": "a", "x": "1", "y": "1", "name": "v"})
        assert answer.status_code in {400, 404}, path
