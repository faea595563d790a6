"""Where money goes on an account ledger, by hand and against the slow twin."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.errors import OriginNotFoundError, TransactionInvalidError, UnknownRuleError
from chainlead.trace import Direction, Limits, Reason, Stop, encode_canonical
from chainlead.trace.accounts.bounds import AccountLeast, AccountMost
from chainlead.trace.accounts.document import derive_account_document
from chainlead.trace.accounts.rule import find_account_rules
from chainlead.trace.accounts.walk import walk_accounts

RULES = find_account_rules()
CONSERVING = [rule.name for rule in RULES if rule.conserves]
BOTH_WAYS = [rule.name for rule in RULES if rule.looks_back]
BACK = Direction.BACKWARD


def results(ledger, origin, direction=Direction.FORWARD, **more):
    rules = [rule for rule in RULES if rule.looks_back or direction is Direction.FORWARD]
    found = walk_accounts(
        ledger, origin, direction=direction, rules=(*rules, AccountLeast(), AccountMost()), **more
    )
    return {result.rule: result for result in found.rules}


def ends(result):
    return [(node.reason, node.account, node.traced_units) for node in result.frontier]


def carried(result):
    return {traced.transfer.order: traced.traced_units for traced in result.transfers}


@pytest.fixture
def mixed(book):
    """100 of his own, 50 traced come in, 120 go out, 40 come in, 60 go out: 10 are left."""
    made = book(holder=100, shop=0, bank=0)
    made.pay("victim", "holder", 50)
    made.pay("holder", "shop", 120)
    made.pay("employer", "holder", 40)
    made.pay("holder", "bank", 60)
    return made


def test_each_rule_divides_a_mixed_balance_its_own_way(mixed):
    found = results(mixed.ledger(), mixed.transfers[:1])
    paid = {name: list(carried(result).values())[1:] for name, result in found.items()}
    kept = {
        name: [units for reason, account, units in ends(result) if account == "holder"]
        for name, result in found.items()
    }
    assert paid["fifo"] == [20, 30]  # 100 own, then 20 of the traced; the other 30 come next
    assert paid["lifo"] == [50]  # the traced 50 lie on top; then 40 new and 20 own
    assert paid["libr"] == [
        20,
        20,
    ]  # 100 own pay first, so 20 traced; 30 stay of 70: 40 own, 20 traced
    assert kept["libr"] == [10]
    assert paid["haircut"] == [40, 9]  # 120/150 of 50; then 60/70 of 10 = 8.57
    assert kept["haircut"] == [1]
    assert paid["poison"] == [120, 60]
    assert paid["least"] == [20]  # 50 - (150 - 120); nothing of the rest must be traced
    assert paid["most"] == [50, 30]  # 50; then at most the 30 that were left of 150


def test_the_lowest_balance_in_between_is_the_most_that_is_still_traced(book):
    """The figures of James Roscoe (Bolton) Ltd v Winder: 455 came in, 25 were left, 358 at the end."""
    made = book(debtor=0)
    made.pay("company", "debtor", 455)
    made.pay("debtor", "others", 430)
    made.pay("own", "debtor", 333)
    found = results(made.ledger(), made.transfers[:1])["libr"]
    node = next(node for node in found.frontier if node.account == "debtor")
    assert (node.amount_units, node.traced_units) == (358, 25)


def test_an_unknown_opening_balance_is_said_and_never_taken_for_zero(book):
    made = book()
    made.pay("victim", "holder", 50)
    made.pay("holder", "shop", 20, fee=1)
    found = results(made.ledger(), made.transfers[:1])
    for name in ("fifo", "haircut", "libr"):
        (node,) = found[name].frontier
        assert (node.reason, node.account, node.traced_units) == (
            Reason.UNKNOWN_BALANCE,
            "holder",
            50,
        )
        assert "not known" in node.note
    assert carried(found["lifo"]) == {(0, 0, 0): 50, (0, 1, 0): 20}
    assert ends(found["lifo"])[-1] == (Reason.UNSPENT, "shop", 20)
    held = next(node for node in found["poison"].frontier if node.account == "holder")
    assert (held.amount_units, held.traced_units) == (None, None)
    assert carried(found["least"]) == {(0, 0, 0): 50}
    assert ends(found["least"]) == [(Reason.UNSPENT, "holder", 29)]


def test_transfers_that_cannot_be_all_of_them_end_the_rules_that_need_the_balance(book):
    made = book(holder=0, shop=0)
    made.pay("victim", "holder", 50)
    made.pay("holder", "shop", 30)
    made.pay("holder", "shop", 30)
    found = results(made.ledger(), made.transfers[:1])
    assert ends(found["fifo"]) == [
        (Reason.UNKNOWN_BALANCE, "holder", 20),
        (Reason.UNSPENT, "shop", 30),
    ]
    assert "some are missing" in found["fifo"].frontier[0].note


def test_a_fee_is_paid_after_the_amount_and_is_an_end(book):
    made = book(holder=0, shop=0)
    made.pay("victim", "holder", 50)
    made.pay("holder", "shop", 45, fee=5)
    for name in CONSERVING:
        assert ends(results(made.ledger(), made.transfers[:1])[name]) == [
            (Reason.FEE, None, 5),
            (Reason.UNSPENT, "shop", 45),
        ]


def test_a_fee_that_somebody_else_pays_comes_out_of_his_balance(book):
    made = book(holder=0, shop=0, relay=10)
    made.pay("victim", "relay", 50)
    made.pay("holder", "shop", 0, fee=5, payer="relay")
    found = results(made.ledger(), made.transfers[:1])
    assert ends(found["lifo"]) == [(Reason.FEE, None, 5), (Reason.UNSPENT, "relay", 45)]
    assert ends(found["fifo"]) == [(Reason.UNSPENT, "relay", 50)]


def test_a_service_ends_the_trail_and_the_memo_names_its_customer(book):
    made = book(holder=0, service=1_000)
    made.pay("victim", "holder", 50)
    made.pay("holder", "service", 50, memo="12345")
    made.pay("service", "elsewhere", 900)
    stop = lambda t: Stop(Reason.SERVICE, "Example Exchange") if t.receiver == "service" else None  # noqa: E731
    (node,) = results(made.ledger(), made.transfers[:1], stop=stop)["fifo"].frontier
    assert (node.reason, node.account, node.memo, node.traced_units) == (
        Reason.SERVICE,
        "service",
        "12345",
        50,
    )


@pytest.mark.parametrize(
    ("limits", "where", "words"),
    [
        (Limits(hops=1), "c", "limit of 1 hops"),
        (Limits(transactions=2), "b", "limit of 2 transfers"),
        (Limits(until_unix=150), "b", "outside the time window"),
    ],
)
def test_each_limit_is_an_end_that_names_it(book, account_ledger, limits, where, words):
    made = book(a=0, b=0, c=0, d=0)
    for sender, receiver in (("x", "a"), ("a", "b"), ("b", "c"), ("c", "d")):
        made.pay(sender, receiver, 10)
    dated = [
        replace(t, mined_at=datetime.fromtimestamp(100 * n, UTC))
        for n, t in enumerate(made.transfers)
    ]
    ledger = account_ledger(dated, made.openings)
    (node,) = results(ledger, dated[:1], limits=limits)["fifo"].frontier
    assert (node.reason, node.traced_units) == (Reason.LIMIT, 10)
    assert words in node.note
    if limits.hops != 1:
        assert node.account == where


def test_money_that_comes_back_to_the_origin_is_counted_once(book):
    made = book(a=0, b=0)
    made.pay("x", "a", 10)
    made.pay("a", "b", 10)
    made.pay("b", "a", 4)
    found = results(made.ledger(), [made.transfers[0], made.transfers[2]])
    assert found["fifo"].origin_units == 10
    assert "came back" in found["fifo"].notes[0]


def test_looking_back_names_the_receipts_that_a_payment_was_made_of(mixed):
    found = results(mixed.ledger(), mixed.transfers[3:], BACK)
    assert carried(found["fifo"]) == {(1, 0, 0): 60, (0, 0, 0): 30, (0, 2, 0): 30}
    assert carried(found["lifo"]) == {(1, 0, 0): 60, (0, 2, 0): 40}
    assert ends(found["lifo"])[-1] == (Reason.UNSPENT, "holder", 20)
    assert (
        carried(found["haircut"])[(0, 0, 0)] == 9
    )  # 60/70 of 40 = 34; then 26 of 30: 50/150 of 26


def test_the_lowest_balance_says_nothing_about_where_money_came_from(mixed):
    with pytest.raises(UnknownRuleError, match="not where it came from"):
        walk_accounts(mixed.ledger(), mixed.transfers[3:], direction=BACK, rules=RULES)


def test_an_origin_that_moves_nothing_is_refused(book):
    made = book(a=5)
    made.pay("a", "a", 5)
    made.pay("a", "b", 0)
    with pytest.raises(OriginNotFoundError):
        walk_accounts(made.ledger(), made.transfers, rules=RULES)


def test_a_negative_amount_and_two_transfers_in_one_place_are_refused(book, account_ledger):
    made = book(a=0, b=0)
    made.pay("x", "a", 10)
    made.pay("a", "b", 5)
    first, second = made.transfers
    for wrong in (
        replace(second, amount_units=-5),
        replace(second, fee_payer="a", fee_units=-1),
        replace(second, order=first.order),
    ):
        ledger = account_ledger([first, wrong, replace(second, order=(5, 0, 0))], made.openings)
        with pytest.raises(TransactionInvalidError):
            walk_accounts(ledger, [first], rules=RULES)


def test_the_document_is_canonical_and_holds_no_float(mixed):
    rules = (*RULES, AccountLeast(), AccountMost())
    found = walk_accounts(mixed.ledger(), mixed.transfers[:1], rules=rules)
    by_name = {result.rule: result for result in found.rules}
    document = derive_account_document(
        found, rules=RULES, bounds=(by_name["least"], by_name["most"])
    )
    assert encode_canonical(document) == encode_canonical(document)
    assert b"." not in encode_canonical({n: r["sums"] for n, r in document["rules"].items()})
    assert document["rules"]["libr"]["sums"]["origin_units"] == "50"
    assert set(document["rules"]) == {rule.name for rule in RULES}


def draw_origin(data, made):
    moving = [t for t in made.transfers if t.amount_units and t.sender != t.receiver]
    return data.draw(st.lists(st.sampled_from(moving), min_size=1, max_size=2, unique=True))


def draw_book(data, books, **more):
    made = data.draw(books(**more))
    if not any(t.amount_units and t.sender != t.receiver for t in made.transfers):
        made.pay(None, "a", 3)
    return made


@pytest.mark.parametrize("name", ["fifo", "haircut", "libr", "lifo"])
@given(data=st.data())
def test_forward_equals_the_slow_twin_in_every_transfer_fee_and_balance(name, naive, books, data):
    made = draw_book(data, books)
    origin = draw_origin(data, made)
    orders = {transfer.order for transfer in origin}
    twin = naive.accounts
    if name == "haircut":
        in_transfer, in_fee, kept = twin.haircut(made.transfers, made.openings, orders)
    else:
        pick = twin.PICKS[name]
        in_transfer, in_fee, kept, _ = twin.run(made.transfers, made.openings, orders, pick)
    result = results(made.ledger(), origin)[name]
    assert carried(result) == {order: units for order, units in in_transfer.items() if units}
    fees = [node.traced_units for node in result.frontier if node.reason is Reason.FEE]
    assert fees == [units for units in in_fee.values() if units]
    held = {
        node.account: node.traced_units
        for node in result.frontier
        if node.reason is Reason.UNSPENT and node.account is not None
    }
    assert held == {account: units for account, units in kept.items() if units}


@pytest.mark.parametrize("name", ["fifo", "lifo"])
@given(data=st.data())
def test_backward_equals_the_path_of_every_single_unit(name, naive, books, data):
    made = draw_book(data, books)
    (origin,) = draw_origin(data, made)[:1]
    counts = naive.accounts.came_from(
        made.transfers, made.openings, origin.order, naive.accounts.PICKS[name]
    )
    result = results(made.ledger(), [origin], BACK)[name]
    assert carried(result) == {**counts, origin.order: origin.amount_units}


@pytest.mark.parametrize(
    "scale", [{"most_units": 1}, {"least_units": 2**63, "most_units": 2**80}], ids=str
)
@pytest.mark.parametrize("direction", Direction)
@given(data=st.data())
def test_value_is_conserved_both_ways_under_limits_stops_and_unknown_balances(
    scale, direction, books, account_ledger, data
):
    made = draw_book(data, books, **scale)
    origin = draw_origin(data, made)
    known = data.draw(st.sets(st.sampled_from("abcd")))
    openings = {name: units for name, units in made.openings.items() if name in known}
    gone = data.draw(st.sets(st.sampled_from(made.transfers), max_size=1)) - set(origin)
    ledger = account_ledger([t for t in made.transfers if t not in gone], openings)
    limits = Limits(hops=data.draw(st.integers(0, 4)), transactions=data.draw(st.integers(0, 9)))
    service = data.draw(st.sampled_from("abcd"))
    stop = lambda t: Stop(Reason.SERVICE, "s") if service in (t.sender, t.receiver) else None  # noqa: E731
    chosen = data.draw(st.sampled_from([stop, None]))
    found = results(ledger, origin, direction, limits=limits, stop=chosen)
    for name in set(CONSERVING) & found.keys():
        assert found[name].origin_units == sum(n.traced_units for n in found[name].frontier)
        assert all(0 < t.traced_units <= t.transfer.amount_units for t in found[name].transfers)


@given(data=st.data())
def test_the_bounds_hold_for_every_rule_in_every_transfer(books, data):
    made = draw_book(data, books)
    origin = draw_origin(data, made)
    found = results(made.ledger(), origin)
    for order, most in carried(found["most"]).items():
        for name in CONSERVING:
            units = carried(found[name]).get(order, 0)
            assert carried(found["least"]).get(order, 0) <= units <= most
        assert most <= carried(found["poison"])[order]


@pytest.mark.parametrize(
    "rule", [*RULES, AccountLeast(), AccountMost()], ids=lambda rule: rule.name
)
def test_an_account_rule_states_assumption_known_failure_and_citation(rule):
    for sentence in (rule.assumption, rule.known_failure, rule.citation):
        assert len(sentence) > 20
        assert sentence.endswith(".")
    assert rule.version >= 1


def test_account_rules_are_found_by_name():
    assert [rule.name for rule in find_account_rules(["lifo", "libr"])] == ["libr", "lifo"]
    assert find_account_rules(["all"]) == RULES
    with pytest.raises(UnknownRuleError, match="libr"):
        find_account_rules(["tiho"])
    with pytest.raises(UnknownRuleError):
        find_account_rules([])
