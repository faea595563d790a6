"""The OFAC sanctions list, `sdn_advanced.xml`: addresses with the names under which they are listed.

Found in: features `Digital Currency Address - XBT`, `… - ETH`, `… - USDT` and so on of a party's
profile. Proof: none beyond the list; a tag asserts that OFAC named this address in the entry of this
party. Limits: says nothing about who controls the address today; the file has more than 100 MB and is
read as a stream, and only parties with an address are kept. EVM addresses are compared without case,
all others exactly. Known failure: an entry may hold a text that is no address; it is kept and flagged.
Spec: https://ofac.treasury.gov (Advanced Sanctions Data Model of the UN); any of its namespaces.
"""

import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element, ParseError, tostring
from xml.sax.saxutils import escape, quoteattr

from defusedxml.common import (  # type: ignore[import-untyped]  # it ships no types
    DefusedXmlException,
)
from defusedxml.ElementTree import iterparse  # type: ignore[import-untyped]  # it ships no types

from chainlead.attribution.address_form import read_address
from chainlead.attribution.claim import Actor, Pack, Tag
from chainlead.attribution.importer import Condensed, Importer, pack_id_of
from chainlead.attribution.pack_fields import FieldReader
from chainlead.errors import PackInvalidError

SOURCE = "OFAC SDN list"
_FEATURE = "Digital Currency Address - "
_SYMBOL = re.compile(r"[A-Z0-9]{2,10}")
_MOST_BYTES = 2 * 1024**3
_MOST_PARTIES = 1_000_000
_MOST_ADDRESSES = 200_000
_LONGEST = 400
_LONGEST_PART = 1024 * 1024
"""Bytes between two tags: a real one has some thousands at most."""
_MOST_INSIDE = 200_000
"""Elements inside one party: a real one has some thousands at most."""
_KEPT_NAMES = 20
_NAMED = frozenset(
    {"FeatureType", "SanctionsProgram", "SanctionsType", "AliasType", "PartySubType"}
)


@dataclass
class _Party:
    """One party with at least one address."""

    number: str
    names: list[str]
    addresses: list[tuple[str, str, str]]
    profiles: list[str] = field(default_factory=list)
    programs: set[str] = field(default_factory=set)
    listed: set[str] = field(default_factory=set)


class OfacSdnAdvanced(Importer):
    """Addresses and parties of the sanctions list."""

    form = "ofac.sdn-advanced"
    is_large = True

    def recognises(self, name: str, content: bytes) -> bool:
        """XML whose root is the list's."""
        head = content[:4096]
        return (
            name.lower().endswith(".xml")
            and re.search(rb"<(\w+:)?Sanctions[\s>]", head) is not None
        )

    def parse(self, name: str, content: bytes) -> Pack:
        """Read the list, or its condensed form, from memory."""
        reading, stream = self._read(name, io.BytesIO(content))
        return reading.pack(stream.hexdigest())

    def condense(self, name: str, file: BinaryIO) -> Condensed:
        """The day of issue, and the parties with an address and their entries, as they stand there."""
        reading, stream = self._read(name, file)
        return Condensed(reading.condensed(), stream.hexdigest(), stream.size_bytes)

    def _read(self, name: str, file: BinaryIO) -> "tuple[_Reading, _Hashed]":
        """Read the list as a stream.

        Raises:
            PackInvalidError: no such list, an entity or document type declaration, or too large.
        """
        stream = _Hashed(name, file)
        reading = _Reading(name)
        try:
            for _, element in iterparse(
                stream, events=("end",), forbid_dtd=True, forbid_entities=True, forbid_external=True
            ):
                reading.take(element)
        except (ParseError, DefusedXmlException, UnicodeError, ValueError) as error:
            raise PackInvalidError(f"{name} is not the XML of the list: {error}.") from error
        stream.drain()
        if not (reading.is_list and reading.has_parties):
            raise PackInvalidError(f"{name} has no parties: it is no OFAC list.")
        return reading, stream


