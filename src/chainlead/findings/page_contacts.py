"""Ways to reach the people behind a page: mail, messengers, keys, hidden services.

Found in: the text and the link targets of saved pages.
Proof: Tox IDs, onion names of version 3 and OpenPGP key blocks carry a checksum (*checked*); mail
addresses and links of a service have a structure (*structured*); a name behind a service's name is
a shape only (*shape*).
Limits: nobody was asked whether a contact exists. A name behind a word like `telegram` may be
prose. Session IDs and fingerprints have no checksum: a word for them must stand close by.
Spec: RFC 5322, RFC 6068 (mail); RFC 5122 (xmpp); Tox `toxcore` specification, "Tox ID"; Tor
rend-spec-v3, section 6; RFC 9580 (OpenPGP); t.me links of Telegram; Session ID: 05 and 32 bytes.
"""

import binascii
import re
from base64 import b32decode, b64decode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha1, sha3_256
from urllib.parse import unquote

from chainlead.findings.page_text import PageText
from chainlead.model import Certainty

_HOST = r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z]{2,24}"
_MAIL = re.compile(rf"(?<![\w.@+/-])([A-Za-z0-9._%+-]{{1,64}}@{_HOST})(?![\w-])")
_SPELLED = re.compile(
    r"(?<![\w.@])([A-Za-z0-9._%+-]{1,64}) ?[\[({] ?at ?[\])}] ?"
    r"([A-Za-z0-9-]{1,63}(?: ?(?:\.|[\[({] ?dot ?[\])}]) ?[A-Za-z0-9-]{1,63}){1,6})",
    re.IGNORECASE,
)
_DOT = re.compile(r" ?[\[({] ?dot ?[\])}] ?| ?\. ?", re.IGNORECASE)
_XMPP = re.compile(
    rf"(?:\bxmpp:|\b(?:xmpp|jabber|omemo)\b[^\n@]{{0,24}}?)([A-Za-z0-9._%+-]{{1,64}}@{_HOST})",
    re.IGNORECASE,
)
_TELEGRAM_LINK = re.compile(
    r"(?:\bt\.me|\btelegram\.(?:me|dog))/(?:s/|joinchat/|\+)?([A-Za-z0-9_-]{4,64})"
    r"|\btg://(?:resolve\?domain=|join\?invite=)([A-Za-z0-9_-]{4,64})",
    re.IGNORECASE,
)
_TELEGRAM_WORD = re.compile(
    r"\b(?:telegram|tg)\b[ ]{0,2}(?:[:=–-][ ]{0,2}@?|[ ]?@)([A-Za-z]\w{3,31})(?!\w)", re.IGNORECASE
)
_WICKR = re.compile(
    r"\bwickr(?: ?me| ?pro)?\b ?(?:id|user(?:name)?)? ?[:=–-] ?@?([A-Za-z0-9][A-Za-z0-9_.-]{2,31})",
    re.IGNORECASE,
)
_THREEMA = re.compile(
    r"\bthreema(?:\.id/|[ ]?(?:id)?[ ]?[:=–-][ ]?)([A-Z0-9*][A-Z0-9]{7})\b", re.IGNORECASE
)
_SIGNAL = re.compile(r"\bsignal\.(?:me|group)/#(?:p/|eu/)?([A-Za-z0-9+_=-]{6,120})", re.IGNORECASE)
_WHATSAPP = re.compile(
    r"\b(?:wa\.me/|api\.whatsapp\.com/send\?phone=)\+?(\d{7,15})\b", re.IGNORECASE
)
_MATRIX = re.compile(rf"(?<![\w.])(@[a-z0-9._=/+-]{{1,64}}:{_HOST})(?![\w-])")
_TOX = re.compile(r"(?<![0-9A-Za-z])([0-9A-Fa-f]{76})(?![0-9A-Za-z])")
_SESSION = re.compile(r"(?<![0-9A-Za-z])(05[0-9A-Fa-f]{64})(?![0-9A-Za-z])")
_SESSION_WORD = re.compile(r"\bsession\b", re.IGNORECASE)
_FINGERPRINT = re.compile(
    r"(?<![0-9A-Za-z])((?:[0-9A-Fa-f]{4}[ \u00a0:]{0,2}){9}[0-9A-Fa-f]{4})(?![0-9A-Za-z])"
)
_KEY_WORD = re.compile(r"\b(?:open ?pgp|pgp|gpg|gnupg|finger ?print|key ?id)\b", re.IGNORECASE)
_KEY_BEGIN = "-----BEGIN PGP PUBLIC KEY BLOCK-----"
_KEY_END = "-----END PGP PUBLIC KEY BLOCK-----"
_MOST_KEY_CHARACTERS = 1 << 20
_ONION = re.compile(r"(?<![0-9A-Za-z])([a-z2-7]{56}|[a-z2-7]{16})\.onion\b", re.IGNORECASE)
_NEAR = 120
_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Contact:
    """One way to reach somebody.

    Attributes:
        kind: mail, telegram, tox, session, xmpp, wickr, threema, signal, whatsapp, matrix,
            pgp_fingerprint, onion.
        how: what the proof rests on, in words.
        places: where on the page: `line N` of the text, or `tag@attribute`.
    """

    kind: str
    value: str
    certainty: Certainty
    how: str
    places: tuple[str, ...]


