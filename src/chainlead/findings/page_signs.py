"""Signs of a page that sells nothing; each with the innocent explanation beside it.

Found in: what the page check saw of a saved page.
Proof: none. A sign is an observation about a saved text, never a verdict: honest small sellers show
the same signs, and a page that delivers may show all of them. Only receipts and people can tell.
Limits: a saved page may lack what a script or a log-in would have added.
Spec: complaints of officers about pages "with no payment button, only an e-mail address"
(NetClean Report 2018, insight 4).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from chainlead.findings.page_contacts import Contact
from chainlead.findings.page_prices import Price
from chainlead.findings.page_text import PageText

_ORDER = re.compile(
    r"(?:^|[/?&=_.-])(?:checkout|cart|basket|order|buy|pay|payment|invoice|purchase|kassa|warenkorb"
    r"|bestell\w*|kop)(?:$|[/?&=_.-])",
    re.IGNORECASE,
)
_PROCESSORS = re.compile(
    r"\b(btcpay|bitpay|coinpayments|coingate|nowpayments|opennode|plisio|cryptomus|blockonomics"
    r"|commerce\.coinbase|checkout\.stripe|paypal)\b",
    re.IGNORECASE,
)
_FORM_LINKS = frozenset({"a", "form", "button", "area", "input"})
_SEARCH_FIELDS = frozenset({"q", "s", "search", "query", "text", "submit", "button"})
_NOT_MESSENGERS = frozenset({"onion", "pgp_fingerprint"})


@dataclass(frozen=True, slots=True)
class Payment:
    """What could take an order or a payment.

    Attributes:
        forms: forms with an input that is not a search field.
        buttons: buttons.
        order_links: link targets that name a cart, checkout, order, invoice or payment.
        processors: payment services named in links or scripts.
        uris: payment links of coins.
    """

    forms: int
    buttons: int
    order_links: tuple[str, ...]
    processors: tuple[str, ...]
    uris: tuple[str, ...]

    @property
    def is_there(self) -> bool:
        """Whether anything of this is there."""
        return bool(self.forms or self.buttons or self.order_links or self.processors or self.uris)


@dataclass(frozen=True, slots=True)
class Clone:
    """Another page of the case with the same or nearly the same text.

    Attributes:
        page: which page that is.
        kind: `same text`, `same template` or `near template`.
        percent: common word triples of all word triples; `is_estimate` where sketches were cut.
        has_same_addresses: whether both pages name the same coin addresses.
    """

    page: str
    kind: str
    percent: int
    is_estimate: bool
    has_same_addresses: bool


@dataclass(frozen=True, slots=True)
class Sign:
    """An observation, and why it may mean nothing."""

    name: str
    seen: str
    innocent: str


def find_payment(page: PageText, uris: Sequence[str]) -> Payment:
    """What on this page could take an order."""
    targets = [link for link in page.links if link.tag in _FORM_LINKS]
    orders = [link.target for link in targets if _ORDER.search(link.target.partition("#")[0])]
    named = {
        match[1].lower()
        for link in page.links
        for match in _PROCESSORS.finditer(link.target[:2_000])
    }
    is_search = bool(page.fields) and set(page.fields) <= _SEARCH_FIELDS
    return Payment(
        forms=0 if is_search else page.tags.get("form", 0),
        buttons=0 if is_search else page.tags.get("button", 0),
        order_links=tuple(dict.fromkeys(t[:200] for t in orders if not t.startswith("mailto:"))),
        processors=tuple(sorted(named)),
        uris=tuple(sorted(set(uris))),
    )


def find_signs(
    prices: Sequence[Price],
    contacts: Sequence[Contact],
    addresses: Sequence[str],
    payment: Payment,
    clones: Sequence[Clone],
) -> tuple[Sign, ...]:
    """All signs of one page, in a fixed order."""
    signs: list[Sign] = []
    if prices and not payment.is_there and not addresses:
        signs.append(Sign(
            "price-without-payment",
            f"{_count(len(prices), 'price')}, and no address, form, button, checkout or payment "
            "link: nothing on this page takes a payment.",
            "Payment may come after a log-in, on another page, or through a script that a saved "
            "page does not run.",
        ))  # fmt: skip
    if prices and addresses and not payment.is_there:
        signs.append(Sign(
            "no-order-form",
            f"{_count(len(prices), 'price')} and a coin address, but no form, button, checkout or "
            "payment link: an order cannot be tied to its payment on this page.",
            "Small sellers take orders by hand; a script may have built the form.",
        ))  # fmt: skip
    ways = sorted({c.kind for c in contacts} - _NOT_MESSENGERS)
    if ways == ["mail"]:
        mails = [c.value for c in contacts if c.kind == "mail"]
        signs.append(Sign(
            "mail-only",
            f"The only way to reach anybody is mail: {', '.join(mails[:5])}.",
            "Many honest one-person shops have a mail address and nothing else.",
        ))  # fmt: skip
    if prices and not ways:
        signs.append(Sign(
            "no-contact",
            "Prices, and no way to reach anybody on this page.",
            "The contact may stand on another page of the same site.",
        ))  # fmt: skip
    if prices and len(addresses) == 1 and not payment.uris:
        signs.append(Sign(
            "one-static-address",
            f"One coin address for {_count(len(prices), 'price')}: {addresses[0]}.",
            "Sellers who take orders by hand reuse one address; a shop that makes an address for "
            "each order shows one at a time, and this may be the page of one order.",
        ))  # fmt: skip
    signs.extend(_clone_sign(clone) for clone in clones)
    return tuple(signs)


def _clone_sign(clone: Clone) -> Sign:
    about = "about " if clone.is_estimate else ""
    addresses = "the same coin addresses" if clone.has_same_addresses else "other coin addresses"
    same = (
        "It may be the same page saved twice, or a mirror of one site."
        if clone.has_same_addresses
        else "Shop software and page builders give unrelated sites the same text."
    )
    return Sign(
        "template-clone",
        f"{clone.kind.capitalize()} as {clone.page} ({about}{clone.percent} % of the word triples "
        f"in common), with {addresses}.",
        same,
    )


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
