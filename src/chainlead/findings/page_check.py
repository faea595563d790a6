"""The page check: everything that a saved page says about paying, contacts and itself.

Assumption: the saved file holds the page as a visitor got it. Known failure: pages that scripts
build show little in their saved text; the check then says little, and says so.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from chainlead.findings.context import masked
from chainlead.findings.finding import Finding
from chainlead.findings.page_contacts import Contact, find_contacts
from chainlead.findings.page_prices import Price, find_prices
from chainlead.findings.page_signs import Clone, Payment, Sign, find_payment, find_signs
from chainlead.findings.page_template import TextPrint, compare_prints, derive_print
from chainlead.findings.page_text import PageText
from chainlead.model import Provenance


@dataclass(frozen=True, slots=True)
class PageAddress:
    """A coin address on a page.

    Attributes:
        address: in the form under which ledgers know it.
        written: as on the page, each form once.
        chains: `chain:network`, best first.
        certainty: of the best finding of it.
        places: where it stands.
        finding_ids: of the findings that say so.
    """

    address: str
    written: tuple[str, ...]
    chains: tuple[str, ...]
    certainty: str
    places: tuple[str, ...]
    finding_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SeenPage:
    """What is kept of a page to compare others with it.

    Attributes:
        name: where it is, in words.
        sha256: of its bytes.
        addresses: its coin addresses, sorted.
    """

    name: str
    sha256: str
    text_print: TextPrint
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PageCheck:
    """What one page says. `others` counts findings that are no addresses, by kind."""

    provenance: Provenance
    sha256: str
    title: str
    addresses: tuple[PageAddress, ...]
    contacts: tuple[Contact, ...]
    prices: tuple[Price, ...]
    payment: Payment
    text_print: TextPrint
    clones: tuple[Clone, ...]
    signs: tuple[Sign, ...]
    others: dict[str, int]

    def seen_as(self, name: str) -> SeenPage:
        """This page, for comparing others with it."""
        addresses = tuple(found.address for found in self.addresses)
        return SeenPage(name, self.sha256, self.text_print, addresses)

    def to_document(self) -> dict[str, Any]:
        """JSON values only; text from the page is safe to show."""
        prints = self.text_print
        return {
            "exhibit": self.provenance.exhibit,
            "location": self.provenance.as_list(),
            "sha256": self.sha256,
            "title": masked(self.title),
            "addresses": [asdict(found) for found in self.addresses],
            "contacts": [
                {**asdict(contact), "certainty": contact.certainty.value}
                for contact in self.contacts
            ],
            "prices": [
                {**asdict(price), "chain": price.chain.value if price.chain else None}
                for price in self.prices
            ],
            "payment": {
                **asdict(self.payment),
                "order_links": [masked(link) for link in self.payment.order_links],
                "is_there": self.payment.is_there,
            },
            "text_sha256": prints.text_sha256,
            "template_sha256": prints.template_sha256,
            "clones": [asdict(clone) for clone in self.clones],
            "signs": [asdict(sign) for sign in self.signs],
            "other_findings": dict(sorted(self.others.items())),
        }


def check_page(
    page: PageText, findings: Iterable[Finding], seen: Sequence[SeenPage] = ()
) -> PageCheck:
    """Check one page.

    Args:
        page: its text.
        findings: of the file that holds it; those of other places are left out.
        seen: other pages to compare it with; pages with the same bytes are left out.
    """
    mine = [found for found in findings if _is_of(found, page)]
    addresses = _addresses(mine)
    prices, contacts = find_prices(page), find_contacts(page)
    uris = [str(found.value) for found in mine if found.kind == "payment_uri" and found.value]
    payment = find_payment(page, uris)
    text_print = derive_print(page.text)
    names = tuple(found.address for found in addresses)
    clones = _clones(page.sha256, text_print, names, seen)
    others: dict[str, int] = {}
    for found in mine:
        if found.kind != "address":
            others[found.kind] = others.get(found.kind, 0) + 1
    return PageCheck(
        page.provenance, page.sha256, page.title, addresses, contacts, prices, payment, text_print,
        clones, find_signs(prices, contacts, names, payment, clones), others,
    )  # fmt: skip


def _is_of(found: Finding, page: PageText) -> bool:
    steps = page.provenance.steps
    return found.provenance.steps[: len(steps)] == steps


def _addresses(findings: Iterable[Finding]) -> tuple[PageAddress, ...]:
    groups: dict[str, list[Finding]] = {}
    for found in findings:
        if found.kind == "address" and found.value:
            groups.setdefault(str(found.detail.get("canonical") or found.value), []).append(found)
    ranks = ("checked", "structured", "shape")
    made = []
    for address, group in sorted(groups.items()):
        best = min(group, key=lambda found: ranks.index(found.certainty.value))
        made.append(
            PageAddress(
                address,
                tuple(dict.fromkeys(str(found.value) for found in group)),
                tuple(f"{c.chain.value}:{c.network.value}" for c in best.candidates),
                best.certainty.value,
                tuple(dict.fromkeys(_place(found) for found in group)),
                tuple(sorted(found.finding_id for found in group)),
            )
        )
    return tuple(made)


def _place(found: Finding) -> str:
    if found.offset_bytes is not None:
        return f"byte {found.offset_bytes}"
    return found.row or str(found.provenance.steps[-1])


def _clones(
    sha256: str, text_print: TextPrint, addresses: tuple[str, ...], seen: Sequence[SeenPage]
) -> tuple[Clone, ...]:
    found: dict[tuple[str, str], Clone] = {}
    for other in seen:
        if other.sha256 == sha256:
            continue
        likeness = compare_prints(text_print, other.text_print)
        if likeness.kind:
            clone = Clone(
                other.name,
                likeness.kind,
                likeness.percent,
                likeness.is_estimate,
                bool(addresses) and set(addresses) == set(other.addresses),
            )
            found.setdefault((other.name, other.sha256), clone)
    return tuple(found[key] for key in sorted(found))
