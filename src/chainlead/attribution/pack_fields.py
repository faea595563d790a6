"""Fields of packs: texts with limits, YAML 1.1 truth words, dates, lists."""

import re
from collections.abc import Mapping
from typing import Any

from chainlead.errors import PackInvalidError

_LONGEST = {"context": 100_000, "description": 20_000, "source": 4_000}
_TRUTH = {
    **dict.fromkeys(("true", "yes", "on", "y"), True),
    **dict.fromkeys(("false", "no", "off", "n"), False),
}
_DATE = re.compile(r"\d{4}-\d\d?-\d\d?([Tt ]\d\d?:\d\d(:\d\d(\.\d+)?)? ?(Z|[+-]\d\d?(:?\d\d)?)?)?")


class FieldReader:
    """Reads the fields of one pack; errors name the file and the line."""

    def __init__(self, name: str) -> None:
        """Read the pack with this file name."""
        self.name = name
        self.problems: dict[str, int] = {}

    def note(self, problem: str) -> None:
        """Count something odd that was kept as it stands."""
        self.problems[problem] = self.problems.get(problem, 0) + 1

    def sentences(self) -> tuple[str, ...]:
        """What was odd, with counts, sorted."""
        return tuple(f"{count} × {problem}" for problem, count in sorted(self.problems.items()))

    def fail(self, line: int, what: str) -> PackInvalidError:
        """The error for this line."""
        return PackInvalidError(f"{self.name}, line {line}: {what}.")

    def text(self, fields: Mapping[str, Any], key: str, line: int) -> str | None:
        """A text; None where it is missing or empty."""
        value = fields.get(key)
        if value is None:
            return None
        if not isinstance(value, str):
            raise self.fail(line, f"the field {key} is a text")
        if len(value) > _LONGEST.get(key, 1_000):
            raise self.fail(line, f"the field {key} has {len(value)} characters")
        return value.strip() or None

    def required(self, fields: Mapping[str, Any], key: str, line: int) -> str:
        """A text that must be there."""
        value = self.text(fields, key, line)
        if value is None:
            raise self.fail(line, f"the field {key} is missing")
        return value

    def truth(self, fields: Mapping[str, Any], key: str, line: int) -> bool | None:
        """A yes or no; None where it is missing."""
        value = self.text(fields, key, line)
        if value is None:
            return None
        if value.lower() not in _TRUTH:
            raise self.fail(line, f"the field {key} is true or false, not {value!r:.40}")
        return _TRUTH[value.lower()]

    def texts(self, fields: Mapping[str, Any], key: str, line: int) -> tuple[str, ...]:
        """A list of texts; one text counts as a list of one."""
        value = fields.get(key)
        if value is None:
            return ()
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, list) or any(
            not isinstance(each, str) or len(each) > 1_000 for each in value
        ):
            raise self.fail(line, f"the field {key} is a list of texts")
        return tuple(each.strip() for each in value if each.strip())

    def moment(self, fields: Mapping[str, Any], key: str, line: int) -> str | None:
        """A date or time as it is written; noted where it is neither."""
        value = self.text(fields, key, line)
        if value is not None and not _DATE.fullmatch(value):
            self.note(f"the field {key} is no date")
        return value
