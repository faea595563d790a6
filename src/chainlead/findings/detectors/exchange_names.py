"""Traces of accounts at services that hold coins: their domains and the senders of their mail.

Found in: mail headers, browser histories, bookmarks, password stores, chats.
Proof: the name is in the table `data/services.yaml`; a mail sender is stronger than a domain.
Limits: a domain shows a visit or a mention, not an account. Names change hands: each entry has its
source and date. Repeated names in one item are one finding with a count.
Spec: `data/services.yaml`.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from chainlead.findings.detector import Detector, Hit, Proof
from chainlead.findings.host_names import find_hosts
from chainlead.findings.knowledge import Knowledge, Service
from chainlead.findings.view import Mark, View
from chainlead.model import Certainty

_MAILBOX = re.compile(rb"[0-9A-Za-z._%+=-]{1,64}@$")


class ExchangeNames(Detector):
    """A known domain, or a mail address at one."""

    name = "exchange"
    needs = Mark.NAME

    def find(self, view: View, knowledge: Knowledge) -> Iterator[Hit]:
        """Look at every host name of the table; each name once, with its count."""
        first: dict[tuple[str, str], Hit] = {}
        count: dict[tuple[str, str], int] = {}
        for start, end, host in find_hosts(view, knowledge):
            service = knowledge.service_of(host)
            if service is None:
                continue
            mailbox = _MAILBOX.search(view.data, max(0, start - 66), start)
            begin = mailbox.start() if mailbox else start
            text = view.text(begin, end)
            key = ("exchange_mail" if mailbox else "exchange_domain", text.lower())
            count[key] = count.get(key, 0) + 1
            if key not in first:
                first[key] = Hit(begin, end, text, _proof(key[0], text, service))
        for key, hit in first.items():
            detail = {**hit.proof.detail, "occurrences": count[key]}
            yield replace(hit, proof=replace(hit.proof, detail=detail))


def _proof(kind: str, text: str, service: Service) -> Proof:
    detail: dict[str, Any] = {
        "service": service.name,
        "source": service.source,
        "date": service.date,
        "confidence": service.confidence,
    }
    if kind == "exchange_mail":
        detail["known_sender"] = text.lower() in service.mail_senders
    return Proof(
        kind=kind,
        certainty=Certainty.STRUCTURED,
        check_made="name in the table of services",
        false_positive_rate="none (a name, no checksum)",
        detail=detail,
    )
