"""Logins, proxies and the one certificate that a host may show."""

import hashlib
import socket
import ssl
import threading

import pytest

from chainlead.errors import LoginRefusedError, WireError
from chainlead.wire import Login, Route

TRANSACTION = "transaction"
PASSWORD = "correct horse"


@pytest.mark.wire
class TestLogin:
    def test_a_login_is_sent_and_never_kept(self, make_door, kept, serve):
        server = serve()
        routes = {server.host: Route(login=Login("officer", PASSWORD))}
        with make_door(server.host, routes=routes) as door:
            assert door.ask(server.url("/locked"), question=TRANSACTION).body == b"in"
        everything = b"".join(kept.blobs.values()) + repr(routes).encode()
        assert "Authorization" in server.seen[0][1]
        assert b"Authorization" not in everything
        assert PASSWORD.encode() not in everything

    def test_a_wrong_login_is_named(self, make_door, serve):
        server = serve()
        routes = {server.host: Route(login=Login("officer", "wrong"))}
        with (
            make_door(server.host, routes=routes) as door,
            pytest.raises(LoginRefusedError) as refused,
        ):
            door.ask(server.url("/locked"), question=TRANSACTION)
        assert "wrong" not in str(refused.value)


@pytest.mark.wire
class TestCertificate:
    def test_the_agreed_certificate_is_taken_and_noted(self, make_door, serve, certificate):
        own, _, context = certificate
        server = serve(context)
        with make_door(server.host, routes={server.host: Route(certificate_pem=own)}) as door:
            answer = door.ask(server.url("/plain"), question=TRANSACTION)
        facts = dict(answer.tls)
        der = ssl.PEM_cert_to_DER_cert(own)
        assert facts["certificate_sha256"] == hashlib.sha256(der).hexdigest()
        assert facts["version"].startswith("TLSv1")

    def test_any_other_certificate_is_refused_before_the_question(
        self, make_door, serve, certificate
    ):
        _, other, context = certificate
        server = serve(context)
        with (
            make_door(server.host, routes={server.host: Route(certificate_pem=other)}) as door,
            pytest.raises(WireError, match="could not be reached"),
        ):
            door.ask(server.url("/plain"), question=TRANSACTION)
        assert server.seen == []

    def test_a_self_signed_certificate_is_refused_without_an_agreement(
        self, make_door, serve, certificate
    ):
        server = serve(certificate[2])
        with make_door(server.host) as door, pytest.raises(WireError):
            door.ask(server.url("/plain"), question=TRANSACTION)
        assert server.seen == []

    def test_what_is_no_certificate_is_named(self, make_door):
        routes = {"node.example": Route(certificate_pem="no certificate")}
        with (
            make_door("node.example", routes=routes) as door,
            pytest.raises(WireError, match="certificate"),
        ):
            door.ask("https://node.example/", question=TRANSACTION)


@pytest.mark.wire
class TestProxy:
    def test_a_socks_proxy_gets_the_name_and_not_the_address(self, make_door, serve):
        server = serve()
        asked: list[bytes] = []
        listener = socket.create_server(("127.0.0.1", 0))

        def relay() -> None:
            near, _ = listener.accept()
            near.recv(3)
            near.sendall(b"\x05\x00")
            head = near.recv(5)
            name = near.recv(head[4])
            near.recv(2)
            asked.append(name)
            near.sendall(b"\x05\x00\x00\x01" + bytes(6))
            far = socket.create_connection(("127.0.0.1", server.port))
            far.sendall(near.recv(65536))
            while piece := far.recv(65536):
                near.sendall(piece)
                if piece.endswith(b"}"):
                    break
            far.close()
            near.close()

        thread = threading.Thread(target=relay, daemon=True)
        thread.start()
        host = "hidden-node.onion"
        proxy = f"socks5h://127.0.0.1:{listener.getsockname()[1]}"
        with make_door(host, routes={host: Route(proxy=proxy)}) as door:
            answer = door.ask(f"http://{host}/plain", question=TRANSACTION)
        thread.join(5)
        listener.close()
        assert answer.body == b'{"txid": 1}'
        assert asked == [host.encode()]

    def test_what_is_no_proxy_is_named(self, make_door):
        routes = {"node.example": Route(proxy="carrier pigeon")}
        with make_door("node.example", routes=routes) as door, pytest.raises(WireError):
            door.ask("https://node.example/", question=TRANSACTION)