def find_contacts(page: PageText) -> tuple[Contact, ...]:
    """All contacts of a page, each once, sorted by kind and value."""
    found: dict[tuple[str, str], Contact] = {}
    sources = [(page.text, "")]
    sources += [(unquote(link.target), f"{link.tag}@{link.attribute}") for link in page.links]
    for text, link in sources:
        for offset, contact in _contacts(text):
            place = link or f"line {page.line_of(offset)}"
            known = found.get((contact.kind, contact.value))
            places = (*known.places, place) if known else (place,)
            better = known if known and known.certainty is not Certainty.SHAPE else contact
            found[contact.kind, contact.value] = replace(
                better, places=tuple(dict.fromkeys(places))
            )
            if len(found) >= _MOST:
                break
    chats = {value for kind, value in found if kind == "xmpp"}
    kept = [c for c in found.values() if c.kind != "mail" or c.value not in chats]
    return tuple(sorted(kept, key=lambda contact: (contact.kind, contact.value)))


def _contacts(text: str) -> Iterator[tuple[int, Contact]]:
    for match in _XMPP.finditer(text):
        yield match.start(1), _made("xmpp", match[1].lower(), "an address behind a word for XMPP")
    for match in _MAIL.finditer(text):
        yield match.start(), _made("mail", match[1].lower(), "the form of a mail address")
    for match in _SPELLED.finditer(text):
        address = f"{match[1]}@{_DOT.sub('.', match[2])}".lower()
        if _MAIL.fullmatch(address):
            yield match.start(), _made("mail", address, "a mail address spelled out")
    for match in _TELEGRAM_LINK.finditer(text):
        yield match.start(), _made("telegram", match[1] or match[2], "a link of the service")
    yield from _named(text, "telegram", _TELEGRAM_WORD)
    yield from _named(text, "wickr", _WICKR)
    yield from _named(text, "threema", _THREEMA, str.upper)
    for kind, pattern in (("signal", _SIGNAL), ("whatsapp", _WHATSAPP)):
        for match in pattern.finditer(text):
            yield match.start(), _made(kind, match[1], "a link of the service")
    for match in _MATRIX.finditer(text):
        yield match.start(), _made("matrix", match[1], "the form of a Matrix name")
    yield from _long_forms(text)


def _long_forms(text: str) -> Iterator[tuple[int, Contact]]:
    for match in _TOX.finditer(text):
        if is_tox_id(match[1]):
            how = "76 hex digits whose last four are their checksum"
            yield match.start(), _made("tox", match[1].upper(), how, Certainty.CHECKED)
    for match in _SESSION.finditer(text):
        if _SESSION_WORD.search(text, max(0, match.start() - _NEAR), match.end() + _NEAR):
            how = "05 and 64 hex digits beside the word Session; no checksum"
            yield match.start(), _made("session", match[1].lower(), how)
    for match in _FINGERPRINT.finditer(text):
        if _KEY_WORD.search(text, max(0, match.start() - _NEAR), match.end()):
            how = "40 hex digits behind a word for OpenPGP; no checksum"
            value = re.sub(r"[^0-9A-Fa-f]", "", match[1]).upper()
            yield match.start(), _made("pgp_fingerprint", value, how)
    for start, block in _key_blocks(text):
        fingerprint = fingerprint_of(block)
        if fingerprint:
            how = "computed from the key block on the page"
            yield start, _made("pgp_fingerprint", fingerprint, how, Certainty.CHECKED)
    for match in _ONION.finditer(text):
        name = match[1].lower()
        if len(name) == 16:
            how = "old name of 16 characters, out of use since 2021; no checksum"
            yield match.start(), _made("onion", f"{name}.onion", how, Certainty.SHAPE)
        elif is_onion_v3(name):
            how = "version 3 name with its checksum"
            yield match.start(), _made("onion", f"{name}.onion", how, Certainty.CHECKED)


