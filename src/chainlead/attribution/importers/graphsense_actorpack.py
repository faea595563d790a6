"""GraphSense ActorPacks: who is behind a tag: name, web address, categories, jurisdictions.

Proof: none; asserted by the pack's maker. Limits: as for tag packs; a jurisdiction is what the
maker found, often a place of registration, and may have changed since. Actor packs hold no contact
for law enforcement.
Spec: https://github.com/graphsense/graphsense-tagpack-tool (`conf/actorpack_schema.yaml`).
"""

import hashlib
import re
from typing import Any

from chainlead.attribution.bounded_yaml import YamlMap, parse_bounded_yaml
from chainlead.attribution.claim import Actor, Pack
from chainlead.attribution.importer import Importer, pack_id_of
from chainlead.attribution.pack_fields import FieldReader

_ACTORS = re.compile(rb"^actors[ \t]*:", re.MULTILINE)
_OWN_COLUMNS = frozenset({"id", "label", "uri", "categories", "jurisdictions", "aliases"})
_HEADER = ("description", "owner", "is_public", "lastmod")


class GraphsenseActorpack(Importer):
    """Named parties."""

    form = "graphsense.actorpack"

    def recognises(self, name: str, content: bytes) -> bool:
        """A YAML file with actors."""
        return name.lower().endswith((".yaml", ".yml")) and bool(_ACTORS.search(content))

    def parse(self, name: str, content: bytes) -> Pack:
        """Read header and actors."""
        document = parse_bounded_yaml(content, name=name)
        read = FieldReader(name)
        lines = document.get("actors")
        if not isinstance(lines, list):
            raise read.fail(document.line, "the field actors is a list")
        sha256 = hashlib.sha256(content).hexdigest()
        pack_id = pack_id_of(self.form, "", sha256)
        actors: dict[str, Actor] = {}
        for line in lines:
            if not isinstance(line, YamlMap):
                raise read.fail(document.line, "each actor is a mapping of fields")
            made = _actor(read, line, pack_id)
            if made.actor in actors:
                raise read.fail(line.line, f"the actor {made.actor!r:.60} stands twice")
            actors[made.actor] = made
        return Pack(
            pack_id=pack_id,
            sha256=sha256,
            name=name,
            form=self.form,
            title=read.required(document, "title", document.line),
            creator=read.required(document, "creator", document.line),
            tags=(),
            actors=tuple(actors[key] for key in sorted(actors)),
            problems=read.sentences(),
            header={key: document[key] for key in _HEADER if document.get(key) is not None},
        )


def _actor(read: FieldReader, line: YamlMap, pack_id: str) -> Actor:
    place = line.line
    detail: dict[str, Any] = {"line": place}
    context = line.get("context")
    if isinstance(context, dict):
        detail.update({f"context_{key}": value for key, value in context.items()})
    elif context is not None:
        detail["context"] = context
    detail.update(
        (key, value)
        for key, value in line.items()
        if key not in _OWN_COLUMNS and key != "context" and value is not None
    )
    jurisdictions = read.texts(line, "jurisdictions", place)
    for code in jurisdictions:
        if not (len(code) == 2 and code.isascii() and code.isalpha()):
            read.note(f"the jurisdiction {code!r:.20} is no ISO 3166-1 code")
    return Actor(
        pack_sha256=pack_id,
        actor=read.required(line, "id", place),
        label=read.required(line, "label", place),
        uri=read.text(line, "uri", place),
        categories=read.texts(line, "categories", place),
        jurisdictions=tuple(code.upper() for code in jurisdictions),
        detail=detail,
        aliases=read.texts(line, "aliases", place),
    )
