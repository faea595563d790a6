"""Electroneum Smart Chain: an Ethereum-like ledger since March 2024, chain id 52014.

Spec: Electroneum's own documentation of the migration at block 1,811,310 of the legacy chain.
"""

from collections.abc import Mapping
from typing import ClassVar

from chainlead.ledger.accounts.chains.ethereum import Ethereum
from chainlead.model import Chain, Network


class ElectroneumSmartChain(Ethereum):
    """The bridged chain; its test network has chain id 5201420."""

    chain = Chain.ELECTRONEUM_SMART_CHAIN
    networks: ClassVar[Mapping[Network, str]] = {Network.MAIN: "52014", Network.TEST: "5201420"}
