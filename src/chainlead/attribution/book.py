"""The address book: what all imported packs say about an address, strongest first.

Nothing is averaged: claims that disagree are kept and shown. Look-ups are indexed; a trace that
asks often gets the set of tagged addresses in memory, so that a miss costs no query.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from chainlead.attribution.address_form import canonical_address
from chainlead.attribution.claim import Actor, Claim
from chainlead.attribution.confidence import NOT_STATED, confidence_level, one_class_lower
from chainlead.attribution.pack_history import PackHistory
from chainlead.attribution.silent_tags import SilentTags
from chainlead.attribution.taxonomy import CategoryKind, lookup_category, pools_money
from chainlead.model import Chain, Strength
from chainlead.store import Row, Store

_LOAD_AFTER = 64
"""Look-ups answered one by one before the set of tagged addresses is loaded."""
_LOAD_AT_MOST = 3_000_000
_CACHED = 200_000


class AddressBook:
    """Claims and actors of one case. It reads the tables as they are when it is made."""

    def __init__(self, store: Store) -> None:
        """Answer from this store."""
        self._store = store
        self._asked = 0
        self._tagged: frozenset[str] | None = None
        self._loadable = True
        self._claims: dict[tuple[str, str], tuple[Claim, ...]] = {}
        self._actors: dict[str, Actor | None] = {}
        self._packs: dict[str, str] | None = None
        self._history = PackHistory(store)
        self._silent = SilentTags(store)

    def claims(self, chain: Chain | str, address: str) -> tuple[Claim, ...]:
        """Every claim on an address of this ledger, strongest first; empty where nobody says anything.

        A tag for a ledger that chainlead does not know, on the same address text, is given too,
        after all others, with a note.
        """
        name = chain.value if isinstance(chain, Chain) else chain
        canonical = canonical_address(address)
        key = (name, canonical)
        if (cached := self._claims.get(key)) is not None:
            return cached
        if not self._may_be_tagged(canonical):
            return ()
        claims = self._ranked(self._store.rows("tags", canonical=canonical), name)
        if len(self._claims) < _CACHED:
            self._claims[key] = claims
        return claims

    def transaction_claims(self, chain: Chain | str, txid: str) -> tuple[Claim, ...]:
        """Every claim on a transaction (64 hex characters), strongest first; rarely any."""
        name = chain.value if isinstance(chain, Chain) else chain
        return self._ranked(self._store.rows("tags", txid=txid.lower().removeprefix("0x")), name)

    def service_claims(self, chain: Chain | str, address: str) -> tuple[Claim, ...]:
        """The claims that say that a service controls the address, strongest first.

        A claim without category counts if it says nothing about conduct: a label such as a web
        site's name may be a service. Sanction lists and conduct tags are not service claims.
        """
        return tuple(claim for claim in self.claims(chain, address) if names_service(claim))

    def conflicts(self, claims: Sequence[Claim]) -> tuple[Claim, ...]:
        """The claims that name another party than the first one; they are shown beside it."""
        if not claims:
            return ()
        first = self.party_names(claims[0])
        return tuple(claim for claim in claims[1:] if not first & self.party_names(claim))

    def actor(self, actor_id: str | None) -> Actor | None:
        """The named party, or None. Of several packs that name it, the first by pack id that is not replaced."""
        if not actor_id:
            return None
        if actor_id not in self._actors:
            rows = list(self._store.rows("actors", actor=actor_id))
            rows.sort(key=lambda row: self._history.is_replaced(row["pack_id"]))
            self._actors[actor_id] = actor_from_row(rows[0]) if rows else None
        return self._actors[actor_id]

    def actors_named(self, actor_id: str) -> tuple[Actor, ...]:
        """What every pack says about this party."""
        return tuple(actor_from_row(row) for row in self._store.rows("actors", actor=actor_id))

    def pools_money(self, category: str | None) -> str | None:
        """Why a trace must stop at a service of this category; None where it goes on."""
        return pools_money(category)

    def inherited(
        self, claims: Iterable[Claim], address: str, via: Sequence[str]
    ) -> tuple[Claim, ...]:
        """Claims on a cluster's other address, taken over: INFERRED, one confidence class lower.

        Args:
            claims: the claims on the tagged address.
            address: the address that inherits them.
            via: the transactions that link the two addresses.
        """
        taken = []
        for claim in claims:
            confidence = one_class_lower(claim.confidence)
            taken.append(
                replace(
                    claim,
                    address=address,
                    strength=Strength.INFERRED,
                    confidence=confidence,
                    level=confidence_level(confidence),
                    inherited_via=tuple(via),
                    note=f"the tag is on {claim.address}; the link is inferred from common inputs",
                )
            )
        return tuple(taken)

    def _may_be_tagged(self, canonical: str) -> bool:
        self._asked += 1
        if self._tagged is None and self._loadable and self._asked > _LOAD_AFTER:
            self._loadable = self._store.count("tags") <= _LOAD_AT_MOST
            if self._loadable:
                rows = self._store.rows("tags", columns=["canonical"])
                self._tagged = frozenset(row["canonical"] for row in rows)
        return self._tagged is None or canonical in self._tagged

    def _ranked(self, rows: Iterable[Row], chain: str) -> tuple[Claim, ...]:
        meant = [row for row in rows if row["chain"] in {chain, None}]
        found = [
            (row, self._claim(row, chain, withdrawn))
            for row, withdrawn in self._history.versions(meant)
        ]
        found.sort(key=lambda pair: _rank(*pair))
        return tuple(claim for _, claim in found)

    def _claim(self, row: Row, chain: str, withdrawn: str = "") -> Claim:
        if self._packs is None:
            packs = self._store.rows("packs", columns=["pack_id", "name", "title", "creator"])
            self._packs = {
                p["pack_id"]: f"{p['title']} ({p['creator']}, {p['name']})" for p in packs
            }
        note = row["detail"].get("address_note", "")
        if row["chain"] != chain:
            note = f"the tag is for {row['currency']}, not for {chain}" + (note and f"; {note}")
        if withdrawn:
            newer = f"withdrawn: the newer version {withdrawn} of this pack does not have it"
            note = newer + (note and f"; {note}")
        confidence = row["confidence"] or NOT_STATED
        category = self._category(row)
        silence = self._silent.judge(
            chain,
            row["canonical"],
            label=row["label"],
            category=category,
            abuse=row["abuse"],
        )
        return Claim(
            address=row["address"],
            service=row["label"],
            actor=row["actor"],
            category=category,
            strength=Strength.ASSERTED,
            confidence=confidence,
            source=row["source"],
            lastmod=row["lastmod"],
            pack=self._packs.get(row["pack_id"]) or str(row["pack_id"]),
            level=confidence_level(row["confidence"]),
            abuse=row["abuse"],
            note=note,
            withdrawn=withdrawn,
            says_nothing=silence.words if silence else "",
            is_nobodys=silence is not None and silence.is_nobodys,
        )

    def _category(self, row: Row) -> str | None:
        """The tag's own category; else the actor's, one that pools money first."""
        own: str | None = row["category"]
        if own is not None or row["abuse"] is not None:
            return own
        actor = self.actor(row["actor"])
        if actor is None or not actor.categories:
            return None
        return next((name for name in actor.categories if pools_money(name)), actor.categories[0])

    def party_names(self, claim: Claim) -> frozenset[str]:
        """Every name of the claimed party, made plain: claims on one party share at least one."""
        actor = self.actor(claim.actor)
        texts = [claim.actor or "", claim.service]
        if actor is not None:
            texts += [actor.label, actor.uri or "", *actor.aliases]
        return frozenset(filter(None, (_plain_name(text) for text in texts)))


def names_service(claim: Claim) -> bool:
    """Whether a claim says that a service controls the address.

    One that was withdrawn, or that is on an address which nobody holds, does not.
    """
    if claim.withdrawn or claim.is_nobodys:
        return False
    category = lookup_category(claim.category)
    if category is not None:
        return category.kind is CategoryKind.SERVICE
    return claim.category is None and claim.abuse is None


def actor_from_row(row: Row) -> Actor:
    """An actor as its table has it."""
    return Actor(
        pack_sha256=row["pack_id"],
        actor=row["actor"],
        label=row["label"],
        uri=row["uri"],
        categories=tuple(row["categories"]),
        jurisdictions=tuple(row["jurisdictions"]),
        detail=row["detail"],
        aliases=tuple(row["aliases"]),
    )


def _rank(row: Row, claim: Claim) -> tuple[Any, ...]:
    """Level first; then tags for this very ledger, newer ones, and an order that never changes."""
    newest_first = tuple(-ord(character) for character in claim.lastmod or "")
    return (
        bool(claim.withdrawn),
        row["chain"] is None,
        -claim.level,
        newest_first,
        row["pack_id"],
        row["tag_number"],
    )


_DOMAIN_ENDS = re.compile(r"^(https?://)?(www\.)?|(\.(com|io|net|org|co|de|eu|exchange))?/?$")


def _plain_name(text: str) -> str:
    """A party's name for comparing: no case, no web prefix, no usual ending, letters and digits."""
    lowered = unicodedata.normalize("NFKC", text).casefold().strip()
    return "".join(c for c in _DOMAIN_ENDS.sub("", lowered) if c.isalnum())