class _Hashed(io.RawIOBase):
    """A stream that knows the digest of what was read, and stops at a limit."""

    def __init__(self, name: str, file: BinaryIO) -> None:
        self._name, self._file = name, file
        self._digest = hashlib.sha256()
        self.size_bytes = self._without_tag = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        part = self._file.read(1024 * 1024 if size < 0 else size)
        self.size_bytes += len(part)
        if self.size_bytes > _MOST_BYTES:
            raise PackInvalidError(f"{self._name} has more than {_MOST_BYTES} bytes.")
        start = part.find(b"<")
        self._without_tag += len(part) if start < 0 else start
        if self._without_tag > _LONGEST_PART:
            raise PackInvalidError(f"{self._name}: more than {_LONGEST_PART} bytes without a tag.")
        if start >= 0:
            self._without_tag = len(part) - part.rfind(b"<")
        self._digest.update(part)
        return part

    def drain(self) -> None:
        while self.read(1024 * 1024):
            pass

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


class _Reading:
    """What is known while the list passes by; elements that were read are emptied at once."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.read = FieldReader(name)
        self.values: dict[tuple[str, str], str] = {}
        self.issued = ""
        self.parties: list[_Party] = []
        self.by_profile: dict[str, _Party] = {}
        self.party_count = self.address_count = self.inside = 0
        self.is_list = self.has_parties = False
        self.kept_parties: list[bytes] = []
        self.kept_entries: list[bytes] = []

    def take(self, element: Element) -> None:
        kind = _local(element.tag)
        if kind in _NAMED:
            self.values[kind, element.get("ID", "")] = (element.text or "").strip()
        elif kind == "DateOfIssue":
            self.issued = self.issued or _day(element)
        elif kind == "DistinctParty":
            self._party(element)
        elif kind == "SanctionsEntry":
            self._entry(element)
        elif kind in {"Location", "IDRegDocument", "ProfileRelationship"}:
            pass
        else:
            self.inside += 1
            if self.inside > _MOST_INSIDE:
                raise PackInvalidError(f"{self.name}: an entry has more than {_MOST_INSIDE} parts.")
            self.is_list = self.is_list or kind == "Sanctions"
            self.has_parties = self.has_parties or kind == "DistinctParties"
            return
        self.inside = 0
        element.clear()

    def _party(self, element: Element) -> None:
        self.party_count += 1
        if self.party_count > _MOST_PARTIES:
            raise PackInvalidError(f"{self.name} has more than {_MOST_PARTIES} parties.")
        addresses = list(self._addresses(element))
        if not addresses:
            return
        self.address_count += len(addresses)
        if self.address_count > _MOST_ADDRESSES:
            raise PackInvalidError(f"{self.name} has more than {_MOST_ADDRESSES} addresses.")
        profiles = [each.get("ID", "") for each in _all(element, "Profile")]
        number = (element.get("FixedRef") or next(iter(profiles), "")).strip()[:40]
        party = _Party(number, _names(element), addresses, profiles)
        self.parties.append(party)
        self.kept_parties.append(tostring(element))
        self.by_profile.update((profile, party) for profile in profiles if profile)

    def _addresses(self, element: Element) -> Iterator[tuple[str, str, str]]:
        for feature in _all(element, "Feature"):
            kind = self.values.get(("FeatureType", feature.get("FeatureTypeID", "")), "")
            if not kind.startswith(_FEATURE):
                continue
            symbol = kind.removeprefix(_FEATURE).strip().upper()
            if not _SYMBOL.fullmatch(symbol):
                self.read.note(f"the currency {symbol[:20]!r} has another form than a symbol")
                symbol = re.sub(r"[^A-Z0-9]", "", symbol)[:10] or "UNKNOWN"
            for detail in _all(feature, "VersionDetail"):
                address = (detail.text or "").strip()
                if not address or len(address) > _LONGEST or not address.isprintable():
                    self.read.note(
                        "an address is empty, too long or not printable and was left out"
                    )
                    continue
                yield symbol, address, feature.get("ID", "")

    def _entry(self, element: Element) -> None:
        party = self.by_profile.get(element.get("ProfileID", ""))
        if party is None:
            return
        self.kept_entries.append(tostring(element))
        for event in _all(element, "EntryEvent"):
            if day := _day(event):
                party.listed.add(day)
        for measure in _all(element, "SanctionsMeasure"):
            kind = self.values.get(("SanctionsType", measure.get("SanctionsTypeID", "")), "")
            comment = next((c.text for c in _all(measure, "Comment") if c.text), None)
            if comment and kind in {"", "Program"}:
                party.programs.add(comment.strip()[:200])

    def condensed(self) -> bytes:
        year, _, rest = self.issued.partition("-")
        month, _, day = rest.partition("-")
        values = "".join(
            f"<{kind} ID={quoteattr(number)}>{escape(text)}</{kind}>\n"
            for (kind, number), text in sorted(self.values.items())
            if text.startswith(_FEATURE) or kind == "SanctionsType"
        )
        issued = f"<Year>{year}</Year><Month>{month}</Month><Day>{day}</Day>" if self.issued else ""
        parts = (
            b'<?xml version="1.0" encoding="UTF-8"?>\n<Sanctions>\n',
            f"<DateOfIssue>{issued}</DateOfIssue>\n".encode(),
            f"<ReferenceValueSets>\n{values}</ReferenceValueSets>\n".encode(),
            b"<DistinctParties>\n" + b"\n".join(self.kept_parties) + b"</DistinctParties>\n",
            b"<SanctionsEntries>\n" + b"\n".join(self.kept_entries) + b"</SanctionsEntries>\n",
            b"</Sanctions>\n",
        )
        return b"".join(parts)

    def pack(self, sha256: str) -> Pack:
        pack_id = pack_id_of(OfacSdnAdvanced.form, "", sha256)
        tags: list[Tag] = []
        for party in self.parties:
            for found in party.addresses:
                tags.append(self._tag(party, found, pack_id, len(tags)))
        return Pack(
            pack_id=pack_id,
            sha256=sha256,
            name=self.name,
            form=OfacSdnAdvanced.form,
            title="OFAC SDN list, digital currency addresses with parties",
            creator="US Department of the Treasury, OFAC",
            tags=tuple(tags),
            actors=tuple(_actor(party, pack_id) for party in _once(self.parties)),
            problems=self.read.sentences(),
            header={"issued": self.issued},
        )

    def _tag(self, party: _Party, found: tuple[str, str, str], pack_id: str, number: int) -> Tag:
        symbol, address, feature_id = found
        form = read_address(address, symbol)
        if form.note and not form.is_address:
            self.read.note(form.note)
        detail: dict[str, Any] = {"feature_id": feature_id}
        if party.programs:
            detail["programs"] = sorted(party.programs)
        if party.listed:
            detail["listed"] = min(party.listed)
        if form.note:
            detail["address_note"] = form.note
        name = party.names[0] if party.names else f"party {party.number}"
        return Tag(
            pack_sha256=pack_id,
            tag_number=number,
            chain=form.chain,
            currency=symbol,
            address=address,
            label=f"Named in the OFAC SDN list: {name}",
            actor=f"ofac-{party.number}",
            category="sanction",
            confidence="authority_data",
            source=SOURCE,
            lastmod=self.issued or None,
            detail=detail,
            canonical=form.canonical,
            is_address=form.is_address,
            abuse="sanction",
        )


def _once(parties: list[_Party]) -> list[_Party]:
    return list({party.number: party for party in parties}.values())


def _actor(party: _Party, pack_id: str) -> Actor:
    detail: dict[str, Any] = {"address_count": len(party.addresses)}
    if party.programs:
        detail["programs"] = sorted(party.programs)
    if party.listed:
        detail["listed"] = sorted(party.listed)
    return Actor(
        pack_sha256=pack_id,
        actor=f"ofac-{party.number}",
        label=party.names[0] if party.names else f"party {party.number}",
        uri=None,
        categories=("sanction",),
        jurisdictions=(),
        detail=detail,
        aliases=tuple(party.names[1:]),
    )


def _names(party: Element) -> list[str]:
    """The party's names, the primary one first; parts in their order."""
    primary: list[str] = []
    others: list[str] = []
    for alias in _all(party, "Alias"):
        for documented in _all(alias, "DocumentedName"):
            parts = (value.text or "" for value in _all(documented, "NamePartValue"))
            name = " ".join(" ".join(parts).split())[:_LONGEST]
            if name:
                (primary if alias.get("Primary", "").lower() == "true" else others).append(name)
    return list(dict.fromkeys((*primary, *others)))[:_KEPT_NAMES]


def _day(element: Element) -> str:
    """The first complete day inside an element, `2026-11-22`, or empty."""
    parts = {_local(each.tag): (each.text or "").strip() for each in reversed(list(element.iter()))}
    year, month, day = (parts.get(name, "") for name in ("Year", "Month", "Day"))
    if not (year.isdigit() and month.isdigit() and day.isdigit() and len(year) == 4):
        return ""
    return f"{year}-{int(month):02d}-{int(day):02d}"


def _all(element: Element, name: str) -> Iterator[Element]:
    return (each for each in element.iter() if _local(each.tag) == name)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
