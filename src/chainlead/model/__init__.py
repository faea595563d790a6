"""Nouns that all rooms share. Frozen, standard library only."""

from chainlead.model.amount import Amount
from chainlead.model.chain import NATIVE, Asset, Candidate, Chain, Network
from chainlead.model.known_again import KnownAgain
from chainlead.model.moment import moment_from_text, moment_from_unix, moment_to_text
from chainlead.model.provenance import Provenance, Step
from chainlead.model.sentence import Sentence, said
from chainlead.model.strength import Certainty, Role, Strength
from chainlead.model.txid import BlockHash, Outpoint, Txid

__all__ = [
    "NATIVE",
    "Amount",
    "Asset",
    "BlockHash",
    "Candidate",
    "Certainty",
    "Chain",
    "KnownAgain",
    "Network",
    "Outpoint",
    "Provenance",
    "Role",
    "Sentence",
    "Step",
    "Strength",
    "Txid",
    "moment_from_text",
    "moment_from_unix",
    "moment_to_text",
    "said",
]
