import functools
import operator
import re
import xml.etree.ElementTree as ET

import pytest

from chainlead.model import Strength
from chainlead.report import Canvas, Shown, trail_svg
from chainlead.report.picture import main_rule, page_svgs
from chainlead.report.svg import line_width
from chainlead.report.trail import trail_graph

NS = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def trace(bundle):
    return bundle["traces"][0]


def test_a_picture_is_well_formed_named_and_points_nowhere(trace):
    svg = trail_svg(trace, "haircut")
    root = ET.fromstring(svg)
    assert root.find(f"{NS}title").text == "Trail 0123456789abcdef under the rule haircut"
    assert "3 columns" in root.find(f"{NS}desc").text
    assert not re.search(r"href|url\(|<script|<image|@import|<style", svg)
    assert re.findall(r"https?://[^\"'<> ]+", svg) == ["http://www.w3.org/2000/svg"]


def test_the_same_trace_gives_the_same_picture(trace):
    assert trail_svg(trace, "haircut") == trail_svg(trace, "haircut")


def test_hostile_names_are_text_only(trace):
    for node in trace["rules"]["haircut"]["frontier"]:
        if node["reason"] == "service":
            node["note"] = '</text><script>alert("x")</script>\x00\u202e'
    svg = trail_svg(trace, "haircut")
    ET.fromstring(svg)
    assert "<script" not in svg
    assert "\\u202e" in svg


def test_strength_decides_the_line(trace):
    graph = trail_graph(trace, "haircut")
    strengths = {(edge.tail, edge.head): edge.strength for edge in graph.edges}
    one, two, three = ("01" * 32, "02" * 32, "03" * 32)
    assert strengths[two, f"{two}:0"] is Strength.OBSERVED  # all that went in was marked
    assert strengths[three, f"{three}:0"] is Strength.INFERRED  # foreign money went in too
    assert strengths[f"{two}:0", three] is Strength.OBSERVED  # spending is in the block
    assert strengths[one, f"{one}:0"] is Strength.OBSERVED
    (service,) = [edge for edge in graph.edges if edge.head.startswith("service")]
    assert service.strength is Strength.ASSERTED
    svg = trail_svg(trace, "haircut")
    assert svg.count('stroke-dasharray="9 5"') > 1
    assert svg.count('stroke-dasharray="1.5 5"') == 2  # one edge, one line of the legend


def test_a_claim_by_inference_is_drawn_as_one(trace):
    for node in trace["rules"]["haircut"]["frontier"]:
        if node["reason"] == "service":
            node["strength"] = "inferred"
    graph = trail_graph(trace, "haircut")
    (service,) = [edge for edge in graph.edges if edge.head.startswith("service")]
    assert service.strength is Strength.INFERRED


def test_width_is_the_square_root_of_the_amount():
    assert line_width(100, 100) == 7.0
    assert line_width(25, 100) == 3.5
    assert line_width(1, 10**12) == 1.0
    assert line_width(0, 0) == 1.0
    assert line_width(5 * 10**20, 10**21) == 4.9


def test_a_long_trail_is_cut_into_pages_that_overlap_nothing(bundle):
    from copy import deepcopy

    trace = deepcopy(bundle["traces"][0])
    rule = trace["rules"]["haircut"]
    pattern = rule["transfers"][0]
    transactions = []
    transfers = []
    for number in range(30):
        txid = f"{number:064x}"
        places = [f"{txid}:{index}" for index in range(2)]  # two each: no run to fold
        transfers += [{**pattern, "outpoint": p, "height": number, "hop": number} for p in places]
        before = f"{number - 1:064x}"
        spent = [{"outpoint": f"{before}:{index}"} for index in range(2)] if number else []
        transactions.append(
            {"txid": txid, "height": number, "block_index": 0, "inputs": spent, "outputs": []}
        )
    trace["transactions"] = transactions
    rule["transfers"], rule["frontier"] = transfers, []
    pages = page_svgs(trace, "haircut")
    drawn = [re.findall(r"<title>Output (\w+):0, address", page.markup) for page in pages]
    assert len(pages) > 1
    assert sorted(functools.reduce(operator.iadd, drawn, [])) == sorted(
        {t["outpoint"][:64] for t in transfers}
    )
    for page in pages:
        ET.fromstring(page.markup)


def test_the_report_draws_the_rule_that_shares_out(trace):
    assert main_rule(trace) == "haircut"
    assert main_rule({"rules": {}}) == ""


def test_a_node_moved_far_away_fills_no_report(trace):
    key = trace["rules"]["haircut"]["transfers"][0]["outpoint"]
    shown = Shown(Canvas(places={key: (150_000, 40)}))
    (page,) = page_svgs(trace, "haircut", shown)
    assert "stands right of a later one" not in page.markup  # an output has no time of its own
    assert "own date" in page.markup
    near = page_svgs(trace, "haircut", Shown(Canvas(places={key: (2_000, 40)})))
    assert len(near) == 4
