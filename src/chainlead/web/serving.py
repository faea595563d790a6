"""Serves the application on this machine only."""

import socket
from dataclasses import dataclass

import uvicorn
from fastapi import FastAPI

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server listens; made by taking the port, so that nobody else has it."""

    listening: socket.socket

    @classmethod
    def take(cls, port: int) -> "Address":
        """A port of this machine that no other machine reaches; 0 takes a free one.

        Raises:
            OSError: the port is taken.
        """
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((LOOPBACK, port))
        listening.listen(128)  # a browser that is quicker than the start waits, and is not refused
        return cls(listening)

    @property
    def host(self) -> str:
        """Name and port as a browser sends them."""
        return f"{LOOPBACK}:{self.listening.getsockname()[1]}"

    @property
    def hosts(self) -> frozenset[str]:
        """Every name under which a page may be asked for."""
        return frozenset({self.host, self.host.replace(LOOPBACK, "localhost")})


def serve(app: FastAPI, address: Address) -> None:
    """Answer until the process is asked to stop."""
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, date_header=False
    )
    uvicorn.Server(config).run(sockets=[address.listening])
