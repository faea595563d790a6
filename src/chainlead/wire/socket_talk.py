"""One WebSocket connection, spoken in one thread over a connected socket.

The library's own blocking client reads in a second thread. Over TLS two threads would then use one
session at once, which Python's `ssl` does not allow before 3.13: now and then an answer never came.
"""

import contextlib
import socket
from collections.abc import Callable

from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.protocol import Event, State
from websockets.uri import parse_uri

_READ_BYTES = 1 << 16
_MESSAGE_PARTS = (Opcode.TEXT, Opcode.BINARY, Opcode.CONT)


class SocketTalk:
    """An open connection; send a message, receive the next one."""

    def __init__(self, connection: socket.socket, url: str, most_bytes: int) -> None:
        """Speak over this socket; a message larger than `most_bytes` is refused."""
        self.socket = connection
        self._protocol = ClientProtocol(parse_uri(url), max_size=most_bytes)
        self._events: list[Event] = []

    def open(self, seconds_left: Callable[[], float]) -> None:
        """Ask the server to speak WebSocket.

        Raises:
            websockets.exceptions.InvalidHandshake: it does not.
            TimeoutError: it says nothing, or not all of it.
        """
        self._protocol.send_request(self._protocol.connect())
        self._flush()
        while self._protocol.state is not State.OPEN:
            if self._protocol.handshake_exc is not None:
                raise self._protocol.handshake_exc
            self._read(seconds_left())

    def send(self, message: bytes) -> None:
        """Send one text message."""
        self._protocol.send_text(message)
        self._flush()

    def receive(self, seconds_left: Callable[[], float]) -> bytes:
        """The next message, whole.

        Args:
            seconds_left: how long may still be waited, asked before each read.

        Raises:
            TimeoutError: the server is silent, or no time is left.
            websockets.exceptions.ConnectionClosed: it broke off, or the message is too large.
        """
        parts: list[bytes] = []
        while True:
            while self._events:
                event = self._events.pop(0)
                if isinstance(event, Frame) and event.opcode in _MESSAGE_PARTS:
                    parts.append(bytes(event.data))
                    if event.fin:
                        return b"".join(parts)
            if self._protocol.state is not State.OPEN:
                self._protocol.receive_eof()  # what still comes is no answer
                raise self._protocol.close_exc
            self._read(seconds_left())

    def close(self) -> None:
        """Say goodbye and close; what the server says to that is not awaited."""
        with contextlib.suppress(OSError):
            if self._protocol.state is State.OPEN:
                self._protocol.send_close(1000)
            self._flush()
        self.socket.close()

    def _read(self, seconds: float) -> None:
        if seconds <= 0:
            raise TimeoutError
        self.socket.settimeout(seconds)
        received = self.socket.recv(_READ_BYTES)
        if received:
            self._protocol.receive_data(received)
        else:
            self._protocol.receive_eof()
        self._flush()
        self._events.extend(self._protocol.events_received())

    def _flush(self) -> None:
        for part in self._protocol.data_to_send():
            if part:
                self.socket.sendall(part)
