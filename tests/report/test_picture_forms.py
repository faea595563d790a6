"""Each form of a picture is read back with another program's reader."""

import csv
import io
import xml.etree.ElementTree as ET

import pytest

from chainlead.model import Strength
from chainlead.report import PictureToExport, picture_formats
from chainlead.report.graph import Edge, Graph, Node, Shape

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
    assert FORMS.keys() == {"csv", "graphml", "svg"}


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
