from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.workflow.findings import CERTAINTY_ORDER, ROLE_ORDER, STATES
from chainlead.workflow.findings_index import FACETS, FindingsIndex, Wanted

CHAINS = ("bitcoin", "ethereum", "litecoin")
KINDS, EXHIBITS = ("address", "txid"), ("E-1", "E-2")
found = st.fixed_dictionaries({
    "kind": st.sampled_from(KINDS),
    "role": st.sampled_from(ROLE_ORDER),
    "certainty": st.sampled_from(CERTAINTY_ORDER),
    "exhibit": st.sampled_from(EXHIBITS),
    "chains": st.lists(st.sampled_from(CHAINS), unique=True),
    "state": st.sampled_from(STATES),
    "value": st.sampled_from(["1AbC", "1abd", "0xFe", None]),
})  # fmt: skip
asked = st.builds(
    Wanted,
    kind=st.sampled_from(["", *KINDS, "nothing"]),
    role=st.sampled_from(["", *ROLE_ORDER]),
    certainty=st.sampled_from(["", *CERTAINTY_ORDER]),
    chain=st.sampled_from(["", *CHAINS, "nothing"]),
    exhibit=st.sampled_from(["", *EXHIBITS]),
    state=st.sampled_from(["", *STATES]),
    text=st.sampled_from(["", "1ab", "FE", "none of them"]),
    is_folded=st.booleans(),
)


class Rows:
    """The two tables that an index reads, without a database: one for each example is slow."""

    def __init__(self, rows):
        self.tables = {
            "findings": [
                {
                    **{n: row[n] for n in ("kind", "role", "certainty", "exhibit", "value")},
                    "finding_id": f"{place:020x}",
                    "candidates": [{"chain": chain} for chain in row["chains"]],
                }
                for place, row in enumerate(rows)
            ],
            "triage": [
                {"finding_id": f"{place:020x}", "state": row["state"]}
                for place, row in enumerate(rows)
                if row["state"] != "new"
            ],
        }

    def rows(self, table, *, columns):
        return [{name: row[name] for name in columns} for row in self.tables[table]]

    def columns(self, table, names):
        """As the store gives them: in any order, JSON as its text."""
        rows = sorted(self.tables[table], key=lambda row: row["finding_id"][::-1])
        as_kept = {"candidates": lambda value: msgspec.json.encode(value).decode()}
        return [[as_kept.get(name, lambda v: v)(row[name]) for row in rows] for name in names]


def plain_order(rows):
    """The order of the list, the slow way: one tuple for each finding."""
    lines = sorted(
        (
            ROLE_ORDER.index(row["role"]),
            CERTAINTY_ORDER.index(row["certainty"]),
            row["kind"],
            row["value"] or "",
            f"{place:020x}",
        )
        for place, row in enumerate(rows)
    )
    return [line[-1] for line in lines]


def index_of(rows):
    store = Rows(rows)
    index = FindingsIndex(store)
    return index, index.states(store)


def fits(row, wanted):
    text = wanted.text.casefold()
    folded = wanted.is_folded and wanted.role not in {"shipped", "example"}
    return (
        all(
            not getattr(wanted, name) or row[name] == getattr(wanted, name)
            for name in FACETS
            if name != "chain"
        )
        and (not wanted.chain or wanted.chain in row["chains"])
        and (not text or text in (row["value"] or "").casefold())
        and not (folded and row["role"] in {"shipped", "example"})
    )


@given(st.lists(found, max_size=40))
def test_the_list_has_the_order_of_the_slow_way(rows):
    index, states = index_of(rows)
    assert index.choose(Wanted(is_folded=False), states).finding_ids == plain_order(rows)


@given(st.lists(found, max_size=12), asked)
def test_the_list_is_what_passes_every_filter(rows, wanted):
    index, states = index_of(rows)
    chosen = index.choose(wanted, states)
    expected = {f"{place:020x}" for place, row in enumerate(rows) if fits(row, wanted)}
    assert set(chosen.finding_ids) == expected
    assert len(chosen) == len(expected)


@given(st.lists(found, max_size=12), asked, st.sampled_from(FACETS))
def test_each_answer_of_a_filter_shows_as_many_as_it_says(rows, wanted, name):
    index, states = index_of(rows)
    for answer, count in index.choose(wanted, states).counts[name].items():
        if name == "role" and answer in {"shipped", "example"}:
            continue  # asking for a folded role unfolds it
        assert len(index.choose(replace(wanted, **{name: answer}), states)) == count


@given(st.lists(found, max_size=12), asked)
def test_the_fold_hides_as_many_as_it_says(rows, wanted):
    index, states = index_of(rows)
    folded, whole = replace(wanted, is_folded=True), replace(wanted, is_folded=False)
    hidden = index.choose(folded, states).folded
    assert sum(hidden.values()) == len(index.choose(whole, states)) - len(
        index.choose(folded, states)
    )


@pytest.mark.parametrize("role", ["shipped", "example"])
def test_asking_for_a_folded_role_unfolds_it(role):
    row = {"kind": "address", "role": role, "certainty": "checked", "exhibit": "E-1", "chains": [],
           "state": "new", "value": "1AbC"}  # fmt: skip
    index, states = index_of([row])
    assert len(index.choose(Wanted(), states)) == 0
    assert len(index.choose(Wanted(role=role), states)) == 1


def test_own_findings_stand_first():
    rows = [
        {"kind": "address", "role": role, "certainty": "checked", "exhibit": "E-1", "chains": [],
         "state": "new", "value": "1AbC"}
        for role in ("unknown", "own", "counterparty")
    ]  # fmt: skip
    index, states = index_of(rows)
    assert index.choose(Wanted(), states).finding_ids == [f"{n:020x}" for n in (1, 2, 0)]
