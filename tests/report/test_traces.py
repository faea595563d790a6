from types import SimpleNamespace

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from chainlead.model import moment_from_unix, moment_to_text
from chainlead.report import trace_documents
from chainlead.report.money import money

UNITS = st.sampled_from([0, 1, 150_000, 21 * 10**14]).map(str)
SECONDS = st.none() | st.sampled_from([1_231_006_505, 1_600_000_000])
place = st.fixed_dictionaries({
    "outpoint": st.sampled_from(["a:0", "a:1", "b:0"]),
    "amount_units": UNITS,
    "traced_units": UNITS,
    "mined_at_unix": SECONDS,
    "reason": st.just("unspent"),
    "height": st.none() | st.just(7),
})  # fmt: skip


def plain(chain, told):
    """One place of a trace in words, the slow way."""
    said = dict(told)
    for name in ("amount", "traced"):
        said[name] = money(chain, said.pop(f"{name}_units"))
    if said["mined_at_unix"] is not None:
        said["mined_at"] = moment_to_text(moment_from_unix(said["mined_at_unix"]))
    return said


@given(
    st.sampled_from(["bitcoin", "dash", "unheard"]),
    st.lists(place, max_size=5),
    st.lists(place, max_size=5),
)
def test_amounts_and_times_are_those_of_the_slow_way(chain, transfers, ends):
    answer = {
        "origin": "a:0", "direction": "forward", "pinned": {"chain": chain},
        "rules": {name: {"transfers": transfers, "frontier": ends} for name in ("fifo", "poison")},
        "transactions": [{"txid": "a", "mined_at_unix": 1_231_006_505}],
    }  # fmt: skip
    row = {"trace_id": "t", "parameters": {}, "result_sha256": "0" * 64}
    store = SimpleNamespace(rows=lambda *_, **__: [row])
    blobs = SimpleNamespace(get=lambda _: msgspec.json.encode(answer))
    (document,) = trace_documents(store, blobs)
    for rule in document["rules"].values():
        assert rule["transfers"] == [plain(chain, each) for each in transfers]
        assert rule["frontier"] == [plain(chain, each) for each in ends]
    for end in document["side_by_side"]:
        same = [int(each["traced_units"]) for each in ends if each["outpoint"] == end["place"]]
        assert end["traced"] == dict.fromkeys(("fifo", "poison"), money(chain, sum(same)))
    assert document["transactions"][0]["mined_at"] == "2009-01-03T18:15:05Z"
