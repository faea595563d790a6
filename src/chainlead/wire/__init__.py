"""The only door to the network: consented to, logged, kept with its raw answer."""

from chainlead.wire.answer import Answer, Asked
from chainlead.wire.consent import Consent
from chainlead.wire.door import Door
from chainlead.wire.exchange_log import (
    Exchange,
    ExchangeLog,
    Recorder,
    is_exchange_log,
    parse_exchange_log,
)
from chainlead.wire.issuer_door import IssuerDoor
from chainlead.wire.limits import WireLimits
from chainlead.wire.line_door import LineDoor, is_line_url
from chainlead.wire.listening import ListeningPort
from chainlead.wire.route import AccessKey, Login, Route
from chainlead.wire.socket_door import SocketDoor, is_socket_url
from chainlead.wire.spending import Spending, WireBudget

__all__ = [
    "AccessKey",
    "Answer",
    "Asked",
    "Consent",
    "Door",
    "Exchange",
    "ExchangeLog",
    "IssuerDoor",
    "LineDoor",
    "ListeningPort",
    "Login",
    "Recorder",
    "Route",
    "SocketDoor",
    "Spending",
    "WireBudget",
    "WireLimits",
    "is_exchange_log",
    "is_line_url",
    "is_socket_url",
    "parse_exchange_log",
]
