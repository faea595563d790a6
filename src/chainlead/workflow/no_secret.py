"""A text that a person writes into the case holds no secret: the journal keeps it for ever.

Limits: what the detectors prove to be a recovery phrase or a private key is refused. A password, or a
phrase with a word that is spelled wrongly, is not known as one.
"""

import hashlib

from chainlead.errors import CanvasError
from chainlead.workflow.case import Case


def refuse_secret(case: Case, text: str) -> None:
    """Refuse a text in which a recovery phrase or a private key stands.

    Args:
        case: whose key the search uses; nothing of the text is kept.
        text: what a person wants to keep.

    Raises:
        CanvasError: the text holds a secret. The message does not repeat it.
    """
    from chainlead.evidence import Item, Layer
    from chainlead.findings import scan_items
    from chainlead.model import Provenance, Step

    content = text.encode()
    item = Item(
        Provenance("note", (Step("file", "note"),)),
        content,
        "utf-8",
        "text/plain",
        Layer.RAW,
        hashlib.sha256(content).hexdigest(),
    )
    found = scan_items([item], case_key=case.key, threads=1)
    secrets = sorted({each.kind for each in found if each.fingerprint and not each.value})
    if secrets:
        raise CanvasError(
            f"The text holds a secret ({', '.join(secrets).replace('_', ' ')}); it is not kept.",
            next_step="Leave it out, and name the finding instead: the case knows its place.",
        )
