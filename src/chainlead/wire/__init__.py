"""The only door to the network: consented to, logged, kept with its raw answer."""

from chainlead.wire.answer import Answer, Asked
from chainlead.wire.consent import Consent
from chainlead.wire.door import Door
from chainlead.wire.limits import WireLimits

__all__ = ["Answer", "Asked", "Consent", "Door", "WireLimits"]
