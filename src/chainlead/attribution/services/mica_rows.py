"""What the files of ESMA's interim MiCA register share: who, where, which site, numbered keys."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from chainlead.attribution.services.company_names import country_code, is_lei, said
from chainlead.attribution.services.register import RegisterEntry
from chainlead.attribution.services.register_csv import Problems


def lei_of(row: Mapping[str, str], problems: Problems) -> str:
    """The LEI of a row; empty where there is none, or where its check digits are wrong (noted)."""
    text = said(row.get("ae_lei")).upper().replace(" ", "")
    if not text:
        problems.note("a row has no LEI")
        return ""
    if not is_lei(text):
        problems.note("a LEI has wrong check digits or another form and was not used")
        return ""
    return text


def seat_of(row: Mapping[str, str], problems: Problems) -> str:
    """The seat: the LEI's country, else the home Member State."""
    for column in ("ae_lei_cou_code", "ae_homememberstate"):
        if text := said(row.get(column)):
            if code := country_code(text):
                return code
            problems.note(f"the column {column} holds no country code")
    return ""


def codes_of(text: str) -> tuple[str, ...]:
    """Country codes divided by `|`, sorted."""
    parts = text.replace(";", "|").replace(",", "|").split("|")
    return tuple(sorted({code for part in parts if (code := country_code(part))}))


def with_keys(entries: Iterable[RegisterEntry]) -> tuple[RegisterEntry, ...]:
    """Entries by key; where one company has several lines, the later ones are numbered by their days."""
    groups: dict[str, list[RegisterEntry]] = {}
    for entry in entries:
        groups.setdefault(entry.key, []).append(entry)
    made = []
    for key in sorted(groups):
        ordered = sorted(groups[key], key=repr)
        ordered.sort(key=lambda e: (e.since is None, str(e.since or ""), str(e.until or "")))
        made += [
            entry if number == 1 else replace(entry, key=f"{key}#{number}")
            for number, entry in enumerate(ordered, start=1)
        ]
    return tuple(sorted(made, key=lambda entry: entry.key))
