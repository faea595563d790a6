import ssl
from pathlib import Path

import httpx
import pytest

from chainlead.errors import AnswerRefusedError, WireError
from chainlead.wire import IssuerDoor, Login

ISSUER = "https://login.unit.example/realms/unit"
pytestmark = pytest.mark.wire


def door_to(answer, issuer=ISSUER):
    """A door whose way ends in the test, and what was asked at its end."""
    asked = []

    def end(request):
        asked.append(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return IssuerDoor(issuer, transport=httpx.MockTransport(end)), asked


def told(content, status=200, **headers):
    return httpx.Response(status, stream=httpx.ByteStream(content), headers=headers)


def test_a_document_of_the_issuer_is_read():
    door, asked = door_to(told(b'{"a": 1}'))
    assert door.read(f"{ISSUER}/x") == {"a": 1}
    assert asked[0].headers["accept-encoding"] == "identity"
    assert door.host == "login.unit.example"


def test_a_form_is_sent_with_the_login_in_its_header():
    door, asked = door_to(told(b"{}"))
    door.send(f"{ISSUER}/token", {"code": "a b&c"}, Login("client", "secret"))
    assert asked[0].content == b"code=a+b%26c"
    assert asked[0].headers["authorization"].startswith("Basic ")


@pytest.mark.parametrize(
    "issuer",
    [
        "", "x", "http://login.unit.example", "https://", "https://u:p@login.unit.example", "file:///etc",
        "https://login.unit.example/?a", "https://login.unit.example/#a", "http://localhost.evil.example",
        "http://localhost",
    ],
)  # fmt: skip
def test_what_is_no_issuer_is_refused(issuer):
    with pytest.raises(WireError):
        IssuerDoor(issuer)


def test_plain_http_is_for_this_machine_only():
    for issuer in ("http://127.0.0.1:8080/realm", "http://[::1]:8080"):
        IssuerDoor(issuer).close()


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/", "http://login.unit.example/", "https://login.unit.example:8443/",
        "https://login.unit.example@evil.example/", "https://u@login.unit.example/", "/realms/unit/x",
        "//login.unit.example/x", "file:///etc/passwd", "", "https://login.unit.example.evil.example/", "https://[",
    ],
)  # fmt: skip
def test_no_other_host_is_asked(url):
    door, asked = door_to(told(b"{}"))
    for ask in (door.read, lambda place: door.send(place, {})):
        with pytest.raises(AnswerRefusedError):
            ask(url)
    assert asked == []


@pytest.mark.parametrize(
    "answer",
    [
        told(b"", 302, location="https://evil.example/"),
        told(b"", 302, location="/elsewhere"),
        told(b"{}", 201),
        told(b"{}", 500),
        told(b"no json"),
        told(b"[1]"),
        told(b"\xff\xfe"),
        told(b"[" * 200_000),
        told(b'{"a": 1' + b" " * 300_000 + b"}"),
        told(b"{}", **{"content-encoding": "gzip"}),
    ],
    ids=["away", "redirect", "created", "error", "no json", "list", "no text", "deep", "large", "packed"],
)  # fmt: skip
def test_an_answer_that_is_none_is_refused_and_nothing_is_followed(answer):
    door, asked = door_to(answer)
    with pytest.raises(AnswerRefusedError):
        door.read(f"{ISSUER}/x")
    assert len(asked) == 1


@pytest.mark.parametrize(
    "error", [httpx.ConnectError("x"), httpx.ReadTimeout("x"), httpx.RemoteProtocolError("x")]
)
def test_silence_is_a_named_error(error):
    door, _ = door_to(error)
    with pytest.raises(WireError):
        door.read(f"{ISSUER}/x")


def test_a_cookie_of_the_issuer_is_not_brought_back():
    door, asked = door_to(None)
    answers = iter([told(b"{}", **{"set-cookie": "who=server"}), told(b"{}")])
    door._client._transport = httpx.MockTransport(
        lambda request: (asked.append(request), next(answers))[1]
    )
    door.read(f"{ISSUER}/x")
    door.read(f"{ISSUER}/x")
    assert all("cookie" not in each.headers for each in asked)


def test_the_proxies_of_the_environment_are_not_used(monkeypatch):
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://evil.example:3128")
    with IssuerDoor(ISSUER) as door:
        assert not door._client._mounts
        assert not door._client.trust_env


def test_a_file_without_a_certificate_is_refused():
    with pytest.raises(WireError):
        IssuerDoor(ISSUER, authorities_pem="no certificate")


def test_a_drip_of_bytes_ends(monkeypatch):
    moments = iter(range(0, 1_000, 4))
    monkeypatch.setattr("chainlead.wire.issuer_door.monotonic", lambda: next(moments))

    class Drip(httpx.SyncByteStream):
        def __iter__(self):
            while True:
                yield b" "

    door, _ = door_to(httpx.Response(200, stream=Drip()))
    with pytest.raises(AnswerRefusedError, match="in time"):
        door.read(f"{ISSUER}/x")


@pytest.mark.enable_socket
def test_a_certificate_is_checked_against_the_units_authority_and_its_name(serve, own_authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own_authority.chain)
    server = serve(context)
    url = f"https://127.0.0.1:{server.port}/plain"
    with IssuerDoor(url, authorities_pem=own_authority.root) as door:
        assert door.read(url) == {"txid": 1}
    with IssuerDoor(url) as door, pytest.raises(WireError):
        door.read(url)
    other = f"https://localhost:{server.port}/plain"
    with IssuerDoor(other, authorities_pem=own_authority.root) as door, pytest.raises(WireError):
        door.read(other)
    assert len(server.seen) == 1


@pytest.fixture
def own_authority(tmp_path: Path):
    """A unit's certificate authority, and a server's certificate of it for 127.0.0.1."""
    from dataclasses import dataclass
    from datetime import UTC, datetime, timedelta
    from ipaddress import ip_address

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    @dataclass
    class Authority:
        root: str
        chain: Path

    def made(name, key, issuer, issuers_key, *, is_authority):
        start = datetime.now(tz=UTC) - timedelta(days=1)
        builder = (
            x509.CertificateBuilder()
            .subject_name(name).issuer_name(issuer).public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start).not_valid_after(start + timedelta(days=9))
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(issuers_key.public_key()), critical=False
            )
        )  # fmt: skip
        if is_authority:
            usage = x509.KeyUsage(
                digital_signature=True, key_cert_sign=True, crl_sign=True, content_commitment=False,
                key_encipherment=False, data_encipherment=False, key_agreement=False,
                encipher_only=False, decipher_only=False,
            )  # fmt: skip
            builder = builder.add_extension(usage, critical=True)
        else:
            names = [x509.IPAddress(ip_address("127.0.0.1"))]
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return builder.sign(issuers_key, hashes.SHA256())

    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    names = [
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)]) for text in ("Unit", "Login")
    ]
    root = made(names[0], keys[0], names[0], keys[0], is_authority=True)
    leaf = made(names[1], keys[1], names[0], keys[0], is_authority=False)
    pem = serialization.Encoding.PEM
    chain = tmp_path / "chain.pem"
    chain.write_bytes(
        keys[1].private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + leaf.public_bytes(pem)
    )
    return Authority(root.public_bytes(pem).decode(), chain)
