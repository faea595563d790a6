import re

from chainlead.trace import Level
from chainlead.workflow.case import Case
from chainlead.workflow.case_clusters import CaseClusters
from chainlead.workflow.trace import chain_of_outputs


def two_of_one_cluster(folder):
    with Case.open_to_read(folder) as case:
        known = CaseClusters(case.store, chain_of_outputs(case.store, None), level=Level.CO_SPEND)
        for row in case.store.rows("findings", kind="address", role="own"):
            if any(each["chain"] == "bitcoin" for each in row["candidates"]):
                cluster = sorted(known.near(row["value"]).cluster_of(row["value"]))
                if len(cluster) > 1:
                    return cluster[:2]
    raise AssertionError("the practice case has no cluster")


def test_the_page_says_what_joins_two_addresses_with_its_rule(desk):
    a, b = two_of_one_cluster(desk.root / "practice" / "case")
    text = desk.client.get("/cases/practice/links", params={"a": a, "b": b}).text
    assert f'data-why="link:{a}:{b}"' in text
    plain = re.sub(r"<[^>]+>", "", text)
    assert "were spent together by transaction" in plain
    assert "one hand holds them all" in plain
    assert "measured on simulated wallets" in plain


def test_addresses_that_nothing_joins_get_a_plain_answer(desk):
    a, _ = two_of_one_cluster(desk.root / "practice" / "case")
    answer = desk.client.get("/cases/practice/links", params={"a": a, "b": "no address"})
    assert answer.status_code == 200
    assert "does not say that they have two owners" in answer.text


def test_a_step_is_set_aside_and_taken_back_in_on_the_overview(desk):
    said = {"step_id": "triage", "why": "done on paper"}
    assert desk.post("/cases/practice/overview/dismiss", said).status_code == 303
    text = desk.client.get("/cases/practice/overview").text
    assert "done on paper" in text
    assert 'id="aside"' in text
    assert desk.post("/cases/practice/overview/recall", {"step_id": "triage"}).status_code == 303
    assert 'id="aside"' not in desk.client.get("/cases/practice/overview").text
