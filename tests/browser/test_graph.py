"""The graph page by mouse, by keyboard, and without a script, over a trail with many folds."""

import importlib.util
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from chainlead.trace import Limits
from chainlead.workflow.case import Case
from chainlead.workflow.trace import trace

BENCH = Path(__file__).parents[2] / "bench" / "trace.py"


@pytest.fixture(scope="session")
def practice(tmp_path_factory) -> Path:
    """A case whose one trail has 130 transactions, with runs, fans and branches."""
    spec = importlib.util.spec_from_file_location("made_trail", BENCH)
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    bench.REAL = Path("/nothing")
    folder = tmp_path_factory.mktemp("folded")
    origin = bench.build(folder, 130)
    with Case.open_to_write(folder / "tagged") as case:
        trace(case, origin, limits=Limits(130, 130, None, None))
    return folder / "tagged"


@pytest.fixture(scope="module")
def doors(request):
    """The functions of the folder's conftest."""
    return request.config.pluginmanager.get_plugin(str(Path(__file__).parent / "conftest.py"))


@pytest.fixture(scope="module")
def hall(doors, browser, tmp_path_factory):
    """One server for all tests of this file, with the session of one person."""
    folder = tmp_path_factory.mktemp("hall")
    (folder / "cases").mkdir()
    started = doors.start_server(folder / "cases", folder / "state")
    context = browser.new_context()
    context.new_page().goto(started.invitation)
    yield started, context.storage_state()
    context.close()
    doors.stop_server(started)


@dataclass
class Place:
    """A copy of the case for one test."""

    folder: Path
    name: str

    @property
    def graph(self):
        return f"/cases/{self.name}/graph"


@pytest.fixture
def place(hall, practice, request):
    name = re.sub(r"[^a-z]+", "-", request.node.name)[:60].strip("-")
    folder = hall[0].root / name
    shutil.copytree(practice, folder)
    return Place(folder, name)


@pytest.fixture
def visitor(hall, browser, doors):
    server, state = hall
    context = browser.new_context(viewport={"width": 1440, "height": 900}, storage_state=state)
    made = doors.visitor_of(context, server)
    yield made
    assert made.foreign == []
    assert made.said == []
    context.close()


@pytest.fixture
def page(visitor, place):
    visitor.page.set_default_timeout(60_000)
    opened = visitor.go(place.graph)
    opened.locator("#picture svg.dates").wait_for()
    return opened


