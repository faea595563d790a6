"""Logging in at an identity provider: an honest one, and one that lies in each way that it can."""

import base64
import hashlib
import hmac
import json
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from chainlead.web.team.provider import Client, Provider
from chainlead.wire import IssuerDoor

ISSUER = "https://login.unit.example/realms/unit"
CLIENT = "chainlead"
SECRET = "a secret agreed with the provider"
SESSION, FLOW = "__Host-chainlead_session", "__Host-chainlead_login"
on_both = pytest.mark.parametrize("team", ["sqlite", "postgresql"], indirect=True)
KEY = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "k1"})
CURVE_KEY = ECKey.generate_key("P-256", {"kid": "e1"})


def plain(text):
    return base64.urlsafe_b64encode(json.dumps(text).encode()).rstrip(b"=").decode()


class Issuer:
    """The provider's side: it answers by its lies, and remembers what it was asked."""

    def __init__(self, clock):
        self.clock = clock
        self.asked = []
        self.facts = {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/auth",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/keys",
        }
        self.keys = [KEY.as_dict(private=False)]
        self.claims = {}
        self.nonce = None
        self.challenge = None
        self.make_token = lambda claims: jwt.encode({"alg": "RS256", "kid": "k1"}, claims, KEY)
        self.answer = None

    def __call__(self, request):
        self.asked.append(request)
        whole = self.answered(request)
        stream = httpx.ByteStream(whole.content)
        return httpx.Response(whole.status_code, headers=whole.headers, stream=stream)

    def answered(self, request):
        where = request.url.path.removeprefix("/realms/unit")
        if self.answer is not None and where == self.answer[0]:
            return self.answer[1]
        if where == "/.well-known/openid-configuration":
            return httpx.Response(200, json=self.facts)
        if where == "/keys":
            return httpx.Response(200, json={"keys": self.keys})
        assert where == "/token"
        fields = {name: value[0] for name, value in parse_qs(request.content.decode()).items()}
        digest = hashlib.sha256(fields["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != self.challenge:
            return httpx.Response(400, json={"error": "invalid_grant"})
        now = int(self.clock.now().timestamp())
        claims = {
            "iss": ISSUER, "sub": "subject-of-ada", "aud": CLIENT, "iat": now, "exp": now + 300,
            "nonce": self.nonce, **self.claims,
        }  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        return httpx.Response(200, json={"id_token": self.make_token(claims), "access_token": "x"})


@pytest.fixture
def issuer(hands):
    return Issuer(hands)


@pytest.fixture
def site(make_desk, issuer, hands, secrets_of_test):
    """A team server with this provider, and a person who is known there."""
    door = IssuerDoor(ISSUER, transport=httpx.MockTransport(issuer))
    client = Client(CLIENT, SECRET, "https://cases.unit.example/login/return", "the unit's login")
    made = make_desk(provider=Provider(ISSUER, door, client, hands, secrets_of_test))
    made.store.add_person("ada", "Ada Berg", None, "subject-of-ada", at=hands.now())
    made.store.add_person("bo", "Bo", None, None, at=hands.now())
    return made


def go_to(site, issuer, browser, back="/"):
    """Begin a login; the provider reads what the browser brings."""
    answer = browser.get("/login/provider", params={"back": back})
    assert answer.status_code == 303, answer.text
    question = {n: v[0] for n, v in parse_qs(urlsplit(answer.headers["location"]).query).items()}
    issuer.nonce, issuer.challenge = question["nonce"], question["code_challenge"]
    return question


def come_back(browser, question, **more):
    fields = {"code": "one-time", "state": question["state"], **more}
    return browser.get("/login/return", params={n: v for n, v in fields.items() if v is not None})


def is_in(browser):
    return SESSION in browser.cookies and browser.get("/").status_code == 200


@on_both
def test_a_person_whom_an_administrator_named_is_let_in(site, issuer):
    browser = site.browser()
    assert "the unit&#39;s login" in browser.get("/login").text
    question = go_to(site, issuer, browser, back="/account")
    assert question["response_type"] == "code"
    assert question["code_challenge_method"] == "S256"
    assert question["redirect_uri"] == "https://cases.unit.example/login/return"
    assert question["scope"] == "openid"
    answer = come_back(browser, question)
    assert answer.status_code == 200
    assert 'content="0; url=/account"' in answer.text
    assert is_in(browser)
    assert site.store.attempts()[0].way == "provider"
    assert FLOW not in browser.cookies


def test_the_flow_cookie_is_the_only_lax_one_and_short(site, issuer):
    browser = site.browser()
    answer = browser.get("/login/provider")
    (line,) = [each for each in answer.headers.get_list("set-cookie") if each.startswith(FLOW)]
    assert {"Secure", "HttpOnly", "SameSite=lax", "Max-Age=600"} <= set(line.split("; "))
    back = come_back(browser, go_to(site, issuer, browser))
    lines = [each for each in back.headers.get_list("set-cookie") if each.startswith(SESSION)]
    assert "SameSite=strict" in lines[0]


def test_the_secret_goes_to_the_provider_in_its_header_or_form_and_nowhere_else(site, issuer):
    browser = site.browser()
    come_back(browser, go_to(site, issuer, browser))
    (token,) = [each for each in issuer.asked if each.url.path.endswith("/token")]
    expected = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
    assert token.headers["authorization"] == f"Basic {expected}"
    assert SECRET.encode() not in token.content
    assert all("authorization" not in each.headers for each in issuer.asked if each is not token)
    assert SECRET not in repr(site.identity.provider._client)
    issuer.facts["token_endpoint_auth_methods_supported"] = ["client_secret_post"]
    site.clock.move(hours=2)
    second = site.browser()
    come_back(second, go_to(site, issuer, second))
    assert b"client_secret=a+secret" in issuer.asked[-2].content + issuer.asked[-1].content


NO_ACCOUNT = {
    "another subject": {"sub": "subject-of-nobody"},
    "another spelling": {"sub": "Subject-Of-Ada"},
    "the name of an account": {
        "sub": "bo",
        "preferred_username": "ada",
        "email": "ada@unit.example",
    },
}


@pytest.mark.parametrize("claims", NO_ACCOUNT.values(), ids=NO_ACCOUNT)
def test_whoever_has_no_account_is_not_let_in_and_gets_none(site, issuer, claims):
    issuer.claims = claims
    browser = site.browser()
    answer = come_back(browser, go_to(site, issuer, browser))
    assert answer.status_code == 403
    assert claims["sub"] in answer.text
    assert not is_in(browser)
    assert [each.name for each in site.store.persons()] == ["ada", "bo"]


def test_a_closed_account_stays_closed(site, issuer):
    site.store.disable("ada")
    browser = site.browser()
    assert come_back(browser, go_to(site, issuer, browser)).status_code == 403
    assert not is_in(browser)
    assert site.store.attempts()[0].outcome == "account is closed"


LIES = {
    "another nonce": {"nonce": "of another login"},
    "no nonce": {"nonce": None},
    "another audience": {"aud": "another-client"},
    "another audience, for our party": {"aud": "another-client", "azp": CLIENT},
    "several audiences without us": {"aud": ["a", "b"]},
    "several audiences, for another party": {"aud": [CLIENT, "other"], "azp": "other"},
    "several audiences, no party": {"aud": [CLIENT, "other"]},
    "no audience": {"aud": None},
    "another issuer": {"iss": "https://login.evil.example"},
    "another issuer of this host": {"iss": "https://login.unit.example/realms/other"},
    "no issuer": {"iss": None},
    "expired": {"exp": 1_700_000_000},
    "no end": {"exp": None},
    "an end that is no number": {"exp": "never"},
    "not valid yet": {"nbf": 4_000_000_000},
    "made in the future": {"iat": 4_000_000_000},
    "nobody": {"sub": None},
    "an empty name": {"sub": ""},
    "a name that is no text": {"sub": 7},
    "a name that is a list": {"sub": ["subject-of-ada"]},
    "a name that is too long": {"sub": "x" * 256},
}


@pytest.mark.parametrize("claims", LIES.values(), ids=LIES)
def test_a_token_that_does_not_stand_up_lets_nobody_in(site, issuer, claims):
    if claims.get("sub") == "x" * 256:
        site.store.set_subject("ada", "x" * 256)
    issuer.claims = claims
    browser = site.browser()
    question = go_to(site, issuer, browser)
    answer = come_back(browser, question)
    assert answer.status_code == 403, answer.text
    assert not is_in(browser)
    assert site.store.sessions() == ()
    assert site.store.attempts()[0].outcome == "not believed"


def signed_with_none(claims):
    return f"{plain({'alg': 'none'})}.{plain(claims)}."


def signed_with_the_public_key_as_a_secret(claims):
    body = f"{plain({'alg': 'HS256', 'kid': 'k1'})}.{plain(claims)}"
    made = hmac.digest(KEY.as_pem(private=False), body.encode(), "sha256")
    return f"{body}.{base64.urlsafe_b64encode(made).rstrip(b'=').decode()}"


def signed_with_the_clients_secret(claims):
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET), algorithms=["HS256"])


