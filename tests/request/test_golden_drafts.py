"""The drafts of the practice lead in each place, in every language, as files that people can read."""

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from chainlead.attribution import (
    Claim,
    Deposit,
    Handle,
    Holding,
    Lead,
    LeadTrack,
    Service,
    service_document,
    shipped_directory,
)
from chainlead.model import Strength
from chainlead.request import (
    Draft,
    DraftParameters,
    addressee_state,
    choose_instrument,
    draft_request,
    languages,
)

GOLDEN = Path(__file__).parents[1] / "golden" / "request"
DAY = date(2026, 11, 23)


@dataclass(frozen=True)
class Situation:
    """Who asks whom, and what the table must say."""

    name: str
    requester: str
    service: str
    row: str
    chosen: str
    first: str
    kind: str = "unknown"
    is_emergency: bool = False
    seat: str = ""


SITUATIONS = [
    Situation("same-country", "SE", "norrsken", "se_domestic", "se_order", "se_preservation"),
    Situation("eu-to-eu", "SE", "hafen", "eu_eio", "eio", "portal_preservation"),
    Situation(
        "eu-to-ireland", "SE", "claddagh", "eu_dk_ie", "mla_1959_2000", "portal_preservation"
    ),
    Situation("eu-to-denmark", "SE", "havneby", "eu_dk_ie", "mla_1959_2000", "portal_preservation"),
    Situation("eu-to-us", "SE", "prairie", "eu_us", "mlat_us", "us_preservation"),
    Situation("eu-to-uae", "SE", "lagune", "offshore", "mla_general", "portal_preservation"),
    Situation("eu-to-uk", "SE", "themse", "eu_uk", "tca", "portal_preservation"),
    Situation("us-to-eu", "US", "hafen", "us_eu", "us_subpoena", "portal_preservation"),
    Situation("uk-to-eu", "GB", "kastell", "uk_eu", "tca", "portal_preservation"),
    Situation("unknown-service", "SE", "", "unknown_seat", "regulator", "register_search"),
    Situation("defunct-exchange", "SE", "altmarkt", "defunct", "liquidator", "register_search"),
    Situation("mail-provider", "SE", "briefpost", "eu_information", "epoc", "epoc_pr"),
    Situation(
        "life-at-risk", "SE", "kastell", "eu_eio", "eio", "emergency_disclosure", is_emergency=True
    ),
    Situation("destination-tag", "SE", "hafen", "eu_eio", "eio", "portal_preservation"),
    Situation("stablecoin-issuer", "SE", "stabilo", "issuer", "issuer_order", "issuer_freeze"),
    Situation("unspent", "SE", "", "se_unspent", "se_seizure", "fiu_channel"),
]
KINDS = {"stablecoin-issuer": "issuer", "unspent": "seizure", "mail-provider": "information"}


def _service(situation: Situation) -> Service | None:
    if not situation.service:
        return None
    found = shipped_directory().get(situation.service)
    assert found is not None
    if found.state != "defunct":
        return found
    end = date(2024, 2, 1)
    companies = tuple(replace(each, until=end) for each in found.entities)
    return replace(found, closed=end, entities=companies)


def _lead(situation: Situation, lead: Lead) -> Lead:
    brand = service.brand if (service := _service(situation)) else "Unknown exchange"
    named = replace(
        lead, service=brand, actor=situation.service or None, jurisdictions=(), uri=None
    )
    claims = tuple(replace(each, service=f"{brand} hot wallet") for each in lead.claims[:1])
    named = replace(named, claims=(*claims, *lead.claims[1:]))
    if situation.name == "mail-provider":
        return _mail(named)
    if situation.name == "destination-tag":
        return _tagged(named)
    if situation.name == "stablecoin-issuer":
        return _frozen(named)
    if situation.name == "unspent":
        place = Holding(
            address=lead.deposits[0].address,
            amount_units=lead.deposits[0].amount_units,
            place=f"{lead.deposits[0].txid}:0",
            as_of_height=800_002,
            as_of="2024-01-03T00:00:00Z",
            traced_units={"fifo": 149_993, "poison": 150_000},
        )
        return replace(
            named, track=LeadTrack.UNSPENT, claims=(), conflicts=(), deposits=(), missing=(),
            holdings=(place,), service="", category=None,
        )  # fmt: skip
    return named


def _mail(lead: Lead) -> Lead:
    handles = (
        Handle("email", "orders@briefpost.example", ("0f1e2d3c4b5a6978",), "page of the shop"),
        Handle("domain", "kaufhaus-am-markt.example", ("0f1e2d3c4b5a6979",), "page of the shop"),
    )
    claim = Claim(
        address="",
        service="briefpost.example",
        actor=None,
        category="messaging_service",
        strength=Strength.ASSERTED,
        confidence="unknown",
        source="https://briefpost.example/about",
        lastmod="2026-11-22",
        pack="shipped table of contact providers (general)",
    )
    return replace(
        lead, track=LeadTrack.PROVIDER, chain="", trace_id="", network="", deposits=(),
        claims=(claim,), conflicts=(), missing=(), handles=handles, category="messaging_service", direction="",
    )  # fmt: skip


