"""The part that somebody registered, whatever stands before it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.attribution import registrable_domain
from chainlead.attribution.services.domains import host_of


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("https://www.kastell.example/a?b#c", "kastell.example"),
        ("law@mail.kastell.co.uk", "kastell.co.uk"),
        ("mailto:law@kastell.example?subject=x", "kastell.example"),
        ("kastell.example.", "kastell.example"),
        ("KASTELL.example:8443/x", "kastell.example"),
        ("https://binance.com@evil.example/", "evil.example"),
        ("https://binance.com.evil.example", "evil.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("https://192.0.2.1/x", ""),
        ("https://[2001:db8::1]/x", ""),
        ("co.uk", ""),
        ("localhost", ""),
        ("a b.example", ""),
        ("a\x1b[2J.example", ""),
        ("a\x00b.example", ""),
        ("a%2eb.example", ""),
        ("", ""),
        ("https://" + "a" * 70 + ".example", ""),
        ("x" * 3000 + ".example", ""),
    ],
)
def test_the_registrable_domain_is_found(address: str, domain: str) -> None:
    assert registrable_domain(address) == domain


@given(st.text(max_size=60))
def test_any_text_gives_a_plain_host_or_none(text: str) -> None:
    host = host_of(text)
    assert host.isascii()
    assert host == host.lower()
