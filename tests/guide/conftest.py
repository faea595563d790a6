"""Facts of cases in several states."""

import pytest

from chainlead.guide import (
    CaseFacts,
    DraftFact,
    ExhibitFact,
    FoundAddress,
    LeadFact,
    TraceFact,
    UnreadFact,
)


@pytest.fixture
def worked_case() -> CaseFacts:
    """A case with something for almost every rule."""
    return CaseFacts(
        folder="cases/K 1",
        settings={"reference": "", "unit": ""},
        exhibits=(
            ExhibitFact("E1", "seized/phone", is_scanned=True, streams=5, findings=3),
            ExhibitFact("E2", "seized/old disk", is_scanned=False, streams=1, findings=0),
            ExhibitFact("E3", "seized/card", is_scanned=True, streams=0, findings=0),
        ),
        unread=(
            UnreadFact("E1", "encrypted", 2, "file:a.zip"),
            UnreadFact("E1", "compression ratio", 1, "file:bomb.gz"),
            UnreadFact("E1", "link not followed", 1, "file:link"),
        ),
        findings=9,
        untriaged={"checked": 4, "shape": 2},
        secrets={"mnemonic": 1, "private_key": 2},
        own_wallets=("E1 › file:wallet.dat",),
        addresses=(
            FoundAddress("bc1qown", ("bitcoin",), "own", "new", "checked"),
            FoundAddress("bc1qtraced", ("bitcoin",), "unknown", "new", "checked"),
            FoundAddress("rXrp", ("xrp",), "unknown", "new", "checked"),
            FoundAddress("4Monero", ("monero",), "unknown", "new", "checked"),
        ),
        extended_keys=1,
        service_mentions=("kronbyte.example",),
        ledger_chains={"bitcoin": 100},
        traces=(
            TraceFact(
                "t1",
                "bc1qtraced",
                "forward",
                ("haircut",),
                {"left the known blocks": 2, "limit": 1, "mixing": 1, "unspent": 3, "service": 1},
                frozenset({"bc1qtraced"}),
                predates=("tags",),
            ),
        ),
        leads=(
            LeadFact("l1", "Kronbyte", "bitcoin", has_conflict=True),
            LeadFact("l2", "Lagune", "bitcoin"),
        ),
        drafts=(DraftFact("d1", "l2", "production", "draft"),),
        report_is_current=False,
    )
