"""The only door to the network: consented to, logged, kept with its raw answer."""

from chainlead.wire.answer import Answer, Asked
from chainlead.wire.consent import Consent
from chainlead.wire.door import Door
from chainlead.wire.limits import WireLimits
from chainlead.wire.route import Login, Route
from chainlead.wire.spending import Spending, WireBudget

__all__ = [
    "Answer",
    "Asked",
    "Consent",
    "Door",
    "Login",
    "Route",
    "Spending",
    "WireBudget",
    "WireLimits",
]
