"""What is known about an address text once it is decoded."""

from dataclasses import dataclass

from chainlead.codecs.address_forms import FORMS
from chainlead.model import Candidate, Certainty, Chain, Network


@dataclass(frozen=True, slots=True)
class ParsedAddress:
    """An address text, proved as far as its form allows.

    Attributes:
        text: as it was written.
        canonical: the form to compare by: bech32 and CashAddr in lower case (CashAddr with its
            prefix), EVM as `0x` and lower-case hex, all others as written.
        form: a name in `FORMS`.
        candidates: every ledger that it can belong to, best first, each with its reason.
        certainty: how the form proves it.
        payload: key hash, script hash, witness program, account or keys, without version bytes.
        tag: destination tag inside an XRP X-address.
        payment_id: payment id inside a CryptoNote integrated address, in hex.
        classic: classic form of an XRP X-address.
        eip55: mixed-case form of an EVM address.
    """

    text: str
    canonical: str
    form: str
    candidates: tuple[Candidate, ...]
    payload: bytes
    certainty: Certainty = Certainty.CHECKED
    tag: int | None = None
    payment_id: str | None = None
    classic: str | None = None
    eip55: str | None = None
    false_positive_rate: str = ""
    """How often a random text of the right shape passes, as a power of two."""

    def __post_init__(self) -> None:
        """Take the rate of the form unless the text has its own."""
        if not self.false_positive_rate:
            object.__setattr__(self, "false_positive_rate", FORMS[self.form].false_positive_rate)

    @property
    def check_made(self) -> str:
        """Which check holds, in words."""
        return FORMS[self.form].check

    @property
    def chain(self) -> Chain:
        """The best candidate's ledger."""
        return self.candidates[0].chain

    @property
    def network(self) -> Network:
        """The best candidate's network."""
        return self.candidates[0].network

    def is_candidate_of(self, chain: Chain) -> bool:
        """Whether it can belong to this ledger."""
        return any(candidate.chain is chain for candidate in self.candidates)
