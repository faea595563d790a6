"""What makes two pages the same template: hashes of their text with and without what differs.

Found in: saved pages.
Proof: equal SHA-256 of the normalised text (exact clone); share of common word triples (near
clone), exact while a page has no more triples than a sketch holds, else an estimate from the
smallest hashes (bottom-k sketch).
Limits: shop software gives honest shops the same template; short pages are alike by chance; a
template whose words were translated or reordered is not recognised.
Spec: A. Broder, "On the resemblance and containment of documents" (1997).
"""

import re
from dataclasses import dataclass
from hashlib import blake2b, sha256

SKETCH = 256
NEAR_PERCENT = 80
_FEWEST_TRIPLES = 20
_ONION = re.compile(r"\b[a-z2-7]{16,56}\.onion\b")
_MAIL = re.compile(r"[\w.%+-]{1,64}@[\w.-]{1,253}")
_LONG = re.compile(r"\b(?:0x)?[0-9a-z]{20,}\b")
_NUMBER = re.compile(r"\d+(?:[.,:' ]\d+)*")
_WORD = re.compile(r"\w+|[<>]")


@dataclass(frozen=True, slots=True)
class TextPrint:
    """The fingerprint of a page's text.

    Attributes:
        text_sha256: of the text in lower case with single spaces.
        template_sha256: the same with addresses, mail, hidden services and numbers taken out.
        triples: how many different word triples the template has.
        sketch: the smallest hashes of those triples, sorted.
    """

    text_sha256: str
    template_sha256: str
    triples: int
    sketch: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two pages are.

    Attributes:
        kind: `same text`, `same template`, `near template`, or empty.
        percent: common word triples of all word triples, rounded down.
        is_estimate: whether the percentage rests on sketches that do not hold all triples.
    """

    kind: str
    percent: int
    is_estimate: bool


def derive_print(text: str) -> TextPrint:
    """The fingerprint of a page's visible text."""
    plain = " ".join(text.lower().split())
    template = plain
    for pattern, sign in ((_ONION, "<onion>"), (_MAIL, "<mail>"), (_LONG, "<code>")):
        template = pattern.sub(sign, template)
    template = _NUMBER.sub("<number>", template)
    words = _WORD.findall(template)
    hashes = {
        int.from_bytes(
            blake2b(" ".join(words[at : at + 3]).encode(), digest_size=6).digest(), "big"
        )
        for at in range(max(len(words) - 2, 0))
    }
    return TextPrint(_digest(plain), _digest(template), len(hashes), tuple(sorted(hashes)[:SKETCH]))


def compare_prints(one: TextPrint, other: TextPrint) -> Likeness:
    """How alike two pages are; pages with few words are only compared for equality."""
    union = sorted({*one.sketch, *other.sketch})
    is_whole = one.triples <= SKETCH and other.triples <= SKETCH
    if not is_whole:
        union = union[:SKETCH]
    common = set(one.sketch) & set(other.sketch)
    shared = sum(value in common for value in union)
    percent = 100 * shared // len(union) if union else 0
    if not one.triples:
        return Likeness("", 0, is_estimate=False)
    if one.text_sha256 == other.text_sha256:
        return Likeness("same text", 100, is_estimate=False)
    if one.template_sha256 == other.template_sha256:
        return Likeness("same template", 100, is_estimate=False)
    is_long = min(one.triples, other.triples) >= _FEWEST_TRIPLES
    kind = "near template" if is_long and percent >= NEAR_PERCENT else ""
    return Likeness(kind, percent, is_estimate=not is_whole)


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()
