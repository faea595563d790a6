"""YAML from strangers, read with limits: plain text values only, no aliases, every line known.

Built on libyaml's event stream, so nothing is constructed that the file asks for: a scalar is its
text (an unquoted `0x…` address stays an address and does not become a number), and an alias bomb
ends at its first anchor. Spec: https://yaml.org/spec/1.1/.
"""

from dataclasses import dataclass
from typing import Any

import yaml

from chainlead.errors import PackInvalidError


@dataclass(frozen=True, slots=True)
class YamlLimits:
    """How large a pack may be."""

    size_bytes: int = 64 * 1024 * 1024
    depth: int = 12
    nodes: int = 8_000_000


DEFAULT_LIMITS = YamlLimits()


class YamlMap(dict[str, Any]):
    """A mapping that remembers the line it starts on (from 1)."""

    __slots__ = ("line",)

    line: int


def parse_bounded_yaml(
    content: bytes, *, name: str, limits: YamlLimits = DEFAULT_LIMITS
) -> YamlMap:
    """The one document of a file: a mapping of texts, lists and mappings.

    Null (`~`, `null` or nothing) is `None`; every other scalar is its text.

    Raises:
        PackInvalidError: too large, too deep, an anchor, alias or tag, a key twice, a second
            document, or no YAML; the message names the line.
    """
    if len(content) > limits.size_bytes:
        raise PackInvalidError(
            f"{name} has {len(content)} bytes; a pack may have {limits.size_bytes}."
        )
    loader = yaml.CSafeLoader(content)
    try:
        document = _build(loader, name, limits)
    except yaml.YAMLError as error:
        raise PackInvalidError(f"{name} is not YAML: {_place(error)}.") from error
    except UnicodeDecodeError as error:
        raise PackInvalidError(f"{name} is not UTF-8 text.") from error
    finally:
        loader.dispose()
    if not isinstance(document, YamlMap):
        raise PackInvalidError(f"{name}, line 1: a pack is a mapping of fields.")
    return document


def _build(loader: Any, name: str, limits: YamlLimits) -> Any:
    root: Any = None
    stack: list[Any] = []
    keys: list[str | None] = []
    nodes = documents = 0
    while True:
        event = loader.get_event()
        kind = type(event)
        if kind is yaml.ScalarEvent:
            value: Any = _scalar(event, name)
        elif kind is yaml.MappingStartEvent:
            value = YamlMap()
            value.line = event.start_mark.line + 1
        elif kind is yaml.SequenceStartEvent:
            value = []
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            stack.pop()
            keys.pop()
            continue
        elif kind is yaml.AliasEvent:
            raise _at(name, event, "aliases are not accepted")
        elif kind is yaml.DocumentStartEvent:
            documents += 1
            if documents > 1:
                raise _at(name, event, "a second document; a pack is one")
            continue
        elif kind is yaml.StreamEndEvent:
            return root
        else:
            continue
        nodes += 1
        if nodes > limits.nodes:
            raise _at(name, event, f"more than {limits.nodes} values")
        if event.anchor:
            raise _at(name, event, "anchors are not accepted")
        if not stack:
            root = value
        elif isinstance(stack[-1], list):
            stack[-1].append(value)
        elif keys[-1] is None:
            if kind is not yaml.ScalarEvent:
                raise _at(name, event, "a key that is no text")
            keys[-1] = value if value is not None else ""
            if keys[-1] in stack[-1]:
                raise _at(name, event, f"the field {value!r:.60} stands twice")
        else:
            stack[-1][keys[-1]] = value
            keys[-1] = None
        if kind is not yaml.ScalarEvent:
            if event.tag:
                raise _at(name, event, "tags are not accepted")
            stack.append(value)
            keys.append(None)
            if len(stack) > limits.depth:
                raise _at(name, event, f"nested deeper than {limits.depth}")


def _scalar(event: Any, name: str) -> str | None:
    if event.tag and event.tag != "!" and not event.tag.startswith("tag:yaml.org,2002:"):
        raise _at(name, event, "tags are not accepted")
    text: str = event.value
    if event.style is None and text in {"", "~", "null", "Null", "NULL"}:
        return None
    return text


def _at(name: str, event: Any, what: str) -> PackInvalidError:
    return PackInvalidError(f"{name}, line {event.start_mark.line + 1}: {what}.")


def _place(error: yaml.YAMLError) -> str:
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "cannot be read"
    mark = getattr(error, "problem_mark", None)
    return f"line {mark.line + 1}: {problem}" if mark else str(problem)
