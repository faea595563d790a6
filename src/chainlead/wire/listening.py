"""The way in: a port of this machine; no other machine reaches it unless another address is given."""

import socket
from dataclasses import dataclass
from typing import Self

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class ListeningPort:
    """Where the workbench page listens; made by taking the port, so that nobody else has it."""

    listening: socket.socket

    @classmethod
    def take(cls, port: int, address: str = LOOPBACK) -> Self:
        """A port of this machine; 0 takes a free one.

        Args:
            port: its number.
            address: of this machine, under which it listens; other machines reach it by another
                than the loopback.

        Raises:
            OSError: the port is taken, or the address is none of this machine.
        """
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        listening = socket.socket(family, socket.SOCK_STREAM)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((address, port))
            listening.listen(128)  # a browser quicker than the start waits, and is not refused
        except OSError:
            listening.close()
            raise
        return cls(listening)

    @property
    def host(self) -> str:
        """Name and port as a browser sends them."""
        return f"{LOOPBACK}:{self.listening.getsockname()[1]}"

    @property
    def hosts(self) -> frozenset[str]:
        """Every name under which a page may be asked for."""
        return frozenset({self.host, self.host.replace(LOOPBACK, "localhost")})
