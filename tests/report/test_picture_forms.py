"""Each form of a picture is read back with another program's reader."""

import csv
import io
import xml.etree.ElementTree as ET

import pytest

from chainlead.errors import ReportError
from chainlead.model import Strength
from chainlead.report import (
    COMPARE,
    Canvas,
    Narrowing,
    PictureToExport,
    Shown,
    picture_formats,
    to_export,
    trail_svg,
)
from chainlead.report.graph import Edge, Graph, Node, Shape
from chainlead.report.picture import drawn_for_export
from chainlead.report.picture_forms.raster import as_png, points_per_inch
from chainlead.report.svg import Picture

HOSTILE = "=cmd|'/c calc'!A1</data><x y=\"&amp;\x00\u202e\">"
TRACE = {
    "trace_id": "0a", "origin": HOSTILE, "direction": "forward", "pinned": {"chain": "ethereum"},
    "asset": {"symbol": "ETH", "decimals": 18}, "result_sha256": "f" * 64,
}  # fmt: skip
NODES = (
    Node("b:0", Shape.ORIGIN, ("one", "two"), HOSTILE),
    Node(HOSTILE, Shape.SERVICE, (HOSTILE,), "a service"),
    Node("a", Shape.TRANSACTION, ("tx",), "Transaction a", (1, 0, "a"), "2024-02-01 21:53"),
)
EDGES = (
    Edge("b:0", "a", Strength.OBSERVED, 10**27, "Spent"),
    Edge("a", HOSTILE, Strength.ASSERTED, 1, HOSTILE),
    Edge("a", HOSTILE, Strength.INFERRED, 2, "Another line between the same two"),
)
FORMS = {form.name: form for form in picture_formats()}
SPACE = "{http://graphml.graphdrawing.org/xmlns}"


def export(nodes=NODES, edges=EDGES):
    return PictureToExport(TRACE, "haircut", Graph(nodes, edges))


def rows_of(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_the_page_offers_picture_table_and_graph():
    assert FORMS.keys() == {"csv", "graphml", "png", "svg"}


@pytest.mark.parametrize("name", ["csv", "graphml"])
def test_the_order_of_what_is_drawn_changes_no_byte(name):
    assert FORMS[name].content(export()) == FORMS[name].content(export(NODES[::-1], EDGES[::-1]))


def test_the_table_has_each_line_with_strength_and_exact_amount():
    rows = rows_of(FORMS["csv"].content(export()))
    assert len(rows) == 3
    spent = next(row for row in rows if row["what"] == "Spent")
    assert (spent["from"], spent["from_shape"], spent["to"]) == ("b:0", "origin", "a")
    assert (spent["strength"], spent["amount_units"]) == ("observed", str(10**27))
    assert (spent["amount"], spent["symbol"]) == ("1000000000.000000000000000000", "ETH")
    assert {row["strength"] for row in rows} == {"observed", "inferred", "asserted"}
    assert {(row["trace_id"], row["rule"]) for row in rows} == {("0a", "haircut")}


def test_no_cell_of_the_table_runs_as_a_formula():
    for row in rows_of(FORMS["csv"].content(export())):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for cell in row.values())


def test_the_graph_is_read_back_whole():
    root = ET.fromstring(FORMS["graphml"].content(export()))
    names = {key.get("id"): key.get("attr.name") for key in root.iter(f"{SPACE}key")}
    assert all(data.get("key") in names for data in root.iter(f"{SPACE}data"))
    graph = root.find(f"{SPACE}graph")
    assert graph.get("edgedefault") == "directed"
    ids = {node.get("id") for node in graph.iter(f"{SPACE}node")}
    assert len(ids) == 3
    edges = list(graph.iter(f"{SPACE}edge"))
    assert len(edges) == 3
    assert {edge.get(end) for edge in edges for end in ("source", "target")} == ids
    told = [
        {names[data.get("key")]: data.text for data in edge.iter(f"{SPACE}data")} for edge in edges
    ]
    assert {each["amount_units"] for each in told} == {str(10**27), "1", "2"}
    assert {each["strength"] for each in told} == {"observed", "inferred", "asserted"}
    facts = {names[data.get("key")]: data.text for data in graph.findall(f"{SPACE}data")}
    assert (facts["trace_id"], facts["rule"]) == ("0a", "haircut")
    assert "</data><x" in facts["origin"]
    assert not list(root.iter("x"))


@pytest.fixture
def trace(bundle):
    return bundle["traces"][0]


def shown(trace):
    """A picture with a moved node, a part of the trail, and all rules."""
    key = trace["rules"]["haircut"]["transfers"][1]["outpoint"]
    canvas = Canvas(places={key: (777, -30)})
    return key, to_export(trace, COMPARE, Shown(canvas, Narrowing(least_units=1000)))


def test_what_is_saved_is_what_is_on_the_screen(trace):
    key, export = shown(trace)
    rows = rows_of(FORMS["csv"].content(export))
    assert rows
    assert {row["part"] for row in rows} == {"least_units=1000"}
    assert all(row["by_rule"].startswith("fifo=") for row in rows)
    assert ("777", "'-30") in {(row["to_x"], row["to_y"]) for row in rows if row["to"] == key}
    assert all(int(row["amount_units"]) >= 1000 for row in rows)
    graph = ET.fromstring(FORMS["graphml"].content(export))
    places = {
        node.get("id"): [data.text for data in node if data.get("key") in {"node_x", "node_y"}]
        for node in graph.iter(f"{SPACE}node")
    }
    assert places[key] == ["777", "-30"]
    svg = FORMS["svg"].content(export).decode()
    assert "lines of at least 1000 base units" in svg
    untouched = to_export(trace, "haircut")
    assert FORMS["svg"].content(untouched).decode() == trail_svg(trace, "haircut")


def test_pixels_are_the_same_each_time_and_of_the_picture_s_shape(trace):
    _, export = shown(trace)
    content = FORMS["png"].content(export)
    assert content == FORMS["png"].content(export)
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = (int.from_bytes(content[at : at + 4]) for at in (16, 20))
    picture = drawn_for_export(export)
    assert abs(width / height - picture.width / picture.height) < 0.01


@pytest.mark.parametrize(("width", "height"), [(640, 300), (40_000, 400), (200_000, 200_000)])
def test_a_large_picture_has_coarser_pixels(width, height):
    ppi = points_per_inch(Picture("", width, height))
    assert width * ppi / 72 <= 16_000
    assert width * height * ppi * ppi / 72 / 72 <= 36_000_000


def test_a_picture_that_no_pixels_can_show_is_refused_by_name():
    with pytest.raises(ReportError, match="too large"):
        as_png(Picture("", 200_000, 200_000))
