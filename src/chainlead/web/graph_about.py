"""What the page says below the picture about one node or line: all of it, with ways onward.

The sentence is the one that the report prints. Amounts stand for each rule, with the least and the
most that any rule can trace there, where that was worked out.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from chainlead.attribution import Lead
from chainlead.model import moment_from_text
from chainlead.report import Edge, Graph, Node
from chainlead.store import Store

_MOST_LINES = 12
_NEAR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Way:
    """A link onward: to a `finding`, `lead`, `request` or the `timeline`, with what it is about."""

    kind: str
    href: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class About:
    """One node or line.

    Attributes:
        subject: what notes and marks are kept under.
        key: of the node; of a line, the key of its tail, a space, and that of its head.
        title: the whole story, as the report has it.
        lines: what its lines say, for a node.
        strength: of a line; empty for a node.
        names: what each full identifier is, with the identifier.
        mined_at: time of its block; empty where it has none.
        amount: all that lies there, in words.
        amounts: rule and the amount traced by it, in words.
        least: the least that any rule traces there; empty where it was not worked out.
        most: the most of it.
        ways: links to findings, leads, requests and the timeline.
        ends: for a line, its tail and its head.
        place: where it stands in the picture; None for a line.
        is_moved: whether a person put it there.
        fold_key: the name of the fold that it stands for; empty for what is no badge.
        opened_by: the name of the opened fold that it came from; empty for none.
        is_by_hand: whether a person made the fold that it stands for.
        can_fold: whether it is drawn, so that what comes after or before it can be folded.
        folded_in: the key of the box made by hand in which it is; empty for none.
    """

    subject: str
    key: str
    title: str
    lines: tuple[str, ...] = ()
    strength: str = ""
    names: tuple[tuple[str, str], ...] = ()
    mined_at: str = ""
    amount: str = ""
    amounts: tuple[tuple[str, str], ...] = ()
    least: str = ""
    most: str = ""
    ways: tuple[Way, ...] = ()
    ends: tuple[str, ...] = ()
    place: tuple[int, int] | None = None
    is_moved: bool = False
    fold_key: str = ""
    opened_by: str = ""
    is_by_hand: bool = False
    can_fold: bool = False
    folded_in: str = ""


class Records:
    """The records of a trace by the key of the node that shows them, for each of its rules."""

    def __init__(self, trace: Mapping[str, Any]) -> None:
        """Read one trace of the bundle."""
        self.trace = trace
        self.by_rule: dict[str, dict[str, Mapping[str, Any]]] = {}
        self.addresses: dict[str, set[str]] = {}
        for rule, result in sorted(trace["rules"].items()):
            here = self.by_rule.setdefault(rule, {})
            for told in (*result["frontier"], *result["transfers"]):
                key = record_key(told)
                if key:
                    here[key] = told
                    for name in ("address", "sender", "receiver"):
                        if told.get(name):
                            self.addresses.setdefault(str(told[name]), set()).add(key)
        self.transactions = {tx["txid"]: tx for tx in trace["transactions"]}
        self.sample: Mapping[str, Any] | None = next(
            (
                told["traced"]
                for here in self.by_rule.values()
                for told in here.values()
                if told.get("traced")
            ),
            None,
        )
        self.bounds = {place["place"]: place for place in trace["side_by_side"]}

    def told(self, key: str) -> dict[str, Mapping[str, Any]]:
        """For each rule that knows the node, its record."""
        return {rule: here[key] for rule, here in self.by_rule.items() if key in here}

    def beside(self, key: str) -> Iterable[str]:
        """The transactions and outputs next to one on the trail, whatever the rule."""
        return self._beside.get(key, ())

    @cached_property
    def _beside(self) -> Mapping[str, set[str]]:
        near: dict[str, set[str]] = defaultdict(set)
        arrivals: dict[str, list[str]] = defaultdict(list)
        keys = {key for here in self.by_rule.values() for key in here}
        for key in keys:
            txid = key.partition(":")[0]
            near[key].add(txid)
            near[txid].add(key)
        for txid, transaction in self.transactions.items():
            for spent in transaction.get("inputs", ()):
                if spent.get("outpoint") in keys:
                    near[txid].add(spent["outpoint"])
                    near[spent["outpoint"]].add(txid)
        for here in self.by_rule.values():
            for key, told in here.items():
                if told.get("receiver"):
                    arrivals[told["receiver"]].append(key)
        for here in self.by_rule.values():
            for key, told in here.items():
                for earlier in arrivals.get(told.get("sender") or "", ()):
                    near[key.partition(":")[0]].add(earlier)
                    near[earlier].add(key.partition(":")[0])
        return near

    def search(self, text: str) -> str:
        """The key of the first thing whose address or identifier holds the text; empty for none."""
        wanted = text.strip().casefold()
        if not wanted:
            return ""
        keys = sorted({key for here in self.by_rule.values() for key in here})
        exact = [key for key in (*self.transactions, *keys) if key.casefold() == wanted]
        if exact:
            return str(exact[0])
        for address, found in sorted(self.addresses.items()):
            if wanted in address.casefold():
                return min(found)
        return next((k for k in (*sorted(self.transactions), *keys) if wanted in k.casefold()), "")


def record_key(told: Mapping[str, Any]) -> str:
    """The key of the node that shows a transfer or an end; empty where none does."""
    if told.get("outpoint"):
        return str(told["outpoint"])
    return f"{told['txid']}:{told['order'][2]}" if told.get("order") else ""


def holding_fold(records: Records, graph: Graph, key: str) -> str:
    """The drawn fold behind which a thing of the trail is; empty if it is behind none.

    Goes along the trail from the thing until something is met at which a badge hangs.
    """
    hanging: dict[str, list[str]] = defaultdict(list)
    for node in graph.nodes:
        if node.fold:
            hanging[node.fold.split(" ")[2]].append(node.fold)
    drawn = {node.key for node in graph.nodes}
    seen, waiting = {key}, deque([key])
    reasons = {str(told.get("reason")) for told in records.told(key).values()}
    while waiting:
        at = waiting.popleft()
        if folds := hanging.get(at):
            return next(
                (
                    each
                    for each in folds
                    if each.split(" ", 3)[3:] and each.split(" ", 3)[3] in reasons
                ),
                folds[0],
            )
        if at in drawn:
            continue
        for near in records.beside(at):
            if near not in seen:
                seen.add(near)
                waiting.append(near)
    return ""


def about_node(records: Records, graph: Graph, node: Node, ways: Sequence[Way]) -> About:
    """What is said about a node.

    Args:
        records: of its trace.
        graph: what the picture draws.
        node: one of its nodes.
        ways: links onward.
    """
    told = records.told(node.key)
    touching = [edge.title for edge in graph.edges if node.key in {edge.tail, edge.head}]
    return About(
        subject=f"node:{records.trace['trace_id']}:{node.key}",
        key=node.key,
        title=node.title,
        lines=tuple(dict.fromkeys(touching))[:_MOST_LINES],
        names=tuple(_names(records, node.key, told)),
        mined_at=_mined_at(records, node.key, told),
        ways=tuple(ways),
        **_amounts(records, node.key, told),
    )


def about_edge(records: Records, edge: Edge, ways: Sequence[Way]) -> About:
    """What is said about a line."""
    middle = next((key for key in (edge.head, edge.tail) if records.told(key)), edge.tail)
    told = records.told(middle)
    return About(
        subject=f"edge:{records.trace['trace_id']}:{edge.tail}:{edge.head}",
        key=f"{edge.tail} {edge.head}",
        title=edge.title,
        strength=edge.strength.value,
        names=tuple(_names(records, middle, told)),
        mined_at=_mined_at(records, middle, told),
        ways=tuple(ways),
        ends=(edge.tail, edge.head),
        **_amounts(records, middle, told),
    )


def _names(
    records: Records, key: str, told: Mapping[str, Mapping[str, Any]]
) -> Iterable[tuple[str, str]]:
    if key in records.transactions:
        yield "Transaction", key
        return
    one: Mapping[str, Any] = next(iter(told.values()), {})
    if not one:
        return
    if one.get("outpoint"):
        yield "Output", str(one["outpoint"])
    txid = one.get("txid") or str(one.get("outpoint") or "").partition(":")[0]
    if txid:
        yield "Transaction", str(txid)
    if one.get("sender") or one.get("receiver"):
        if one.get("sender"):
            yield "Payer's account", str(one["sender"])
        if one.get("receiver"):
            yield "Payee's account", str(one["receiver"])
    elif one.get("address"):
        yield "Address", str(one["address"])
    if one.get("memo"):
        yield "Tag or memo", str(one["memo"])


def _mined_at(records: Records, key: str, told: Mapping[str, Mapping[str, Any]]) -> str:
    one = records.transactions.get(key) or next(iter(told.values()), {})
    if not one.get("mined_at"):
        one = records.transactions.get(key.partition(":")[0], {})
    return str(one.get("mined_at") or "")


def _amounts(records: Records, key: str, told: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    one: Mapping[str, Any] = next(iter(told.values()), {})
    bound = records.bounds.get(key, {})
    return {
        "amount": written(one.get("amount")),
        "amounts": tuple(
            (rule, written(record.get("traced"))) for rule, record in sorted(told.items())
        ),
        "least": written(bound.get("least")),
        "most": written(bound.get("most")),
    }


def written(amount: Mapping[str, Any] | None) -> str:
    """An amount of the bundle in words; empty where it is not known."""
    return f"{amount['decimal']} {amount['symbol']}" if amount else ""


def ways_of(
    store: Store,
    leads: Iterable[Lead],
    drafts: Iterable[Mapping[str, Any]],
    names: Iterable[tuple[str, str]],
    mined_at: str,
) -> list[Way]:
    """Links to what the case has about these identifiers.

    Args:
        store: the case's tables.
        leads: all of the case.
        drafts: rows of the table of drafts.
        names: what each identifier is, with the identifier.
        mined_at: the time, ISO 8601; empty for none.
    """
    values = {value for _, value in names}
    ways = [
        Way("finding", f"findings?{urlencode({'text': value})}", value)
        for value in sorted(values)
        if store.count("findings", value=value)
    ]
    reached = [lead for lead in leads if _values(lead) & values]
    ways += [Way("lead", f"leads#{lead.lead_id}", lead.service or lead.lead_id) for lead in reached]
    ids = {lead.lead_id for lead in reached}
    ways += [
        Way("request", f"requests/{row['draft_id']}", str(row["draft_id"]))
        for row in drafts
        if row["lead_id"] in ids
    ]
    if mined_at:
        moment = moment_from_text(mined_at)
        span = {
            name: (moment + by).strftime("%Y-%m-%dT%H:%M:%SZ")
            for name, by in (("since", -_NEAR), ("until", _NEAR))
        }
        ways.append(Way("timeline", f"timeline?{urlencode(span)}"))
    return ways


def _values(lead: Lead) -> set[str]:
    values: set[str] = set()
    for deposit in lead.deposits:
        values |= {deposit.txid, deposit.address}
    for holding in lead.holdings:
        values |= {holding.address, holding.place or ""}
    return values - {"", None}
