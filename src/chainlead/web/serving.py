"""Serves the application at a port that was taken."""

import uvicorn
from fastapi import FastAPI

from chainlead.wire import ListeningPort


def serve(app: FastAPI, port: ListeningPort) -> None:
    """Answer until the process is asked to stop."""
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,  # the entrance alone says which header of a proxy is believed
    )
    uvicorn.Server(config).run(sockets=[port.listening])
