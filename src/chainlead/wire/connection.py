"""Connections that are no web requests: through SOCKS where the route says so, errors by their names."""

import socket
import ssl
from urllib.parse import urlsplit

from chainlead.errors import AnswerRefusedError, WireError
from chainlead.wire.gate import PassingError
from chainlead.wire.route import Route


def connect(route: Route, name: str, port: int, silence_ms: int) -> socket.socket:
    """A TCP connection to a host, straight or through the route's proxy; TLS is not begun.

    Raises:
        WireError: the proxy's address is none, or it is no such proxy.
        OSError: the host or the proxy could not be reached.
    """
    proxy = _proxy(route.proxy)
    connection = socket.create_connection(proxy or (name, port), silence_ms / 1000)
    try:
        if proxy:
            _pass_through_socks(connection, name, port)
    except BaseException:
        connection.close()
        raise
    return connection


def named_error(error: BaseException, host: str) -> Exception | None:
    """The error as a user meets it; None to let it pass as it is."""
    if isinstance(error, TimeoutError):
        return PassingError(AnswerRefusedError(f"{host} did not answer in time."))
    if isinstance(error, ssl.SSLCertVerificationError):
        return WireError(
            f"{host} shows a certificate that is not the one agreed on.",
            next_step="Compare its certificate with the one given by --certificate.",
        )
    if isinstance(error, ConnectionResetError | BrokenPipeError | ssl.SSLEOFError):
        return PassingError(AnswerRefusedError(f"{host} broke off before its answer was whole."))
    if isinstance(error, OSError | UnicodeError):
        return PassingError(
            WireError(
                f"{host} could not be reached ({type(error).__name__}).",
                next_step="Check the address and the network; the case is unchanged.",
            )
        )
    return None


def _proxy(text: str) -> tuple[str, int] | None:
    if not text:
        return None
    try:
        parts = urlsplit(text)
        if parts.scheme in {"socks5", "socks5h"} and parts.hostname and parts.port:
            return parts.hostname, parts.port
    except ValueError:
        pass
    raise WireError(
        "The proxy's address is none that this kind of server can be reached through.",
        next_step="Write it as socks5h://127.0.0.1:9050 (Tor).",
    )


def _pass_through_socks(connection: socket.socket, name: str, port: int) -> None:
    """Ask a SOCKS5 proxy (RFC 1928) for the way; the name is looked up behind it."""
    encoded = name.encode("idna")
    if len(encoded) > 255:
        raise WireError("This name is too long for the proxy.")
    connection.sendall(b"\x05\x01\x00")
    if _exactly(connection, 2) != b"\x05\x00":
        raise WireError("The proxy is no SOCKS5 proxy without a login.")
    asked = b"\x05\x01\x00\x03" + bytes([len(encoded)]) + encoded + port.to_bytes(2, "big")
    connection.sendall(asked)
    head = _exactly(connection, 4)
    if head[:2] != b"\x05\x00":
        raise WireError(f"The proxy did not reach the server (code {head[1]}).")
    size = {1: 4, 4: 16}.get(head[3]) or _exactly(connection, 1)[0]
    _exactly(connection, size + 2)


def _exactly(connection: socket.socket, count: int) -> bytes:
    received = b""
    while len(received) < count:
        chunk = connection.recv(count - len(received))
        if not chunk:
            raise ConnectionResetError("the proxy closed the connection")
        received += chunk
    return received
