"""What is not done on ledgers of accounts yet says so; it is never answered with "nothing found"."""

from collections.abc import Callable
from typing import Any

import pytest

from chainlead.errors import TraceError
from chainlead.model import Chain
from chainlead.trace import Level
from chainlead.workflow.case import Case
from chainlead.workflow.contested import find_contested
from chainlead.workflow.links import derive_without, find_links
from chainlead.workflow.patterns import find_case_patterns
from chainlead.workflow.peel import follow_peels
from chainlead.workflow.trace import trace

A, B = "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh", "rPPbi1iNXmvY9HmJ9sH9g4gxvgVEfN4NaZ"
TXID = "ab" * 32

QUESTIONS: dict[str, Callable[[Case], Any]] = {
    "trace": lambda case: trace(case, A, chain=Chain.XRP),
    "why": lambda case: find_links(case, A, B, chain=Chain.XRP, level=Level.CO_SPEND),
    "without": lambda case: derive_without(case, TXID, chain=Chain.XRP, level=Level.CO_SPEND),
    "contested": lambda case: find_contested(case, chain=Chain.XRP, level=Level.CO_SPEND),
    "patterns": lambda case: find_case_patterns(case, chain=Chain.XRP),
    "peel": lambda case: follow_peels(case, TXID, chain=Chain.XRP),
}


@pytest.mark.parametrize("question", sorted(QUESTIONS))
def test_a_ledger_of_accounts_is_refused_in_words_with_what_can_be_done(
    question: str, case: Case
) -> None:
    with pytest.raises(TraceError, match="xrp keeps accounts, not outputs") as refused:
        QUESTIONS[question](case)
    assert "chainlead match" in " ".join(refused.value.sentences())
    assert "Run the same command again" not in " ".join(refused.value.sentences())
