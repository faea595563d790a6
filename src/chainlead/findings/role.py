"""Whose an address probably is, as far as its place says. Text around it decides nothing."""

import re
from hashlib import sha256

from chainlead.findings.detector import Hit
from chainlead.findings.knowledge import Knowledge
from chainlead.model import Provenance, Role

_SHIPPED = re.compile(
    r"token-?_?lists?\b|tokens?\.json$|contract-(?:metadata|map)|/node_modules/|/site-packages/"
    r"|blockchains/[^/]+/(?:assets|tokenlist)",
    re.IGNORECASE,
)


def role_of(hit: Hit, provenance: Provenance, knowledge: Knowledge) -> Role:
    """Published examples and lists that came with software are told apart; all else is unknown."""
    secret = hit.proof.secret
    if secret is not None:
        name = sha256(secret.reveal()).hexdigest()
    else:
        name = str(hit.proof.detail.get("canonical") or hit.value or "")
    if name in knowledge.examples:
        return Role.EXAMPLE
    if hit.proof.kind == "address" and _SHIPPED.search(
        "/" + "/".join(s.name for s in provenance.steps)
    ):
        return Role.SHIPPED
    return Role.UNKNOWN
