"""Private keys written as 64 hex digits, only directly behind a word that says so.

Found in: exports of wallets for Ethereum, Monero and others, notes, scripts, `.env` files.
Proof: none in the key itself: 64 hex digits look like any hash. It is reported only behind a word
such as `private key`, `privkey`, `secret spend key` or `PRIVATE_KEY`, with nothing between, and only
if it is a number that can be a key.
Limits: keys without such a word are not found, and the word can be wrong. A secret: place, kind and
keyed fingerprint only.
Spec: SEC 1 for the range of keys of secp256k1.
"""

import re
from collections.abc import Iterator

from chainlead.codecs import Secret
from chainlead.findings.detector import Detector, Hit, Precheck, Proof, Run, Shape
from chainlead.model import Candidate, Certainty, Chain, Network

_HEX = frozenset("0123456789abcdefABCDEF")
_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
_LOOK_BACK = 80
_WORD = re.compile(
    r"""(?:^|[^0-9a-z])(?:
        (?P<monero>(?:secret|private)[ _-]?(?:spend|view)[ _-]?key|(?:spend|view)_?sec(?:ret)?(?:_?key)?)
        |(?:eth(?:ereum)?|btc|bitcoin|wallet|account|deployer|signer|owner|my)?[ _-]?
         (?:priv(?:ate)?[ _-]?key|privkey|secret[ _-]?(?:key|exponent)|master[ _-]?(?:seed|secret))
        |privat(?:e[rn]?)?[ ]?(?:schl[uü]ssel|nyckel)|hemlig[ ]nyckel
        |cl[eé][ ]priv[eé]e|(?:clave|chiave)[ ]privad?a|chiave[ ]privata|chave[ ]privada
        |приватный[ ]ключ|закрытый[ ]ключ
        )(?:[ _-]?(?:hex|raw))?["'*]{0,3}[ \t]{0,8}(?:[:=>]{1,2}|\ is|\ är|\ ist)?[\s"'`<(]{0,6}$""",
    re.IGNORECASE | re.VERBOSE,
)
_CANDIDATES = (
    Candidate(Chain.ETHEREUM, Network.MAIN, "64 hex digits; the text names no chain"),
    Candidate(Chain.BITCOIN, Network.MAIN, "64 hex digits; the text names no chain"),
)
_MONERO = (Candidate(Chain.MONERO, Network.MAIN, "spend and view keys are Monero's"),)


class HexKeys(Detector):
    """64 hex digits, with or without `0x`, behind a word for a private key."""

    name = "key.hex"
    shapes = (
        Shape("0123456789abcdefABCDEF", range(64, 65), Precheck.HEX),
        Shape("0", range(66, 67), Precheck.HEX),
    )

    def check(self, run: Run) -> Iterator[Hit]:
        """Look at what stands directly before the run."""
        digits = run.text[2:] if len(run.text) == 66 and run.text[1] in "xX" else run.text
        if len(digits) != 64 or not _HEX.issuperset(digits) or len(set(digits)) < 6:
            return
        word = _WORD.search(run.view.text(max(0, run.start - _LOOK_BACK), run.start))
        if word is None or not 0 < int(digits, 16) < _ORDER:
            return
        proof = Proof(
            kind="private_key",
            certainty=Certainty.STRUCTURED,
            check_made="64 hex digits directly behind a word for a private key",
            false_positive_rate="not measured (no checksum)",
            candidates=_MONERO if word["monero"] else _CANDIDATES,
            secret=Secret(bytes.fromhex(digits)),
            detail={"format": "hex"},
        )
        yield Hit(run.start, run.end, None, proof)
