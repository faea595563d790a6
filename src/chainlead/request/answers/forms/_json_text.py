"""JSON of strangers: decoded strictly, numbers as the digits they are, keys compared without spelling."""

import json
from collections.abc import Iterator
from typing import Any, NoReturn

from chainlead.request.answers.form import AnswerLimits, ReadingHints, UnreadableError
from chainlead.request.answers.forms.comma_separated import decode_text

_DEEPEST = 64


def parse_json(content: bytes, hints: ReadingHints, limits: AnswerLimits) -> Any:
    """The document; every number is a text with its own digits.

    Raises:
        UnreadableError: no JSON, nested too deeply, or a key twice.
    """
    text, _ = decode_text(content, hints.encoding)
    if len(text) > limits.file_bytes or _depth(text) > _DEEPEST:
        raise UnreadableError(f"its JSON is nested deeper than {_DEEPEST}")
    try:
        return json.loads(
            text,
            parse_float=str,
            parse_int=str,
            parse_constant=_refuse,
            object_pairs_hook=_pairs,
        )
    except (json.JSONDecodeError, RecursionError) as error:
        words = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deeply"
        raise UnreadableError(f"it is no JSON: {words}") from error


def plain_key(key: str) -> str:
    """camelCase, PascalCase and snake_case of one name are equal."""
    return key.replace("_", "").replace("-", "").replace(" ", "").casefold()


def flat(document: Any, path: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """Every value with its path."""
    if depth > _DEEPEST:
        return
    if isinstance(document, dict):
        for key in sorted(document):
            yield from flat(document[key], f"{path}.{key}" if path else str(key), depth + 1)
    elif isinstance(document, list):
        for number, each in enumerate(document, 1):
            yield from flat(each, f"{path}[{number}]", depth + 1)
    elif document is not None:
        yield path, str(document).lower() if isinstance(document, bool) else str(document)


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise UnreadableError("an object has a key twice; which value is meant cannot be told")
    return made


def _refuse(word: str) -> NoReturn:
    raise UnreadableError(f"it holds {word}, which is no JSON")


def _depth(text: str) -> int:
    depth = deepest = 0
    in_text = escaped = False
    for letter in text:
        if in_text:
            if escaped:
                escaped = False
            elif letter == "\\":
                escaped = True
            elif letter == '"':
                in_text = False
        elif letter == '"':
            in_text = True
        elif letter in "{[":
            depth += 1
            deepest = max(deepest, depth)
        elif letter in "}]":
            depth -= 1
    return deepest
