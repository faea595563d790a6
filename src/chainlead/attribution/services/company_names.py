"""Names and numbers of companies as registers write them: LEI, legal forms, countries, web sites."""

import re
import unicodedata
from collections.abc import Iterable

from chainlead.attribution.services.domains import registrable_domain

_LEI = re.compile(r"[A-Z0-9]{18}[0-9]{2}")
_LEGAL_FORMS = frozenset(
    {
        "ab", "ag", "as", "asa", "bv", "co", "company", "corp", "corporation", "doo", "eurl", "gmbh",
        "inc", "incorporated", "kft", "lda", "limited", "llc", "llp", "lp", "ltd", "ltda", "nv", "oo",
        "ou", "oy", "oyj", "plc", "pte", "pty", "sa", "sarl", "sas", "se", "sia", "sl", "spa", "spzoo",
        "sro", "srl", "uab", "ug", "zrt",
    }
)  # fmt: skip
_NOTHING = frozenset({"", "-", "--", "n/a", "na", "none", "null", "nil", "not applicable", "."})
_OTHER_CODES = {"EL": "GR", "UK": "GB"}
_WEB_BREAKS = re.compile(r"[|;,\s]+")
_MOST_WEBSITES = 200


def said(text: str | None) -> str:
    """A cell's text in one line of printable characters; empty where it says nothing (`N/A`, `-`)."""
    words = " ".join((text or "").split())
    plain = "".join(c for c in words if c.isprintable()).strip()
    return "" if plain.casefold() in _NOTHING else plain


def is_lei(text: str) -> bool:
    """Whether the text is a legal entity identifier: ISO 17442 with its check digits (ISO 7064)."""
    if not _LEI.fullmatch(text):
        return False
    return int("".join(str(int(character, 36)) for character in text)) % 97 == 1


def country_code(text: str) -> str:
    """An ISO 3166-1 code; the Union's own `EL` and `UK` become `GR` and `GB`; empty if it is none."""
    code = text.strip().upper()
    if not (len(code) == 2 and code.isascii() and code.isalpha()):
        return ""
    return _OTHER_CODES.get(code, code)


def company_name(text: str) -> str:
    """A company's name for comparing: no case, no accents, no dots, no legal form at its end."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(c for c in plain if not unicodedata.combining(c)).replace(".", "")
    words = re.findall(r"[^\W_]+", plain)
    while len(words) > 1 and words[-1] in _LEGAL_FORMS:
        words.pop()
    return " ".join(words)


def web_sites(text: str) -> tuple[str, ...]:
    """The web addresses of a cell, in its order: divided by `|`, comma, semicolon or space."""
    parts = (part.strip("()[]<>\"'") for part in _WEB_BREAKS.split(text)[:_MOST_WEBSITES])
    return tuple(dict.fromkeys(part for part in parts if registrable_domain(part)))


def domains_of(addresses: Iterable[str]) -> tuple[str, ...]:
    """The registrable domains of web addresses, sorted."""
    return tuple(sorted({found for each in addresses if (found := registrable_domain(each))}))