def signed_by_another_key(claims):
    return jwt.encode({"alg": "RS256", "kid": "k1"}, claims, OTHER_KEY)


def signed_by_a_key_that_it_brings_itself(claims):
    header = {"alg": "RS256", "jwk": OTHER_KEY.as_dict(private=False)}
    return jwt.encode(header, claims, OTHER_KEY)


def signed_and_then_changed(claims):
    head, _, sign = jwt.encode({"alg": "RS256", "kid": "k1"}, {**claims, "sub": "x"}, KEY).split(
        "."
    )
    return f"{head}.{plain(claims)}.{sign}"


def deeper_than_a_program_can_read(_claims):
    body = base64.urlsafe_b64encode(b'{"a":' + b"[" * 50_000).rstrip(b"=").decode()
    head = plain({"alg": "RS256", "kid": "k1"})
    made = KEY.private_key.sign(f"{head}.{body}".encode(), PKCS1v15(), SHA256())
    return f"{head}.{body}.{base64.urlsafe_b64encode(made).rstrip(b'=').decode()}"


def signed_by_a_key_that_is_not_published(claims):
    return jwt.encode({"alg": "ES256", "kid": "e1"}, claims, CURVE_KEY)


@pytest.mark.parametrize(
    "make_token",
    [
        signed_with_none, signed_with_the_public_key_as_a_secret, signed_with_the_clients_secret,
        signed_by_another_key, signed_by_a_key_that_it_brings_itself, signed_and_then_changed,
        signed_by_a_key_that_is_not_published, deeper_than_a_program_can_read,
        lambda claims: "no token", lambda claims: "", lambda claims: "a.b.c", lambda claims: "a.b.c.d.e",
        lambda claims: 7, lambda claims: None,
    ],
)  # fmt: skip
def test_a_token_that_the_provider_did_not_sign_lets_nobody_in(site, issuer, make_token):
    issuer.make_token = make_token
    browser = site.browser()
    answer = come_back(browser, go_to(site, issuer, browser))
    assert answer.status_code == 403, answer.text
    assert not is_in(browser)


