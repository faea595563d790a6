import pytest
from starlette.responses import Response

from chainlead.errors import ConfigError
from chainlead.web.entrance import Entrance

PROXY = Entrance.behind("https://cases.unit.example")
TRIAL = Entrance.on_this_machine({"127.0.0.1:8765"}, is_team=True)


def scope(peer, *forwarded):
    headers = [(b"x-forwarded-for", each.encode()) for each in forwarded]
    return {"client": (peer, 1) if peer else None, "headers": headers}


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("127.0.0.1", ["192.0.2.9"], "192.0.2.9"),
        ("127.0.0.1", ["203.0.113.1, 192.0.2.9"], "192.0.2.9"),
        ("127.0.0.1", ["203.0.113.1", "192.0.2.9"], "192.0.2.9"),
        ("::1", ["2001:DB8::1"], "2001:db8::1"),
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", ["no address"], "127.0.0.1"),
        ("198.51.100.1", ["192.0.2.9"], "198.51.100.1"),
        ("", ["192.0.2.9"], ""),
    ],
)
def test_the_proxy_on_this_machine_alone_says_who_asks_and_its_last_word_counts(
    peer, forwarded, address
):
    assert PROXY.address(scope(peer, *forwarded)) == address


def test_without_a_proxy_nobody_says_so():
    assert TRIAL.address(scope("127.0.0.1", "192.0.2.9")) == "127.0.0.1"


def test_behind_a_proxy_only_the_public_name_counts():
    assert PROXY.hosts == {"cases.unit.example"}
    assert PROXY.origins == {"https://cases.unit.example"}
    assert Entrance.behind("https://Cases.Unit.Example:443/").hosts == PROXY.hosts
    assert Entrance.behind("https://cases.unit.example:8443").hosts == {"cases.unit.example:8443"}


@pytest.mark.parametrize(
    "public",
    [
        "", "cases.unit.example", "http://cases.unit.example", "https://", "https://a/b",
        "https://a?b", "https://u:p@a", "https://a:99999", "https://å.example", "https://a b", "https://[::1",
    ],
)  # fmt: skip
def test_a_public_address_is_https_and_a_name(public):
    with pytest.raises(ConfigError):
        Entrance.behind(public)


def test_a_cookie_of_a_public_server_cannot_be_set_by_another_server_of_the_domain():
    answer = Response()
    PROXY.set_cookie(answer, "session", "x")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-chainlead_session=x;")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=strict"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    answer = Response()
    TRIAL.set_cookie(answer, "session", "x")
    assert answer.headers["set-cookie"].startswith("chainlead_session=x;")
    assert "Secure" not in answer.headers["set-cookie"]
