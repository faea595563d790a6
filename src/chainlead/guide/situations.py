"""Situations in which something can be asked: each looks at the case, and names whom it is about.

A situation of `data/asks.yaml` is a function here. It yields the values for the question's names, once
for each service, address or coin that it fits; nothing where it does not fit.
"""

from collections.abc import Callable, Iterator, Mapping

from chainlead.guide.facts import CaseFacts, FoundAddress

Values = Mapping[str, str]
Situation = Callable[[CaseFacts], Iterator[Values]]
_LOCKED = frozenset({"encrypted"})
_UNREADABLE = frozenset({"damaged", "format not supported"})
_SPENDING = frozenset({"mnemonic", "private_key", "descriptor", "wallet"})
_RED_FROM = 50


def _always(_facts: CaseFacts) -> Iterator[Values]:
    yield {}


def _unread(reasons: frozenset[str]) -> Situation:
    def fits(facts: CaseFacts) -> Iterator[Values]:
        count = sum(unread.count for unread in facts.unread if unread.reason in reasons)
        if count:
            yield {"count": str(count)}

    return fits


def _wallet_found(facts: CaseFacts) -> Iterator[Values]:
    if facts.own_wallets:
        yield {"place": facts.own_wallets[0]}


def _secret_found(facts: CaseFacts) -> Iterator[Values]:
    if _SPENDING & facts.secrets.keys():
        yield {}


def _nothing_found(facts: CaseFacts) -> Iterator[Values]:
    if facts.exhibits and not facts.findings:
        yield {}


def _extended_key(facts: CaseFacts) -> Iterator[Values]:
    if facts.extended_keys:
        yield {}


def _ledger_missing(facts: CaseFacts) -> Iterator[Values]:
    coins = {address.chains[0] for address in _counting(facts)}
    for coin in sorted(coins - facts.ledger_chains.keys() - {"monero"}):
        yield {"coin": coin}


def _xrp_without_tag(facts: CaseFacts) -> Iterator[Values]:
    bare = sorted(a.value for a in _counting(facts) if a.chains[0] == "xrp" and not a.has_tag)
    if bare:
        yield {"address": bare[0]}


def _monero_found(facts: CaseFacts) -> Iterator[Values]:
    hidden = sorted(address.value for address in _counting(facts) if address.chains[0] == "monero")
    if hidden:
        yield {"address": f"{hidden[0][:12]}…"}


def _counting(facts: CaseFacts) -> list[FoundAddress]:
    return [
        address
        for address in facts.addresses
        if address.chains and address.state != "noise" and address.certainty != "shape"
    ]


def _service_mentioned(facts: CaseFacts) -> Iterator[Values]:
    if facts.service_mentions:
        yield {"names": ", ".join(facts.service_mentions[:3])}


def _leads_on(track: str) -> Situation:
    def fits(facts: CaseFacts) -> Iterator[Values]:
        for service in sorted({lead.service for lead in facts.leads if lead.track == track}):
            yield {"service": service}

    return fits


def _service_unasked(facts: CaseFacts) -> Iterator[Values]:
    asked = {draft.lead_id for draft in facts.drafts if draft.parts_sent}
    waiting = {lead.service for lead in facts.leads if lead.track == "service"} - {
        lead.service for lead in facts.leads if lead.lead_id in asked
    }
    for service in sorted(waiting):
        yield {"service": service}


def _trail_ends(*reasons: str) -> Situation:
    def fits(facts: CaseFacts) -> Iterator[Values]:
        if any(trace.ends.get(reason) for trace in facts.traces for reason in reasons):
            yield {}

    return fits


def _unspent(facts: CaseFacts) -> Iterator[Values]:
    if any(t.ends.get("unspent") for t in facts.traces if t.direction != "backward"):
        yield {}


def _contested(facts: CaseFacts) -> Iterator[Values]:
    for chain in sorted({link.chain for link in facts.contested}):
        yield {"chain": chain}


def _answer_open(facts: CaseFacts) -> Iterator[Values]:
    for answer in facts.answers:
        if answer.left_open and not answer.has_follow_up:
            yield {"service": answer.service, "count": str(len(answer.left_open))}


def _answer_names(kind: str) -> Situation:
    def fits(facts: CaseFacts) -> Iterator[Values]:
        if any(found == kind for answer in facts.answers for found, _, _ in answer.leads):
            yield {}

    return fits


def _request_sent(facts: CaseFacts) -> Iterator[Values]:
    if any(draft.parts_sent for draft in facts.drafts):
        yield {}


def _clock_red(facts: CaseFacts) -> Iterator[Values]:
    for clock in facts.clocks:
        if clock.is_red and clock.reminder >= _RED_FROM:
            yield {"name": clock.name, "due": clock.due}


def _report_made(facts: CaseFacts) -> Iterator[Values]:
    if facts.report_is_current is not None:
        yield {}


def _no_tags(facts: CaseFacts) -> Iterator[Values]:
    if not facts.tag_count:
        yield {}


def _no_rates(facts: CaseFacts) -> Iterator[Values]:
    if not facts.rate_sources:
        yield {}


SITUATIONS: Mapping[str, Situation] = {
    "always": _always,
    "answer_iban": _answer_names("iban"),
    "answer_ip": _answer_names("ip"),
    "answer_nested": _answer_names("nested customer"),
    "answer_open": _answer_open,
    "clock_red": _clock_red,
    "contested": _contested,
    "damaged": _unread(_UNREADABLE),
    "extended_key": _extended_key,
    "issuer_reached": _leads_on("issuer"),
    "ledger_missing": _ledger_missing,
    "locked": _unread(_LOCKED),
    "mixing": _trail_ends("mixing"),
    "monero_found": _monero_found,
    "no_rates": _no_rates,
    "no_tags": _no_tags,
    "nothing_found": _nothing_found,
    "provider_named": _leads_on("provider"),
    "ran_out": _trail_ends("left the known blocks", "not fetched"),
    "report_made": _report_made,
    "request_sent": _request_sent,
    "secret_found": _secret_found,
    "service_mentioned": _service_mentioned,
    "service_reached": _leads_on("service"),
    "service_unasked": _service_unasked,
    "unspent": _unspent,
    "wallet_found": _wallet_found,
    "xrp_without_tag": _xrp_without_tag,
}
