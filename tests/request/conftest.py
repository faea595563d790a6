"""One lead on a ledger of two transactions, and everything a draft of it needs."""

from collections.abc import Callable
from datetime import date

import pytest

from chainlead.attribution import Claim, Deposit, Lead
from chainlead.ledger import Input, Output, Pin, Transaction
from chainlead.model import BlockHash, Chain, Network, Outpoint, Strength, Txid, moment_from_text
from chainlead.request import Draft, DraftParameters, choose_instrument, draft_request

ADDRESS = "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S"
SENDER = "1Q2TWHE3GMdB6BZKafqwxXtWAWgFt5Jvm3"
HOT_WALLET = "1NDyJtNTjmwk5xPNhjgAMu4HDHigtobu1s"
TXIDS = ("a1" * 32, "b2" * 32, "c3" * 32)
BLOCKS = ("00000000" + "d4" * 28, "00000000" + "e5" * 28, "00000000" + "f6" * 28)
AMOUNTS = (150_000, 2_100_000_000, 2_100_149_000)
TIMES = ("2023-12-30T23:59:59Z", "2024-01-02T03:04:05Z", "2024-01-03T00:00:00Z")


SWEPT = (
    "Inferred (deposit sweep, version 1): the next transaction emptied 2 addresses into the service's "
    "wallet and left no change, which is how services collect deposits. It fails where a person empties "
    "a wallet in the same way. Error rate: not measured."
)


class TwoTransfers:
    """A ledger that knows two payments to one address, and their sweep."""

    pin = Pin(Chain.BITCOIN, Network.MAIN, 800_002, BlockHash.from_display(BLOCKS[2]))

    def lookup_transaction(self, txid: Txid) -> Transaction | None:
        if txid.display not in TXIDS:
            return None
        place = TXIDS.index(txid.display)
        receiver = HOT_WALLET if place == 2 else ADDRESS
        previous = Output(Outpoint(Txid.from_display("99" * 32), 1), 3, b"", SENDER)
        output = Output(Outpoint(txid, place), AMOUNTS[place], b"", receiver)
        return Transaction(
            chain=Chain.BITCOIN,
            txid=txid,
            height=800_000 + place,
            block_index=1,
            block_hash=BlockHash.from_display(BLOCKS[place]),
            mined_at=moment_from_text(TIMES[place]),
            is_coinbase=False,
            version=2,
            locktime=0,
            inputs=(Input(previous.outpoint, 0, previous),),
            outputs=(output,),
        )

    def lookup_output(self, outpoint: Outpoint) -> Output | None:
        found = self.lookup_transaction(outpoint.txid)
        return next((o for o in found.outputs if o.outpoint == outpoint), None) if found else None

    def lookup_spender(self, outpoint: Outpoint) -> Transaction | None:
        place = Outpoint(Txid.from_display(TXIDS[1]), 1)
        return self.lookup_transaction(Txid.from_display(TXIDS[2])) if outpoint == place else None


@pytest.fixture
def ledger() -> TwoTransfers:
    return TwoTransfers()


@pytest.fixture
def lead() -> Lead:
    claim = Claim(
        address=HOT_WALLET,
        service="Kastell hot wallet",
        actor="kastell",
        category="exchange",
        strength=Strength.ASSERTED,
        confidence="service_data",
        source="https://kastell.example/proof-of-reserves",
        lastmod="2024-01-15",
        pack="Practice tags (maker, p.yaml)",
        level=50,
    )
    other = Claim(
        address=HOT_WALLET,
        service="Castle Trading",
        actor=None,
        category="exchange",
        strength=Strength.ASSERTED,
        confidence="web_crawl",
        source="https://forum.example/thread/88",
        lastmod=None,
        pack="Practice tags (maker, p.yaml)",
        level=20,
    )
    deposits = tuple(
        Deposit(
            txid=TXIDS[place],
            output_index=place,
            address=ADDRESS,
            amount_units=AMOUNTS[place],
            traced_units={"fifo": AMOUNTS[place] - 7, "poison": AMOUNTS[place]},
            height=800_000 + place,
            block_hash=BLOCKS[place],
            mined_at=TIMES[place],
            sweep_txid=TXIDS[2] if place else None,
            service_address=HOT_WALLET if place else ADDRESS,
            inference=SWEPT if place else "",
        )
        for place in (0, 1)
    )
    return Lead(
        lead_id="0123456789abcdef",
        trace_id="fedcba9876543210",
        chain="bitcoin",
        service="Kastell Exchange",
        actor="kastell",
        jurisdictions=("EE",),
        uri="kastell.example",
        claims=(claim, other),
        conflicts=(other,),
        deposits=deposits,
        missing=("Sources name different parties for the same address: settle this first.",),
        category="exchange",
        origin=SENDER,
    )


@pytest.fixture
def settings() -> dict[str, str]:
    return {
        "title": "Practice",
        "reference": "P-1",
        "unit": "Practice unit",
        "country": "SE",
        "currency": "SEK",
        "language": "en",
        "practice": "yes",
    }


@pytest.fixture
def parameters() -> DraftParameters:
    return DraftParameters(dated=date(2024, 3, 4))


@pytest.fixture(scope="session")
def usual() -> dict[str, Draft]:
    """The draft without any change, made once."""
    return {}


@pytest.fixture
def make_draft(
    usual: dict[str, Draft],
    lead: Lead,
    settings: dict[str, str],
    parameters: DraftParameters,
    ledger: TwoTransfers,
) -> Callable[..., Draft]:
    def make(**changes: object) -> Draft:
        if not changes and usual:
            return usual["draft"]
        asked = {
            "lead": lead,
            "settings": settings,
            "choice": choose_instrument("SE", ["EE"], "financial"),
            "parameters": parameters,
            "ledger": ledger,
        } | changes
        made = draft_request(
            asked["lead"],
            asked["settings"],
            asked["choice"],
            asked["parameters"],
            ledger=asked["ledger"],
        )
        if not changes:
            usual["draft"] = made
        return made

    return make
