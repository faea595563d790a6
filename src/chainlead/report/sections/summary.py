"""The first page in plain words. It gives no verdict on anybody."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from chainlead.report.money import written
from chainlead.report.picture import main_rule
from chainlead.report.plain_text import shortened
from chainlead.report.story import Block, Section, heading, number, points

_KINDS = {
    "address": ("address", "addresses"),
    "extended_key": ("extended public key", "extended public keys"),
    "private_key": ("private key", "private keys"),
    "mnemonic": ("recovery phrase", "recovery phrases"),
    "wallet": ("wallet", "wallets"),
    "txid": ("transaction id", "transaction ids"),
    "payment_uri": ("payment link", "payment links"),
    "explorer_link": ("link to a block explorer", "links to block explorers"),
    "exchange_domain": ("mention of an exchange's site", "mentions of exchanges' sites"),
    "exchange_mail": ("mail from an exchange", "mails from exchanges"),
}


_ENDS = (
    ("service", "reached services"),
    ("unspent", "is unspent as far as known"),
    ("mixing", "went into mixing"),
    ("one_of_several", "is one of several outputs of a ring, not followed"),
    ("left_known_blocks", "left the known blocks"),
    ("not_fetched", "was not fetched yet"),
    ("unknown_balance", "lies in accounts whose balance is not known"),
    ("limit", "stopped at the limit that was asked for"),
    ("coinbase", "came from mining"),
    ("fee", "went into fees"),
)


class Summary(Section):
    """Four questions, answered from the tables."""

    place: ClassVar[int] = 10
    title: ClassVar[str] = "In short"

    def blocks(self, bundle: dict[str, Any]) -> Iterable[Block]:
        """What was found, where the money went, who can be asked, what is not known."""
        yield heading("What was found")
        yield points(_found(bundle))
        yield heading("Where the money went")
        yield points(_went(bundle))
        yield heading("Who can be asked")
        yield points(_asked(bundle))
        yield heading("What could not be read or known")
        yield points(_unknown(bundle))


def _found(bundle: dict[str, Any]) -> Iterator[str]:
    searched = bundle["searched"]
    yield (
        f"{number(len(bundle['exhibits']), 'exhibit')} searched; "
        f"{number(searched['streams'], 'file, message or database', 'files, messages and databases')}"
        " read."
    )
    found = bundle["findings"]
    for group in found["groups"]:
        distinct = {entry["value"] or entry["fingerprint"] for entry in group["findings"]}
        one, many = _KINDS.get(group["kind"], (group["kind"], group["kind"]))
        times = len(group["findings"])
        seen = "" if times == len(distinct) else f", in {times} places"
        yield f"{number(len(distinct), one, many)} ({group['certainty']}){seen}."
    if not found["groups"]:
        yield "No trace of a cryptocurrency that counts for this case."
    folded = sum(entry["count"] for entry in found["folded"])
    if folded:
        yield (
            f"{number(folded, 'further finding')} came with software, from published examples, "
            "or was judged noise by a person."
        )


def _went(bundle: dict[str, Any]) -> Iterator[str]:
    if not bundle["traces"]:
        yield "No trace was made yet."
    for trace in bundle["traces"]:
        yield _followed(trace)


def _followed(trace: dict[str, Any]) -> str:
    origin = shortened(trace["origin"], 12, 6)
    rule = main_rule(trace)
    steps = number(len(trace["transactions"]), "transaction")
    way = "back" if trace["direction"] == "backward" else "forward"
    if not rule:
        return f"{origin} was asked for, but no rule was used."
    sums = trace["rules"][rule]["sums"]
    ends = [
        f"{written(sums[f'{name}_units'])} {words}"
        for name, words in _ENDS
        if f"{name}_units" in sums
    ]
    start = sums.get("origin_units")
    share = (
        f" Under the rule {rule}: {'; '.join(ends)}. Other rules share it out otherwise; "
        "see the trail."
        if trace["rules"][rule]["conserves"] and ends
        else f" The rule {rule} gives upper bounds only; see the trail."
    )
    return f"{written(start) if start else 'Money'} was followed {way} in time from {origin} through {steps}.{share}"


def _asked(bundle: dict[str, Any]) -> Iterator[str]:
    services = [lead for lead in bundle["leads"] if lead["track"] == "service"]
    others = Counter(lead["track"] for lead in bundle["leads"])
    if not services:
        yield "The trail reached no service that is known here."
    drafted = Counter(draft["lead_id"] for draft in bundle["requests"])
    for lead in services:
        most = _largest(lead, _conserving(bundle, lead["trace_id"]))
        drafts = drafted[lead["lead_id"]]
        reach = f", {lead['reach']}" if lead["reach"] else ""
        request = f"{number(drafts, 'request')} drafted" if drafts else "no request drafted yet"
        yield (
            f"{lead['service']}: {number(len(lead['deposits']), 'deposit')}"
            f"{f', up to {most} on the trail' if most else ''}"
            f"{reach}; {request}."
        )
    for track, words in _TRACKS.items():
        if others[track]:
            yield f"{number(others[track], *words)}: see other ways on."


_TRACKS = {
    "unspent": ("trail ends in money that was not moved", "trails end in money that was not moved"),
    "issuer": ("issuer could freeze units", "issuers could freeze units"),
    "provider": ("provider of a contact could be asked", "providers of contacts could be asked"),
}


def _conserving(bundle: dict[str, Any], trace_id: str) -> set[str]:
    """Names of the rules whose figures may be added."""
    return {
        name
        for trace in bundle["traces"]
        if trace["trace_id"] == trace_id
        for name, result in trace["rules"].items()
        if result["conserves"]
    }


def _largest(lead: dict[str, Any], rules: set[str]) -> str:
    sums: dict[str, int] = {}
    sample: dict[str, str] | None = None
    for deposit in lead["deposits"]:
        for rule, amount in deposit["traced"].items():
            if rule not in rules:
                continue
            sums[rule] = sums.get(rule, 0) + int(amount["units"])
            sample = amount
    if sample is None or not any(sums.values()):
        return ""
    places = len(sample["decimal"].partition(".")[2])
    whole, part = divmod(max(sums.values()), 10**places)
    decimal = f"{whole}.{part:0{places}d}" if places else str(whole)
    return written({"decimal": decimal, "symbol": sample["symbol"]})


def _unknown(bundle: dict[str, Any]) -> Iterator[str]:
    unread = bundle["unread"]
    if unread["count"]:
        reasons = ", ".join(f"{count} × {why}" for why, count in unread["by_reason"].items())
        yield f"{number(unread['count'], 'item')} could not be read: {reasons}."
    elif bundle["exhibits"]:
        yield "Everything in the exhibits could be read."
    else:
        yield "No exhibit was searched."
    left = {
        place["place"]
        for trace in bundle["traces"]
        for place in trace["side_by_side"]
        if place["reason"] == "left the known blocks"
    }
    if left:
        yield f"{number(len(left), 'end')} of the trail left the blocks that this case holds."
    unseen = {
        place["place"]
        for trace in bundle["traces"]
        for place in trace["side_by_side"]
        if place["reason"] == "not fetched"
    }
    if unseen:
        yield f"At {number(len(unseen), 'end')} of the trail nobody has looked further: not fetched."
    mixed = {
        place["place"]
        for trace in bundle["traces"]
        for place in trace["side_by_side"]
        if place["reason"] == "mixing"
    }
    if mixed:
        yield f"{number(len(mixed), 'end')} of the trail went into mixing; the ledger does not say further."
    hidden = {
        place["place"]
        for trace in bundle["traces"]
        for place in trace["side_by_side"]
        if place["reason"] == "one of several"
    }
    if hidden:
        yield (
            f"At {number(len(hidden), 'end')} of the trail a ring hides which of several outputs was "
            "spent: not followed."
        )
    for pin in bundle["ledger"]["chains"]:
        if pin["height"] is not None:
            yield f"Nothing after block {pin['height']} of {pin['chain']} ({pin['mined_at']}) was looked at."
    yield "Who used a device, a key or an account is not a question that this report can answer."