def _key_blocks(text: str) -> Iterator[tuple[int, str]]:
    end = 0
    while (start := text.find(_KEY_BEGIN, end)) >= 0:
        end = text.find(_KEY_END, start)
        if end < 0:
            return
        inside = text[start + len(_KEY_BEGIN) : end]
        if len(inside) <= _MOST_KEY_CHARACTERS:
            yield start, inside.rpartition(_KEY_BEGIN)[2]


def _named(
    text: str, kind: str, pattern: "re.Pattern[str]", form: Callable[[str], str] = str
) -> Iterator[tuple[int, Contact]]:
    for match in pattern.finditer(text):
        how = "a name behind the service's name"
        yield match.start(), _made(kind, form(match[1]), how, Certainty.SHAPE)


def _made(kind: str, value: str, how: str, certainty: Certainty = Certainty.STRUCTURED) -> Contact:
    return Contact(kind, value, certainty, how, ())


def is_onion_v3(name: str) -> bool:
    """Whether 56 characters before `.onion` carry version 3 and the right checksum."""
    try:
        decoded = b32decode(name.upper())
    except binascii.Error:
        return False
    key, checksum, version = decoded[:32], decoded[32:34], decoded[34:]
    expected = sha3_256(b".onion checksum" + key + version).digest()[:2]
    return version == b"\x03" and checksum == expected


def is_tox_id(text: str) -> bool:
    """Whether 76 hex digits end with the XOR of all pairs of bytes before."""
    raw = bytes.fromhex(text)
    even = odd = 0
    for number, byte in enumerate(raw[:36]):
        if number % 2:
            odd ^= byte
        else:
            even ^= byte
    return raw[36:] == bytes((even, odd)) and any(raw[:32])


def fingerprint_of(armored: str) -> str | None:
    """The fingerprint of the primary key (version 4) in the inside of a key block; None if damaged.

    The block's own CRC-24, where there is one, must fit.
    """
    body = armored.replace("\r", "").lstrip(" ").partition("\n\n")[2] or armored
    lines = [line.strip() for line in body.strip().splitlines()]
    checksum = lines.pop()[1:] if lines and re.fullmatch(r"=[\w+/]{4}", lines[-1]) else ""
    encoded = "".join(line for line in lines if ":" not in line).replace(" ", "")
    try:
        packets = b64decode(encoded, validate=True)
        if checksum and b64decode(checksum) != _crc24(packets).to_bytes(3, "big"):
            return None
    except (binascii.Error, ValueError):
        return None
    body_of_key = _first_packet(packets)
    if body_of_key is None or body_of_key[:1] != b"\x04":
        return None
    framed = b"\x99" + len(body_of_key).to_bytes(2, "big") + body_of_key
    return sha1(framed, usedforsecurity=False).hexdigest().upper()


def _first_packet(packets: bytes) -> bytes | None:
    """The body of the first packet if it is a public key."""
    if len(packets) < 6 or not packets[0] & 0x80:
        return None
    if packets[0] & 0x40:
        tag, first = packets[0] & 0x3F, packets[1]
        if first < 192:
            start, size = 2, first
        elif first < 224:
            start, size = 3, ((first - 192) << 8) + packets[2] + 192
        else:
            start, size = 6, int.from_bytes(packets[2:6], "big")
    else:
        tag, width = (packets[0] >> 2) & 0x0F, packets[0] & 3
        if width == 3:
            return None
        start = 1 + (1 << width)
        size = int.from_bytes(packets[1:start], "big")
    body = packets[start : start + size]
    return body if tag == 6 and len(body) == size and size < 1 << 16 else None


def _crc24(content: bytes) -> int:
    crc = 0xB704CE
    for byte in content:
        crc ^= byte << 16
        for _ in range(8):
            crc <<= 1
            if crc & 0x1000000:
                crc ^= 0x1864CFB
    return crc
