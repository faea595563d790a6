"""Addresses of the XRP Ledger: classic `r…` and X-addresses, which hold the destination tag.

Found in: notes, chats, exchange mails, payment links, JSON of wallets.
Proof: 32 bits of double SHA-256 in the ripple alphabet, version, length.
Limits: the tag of a classic address stands elsewhere: a number behind `dt`, `tag`, `destination tag`
or `memo` within 80 characters and with no other address between is taken to be it. The same
address with another tag is another customer of the same exchange.
Spec: https://xrpl.org/docs/references/protocol/data-types/base58-encodings, XLS-5d.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from chainlead.findings.address_proof import AddressDetector
from chainlead.findings.detector import Hit, Precheck, Run, Shape

_REACH = 80
_WORD = (
    r"""(?:destination[ _-]?tag|dest(?:ination)?[ _.-]?tag|xrp[ _-]?tag|tag|dt|memo(?:[ _-]?id)?)"""
)
_TAG = re.compile(
    rf"""(?:^|[^0-9a-z])(?P<word>{_WORD})["']?\s{{0,3}}(?:[:=#(\[]|is|är|\\?["'>])?[\s"'>]{{0,4}}
    (?P<number>\d{{1,10}})(?![0-9A-Za-z.,]\d|[0-9A-Za-z])""",
    re.IGNORECASE | re.VERBOSE,
)
_ADDRESS = re.compile(r"(?<![0-9A-Za-z])[rX][1-9A-HJ-NP-Za-km-z]{24,46}(?![0-9A-Za-z])")


class XrpAddresses(AddressDetector):
    """`r…` of 25 to 35 characters, `X…` and `T…` of 47."""

    name = "address.xrp"
    shapes = (
        Shape("r", range(25, 36), Precheck.RIPPLE58CHECK),
        Shape("XT", range(47, 48), Precheck.RIPPLE58CHECK),
    )
    forms = frozenset({"xrp classic", "xrp x-address"})

    def check(self, run: Run) -> Iterator[Hit]:
        """Decode the whole run, and look for its destination tag beside it."""
        for hit in super().check(run):
            found = None if "destination_tag" in hit.proof.detail else _tag_beside(run)
            if found is None:
                yield hit
            else:
                detail = {**hit.proof.detail, "destination_tag": found[0], "tag_word": found[1]}
                yield replace(hit, proof=replace(hit.proof, detail=detail))


def _tag_beside(run: Run) -> tuple[int, str] | None:
    """The number behind the nearest word for a tag: after the address first, then before it."""
    before, after = run.view.around(run.start, run.end, _REACH)
    other = _ADDRESS.search(after)
    match = _TAG.search(after[: other.start()] if other else after)
    if match is None:
        starts = [found.end() for found in _ADDRESS.finditer(before)]
        matches = list(_TAG.finditer(before[starts[-1] :] if starts else before))
        match = matches[-1] if matches else None
    if match is None or int(match["number"]) >> 32:
        return None
    return int(match["number"]), match["word"].lower()
