import re
import shlex
from dataclasses import replace

import pytest

from chainlead.guide import CaseFacts, Place, Urgency, next_step_rules, next_steps
from chainlead.model import Sentence


def _by_id(facts):
    return {step.step_id: step for step in next_steps(facts)}


def test_an_empty_case_needs_an_exhibit_and_nothing_else():
    (step,) = next_steps(CaseFacts(folder="c"))
    assert step.command == "chainlead scan c EXHIBIT"
    assert step.urgency is Urgency.NEXT


def test_steps_come_urgent_first_and_always_in_the_same_order(worked_case):
    steps = next_steps(worked_case)
    assert [s.urgency for s in steps] == sorted(s.urgency for s in steps)
    assert steps == next_steps(worked_case)
    assert len({step.step_id for step in steps}) == len(steps)


def test_secrets_come_first_and_the_advice_protects_them(worked_case):
    first = next(step for step in next_steps(worked_case) if step.step_id == "secrets")
    assert first.urgency is Urgency.NOW
    assert "1 recovery phrase, 2 private keys" in first.title
    for advice in ("on-line", "Seal", "two persons", "prosecutor"):
        assert advice in first.why


@pytest.mark.parametrize(
    ("step_id", "said"),
    [
        ("exhibits:E2", "Finish the scan of exhibit E2"),
        ("exhibits:E3", "nothing in it was searched"),
        ("unread:E1:encrypted", "Ask for the password (2 items"),
        ("unread:E1:compression ratio", "Unpack what was too much"),
        ("unread:E1:link not followed", "Look at these items by eye"),
        ("triage", "Judge 4 new findings"),
        ("triage:shape", "2 findings that only look like something"),
        ("ledger:xrp", "Add the ledger of xrp"),
        ("ledger:monero", "Do not expect to follow monero"),
        ("trace:bc1qown", "Follow the money of bc1qown"),
        ("stopped:t1:blocks", "2 ends of a trail ran out"),
        ("stopped:t1:limit", "1 end of a trail stopped at your limit"),
        ("stopped:t1:mixing", "Accept the stop at mixing"),
        ("unspent:t1", "3 unspent outputs"),
        ("stale:t1", "Trace bc1qtraced again"),
        ("request:l1", "Ask Kronbyte: no request is drafted"),
        ("request:l1:conflict", "Sources disagree about Kronbyte"),
        ("request:l2:preserve", "Ask Lagune to preserve the data first"),
        ("draft:l2", "Check, sign and send the request to Lagune"),
        ("xrp-tag", "destination tag of rXrp"),
        ("tags", "Import what is known"),
        ("one-rule:t1", "under the other rules too"),
        ("mentions", "kronbyte.example"),
        ("report", "Write the report again"),
        ("practice:settings", "Fill in the case's reference and unit"),
    ],
)
def test_each_gap_has_its_step(worked_case, step_id, said):
    assert said in _by_id(worked_case)[step_id].title


def test_what_is_done_needs_no_step(worked_case):
    done = replace(
        worked_case,
        settings={"reference": "K", "unit": "U"},
        exhibits=worked_case.exhibits[:1],
        unread=(),
        untriaged={},
        secrets={},
        addresses=(),
        service_mentions=(),
        tag_count=5,
        traces=(replace(worked_case.traces[0], rules=("fifo", "haircut"), ends={}, predates=()),),
        leads=(),
        drafts=(),
        report_is_current=True,
    )
    assert [step.step_id for step in next_steps(done)] == ["verify"]


def test_a_preservation_request_silences_its_step(worked_case):
    drafts = (replace(worked_case.drafts[0], kind="preservation+production", state="sent"),)
    steps = _by_id(replace(worked_case, drafts=drafts))
    assert "request:l2:preserve" not in steps
    assert "draft:l2" not in steps


def test_own_wallet_without_any_ledger_asks_for_one(worked_case):
    steps = _by_id(replace(worked_case, ledger_chains={}, traces=()))
    assert "E1 › file:wallet.dat" in steps["own-wallet"].why


def test_an_extended_key_alone_is_worth_a_question(worked_case):
    assert "own-wallet:extended-key" in _by_id(replace(worked_case, own_wallets=()))


def test_noise_and_mere_shapes_are_not_traced(worked_case):
    noise = tuple(replace(address, state="noise") for address in worked_case.addresses)
    shape = tuple(replace(address, certainty="shape") for address in worked_case.addresses)
    for addresses in (noise, shape):
        steps = _by_id(replace(worked_case, addresses=addresses))
        assert not [name for name in steps if name.startswith(("trace:", "ledger:"))]


def test_many_untraced_addresses_do_not_flood_the_list(worked_case):
    many = tuple(
        replace(worked_case.addresses[0], value=f"bc1q{number:03d}") for number in range(500)
    )
    steps = [s for s in next_steps(replace(worked_case, addresses=many)) if "trace" in s.step_id]
    assert len(steps) == 6
    assert "495 more" in steps[-1].title


def test_backward_traces_are_asked_again_backward(worked_case):
    back = (replace(worked_case.traces[0], direction="backward"),)
    steps = _by_id(replace(worked_case, traces=back))
    for step_id in ("one-rule:t1", "stale:t1", "stopped:t1:limit"):
        assert "--backward" in steps[step_id].command
    assert "unspent:t1" not in steps


def test_a_practice_case_says_so(worked_case):
    steps = _by_id(replace(worked_case, practice=True))
    assert "practice" in steps
    assert steps["draft:l2"].title.endswith("send nothing")


def test_a_dismissed_step_stays_away(worked_case):
    left = _by_id(replace(worked_case, dismissed=frozenset({"secrets", "triage"})))
    assert "secrets" not in left
    assert "triage" not in left
    assert "triage:shape" in left


def test_commands_can_be_pasted_into_a_shell(worked_case):
    for step in next_steps(worked_case):
        if step.command:
            words = shlex.split(step.command)
            assert words[0] == "chainlead"
            assert "cases/K 1" in words
    scan = _by_id(worked_case)["exhibits:E2"].command
    assert shlex.split(scan)[-1] == "seized/old disk"


def test_texts_are_plain_short_and_judge_nobody(worked_case):
    for step in next_steps(worked_case):
        assert len(step.title) < 120
        assert step.why.endswith((".", "gz", "zip", "link", "?"))
        assert len(step.why) < 520
        assert not re.search(r"\b(suspect|criminal|perpetrator|illegal)\b", step.why + step.title)


def test_every_rule_is_named_once_and_explains_itself():
    rules = next_step_rules()
    assert len(rules) >= 16
    assert len({rule.name for rule in rules}) == len(rules)
    assert all(type(rule).__doc__ for rule in rules)


def test_every_text_can_be_said_in_another_language(worked_case):
    for facts in (worked_case, replace(worked_case, practice=True), CaseFacts(folder="c")):
        for step in next_steps(facts):
            assert isinstance(step.title, Sentence), step.step_id
            assert isinstance(step.why, Sentence), step.step_id


def test_a_step_leads_to_the_place_where_it_is_done(worked_case):
    steps = _by_id(worked_case)
    assert steps["trace:bc1qown"].place == Place(
        "graph", "follow", (("origin", "bc1qown"), ("chain", "bitcoin"))
    )
    assert steps["request:l1"].place == Place("leads", "l1")
    assert steps["triage"].place == Place("findings", "", (("state", "new"),))
    assert all(step.place and step.place.words for step in steps.values())