def _tagged(lead: Lead) -> Lead:
    account, sender = "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh", "rPEPPER7kfTD9w2To4CQk6UCfuHM9c6GDY"
    with_tag = Deposit(
        txid="5a" * 32, output_index=None, address=account, amount_units=25_000_000,
        traced_units={"fifo": 25_000_000}, height=84_000_000, block_hash="6b" * 32,
        mined_at="2023-11-11T11:11:11Z", service_address=account, memo="3170442",
        transfer_place="payment", sender=sender,
    )  # fmt: skip
    without = replace(with_tag, txid="7c" * 32, memo="", mined_at="2023-11-12T00:00:00Z")
    claims = tuple(replace(claim, address=account) for claim in lead.claims[:1])
    return replace(
        lead, chain="xrp", deposits=(with_tag, without), claims=claims, conflicts=(), missing=(),
        origin=sender,
    )  # fmt: skip


def _frozen(lead: Lead) -> Lead:
    address = "0x9858effd232b4033e47d90003d41ec34ecaeda94"
    coin = Holding(
        address=address, amount_units=1_234_567_890, contract="0x" + "5b" * 20, symbol="SBLD",
        decimals=6, as_of_height=19_000_000, as_of="2024-01-13T23:00:00Z",
        traced_units={"fifo": 1_200_000_000},
    )  # fmt: skip
    return replace(
        lead, track=LeadTrack.ISSUER, chain="ethereum", deposits=(), claims=(), conflicts=(),
        missing=(), holdings=(coin,), category=None,
    )  # fmt: skip


@pytest.fixture(scope="module")
def made() -> dict[tuple[str, str], Draft]:
    """Each draft is made once; the tests of this file look at it from several sides."""
    return {}


@pytest.fixture
def make(
    made: dict[tuple[str, str], Draft], lead: Lead, settings: dict[str, str], ledger: object
) -> Callable[[Situation, str], Draft]:
    def of(situation: Situation, language: str) -> Draft:
        key = (situation.name, language)
        if key not in made:
            service = _service(situation)
            about = _lead(situation, lead)
            state = addressee_state(about, service)
            kind = KINDS.get(situation.name, state.kind)
            choice = choose_instrument(
                situation.requester,
                state.seats,
                kind if service or situation.name in KINDS else "financial",
                is_emergency=situation.is_emergency,
                state=state.state,
            )
            made[key] = draft_request(
                about,
                {**settings, "country": situation.requester, "language": language},
                choice,
                DraftParameters(
                    dated=DAY,
                    language=language,
                    service=service_document(service) if service else None,
                ),
                ledger=ledger if about.chain == "bitcoin" else None,
            )
        return made[key]

    return of


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.name)
def test_the_instrument_is_the_right_one_and_explained(
    situation: Situation, make: Callable[[Situation, str], Draft]
) -> None:
    choice = make(situation, "en").choice
    assert (choice.row_id, choice.chosen_id) == (situation.row, situation.chosen)
    assert choice.first[0].instrument_id == situation.first
    assert choice.alternatives
    assert all(each.why_not for each in choice.alternatives)
    assert choice.why
    assert "Confirm" in choice.confirm


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.name)
def test_the_letters_are_the_golden_ones(
    situation: Situation, language: str, make: Callable[[Situation, str], Draft]
) -> None:
    files = make(situation, language).files
    folder = GOLDEN / situation.name / language
    texts = {name: content for name, content in files.items() if name.endswith(".md")}
    if os.environ.get("CHAINLEAD_GOLDEN") == "1":
        folder.mkdir(parents=True, exist_ok=True)
        for stale in folder.iterdir():
            stale.unlink()
        for name, content in texts.items():
            (folder / name).write_bytes(content)
    assert {file.name for file in folder.iterdir()} == set(texts)
    for name, content in texts.items():
        assert content.decode() == (folder / name).read_bytes().decode(), name


@pytest.mark.parametrize("name", ["annex.csv", "epoc.json", "draft.json"])
def test_the_annex_and_the_fields_are_the_golden_ones(
    name: str, make: Callable[[Situation, str], Draft]
) -> None:
    content = make(SITUATIONS[1], "en").files[name]
    if name == "draft.json":  # the PDF's bytes depend on the typst build, the DOCX's on zlib's
        fields = json.loads(content)
        fields["files"] = {
            file: digest
            for file, digest in fields["files"].items()
            if not file.endswith((".pdf", ".docx"))
        }
        content = (json.dumps(fields, indent=2, sort_keys=True) + "\n").encode()
    golden = GOLDEN / "eu-to-eu" / name
    if os.environ.get("CHAINLEAD_GOLDEN") == "1":
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_bytes(content)
    assert content.decode() == golden.read_bytes().decode()


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.name)
def test_a_draft_is_complete(
    situation: Situation, language: str, make: Callable[[Situation, str], Draft]
) -> None:
    made = make(situation, language)
    letters = {name.partition(".")[0] for name in made.files if name.endswith(".md")} - {"officer"}
    for letter in letters:
        assert {f"{letter}.{form}" for form in ("md", "pdf", "docx")} <= made.files.keys()
        assert made.files[f"{letter}.pdf"].startswith(b"%PDF-")
        assert made.files[f"{letter}.docx"].startswith(b"PK")
    told = json.loads(made.files["draft.json"])["files"]
    for name, digest in told.items():
        assert hashlib.sha256(made.files[name]).hexdigest() == digest
    assert ("epoc.json" in made.files) == ("production" in letters)


def test_a_missing_destination_tag_is_a_field_to_fill(
    make: Callable[[Situation, str], Draft],
) -> None:
    situation = next(each for each in SITUATIONS if each.name == "destination-tag")
    made = make(situation, "en")
    text = made.files["production.md"].decode()
    assert "| Memo or destination tag | `3170442` |" in text
    assert any(field.startswith("destination tag or memo") for field in made.open_fields)
    assert "The customer is named by the destination tag" in text
