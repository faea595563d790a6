from chainlead.trace import CoinJoinGate, GateRecord, encode_canonical


def test_every_verdict_of_a_trail_is_kept_with_version_and_parameters(deal, shapes):
    record = GateRecord(CoinJoinGate())
    round_, doubt = deal(*shapes["whirlpool"]()), deal(*shapes["stonewall"]())
    plain = deal([(9, "a")], [(5, "b"), (3, "c")])
    assert record.judge(round_).protocol == "Whirlpool"
    assert record.judge(doubt) is None
    assert record.judge(plain) is None
    kept = record.document()
    assert {entry["txid"]: entry["heuristic"] for entry in kept} == {
        round_.txid.display: "whirlpool",
        doubt.txid.display: "stonewall",
    }
    assert kept == sorted(kept, key=lambda entry: entry["txid"])
    whirlpool = next(entry for entry in kept if entry["heuristic"] == "whirlpool")
    assert whirlpool["version"] == 1
    assert whirlpool["parameters"]["most_surplus_sat"] == "110000"
    assert whirlpool["amount_units"] == "1000000"
    assert encode_canonical(kept)


def test_only_the_detectors_that_spoke_are_printed_and_the_risk_that_none_sees(deal, shapes):
    record = GateRecord(CoinJoinGate())
    assert [card.name for card in record.cards] == ["coinjoin_gate", "payjoin"]
    record.judge(deal(*shapes["wasabi2"]()))
    assert [card.name for card in record.cards] == ["coinjoin_gate", "payjoin", "wasabi2"]


def test_what_ends_no_trail_is_noted_once_for_each_kind(deal, shapes):
    record = GateRecord(CoinJoinGate())
    doubts = [deal(*shapes["stonewall"]()) for _ in range(5)]
    made = deal(*shapes["whirlpool_tx0"]())
    for transaction in (*doubts, made, deal(*shapes["whirlpool"]())):
        record.judge(transaction)
    doubt, entrance = record.notes()
    assert f"(Tx0), which does not end it: transaction {made.txid.display}." in entrance
    first = ", ".join(sorted(t.txid.display for t in doubts)[:3])
    assert doubt.endswith(f"(Stonewall), which does not end it: transactions {first} and 2 more.")
