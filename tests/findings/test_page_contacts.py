"""Contacts are proved where they carry a checksum, and named as shapes where they do not."""

from collections.abc import Callable

import pytest

from chainlead.evidence import Item
from chainlead.findings import read_page_texts
from chainlead.findings.page_contacts import (
    Contact,
    find_contacts,
    fingerprint_of,
    is_onion_v3,
    is_tox_id,
)
from chainlead.model import Certainty

TOR_PROJECT = "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid"
TOX = "56A1ADE4B65B86BCD51CC73E2CD4E542179F47959FE3E0E21B4B0ACDADE51855D34D34D37CB5"
SESSION = "05" + "a1b2c3d4" * 8


@pytest.fixture
def contacts(pages: Callable[..., list[Item]]) -> Callable[[str], dict[tuple[str, str], Contact]]:
    def find(text: str) -> dict[tuple[str, str], Contact]:
        [page] = read_page_texts(pages(text.encode(), encoding="utf-8"))
        return {(contact.kind, contact.value): contact for contact in find_contacts(page)}

    return find


@pytest.mark.parametrize(
    ("text", "kind", "value", "certainty"),
    [
        ("write to Orders@Shop.example now", "mail", "orders@shop.example", "structured"),
        ("orders [at] shop [dot] example", "mail", "orders@shop.example", "structured"),
        ("https://t.me/nordlicht_shop", "telegram", "nordlicht_shop", "structured"),
        ("Telegram: @nordlicht", "telegram", "nordlicht", "shape"),
        ("tg: nordlicht", "telegram", "nordlicht", "shape"),
        ("xmpp:nord@jabber.example", "xmpp", "nord@jabber.example", "structured"),
        ("Jabber - nord@jabber.example", "xmpp", "nord@jabber.example", "structured"),
        ("Wickr Me: nordlicht77", "wickr", "nordlicht77", "shape"),
        ("Threema ID: abcd1234", "threema", "ABCD1234", "shape"),
        ("https://wa.me/4670000000", "whatsapp", "4670000000", "structured"),
        ("matrix @nord:server.example", "matrix", "@nord:server.example", "structured"),
        (f"our Session: {SESSION}", "session", SESSION, "structured"),
        (f"tox {TOX}", "tox", TOX, "checked"),
        (f"http://{TOR_PROJECT}.onion/", "onion", f"{TOR_PROJECT}.onion", "checked"),
        ("expyuzz4wqqyqhjn.onion", "onion", "expyuzz4wqqyqhjn.onion", "shape"),
        (
            "PGP: EF6E 286D DA85 EA2A 4BA7  DE68 4E2C 6E87 9329 8290",
            "pgp_fingerprint",
            "EF6E286DDA85EA2A4BA7DE684E2C6E8793298290",
            "structured",
        ),
    ],
)
def test_a_contact_is_found(
    text: str,
    kind: str,
    value: str,
    certainty: str,
    contacts: Callable[[str], dict[tuple[str, str], Contact]],
) -> None:
    found = contacts(text)
    assert found.keys() == {(kind, value)}
    assert found[kind, value].certainty is Certainty(certainty)
    assert found[kind, value].places == ("line 1",)


@pytest.mark.parametrize(
    "text",
    [
        f"{TOR_PROJECT[:-2]}aa.onion",
        f"tox {TOX[:-1]}A",
        SESSION,
        "EF6E 286D DA85 EA2A 4BA7 DE68 4E2C 6E87 9329 8290",
        "name@host",
        "a telegram arrived yesterday",
        "the onion.onion",
    ],
)
def test_a_wrong_checksum_or_a_missing_word_is_no_contact(
    text: str, contacts: Callable[[str], dict[tuple[str, str], Contact]]
) -> None:
    assert contacts(text) == {}


def test_a_link_of_a_page_is_read(pages: Callable[..., list[Item]]) -> None:
    content = (
        b"<!doctype html><a href='mailto:a%40b.example?subject=x'>write</a>"
        b"<a href='https://t.me/+AbCdEfGh1234'>chat</a>"
    )
    [item] = pages(content)
    from dataclasses import replace

    [page] = read_page_texts([replace(item, media_type="text/html")])
    found = {(c.kind, c.value): c.places for c in find_contacts(page)}
    assert found == {
        ("mail", "a@b.example"): ("a@href",),
        ("telegram", "AbCdEfGh1234"): ("a@href",),
    }


def test_published_names_pass_their_checksums() -> None:
    """The Tor Project's own site, and an example of the Tox documentation."""
    assert is_onion_v3(TOR_PROJECT)
    assert is_tox_id(TOX)
    assert not is_tox_id("0" * 76)


KEY = """

mDMEXEcE6RYJKwYBBAHaRw8BAQdArjWwk3FAqyiFbFBKT4TzXcVBqPTB3gmzlC/U
b7O1u120JkFsaWNlIExvdmVsYWNlIDxhbGljZUBvcGVucGdwLmV4YW1wbGU+iJAE
ExYIADgCGwMFCwkIBwIGFQoJCAsCBBYCAwECHgECF4AWIQTrhbtfozp14V6UTmPy
MVUMT0fjjgUCXaWfOgAKCRDyMVUMT0fjjukrAPoDnHBSogOmsHOsd9qGsiZpgRnO
dypvbm+QtXZqth9rvwD9HcDC0tC+PHAsO7OTh1S1TC9RiJsvawAfCPaQZoed8gK4
OARcRwTpEgorBgEEAZdVAQUBAQdAQv8GIa2rSTzgqbXCpDDYMiKRVitCsy203x3s
E9+eviIDAQgHiHgEGBYIACAWIQTrhbtfozp14V6UTmPyMVUMT0fjjgUCXEcE6QIb
DAAKCRDyMVUMT0fjjlnQAQDFHUs6TIcxrNTtEZFjUFm1M0PJ1Dng/cDW4xN80fsn
0QEA22Kr7VkCjeAEC08VSTeV+QFsmz55/lntWkwYWhmvOgE=
=iIGO
"""
"""A published sample key ("Alice", draft-bre-openpgp-samples-01)."""


def test_the_fingerprint_of_a_key_block_is_computed(
    contacts: Callable[[str], dict[tuple[str, str], Contact]],
) -> None:
    expected = "EB85BB5FA33A75E15E944E63F231550C4F47E38E"
    assert fingerprint_of(KEY) == expected
    begin, end = "-----BEGIN PGP PUBLIC KEY BLOCK-----", "-----END PGP PUBLIC KEY BLOCK-----"
    found = contacts(f"our key\n{begin}{KEY}{end}\n")
    assert found["pgp_fingerprint", expected].certainty is Certainty.CHECKED


@pytest.mark.parametrize("damaged", [KEY.replace("mDME", "mDMF"), "\n\n====", "", "\n\nAAAA"])
def test_a_damaged_key_block_has_no_fingerprint(damaged: str) -> None:
    assert fingerprint_of(damaged) is None