def test_a_secret_among_the_published_keys_signs_nothing(site, issuer):
    shared = OctKey.import_key("published by mistake, or on purpose!!", {"kid": "s1"})
    issuer.keys = [shared.as_dict(), KEY.as_dict(private=False)]
    issuer.make_token = lambda claims: jwt.encode(
        {"alg": "HS256", "kid": "s1"}, claims, shared, algorithms=["HS256"]
    )
    browser = site.browser()
    assert come_back(browser, go_to(site, issuer, browser)).status_code == 403


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
def test_a_weak_key_signs_nothing(site, issuer):
    weak = RSAKey.generate_key(1024, {"kid": "w1"})
    issuer.keys = [weak.as_dict(private=False)]
    issuer.make_token = lambda claims: jwt.encode({"alg": "RS256", "kid": "w1"}, claims, weak)
    browser = site.browser()
    assert come_back(browser, go_to(site, issuer, browser)).status_code == 403


def test_each_kind_of_key_that_is_trusted_signs(site, issuer):
    issuer.keys = [KEY.as_dict(private=False), CURVE_KEY.as_dict(private=False)]
    for header, key in (
        ({"alg": "ES256", "kid": "e1"}, CURVE_KEY),
        ({"alg": "PS256", "kid": "k1"}, KEY),
        ({"alg": "RS512", "kid": "k1"}, KEY),
    ):
        issuer.make_token = lambda claims, header=header, key=key: jwt.encode(
            header, claims, key, algorithms=[header["alg"]]
        )
        browser = site.browser()
        come_back(browser, go_to(site, issuer, browser))
        assert is_in(browser), header


def test_a_provider_that_changed_its_keys_is_asked_again_and_not_too_often(site, issuer):
    browser = site.browser()
    come_back(browser, go_to(site, issuer, browser))
    assert is_in(browser)
    new = RSAKey.generate_key(2048, {"kid": "k2"})
    issuer.keys = [new.as_dict(private=False)]
    issuer.make_token = lambda claims: jwt.encode({"alg": "RS256", "kid": "k2"}, claims, new)
    early = site.browser()
    assert come_back(early, go_to(site, issuer, early)).status_code == 403
    site.clock.move(minutes=2)
    late = site.browser()
    come_back(late, go_to(site, issuer, late))
    assert is_in(late)
    issuer.make_token = signed_by_another_key
    before = len([each for each in issuer.asked if each.url.path.endswith("/keys")])
    for _ in range(5):
        again = site.browser()
        come_back(again, go_to(site, issuer, again))
    assert len([each for each in issuer.asked if each.url.path.endswith("/keys")]) == before


def test_the_answer_has_to_belong_to_the_login_that_this_browser_began(site, issuer):
    victim, attacker = site.browser(), site.browser()
    question = go_to(site, issuer, attacker)
    assert come_back(victim, question).status_code == 403
    own = go_to(site, issuer, victim)
    assert come_back(victim, {"state": question["state"]}).status_code == 403
    assert come_back(victim, own).status_code == 403, "a login is judged once"
    fresh = go_to(site, issuer, victim)
    assert come_back(victim, {"state": ""}).status_code == 403
    assert not is_in(victim)
    assert fresh["state"] != own["state"]


