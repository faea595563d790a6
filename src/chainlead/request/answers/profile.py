"""Answer profiles: what the sheets and columns of one service's answers mean, as a file of data.

Shipped profiles lie in `request/data/answer_profiles/`, a unit's own in its folder
`answer-profiles/`; the unit's own wins. A profile never says the time zone of a whole answer: a
person does. It may say it of a column whose header does.
"""

import re
from collections.abc import Mapping
from importlib import resources
from pathlib import Path

import msgspec

from chainlead.errors import AnswerMappingError
from chainlead.request.answers.words import column_names, plain, sheet_kinds

FOLDER = "answer-profiles"
_MOST_BYTES = 256 << 10
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,60}\Z")
LAYOUTS = ("table", "fields", "lines")
ANY = "*"


class SheetProfile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one sheet holds.

    Attributes:
        names: of the sheet (of the file, where it has no sheets), compared without case and accents;
            `*` stands for any sheet that no other part of the profile names.
        kind: one of `words.sheet_kinds()`.
        layout: `table` (a header, then rows), `fields` (a label and its value in each row) or
            `lines` (text without columns, only searched for identifiers).
        columns: our name of a column -> the header (or label) in the file.
        zones: our name of a column of times -> its time zone, where the file says it.
        direction: of every row, where the sheet as a whole has one: in, out or internal.
        directions: words in the direction column -> in, out or internal.
    """

    names: tuple[str, ...]
    kind: str
    layout: str = "table"
    columns: dict[str, str] = {}
    zones: dict[str, str] = {}
    direction: str = ""
    directions: dict[str, str] = {}


class AnswerProfile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How to read the answers of one service.

    Attributes:
        profile: its name: small letters, digits and hyphens.
        title: for people.
        service: the service's id or name; empty where it fits several.
        language: of the headers, two letters.
        source: where the meaning comes from.
        read: date on which somebody checked it.
        encoding: of text files, where it cannot be found out.
        separator: of CSV files, where it cannot be found out.
        decimal: `.` or `,`; empty: found out for each column, or an error.
        moments: forms of times as `strptime` has them, tried in this order; empty: found out.
        sheets: what the sheets hold.
    """

    profile: str
    title: str = ""
    service: str = ""
    language: str = ""
    source: str = ""
    read: str = ""
    encoding: str = ""
    separator: str = ""
    decimal: str = ""
    moments: tuple[str, ...] = ()
    sheets: tuple[SheetProfile, ...] = ()

    def sheet(self, name: str) -> SheetProfile | None:
        """The part about a sheet of this name."""
        wanted = plain(name)
        for part in self.sheets:
            if any(plain(each) == wanted for each in part.names if each != ANY):
                return part
        return next((part for part in self.sheets if ANY in part.names), None)


def parse_profile(content: bytes, name: str) -> AnswerProfile:
    """A profile from its YAML.

    Raises:
        AnswerMappingError: not a profile; the message names the field.
    """
    if len(content) > _MOST_BYTES:
        raise AnswerMappingError(f"{name} has more than {_MOST_BYTES} bytes; a profile is short.")
    try:
        made = msgspec.yaml.decode(content, type=AnswerProfile, strict=False)
    except (msgspec.MsgspecError, ValueError, TypeError, RecursionError) as error:
        words = str(error).splitlines()[0]
        raise AnswerMappingError(
            f"{name} is no answer profile: {words}.",
            next_step="The fields are in docs/howto/add-an-answer-profile.md.",
        ) from error
    if problem := _problem(made):
        raise AnswerMappingError(
            f"{name}: {problem}.", next_step="See docs/howto/add-an-answer-profile.md."
        )
    return made


def _problem(profile: AnswerProfile) -> str:
    if not _NAME.match(profile.profile):
        return f"the name {profile.profile!r:.80} is not of small letters, digits and hyphens"
    if profile.decimal not in {"", ".", ","}:
        return "decimal is . or , or empty"
    if not profile.sheets:
        return "it names no sheet"
    kinds, columns = set(sheet_kinds()), set(column_names())
    for part in profile.sheets:
        if not part.names:
            return "a sheet has no name"
        if part.kind not in kinds:
            return (
                f"there is no kind of sheet {part.kind!r:.40}; there are {', '.join(sorted(kinds))}"
            )
        if part.layout not in LAYOUTS:
            return f"the layout {part.layout!r:.40} is none of {', '.join(LAYOUTS)}"
        if unknown := sorted((set(part.columns) | set(part.zones)) - columns):
            return f"there is no column {unknown[0]!r:.40}"
        if wrong := sorted(set(part.directions.values()) - {"in", "out", "internal"}):
            return f"{wrong[0]!r:.40} is no direction; there are in, out, internal"
    return ""


def write_profile(profile: AnswerProfile) -> bytes:
    """The profile as YAML that `parse_profile` reads back to the same."""
    return msgspec.yaml.encode(
        {
            name: value
            for name, value in msgspec.to_builtins(profile).items()
            if value or name in {"profile", "sheets"}
        }
    )


def find_profiles(unit: Path | None) -> Mapping[str, AnswerProfile]:
    """All profiles by name; the unit's own win.

    Args:
        unit: the unit's folder, or None.

    Raises:
        AnswerMappingError: a file of the unit is no profile.
    """
    found = {}
    shipped = resources.files("chainlead.request").joinpath("data", "answer_profiles")
    for file in sorted(shipped.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".yaml"):
            made = parse_profile(file.read_bytes(), file.name)
            found[made.profile] = made
    folder = unit / FOLDER if unit else None
    if folder is not None and folder.is_dir():
        for path in sorted(folder.glob("*.yaml")):
            made = parse_profile(path.read_bytes(), path.name)
            found[made.profile] = made
    return found


def get_profile(name: str, unit: Path | None) -> AnswerProfile:
    """The profile with this name.

    Raises:
        AnswerMappingError: there is none.
    """
    profiles = find_profiles(unit)
    if name not in profiles:
        known = ", ".join(sorted(profiles)) or "none"
        raise AnswerMappingError(
            f"There is no answer profile {name!r:.60}; there are: {known}.",
            next_step="List them with `chainlead answer profile list`, or propose one from the file "
            "with `chainlead answer profile propose FILE`.",
        )
    return profiles[name]


def save_profile(profile: AnswerProfile, unit: Path) -> Path:
    """Write a profile into the unit's folder, whole.

    Raises:
        AnswerMappingError: the profile is not sound.
    """
    if problem := _problem(profile):
        raise AnswerMappingError(f"The profile cannot be saved: {problem}.")
    folder = unit / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{profile.profile}.yaml"
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(write_profile(profile))
    part.replace(path)
    return path
