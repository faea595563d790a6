import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from chainlead.web.panel import panels

LIST = "/cases/practice/findings"


def violations(page):
    found = Axe().run(page).response["violations"]
    return [(each["id"], [node["html"][:120] for node in each["nodes"][:3]]) for each in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_open_menus_sheets_and_filters_have_no_barrier(visitor, scheme):
    visitor.page.emulate_media(color_scheme=scheme)
    page = visitor.go(LIST)
    page.get_by_role("button", name="You: ada").click()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.locator("#keys[open]").wait_for()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.locator("details.facet summary").first.click()
    assert violations(page) == []
    row = page.locator("#triage tbody tr a").first
    assert row.is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_one_finding_own_settings_and_an_error_have_no_barrier(visitor, scheme):
    visitor.page.emulate_media(color_scheme=scheme)
    page = visitor.go(LIST)
    page.locator("#triage tbody tr a").first.click()
    assert violations(page) == []
    assert violations(visitor.go("/own")) == []
    page.goto(f"{visitor.base}/cases/practice/findings/none-such")
    assert "Error" in page.locator("main").inner_text()
    assert violations(page) == []
    visitor.said.clear()


def test_keys_that_are_off_do_nothing_and_buttons_still_do(visitor):
    page = visitor.go("/own")
    with page.expect_navigation():
        page.get_by_role("button", name="Switch the keys off").click()
    page = visitor.go(LIST)
    for key in ("j", "n", "?", "u", "g", "e"):
        page.keyboard.press(key)
    assert page.url.endswith("/findings")
    assert page.locator("tr.chosen").count() == 0
    assert not page.locator("#keys").is_visible()
    page.get_by_role("button", name="Keys").click()
    assert page.locator("#keys").get_by_text("off").count() > 5


def test_a_key_that_was_changed_does_what_the_old_one_did(visitor):
    page = visitor.go("/own")
    page.locator("#key-next").fill("z")
    with page.expect_navigation():
        page.get_by_role("button", name="Keep these keys").click()
    page = visitor.go(LIST)
    page.keyboard.press("j")
    assert page.locator("tr.chosen").count() == 0
    page.keyboard.press("z")
    assert page.locator("tr.chosen").count() == 1


def test_no_key_acts_while_a_person_types(visitor):
    page = visitor.go(LIST)
    page.locator("#triage-why").fill("")
    page.locator("#triage-why").press_sequentially("jnu?g")
    assert page.input_value("#triage-why") == "jnu?g"
    assert page.locator("tr.chosen").count() == 0
    assert not page.locator("#keys").is_visible()


def test_the_chosen_colours_are_kept_over_pages(visitor):
    visitor.page.emulate_media(color_scheme="light")
    page = visitor.go(LIST)
    page.get_by_role("button", name="You: ada").click()
    with page.expect_response(re.compile("/own$")):
        page.get_by_role("button", name="Light or dark").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page = visitor.go("/")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_on_a_phone_a_button_opens_the_pages(visitor):
    visitor.page.set_viewport_size({"width": 360, "height": 740})
    page = visitor.go("/cases/practice/overview")
    assert not page.get_by_role("link", name="Journal").is_visible()
    page.get_by_role("button", name="Pages").click()
    page.get_by_role("link", name="Journal").click()
    page.wait_for_url(re.compile("/journal$"))


def test_nothing_that_has_the_focus_is_hidden_by_what_sticks(visitor):
    visitor.page.set_viewport_size({"width": 1100, "height": 500})
    page = visitor.go(LIST)
    page.keyboard.press("j")
    for key in ["j"] * 25 + ["k"] * 20:
        page.keyboard.press(key)
        shown = page.evaluate(
            """() => { const box = document.activeElement.getBoundingClientRect();
            const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
            return top === document.activeElement; }"""
        )
        assert shown


def test_small_targets_are_large_enough_to_hit(visitor):
    page = visitor.go(LIST)
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, input:not([type=hidden]), summary, nav a, .facet a')]
        .filter((e) => e.checkVisibility()).map((e) => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
        .filter(([, box]) => box.width < 24 || box.height < 24).map(([text]) => text)"""
    )
    assert small == []


def test_a_practice_case_says_so_in_its_title_and_around_every_page(visitor):
    for panel in panels():
        page = visitor.go(f"/cases/practice/{panel.name}")
        assert page.title().startswith("PRACTICE · ")
        assert page.get_by_text("PRACTICE CASE: nothing in it is real").is_visible()


def test_pages_work_by_forms_where_no_script_runs(server, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(server.invitation)
    page.goto(f"{server.base}{LIST}?state=new")
    first = page.locator("#triage tbody tr").first
    wanted = first.get_attribute("id")
    first.locator("input").check()
    page.get_by_role("button", name="Noise").click()
    assert page.locator(f"#{wanted}").count() == 0
    page.locator("#undo").click()
    assert page.locator(f"#{wanted}").count() == 1
    page.locator("details.facet", has_text="Coin").locator("summary").click()
    page.locator("details.facet", has_text="Coin").locator("a").first.click()
    assert "chain=" in page.url
    context.close()
