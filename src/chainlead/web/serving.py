"""Serves the application at a port that was taken."""

import sys

import uvicorn
from fastapi import FastAPI

from chainlead.wire import ListeningPort

SWITCH_SECONDS = 0.0005
"""So long a work beside the pages goes on before a page may; Python's own 5 ms would be waited for
at each question that a page has for the database."""


def serve(app: FastAPI, port: ListeningPort) -> None:
    """Answer until the process is asked to stop."""
    sys.setswitchinterval(SWITCH_SECONDS)
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,  # the entrance alone says which header of a proxy is believed
    )
    uvicorn.Server(config).run(sockets=[port.listening])
