"""GraphSense TagPacks: YAML with a header and tags; header fields hold for every tag without them.

Proof: none; a tag is what its maker asserts, with source, date and confidence class.
Limits: a pack is one YAML document without anchors and tags, of at most 64 MB. Fields that the
schema does not name are kept in `detail`. An address that is none is kept and flagged.
Spec: https://github.com/graphsense/graphsense-tagpack-tool (`conf/tagpack_schema.yaml`), the older
fields of the public packs (currency without network) included.
"""

import hashlib
import re
from typing import Any

from chainlead.attribution.address_form import currency_chain, read_address
from chainlead.attribution.bounded_yaml import YamlMap, parse_bounded_yaml
from chainlead.attribution.claim import Pack, Tag
from chainlead.attribution.confidence import confidence_classes
from chainlead.attribution.importer import Importer, pack_id_of
from chainlead.attribution.pack_fields import FieldReader

_HEADER_ONLY = frozenset({"title", "creator", "description", "owner", "is_public", "tags"})
_OWN_COLUMNS = frozenset(
    {
        "address", "tx_hash", "currency", "network", "label", "source", "actor", "category",
        "confidence", "lastmod", "abuse",
    }
)  # fmt: skip
_ACTORS = re.compile(rb"^actors[ \t]*:", re.MULTILINE)
_TXID = re.compile(r"(0x)?[0-9a-fA-F]{64}")


class GraphsenseTagpack(Importer):
    """Tags on addresses and transactions."""

    form = "graphsense.tagpack"

    def recognises(self, name: str, content: bytes) -> bool:
        """A YAML file without actors."""
        return name.lower().endswith((".yaml", ".yml")) and not _ACTORS.search(content)

    def parse(self, name: str, content: bytes) -> Pack:
        """Read header and tags."""
        document = parse_bounded_yaml(content, name=name)
        read = FieldReader(name)
        title = read.required(document, "title", document.line)
        creator = read.required(document, "creator", document.line)
        lines = document.get("tags")
        if not isinstance(lines, list):
            raise read.fail(document.line, "the field tags is a list")
        header = {key: value for key, value in document.items() if key not in _HEADER_ONLY}
        sha256 = hashlib.sha256(content).hexdigest()
        pack_id = pack_id_of(self.form, "", sha256)
        tags: list[Tag] = []
        for line in lines:
            if not isinstance(line, YamlMap):
                raise read.fail(document.line, "each tag is a mapping of fields")
            for currency in self._currencies(read, header, line):
                tag = _tag(
                    read, header, line, currency=currency, pack_id=pack_id, tag_number=len(tags)
                )
                tags.append(tag)
        return Pack(
            pack_id=pack_id,
            sha256=sha256,
            name=name,
            form=self.form,
            title=title,
            creator=creator,
            tags=tuple(tags),
            actors=(),
            problems=read.sentences(),
            header={
                key: value
                for key, value in document.items()
                if key in {"description", "owner", "is_public"} and value is not None
            },
        )

    def _currencies(
        self, read: FieldReader, header: dict[str, Any], line: YamlMap
    ) -> tuple[str, ...]:
        for fields in (line, header):
            found = read.texts(fields, "currency", line.line)
            if found:
                return found
        for fields in (line, header):
            found = read.texts(fields, "network", line.line)
            if found:
                return found
        raise read.fail(line.line, "neither currency nor network is given")


def _tag(
    read: FieldReader,
    header: dict[str, Any],
    line: YamlMap,
    *,
    currency: str,
    pack_id: str,
    tag_number: int,
) -> Tag:
    fields = {**header, **{key: value for key, value in line.items() if value is not None}}
    place = line.line
    network = read.text(fields, "network", place)
    address = read.text(fields, "address", place)
    txid = read.text(fields, "tx_hash", place)
    if address is None and txid is None:
        raise read.fail(place, "a tag names an address or a tx_hash")
    confidence = read.text(fields, "confidence", place)
    if confidence and confidence not in confidence_classes():
        read.note(f"the confidence {confidence!r:.40} is not in the table")
    concepts = read.texts(fields, "concepts", place)
    category = read.text(fields, "category", place)
    detail: dict[str, Any] = {"line": place}
    if network:
        detail["network"] = network
    if concepts:
        detail["concepts"] = list(concepts)
    for key in ("is_cluster_definer", "is_public"):
        if (truth := read.truth(fields, key, place)) is not None:
            detail[key] = truth
    for key, value in fields.items():
        if key not in _OWN_COLUMNS and key not in detail and value is not None:
            detail[key] = value
    if address is None:
        form = None
        if txid and not _TXID.fullmatch(txid):
            read.note("a tx_hash is not 64 hex characters")
    else:
        form = read_address(address, network or currency)
        if form.note:
            detail["address_note"] = form.note
        if not form.is_address:
            read.note(form.note)
    return Tag(
        pack_sha256=pack_id,
        tag_number=tag_number,
        chain=form.chain if form else currency_chain(network or currency),
        currency=currency,
        address=address or "",
        label=read.required(fields, "label", place),
        actor=read.text(fields, "actor", place),
        category=category or (concepts[0] if concepts else None),
        confidence=confidence,
        source=read.required(fields, "source", place),
        lastmod=read.moment(fields, "lastmod", place),
        detail=detail,
        canonical=form.canonical if form else "",
        is_address=form.is_address if form else False,
        txid=txid.lower().removeprefix("0x") if txid else None,
        abuse=read.text(fields, "abuse", place),
    )
