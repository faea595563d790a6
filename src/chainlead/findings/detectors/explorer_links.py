"""Links to block explorers: somebody looked at this address or transaction.

Found in: browser histories and caches, chats, mail, saved pages.
Proof: the host is in the table `data/explorers.yaml`.
Limits: a link shows interest, not ownership. Self-hosted explorers are not in the table.
Spec: `data/explorers.yaml`, with a source for each entry.
"""

import re
from collections.abc import Iterator
from typing import Any

from chainlead.findings.context import is_public
from chainlead.findings.detector import Detector, Hit, Proof
from chainlead.findings.host_names import find_hosts
from chainlead.findings.knowledge import Knowledge
from chainlead.findings.view import Mark, View
from chainlead.model import Candidate, Certainty, Network

_SCHEME = re.compile(rb"https?://$", re.IGNORECASE)
_PATH = re.compile(rb"(?::\d{1,5})?/[!#$%&*+,\-./0-9:;=?@A-Z_a-z~]{0,300}")
_THING = re.compile(
    r"/(?P<what>tx|txs|txn|transaction|transactions|address|addr|account|accounts|block|wallet|token)"
    r"(?:/[a-z]{2,8})?/(?P<name>[0-9A-Za-z:]{20,130})",
    re.IGNORECASE,
)
_LONGEST_PREFIX = 24
_IS_TX = ("tx", "transaction")
_TXID = re.compile(r"(?:0x)?[0-9a-fA-F]{64}")


class ExplorerLinks(Detector):
    """A known host, and what the path asks for."""

    name = "explorer_link"
    needs = Mark.NAME

    def find(self, view: View, knowledge: Knowledge) -> Iterator[Hit]:
        """Look at every host name of the table."""
        for start, end, host in find_hosts(view, knowledge):
            explorer = knowledge.explorer_of(host)
            if explorer is None:
                continue
            scheme = _SCHEME.search(view.data, max(0, start - 8), start)
            first = scheme.start() if scheme else start
            path = _PATH.match(view.data, end)
            last = path.end() if path else end
            while view.data[last - 1 : last] in {b".", b",", b";", b":", b"!", b"?"}:
                last -= 1
            if not scheme and not path:
                continue
            thing = _THING.search(view.text(end, last))
            if thing and (thing.start() > _LONGEST_PREFIX or not _is_shown_by_explorers(thing)):
                thing = None
            detail: dict[str, Any] = {"host": host, "source": explorer.source}
            if thing:
                last = end + len(view.text(end, last)[: thing.end()].encode())
                what = thing["what"].lower()
                detail["shows"] = "transaction" if what.startswith(_IS_TX) else what
                detail["shown"] = thing["name"]
            elif path:
                last = end
            candidates: tuple[Candidate, ...] = ()
            if explorer.chain:
                reason = f"{host} shows this chain"
                candidates = (Candidate(explorer.chain, Network.MAIN, reason),)
            proof = Proof(
                kind="explorer_link",
                certainty=Certainty.STRUCTURED,
                check_made="host name in the table of explorers",
                false_positive_rate="none (a name, no checksum)",
                candidates=candidates,
                detail=detail,
            )
            yield Hit(first, last, view.text(first, last), proof)


def _is_shown_by_explorers(thing: re.Match[str]) -> bool:
    """Whether the name is public: a transaction id in its place, an address, a public key."""
    if thing["what"].lower().startswith((*_IS_TX, "block")):
        return bool(_TXID.fullmatch(thing["name"]))
    return is_public(thing["name"])