def test_an_answer_is_taken_once(site, issuer):
    browser = site.browser()
    question = go_to(site, issuer, browser)
    flow = browser.cookies[FLOW]
    come_back(browser, question)
    second = site.browser()
    second.cookies.set(FLOW, flow)
    assert come_back(second, question).status_code == 403


def test_a_login_that_took_too_long_is_refused(site, issuer):
    browser = site.browser()
    question = go_to(site, issuer, browser)
    site.clock.move(minutes=11)
    assert come_back(browser, question).status_code == 403


def test_the_answer_names_its_issuer_or_nobody(site, issuer):
    for iss, is_let_in in (("https://login.evil.example", False), (ISSUER, True), (None, True)):
        browser = site.browser()
        come_back(browser, go_to(site, issuer, browser), iss=iss)
        assert is_in(browser) is is_let_in, iss


def test_a_refusal_of_the_provider_is_one_here(site, issuer):
    browser = site.browser()
    question = go_to(site, issuer, browser)
    answer = come_back(
        browser, question, code=None, error="access_denied", error_description="<b>x"
    )
    assert answer.status_code == 403
    assert "<b>x" not in answer.text


@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
@pytest.mark.parametrize(
    "place",
    [
        "https://evil.example/x", "http://login.unit.example/x", "https://login.unit.example:444/x",
        "https://login.unit.example@evil.example/x", "file:///etc/passwd", "//evil.example", "", None, 7,
    ],
)  # fmt: skip
def test_no_other_host_than_the_issuers_is_ever_asked(site, issuer, name, place):
    issuer.facts[name] = place
    browser = site.browser()
    answer = browser.get("/login/provider")
    if answer.status_code == 303:
        assert answer.headers["location"].startswith("https://login.unit.example/")
        question = {
            n: v[0] for n, v in parse_qs(urlsplit(answer.headers["location"]).query).items()
        }
        issuer.nonce, issuer.challenge = question["nonce"], question["code_challenge"]
        answer = come_back(browser, question)
    assert answer.status_code in {403, 502}
    assert not is_in(browser)
    assert {each.url.host for each in issuer.asked} == {"login.unit.example"}
    assert all(each.url.scheme == "https" for each in issuer.asked)


def test_a_provider_that_calls_itself_otherwise_is_not_used(site, issuer):
    issuer.facts["issuer"] = "https://login.unit.example/realms/other"
    assert site.browser().get("/login/provider").status_code == 502


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(500), httpx.Response(302, headers={"location": "https://evil.example/"}),
        httpx.Response(200, content=b"no json"), httpx.Response(200, json=[1]),
        httpx.Response(200, content=b"x" * 300_000), httpx.Response(200, json={}),
    ],
    ids=["error", "redirect", "no JSON", "a list", "too large", "empty"],
)  # fmt: skip
@pytest.mark.parametrize("where", ["/.well-known/openid-configuration", "/keys", "/token"])
def test_an_answer_that_is_none_lets_nobody_in_and_is_said_in_words(site, issuer, where, answer):
    issuer.answer = (where, answer)
    browser = site.browser()
    begun = browser.get("/login/provider")
    if where.startswith("/.well"):
        assert begun.status_code == 502
        return
    question = {n: v[0] for n, v in parse_qs(urlsplit(begun.headers["location"]).query).items()}
    issuer.nonce, issuer.challenge = question["nonce"], question["code_challenge"]
    assert come_back(browser, question).status_code == 403
    assert not is_in(browser)
    assert {each.url.host for each in issuer.asked} == {"login.unit.example"}


def test_a_login_begins_on_an_own_page(site):
    browser = site.browser()
    for came_from in ("cross-site", "same-site"):
        answer = browser.get("/login/provider", headers={"sec-fetch-site": came_from})
        assert answer.status_code == 403
    assert (
        browser.get("/login/provider", headers={"sec-fetch-site": "same-origin"}).status_code == 303
    )


def test_after_the_providers_login_nobody_is_led_elsewhere(site, issuer):
    browser = site.browser()
    answer = come_back(browser, go_to(site, issuer, browser, back="https://evil.example/"))
    assert 'content="0; url=/"' in answer.text


def test_without_a_provider_the_door_has_no_way_to_one(desk):
    browser = desk.browser()
    assert "/login/provider" not in browser.get("/login").text
    assert browser.get("/login/provider").status_code == 404
    assert browser.get("/login/return?code=x&state=y").status_code == 403


def test_answers_of_a_provider_are_not_tried_without_end(site, issuer):
    issuer.make_token = signed_by_another_key
    found = []
    for _ in range(24):
        browser = site.browser()
        found.append(come_back(browser, go_to(site, issuer, browser)).status_code)
    assert found[:20] == [403] * 20
    assert found[-1] == 429
