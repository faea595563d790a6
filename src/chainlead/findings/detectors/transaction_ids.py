"""Transaction ids, only where their place says that they are one.

Found in: explorer links, chat and mail texts ("txid: …"), JSON of wallets, explorers and exchanges.
Proof: none in the id itself: 64 hex digits look like any hash or private key. It is reported only
behind a word such as `txid`, `transactionHash`, `Transaction:` or its like in other languages, or
in the path of a transaction page, with nothing between; so *shape only*.
Limits: ids without such a word are not found, and the word can be wrong.
Spec: ids are shown in reversed byte order by Bitcoin's family; raw blocks hold them the other way.
"""

import re
from collections.abc import Iterator
from typing import Any

from chainlead.findings.detector import Detector, Hit, Precheck, Proof, Run, Shape
from chainlead.model import Candidate, Certainty, Chain, Network

_HEX = frozenset("0123456789abcdefABCDEF")
_LOOK_BACK = 160
_NAMES = (
    r"transaction", r"transaktion(?:en|s)?", r"transak(?:sjon|sjons)", r"transactie", r"transazione",
    r"transacci[oó]n", r"transa[cç][aã]o", r"transakcj[aię]", r"transakce", r"tapahtuma",
    r"tehing(?:u)?", r"транзакци[яию]", r"i[sş]lem", "tx", "txn",
)  # fmt: skip
_SORTS = "id|hash|ref|reference|number|no|nummer|tunnus|kood|identifier"
_KEY = re.compile(
    rf"""(?:^|[^\w]|_)(?:
        (?:{"|".join(_NAMES)})(?:[ _-]?(?:{_SORTS}))?
        |(?:id|hash)[ ](?:de[ ](?:la[ ])?|della[ ]|da[ ])?(?:{"|".join(_NAMES)})
        )["']?[ \t]*(?:[:=\#>]|\[["']?|\ is|\ är|\ lautet)?[\s"'<(]{{0,4}}$""",
    re.IGNORECASE | re.VERBOSE,
)
_HASH_KEY = re.compile(r"""["'](?:hash|blockchain_?hash)["']\s*[:=]\s*["']$""", re.IGNORECASE)
_PATH = re.compile(
    r"""(?:https?://)?(?P<host>[0-9a-z.-]+\.[a-z]{2,})(?::\d{1,5})?/(?:[^\s"'<>]*/)?
        (?:tx|txs|txn|transaction|transactions|\#/tx)/$
      |https?://(?P<host2>[0-9a-z.-]+)[^\s"'<>]*[?&](?:tx|txid|txhash|tx_?hash|hash)=$""",
    re.IGNORECASE | re.VERBOSE,
)
_SECRET_WORDS = re.compile(
    r"priv|secret|seed|key\W*$|\bkeys?[ ](?:of|for|to)\b|entropy|password", re.IGNORECASE
)
_NOTE = "as written; Bitcoin and its family store it reversed"
_BITCOIN_LIKE = (
    Candidate(Chain.BITCOIN, Network.MAIN, "64 hex digits; the text names no chain"),
    Candidate(Chain.LITECOIN, Network.MAIN, "64 hex digits; the text names no chain"),
    Candidate(Chain.DASH, Network.MAIN, "64 hex digits; the text names no chain"),
    Candidate(Chain.MONERO, Network.MAIN, "64 hex digits; the text names no chain"),
)
_ETHEREUM = (
    Candidate(Chain.ETHEREUM, Network.MAIN, "0x and 64 hex digits; any EVM chain"),
    Candidate(Chain.ELECTRONEUM_SMART_CHAIN, Network.MAIN, "0x and 64 hex digits; any EVM chain"),
)
_XRP = (
    Candidate(
        Chain.XRP, Network.MAIN, "64 hex digits in upper case, as the XRP Ledger writes them"
    ),
)


class TransactionIds(Detector):
    """64 hex digits, with or without `0x`, directly behind a word or path that names them."""

    name = "txid"
    shapes = (
        Shape("0123456789abcdefABCDEF", range(64, 65), Precheck.HEX),
        Shape("0", range(66, 67), Precheck.HEX),
    )

    def check(self, run: Run) -> Iterator[Hit]:
        """Look at what stands directly before the run."""
        is_evm = run.text.startswith("0x") and len(run.text) == 66
        digits = run.text[2:] if is_evm else run.text
        if len(digits) != 64 or not _HEX.issuperset(digits) or len(set(digits)) < 6:
            return
        start = _first_letter(run.view.data, run.start - _LOOK_BACK)
        where, host = _place(run.view.text(start, run.start), is_evm=is_evm)
        if not where:
            return
        if not is_evm:
            run.view.readable_txids[digits.lower()] = None
        detail: dict[str, Any] = {"context_kind": where, "byte_order": _NOTE}
        if host:
            detail["host"] = host
        proof = Proof(
            kind="txid",
            certainty=Certainty.SHAPE,
            check_made=f"64 hex digits directly behind {where}",
            false_positive_rate="none (no checksum)",
            candidates=candidates_of(digits, is_evm=is_evm),
            detail=detail,
        )
        yield Hit(run.start, run.end, run.text, proof)


def _first_letter(content: bytes, start: int) -> int:
    """The next place, from `start` on, where a letter of UTF-8 begins."""
    start = max(0, start)
    while start < len(content) and content[start] & 0xC0 == 0x80:
        start += 1
    return start


def _place(before: str, *, is_evm: bool) -> tuple[str, str]:
    path = _PATH.search(before)
    if path:
        return "a link's transaction path", (path["host"] or path["host2"] or "").lower()
    key = _KEY.search(before) or (_HASH_KEY.search(before) if is_evm else None)
    if key and not _SECRET_WORDS.search(before[max(0, key.start() - 24) :]):
        return "a word for a transaction id", ""
    return "", ""


def candidates_of(digits: str, *, is_evm: bool) -> tuple[Candidate, ...]:
    """The ledgers that write an id like this, best first."""
    if is_evm:
        return _ETHEREUM
    if digits.isupper():
        return (*_XRP, *_BITCOIN_LIKE)
    return _BITCOIN_LIKE