def places(page):
    """Where each node stands, as the drawing says."""
    return page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll('#picture [data-key]')]
            .map((node) => [node.dataset.key, [node.dataset.x, node.dataset.y]]))"""
    )


def idle(page):
    page.locator("#workspace:not([aria-busy])").wait_for()


def acts(place):
    with Case.open_to_read(place.folder) as case:
        return [entry.act for entry in case.entries if entry.act.startswith(("canvas", "undo"))]


def wait_for_acts(page, place, count):
    for _ in range(200):
        found = acts(place)
        if len(found) >= count:
            idle(page)
            return found
        page.wait_for_timeout(100)
    raise AssertionError(acts(place))


def focus_node(page, selector='[data-shape="origin"]'):
    node = page.locator(f"#picture {selector}").first
    node.focus()
    return node


def centre(page, key):
    """Where a node is on the screen."""
    return page.evaluate(
        """(key) => {
            const node = document.querySelector(`#picture [data-key="${CSS.escape(key)}"]`);
            node.scrollIntoView({ block: 'center', inline: 'center' });
            const shape = node.querySelector('circle, polygon, rect') ?? node;
            const box = shape.getBoundingClientRect();
            return [box.x + box.width / 2, box.y + box.height / 2];
        }""",
        key,
    )


def drag(page, key, dx, dy):
    x, y = centre(page, key)
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 6):
        page.mouse.move(x + dx * step / 5, y + dy * step / 5)
    page.mouse.up()


def some_output(page):
    return page.locator('#picture [data-shape="output"]').first.get_attribute("data-key")


def first_fold(page):
    return page.locator("#picture [data-fold]").first.get_attribute("data-key")


def test_a_dragged_node_stays_after_reload_and_restart_and_nothing_else_moves(
    page, place, hall, doors, visitor
):
    key, before = some_output(page), places(page)
    drag(page, key, 60, 45)
    assert wait_for_acts(page, place, 1) == ["canvas.move"]
    moved = places(page)
    assert moved[key] != before[key]
    assert {k: v for k, v in moved.items() if k != key} == {
        k: v for k, v in before.items() if k != key
    }
    page.reload()
    assert places(page) == moved
    again = doors.start_server(hall[0].root, hall[0].state)
    try:
        page.goto(again.invitation)
        page.goto(f"{again.base}{place.graph}")
        assert places(page) == moved
    finally:
        doors.stop_server(again)
        visitor.foreign.clear()  # the second server has another port


def test_a_move_by_keys_is_one_act_and_is_taken_back_and_made_again(page, place):
    before = places(page)
    focus_node(page)
    key = page.evaluate("document.activeElement.dataset.key")
    for _ in range(4):
        page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowRight")
    assert wait_for_acts(page, place, 1) == ["canvas.move"]
    moved = places(page)
    x, y = (round(float(each)) for each in before[key])
    assert [round(float(each)) for each in moved[key]] == [x + 10, y + 40]
    assert page.evaluate("document.activeElement.dataset.key") == key
    page.keyboard.press("u")
    wait_for_acts(page, place, 2)
    assert places(page) == before
    page.keyboard.press("Control+Shift+Z")
    wait_for_acts(page, place, 3)
    assert places(page) == moved


def test_several_chosen_nodes_move_together(page, place):
    keys = page.locator('#picture [data-shape="output"]').evaluate_all(
        "nodes => nodes.slice(0, 2).map((node) => node.dataset.key)"
    )
    before = places(page)
    for key in keys:
        x, y = centre(page, key)
        page.keyboard.down("Control")
        page.mouse.click(x, y)
        page.keyboard.up("Control")
    drag(page, keys[0], 0, 50)
    assert wait_for_acts(page, place, 1) == ["canvas.move"]
    moved = places(page)
    assert {key for key in before if moved[key] != before[key]} == set(keys)


def test_everything_is_put_back_as_it_was_and_that_is_undone_too(page, place):
    before = places(page)
    key = some_output(page)
    drag(page, key, 40, 0)
    wait_for_acts(page, place, 1)
    moved = places(page)
    page.get_by_role("button", name="Put everything back as it was").click()
    wait_for_acts(page, place, 2)
    assert places(page) == before
    page.locator("#undo").click()
    wait_for_acts(page, place, 3)
    assert places(page) == moved


def test_a_fold_opens_with_enter_and_folds_with_x_and_nothing_else_moves(page, place):
    before = places(page)
    fold = first_fold(page)
    page.locator(f'#picture [data-key="{fold}"]').focus()
    page.keyboard.press("Enter")
    assert wait_for_acts(page, place, 1) == ["canvas.open_fold"]
    opened = places(page)
    fresh = set(opened) - set(before)
    assert fresh
    assert all(opened[key] == before[key] for key in before if key in opened and key != fold)
    inside = page.evaluate("document.activeElement.dataset.key")
    assert inside in opened
    page.locator(f'#picture [data-key="{min(fresh)}"]').focus()
    page.keyboard.press("x")
    assert wait_for_acts(page, place, 2)[-1] == "canvas.close_fold"
    assert places(page) == before


def test_what_is_unspent_is_shown_and_folded_by_one_key(page):
    before = places(page)
    focus_node(page)
    page.keyboard.press("s")
    page.wait_for_url(re.compile("unspent=yes"))
    idle(page)
    shown = places(page)
    assert len(shown) > len(before)
    assert all(shown[key] == before[key] for key in before if key in shown and "fold" not in key)
    page.locator("[data-unspent]").click()
    page.wait_for_url(lambda url: "unspent=yes" not in url)
    idle(page)
    assert places(page) == before


def test_lines_are_reached_by_key_and_say_why(page):
    focus_node(page)
    page.keyboard.press("e")
    assert page.evaluate("document.activeElement.hasAttribute('data-tail')")
    page.locator("#why", has_text="This line").wait_for()
    assert "chosen=" in page.url
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.hasAttribute('data-key')")
    page.locator("#why", has_text="This thing").wait_for()
    assert page.locator("#why").get_by_text("Traced there, under each rule").count() <= 1


def test_a_note_and_a_mark_by_key_stand_beside_the_picture(page, place):
    node = focus_node(page)
    key = node.get_attribute("data-key")
    page.keyboard.press("n")
    page.locator("#note-dialog textarea").fill("he said <b>this</b> is his")
    page.locator("#note-dialog button", has_text="Keep the note").click()
    wait_for_acts(page, place, 1)
    beside = page.locator("[data-part=beside]")
    assert "he said <b>this</b> is his" in beside.inner_text()
    assert page.evaluate("document.activeElement.dataset.key") == key
    page.keyboard.press("m")
    page.locator("#mark-dialog input[name=why]").fill("the origin")
    page.locator("#mark-dialog button", has_text="Mark for the report").click()
    assert wait_for_acts(page, place, 2) == ["canvas.note", "canvas.mark"]
    assert page.locator(f'#picture [data-key="{key}"][data-marked]').count() == 1
    assert "for the report" in page.locator("[data-part=beside]").inner_text()


def test_rules_are_compared_and_switched_without_moving_anything(page):
    page.locator("select[name=rule]").select_option("compare")
    page.locator(".filters button", has_text="Show").first.click()
    page.wait_for_url(re.compile("rule=compare"))
    idle(page)
    before = places(page)
    lines = page.locator("#picture [data-rules]").count()
    assert lines
    page.locator("input[name=on][value=fifo]").uncheck()
    page.wait_for_url(re.compile("off=fifo"))
    idle(page)
    assert places(page) == before
    heads = page.locator("[data-part=table] thead").text_content()
    assert "haircut" in heads


def test_a_search_opens_the_fold_that_holds_what_is_wanted(page, place):
    drawn = set(places(page))
    with Case.open_to_read(place.folder) as case:
        from chainlead.report import trace_documents

        document = trace_documents(case.store, case.blobs)[0]
    hidden = sorted(
        told["outpoint"]
        for told in document["rules"]["haircut"]["transfers"]
        if told["outpoint"] and told["outpoint"] not in drawn
    )
    page.locator("input[name=find]").fill(hidden[0])
    page.keyboard.press("Enter")
    page.locator(f'#picture [data-key="{hidden[0]}"]').wait_for(timeout=20_000)
    idle(page)
    after = places(page)
    assert set(acts(place)) == {"canvas.open_fold"}
    assert hidden[0] in after
    assert page.locator("#why").get_by_text(hidden[0]).count()


def test_a_view_is_kept_opened_and_removed(page, place):
    drag(page, some_output(page), 30, 30)
    wait_for_acts(page, place, 1)
    moved = places(page)
    page.get_by_label("Keep this view under the name").fill("as told in court")
    page.get_by_role("button", name="Keep the view").click()
    wait_for_acts(page, place, 2)
    page.get_by_role("button", name="Put everything back as it was").click()
    wait_for_acts(page, place, 3)
    page.get_by_role("link", name="as told in court").click()
    page.get_by_text("as it was kept").wait_for()
    assert places(page) == moved
    page.get_by_role("button", name="Remove the view as told in court").click()
    assert wait_for_acts(page, place, 4)[-1] == "canvas.drop_view"


def test_the_address_shows_a_colleague_the_same(page):
    focus_node(page)
    page.keyboard.press("+")
    page.keyboard.press("ArrowRight")
    page.locator("#why [data-chosen]").wait_for()
    chosen = page.evaluate("document.activeElement.dataset.key")
    width = page.locator("#picture svg:not(.dates)").get_attribute("width")
    page.goto(page.url)
    assert page.locator("#picture .chosen").get_attribute("data-key") == chosen
    again = page.locator("#picture svg:not(.dates)").get_attribute("width")
    assert abs(float(again) - float(width)) / float(width) < 0.02


def test_dates_stay_on_top_and_the_map_leads_there(page):
    frame = page.locator("#picture")
    assert page.locator("#minimap").is_visible()
    frame.evaluate("frame => frame.scrollTo(0, 400)")
    top = frame.evaluate("frame => frame.getBoundingClientRect().top")
    dates = page.evaluate("document.querySelector('.dates').getBoundingClientRect().top")
    assert abs(dates - top) < 3
    before = frame.evaluate("frame => frame.scrollLeft")
    box = page.locator("#minimap").bounding_box()
    spot = {"x": box["width"] * 0.9, "y": box["height"] / 2}
    page.locator("#minimap").click(position=spot)
    assert frame.evaluate("frame => frame.scrollLeft") > before


def test_the_picture_is_saved_with_what_was_moved(page, place):
    drag(page, some_output(page), 30, 30)
    wait_for_acts(page, place, 1)
    for form in ("svg", "csv", "graphml"):
        with page.expect_download() as waiting:
            page.locator(f'a[download][href*=".{form}"]').click()
        assert Path(waiting.value.path()).stat().st_size > 1000


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_barrier_with_a_fold_open_and_a_dialog(page, place, scheme):
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.locator(f'#picture [data-key="{first_fold(page)}"]').focus()
    page.keyboard.press("Enter")
    wait_for_acts(page, place, 1)
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"][:160]) for each in found] == []
    focus_node(page)
    page.keyboard.press("n")
    page.locator("#note-dialog textarea").wait_for()
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"][:160]) for each in found] == []


def test_the_page_holds_at_320_pixels(page, place):
    page.set_viewport_size({"width": 320, "height": 568})
    for path in (
        place.graph,
        f"{place.graph}?rule=compare",
        f"{place.graph}/compare?first=ab&second=ac",
    ):
        page.goto(page.url.partition("/cases")[0] + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path


def test_without_a_script_the_same_is_done_by_forms_and_links(browser, hall, place):
    server, state = hall
    context = browser.new_context(java_script_enabled=False, storage_state=state)
    page = context.new_page()
    page.goto(f"{server.base}{place.graph}")
    page.locator(".moves button[value=down]").click()
    assert acts(place) == ["canvas.move"]
    page.locator(".about-notes summary").click()
    page.locator("#why textarea").fill("by hand")
    page.locator("#why button", has_text="Keep the note").click()
    assert "by hand" in page.locator("[data-part=beside]").inner_text()
    page.locator("[data-part=beside] summary", has_text="Folds").click()
    page.locator("[data-part=beside] button", has_text="Show it").first.click()
    assert acts(place) == ["canvas.move", "canvas.note", "canvas.open_fold"]
    page.get_by_role("link", name=re.compile("Show what was not spent")).click()
    assert "unspent=yes" in page.url
    page.locator("#undo").click()
    assert acts(place)[-1] == "undo.back"
    context.close()
