import re

import pytest

from chainlead.workflow.case import Case

LIST = "/cases/practice/findings"


@pytest.fixture
def page(visitor):
    """The triage list, with a mark that a page load would wipe out."""
    found = visitor.go(f"{LIST}?state=new")
    found.evaluate("window.stayed = true")
    return found


def judged(server, finding_id):
    with Case.open_to_read(server.root / "practice" / "case") as case:
        row = case.store.lookup("triage", finding_id=finding_id)
    return row["state"] if row else "new"


def ids(page):
    rows = page.locator("#triage tbody tr").all()
    return [row.get_attribute("id").removeprefix("f-") for row in rows]


def test_one_key_judges_and_the_next_finding_is_chosen_without_a_page_load(page, server):
    first, second, *_ = ids(page)
    page.keyboard.press("j")
    with page.expect_response(re.compile("/findings/judge")):
        page.keyboard.press("n")
    page.locator(f"#f-{first}").wait_for(state="detached")
    assert judged(server, first) == "noise"
    assert page.locator("tr.chosen").get_attribute("id") == f"f-{second}"
    assert page.evaluate("window.stayed")


def test_undo_and_redo_work_without_a_page_load_and_their_buttons_follow(page, server):
    first = ids(page)[0]
    assert page.locator("#undo").is_enabled() in {True, False}
    page.keyboard.press("j")
    page.keyboard.press("r")
    page.locator(f"#f-{first}").wait_for(state="detached")
    page.locator("#undo:enabled").wait_for()
    page.keyboard.press("u")
    page.locator(f"#f-{first}").wait_for()
    page.locator("#redo:enabled").wait_for()
    assert judged(server, first) == "new"
    page.keyboard.press("Control+Shift+Z")
    page.locator(f"#f-{first}").wait_for(state="detached")
    assert judged(server, first) == "relevant"
    assert page.evaluate("window.stayed")


def test_keys_that_are_pressed_fast_judge_one_finding_each(page, server):
    wanted = ids(page)[:4]
    page.keyboard.press("j")
    for _ in wanted:
        page.keyboard.press("n")
    page.locator(f"#f-{wanted[-1]}").wait_for(state="detached")
    assert [judged(server, each) for each in wanted] == ["noise"] * 4
    assert judged(server, ids(page)[0]) == "new"


def test_several_are_judged_as_one_act_and_taken_back_as_one(page, server):
    wanted = ids(page)[:3]
    for each in wanted:
        page.locator(f"#f-{each} input").check()
    assert page.locator("#ticked").inner_text() == "3 ticked"
    page.get_by_role("button", name="Noise").click()
    page.locator(f"#f-{wanted[-1]}").wait_for(state="detached")
    assert {judged(server, each) for each in wanted} == {"noise"}
    page.keyboard.press("u")
    page.locator(f"#f-{wanted[-1]}").wait_for()
    assert {judged(server, each) for each in wanted} == {"new"}


def test_a_filter_with_its_count_shows_that_many_and_stands_in_the_address(page):
    facet = page.locator("details.facet", has_text="Coin")
    facet.locator("summary").click()
    link = facet.locator("li a").first
    count = int(link.locator(".count").inner_text().replace(",", ""))
    link.click()
    page.wait_for_url(re.compile("chain="))
    page.locator("details.facet.is-set", has_text="Coin").wait_for()
    assert f"of {count} findings" in page.locator(".counted").inner_text()
    assert page.evaluate("window.stayed")
    page.go_back()
    page.locator("details.facet.is-set", has_text="Coin").wait_for(state="detached")


def test_the_search_narrows_the_list_while_it_is_typed(page):
    text = page.locator("#triage code.identifier").first.locator("..").get_attribute("title")[:9]
    page.keyboard.press("/")
    page.keyboard.type(text)
    page.wait_for_url(re.compile("text="))
    assert page.evaluate("document.activeElement.id") == "find-text"
    assert page.input_value("#find-text") == text
    assert page.evaluate("window.stayed")


def test_findings_are_walked_and_judged_by_key_on_their_own_page(visitor, server):
    page = visitor.go(f"{LIST}?role=own")
    first, second, *_ = ids(page)
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("o")
    assert first in page.url
    with page.expect_navigation():
        page.keyboard.press("r")
    assert judged(server, first) == "relevant"
    with page.expect_navigation():
        page.keyboard.press("j")
    assert second in page.url
    assert "role=own" in page.url
    with page.expect_navigation():
        page.keyboard.press("l")
    assert page.url.endswith("findings?role=own")


def test_a_whole_value_is_copied_by_a_button_and_by_a_key(visitor, server):
    visitor.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visitor.go(f"{LIST}?kind=address")
    first = page.locator("#triage tbody tr").first
    value = first.locator("td.value a").get_attribute("title")
    page.keyboard.press("j")
    page.keyboard.press("c")
    page.locator("#told", has_text=value).wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == value


def test_the_list_is_taken_away_as_it_is_on_the_screen(visitor, server):
    page = visitor.go(f"{LIST}?role=own")
    page.get_by_text("Take this list away as a file").click()
    with page.expect_download() as taken:
        page.get_by_role("button", name="JSON lines").click()
    lines = taken.value.path().read_text().splitlines()
    assert [line.split('"id":"')[1][:20] for line in lines][: len(ids(page))] == ids(page)
    with Case.open_to_read(server.root / "practice" / "case") as case:
        last = next(e for e in reversed(case.entries) if e.act != "case.seal")
    assert last.act == "findings.export"
    assert last.what["filters"] == {"role": "own"}


def test_a_server_that_is_gone_is_told_without_losing_the_page(visitor, server):
    page = visitor.go(f"{LIST}?state=new")
    server.process.kill()
    server.process.wait()
    page.keyboard.press("j")
    page.keyboard.press("n")
    page.locator("#said", has_text="nothing was changed").wait_for()
    visitor.said.clear()  # the browser says in its console what it could not reach
    assert page.locator("#triage tbody tr").count() > 0
