from collections import defaultdict

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.guide import FoundAddress
from chainlead.store import Store
from chainlead.workflow.found_facts import FoundFacts

ROLES = ("own", "counterparty", "unknown", "shipped", "example")
CERTAINTIES = ("checked", "structured", "shape")
NOT_OURS = ROLES[3:]
KINDS = ("address", "wallet", "mnemonic", "extended_key", "exchange_domain", "txid")
DETAILS = ({}, {"tag": 7}, {"tag": None}, {"dest_tag": "0", "x": [1]}, {"form": "stage"}, None)
CHAINS = ("bitcoin", "dash", "litecoin")
found = st.fixed_dictionaries({
    "kind": st.sampled_from(KINDS),
    "value": st.sampled_from([None, "", "1a", "1b", "x@y"]),
    "fingerprint": st.sampled_from([None, None, "f1", "f2"]),
    "chains": st.lists(st.sampled_from(CHAINS), max_size=4),
    "certainty": st.sampled_from(CERTAINTIES),
    "role": st.sampled_from(ROLES),
    "exhibit": st.sampled_from(["E1", "E2"]),
    "location": st.lists(st.sampled_from(["a", "b › c", "ø"]), max_size=2),
    "detail": st.sampled_from(DETAILS),
    "state": st.sampled_from(["new", "relevant", "noise"]),
})  # fmt: skip
JSON = ("candidates", "location", "detail")


class Rows:
    """The two tables that are read, without a database: one for each example is slow."""

    def __init__(self, made):
        self.made = [
            {
                **row,
                "finding_id": f"{place:020x}",
                "candidates": [{"chain": chain} for chain in row["chains"]],
            }
            for place, row in enumerate(made)
        ]

    def rows(self, table):
        assert table == "triage"
        return [row for row in self.made if row["state"] != "new"]

    def columns(self, table, names):
        """As the store gives them: in any order, JSON as its text."""
        assert table == "findings"
        mixed = sorted(self.made, key=lambda row: row["finding_id"][::-1])
        return [
            [msgspec.json.encode(row[n]).decode() if n in JSON else row[n] for row in mixed]
            for n in names
        ]


def has_tag(detail):
    return any("tag" in name and detail[name] is not None for name in detail or {})


def plain_addresses(rows):
    """The addresses that count, the slow way."""
    seen = defaultdict(list)
    for row in rows:
        counts = row["role"] not in NOT_OURS and row["state"] != "noise"
        if counts and row["kind"] == "address" and row["value"]:
            seen[row["value"]].append(row)
    return tuple(
        FoundAddress(
            value=value,
            chains=tuple(dict.fromkeys(each["chain"] for each in here[0]["candidates"])),
            role=min((row["role"] for row in here), key=ROLES.index),
            state="relevant" if any(row["state"] == "relevant" for row in here) else "new",
            certainty=min((row["certainty"] for row in here), key=CERTAINTIES.index),
            has_tag=any(has_tag(row["detail"]) for row in here),
        )
        for value, here in sorted(seen.items())
    )


@given(st.lists(found, max_size=30))
def test_addresses_are_those_of_the_slow_way(made):
    store = Rows(made)
    assert FoundFacts(store).addresses() == plain_addresses(store.made)


@given(st.lists(found, max_size=30))
def test_counts_are_those_of_the_slow_way(made):
    facts = FoundFacts(Rows(made))
    ours = [row for row in made if row["role"] not in NOT_OURS]
    wanted = [row for row in ours if row["state"] != "noise"]
    assert facts.count == len(ours)
    assert facts.by_exhibit.total() == len(made)
    for certainty in CERTAINTIES:
        new = [r for r in ours if r["state"] == "new" and r["certainty"] == certainty]
        assert facts.untriaged[certainty] == len(new)
    assert {(k, each) for k, prints in facts.secrets.items() for each in prints} == {
        (row["kind"], row["fingerprint"]) for row in wanted if row["fingerprint"]
    }
    assert facts.own_wallets == {
        " › ".join([row["exhibit"], *row["location"]])
        for row in wanted
        if row["role"] == "own" and (row["kind"] == "wallet" or row["fingerprint"])
    }
    for kind, values in (
        ("extended_key", facts.extended_keys),
        ("exchange_domain", facts.mentions),
    ):
        assert values == {r["value"] for r in wanted if r["kind"] == kind and r["value"]}


@pytest.mark.parametrize("where", ["memory", "file"])
def test_the_tables_of_a_case_are_read(where, tmp_path):
    opened = Store.in_memory() if where == "memory" else Store.open(tmp_path / "c.db", write=True)
    with opened as store:
        assert FoundFacts(store).addresses() == ()
        plain = {
            "finding_id": "f", "kind": "address", "value": "1a", "fingerprint": None,
            "candidates": [{"chain": "bitcoin"}], "certainty": "checked", "check_made": "",
            "false_positive_rate": "", "role": "own", "exhibit": "E1", "location": ["a"],
            "offset_bytes": 0, "length_bytes": 1, "row": None, "encoding": "utf-8", "context": "",
            "detail": {"tag": 5}, "detector": "d", "item_sha256": "",
        }  # fmt: skip
        store.insert("findings", [plain])
        judged = {"finding_id": "f", "state": "relevant", "why": "", "journal_seq": 1}
        store.insert("triage", [judged])
        assert FoundFacts(store).addresses() == (
            FoundAddress("1a", ("bitcoin",), "own", "relevant", "checked", has_tag=True),
        )
