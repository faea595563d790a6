"""A secret again, straight from its exhibit, for the sealed vault and for deriving addresses only.

Assumption: the same detectors over the same place find the same secret; the keyed fingerprint says
whether it is the same. Known failure: where the word that made it a finding stands on the page
before, it is not found again. What comes from here is never printed, logged or stored.
"""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass

from chainlead.codecs import Secret
from chainlead.evidence import Item
from chainlead.findings.finding import Finding
from chainlead.findings.knowledge import Knowledge
from chainlead.findings.scan import find_hits
from chainlead.findings.view import make_views


@dataclass(frozen=True, slots=True)
class RevealedSecret:
    """A secret and the text that it is written as, both sealed."""

    content: Secret
    written: Secret


def lookup_secret(
    items: Iterable[Item], finding: Finding, *, case_key: bytes, knowledge: Knowledge
) -> RevealedSecret | None:
    """Find the secret of a finding again.

    Args:
        items: the items at the finding's place.
        finding: with a fingerprint.
        case_key: the key under which the fingerprint was made.
        knowledge: as when it was found.

    Returns:
        The secret, or None if nothing there has its kind and fingerprint.
    """
    wanted = finding.fingerprint or ""
    for item in items:
        at_start = item.offset_bytes in {0, None}
        is_whole = at_start and item.core_bytes in {None, len(item.data)}
        for view in make_views(item, item.data, at_start=at_start, is_whole=is_whole):
            for _detector, hit in find_hits(view, knowledge):
                secret = hit.proof.secret
                if secret is None or hit.proof.kind != finding.kind:
                    continue
                if hmac.compare_digest(secret.fingerprint(case_key), wanted):
                    written = Secret(view.text(hit.start, hit.end).encode("utf-8", "replace"))
                    return RevealedSecret(secret, written)
    return None
