"""The guide asks issuers at once and providers soon, each only until a request is drafted."""

from chainlead.guide.facts import CaseFacts, DraftFact, LeadFact
from chainlead.guide.rules.ask_provider import AskProvider
from chainlead.guide.rules.freeze_stablecoin import FreezeStablecoin
from chainlead.guide.rules.no_request import NoRequest
from chainlead.guide.step import Urgency

ISSUER = LeadFact("aa", "Tether", "ethereum", track="issuer")
PROVIDERS = tuple(LeadFact(f"b{n}", f"mail{n}.example", "", track="provider") for n in range(5))
UNSPENT = LeadFact("cc", "money that was not moved", "bitcoin", track="unspent")


def test_a_stablecoin_that_lies_there_is_urgent_until_its_issuer_is_asked() -> None:
    facts = CaseFacts("CASE", leads=(ISSUER, UNSPENT))
    (step,) = FreezeStablecoin().steps(facts)
    assert (step.urgency, step.command) == (Urgency.NOW, "chainlead request draft CASE aa")
    asked = CaseFacts("CASE", leads=(ISSUER,), drafts=(DraftFact("d", "aa", "freeze", "drafted"),))
    assert list(FreezeStablecoin().steps(asked)) == []


def test_all_providers_make_one_step_that_names_the_first_three() -> None:
    (step,) = AskProvider().steps(CaseFacts("CASE", leads=PROVIDERS))
    assert step.title.endswith("mail0.example, mail1.example, mail2.example and 2 more")
    assert step.command == "chainlead leads CASE --track provider"
    drafts = tuple(DraftFact(lead.lead_id, lead.lead_id, "production", "d") for lead in PROVIDERS)
    assert list(AskProvider().steps(CaseFacts("CASE", leads=PROVIDERS, drafts=drafts))) == []


def test_only_a_service_is_asked_for_a_customer() -> None:
    assert list(NoRequest().steps(CaseFacts("CASE", leads=(ISSUER, UNSPENT, *PROVIDERS)))) == []
