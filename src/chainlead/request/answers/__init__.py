"""Answers of services: read, understood by a profile, checked against the ledger, compared with what was asked."""

from chainlead.request.answers.answer import Answer, answer_document
from chainlead.request.answers.asked import (
    AskedItem,
    AskedTransfer,
    ItemState,
    Unanswered,
    derive_asked,
    derive_unanswered,
)
from chainlead.request.answers.form import AnswerForm, AnswerLimits, ReadingHints, answer_forms
from chainlead.request.answers.ledger_check import LedgerPayment, PaymentBook, chain_of, check_row
from chainlead.request.answers.moments import checked_zone
from chainlead.request.answers.new_leads import (
    AnswerLead,
    LeadKind,
    account_customers,
    derive_answer_leads,
    is_iban,
)
from chainlead.request.answers.profile import (
    AnswerProfile,
    SheetProfile,
    find_profiles,
    get_profile,
    parse_profile,
    save_profile,
    write_profile,
)
from chainlead.request.answers.propose import propose_profile
from chainlead.request.answers.reading import AnswerFile, read_answer
from chainlead.request.answers.stated import Doubt, StatedRow, Statement, read_statement

__all__ = [
    "Answer",
    "AnswerFile",
    "AnswerForm",
    "AnswerLead",
    "AnswerLimits",
    "AnswerProfile",
    "AskedItem",
    "AskedTransfer",
    "Doubt",
    "ItemState",
    "LeadKind",
    "LedgerPayment",
    "PaymentBook",
    "ReadingHints",
    "SheetProfile",
    "StatedRow",
    "Statement",
    "Unanswered",
    "account_customers",
    "answer_document",
    "answer_forms",
    "chain_of",
    "check_row",
    "checked_zone",
    "derive_answer_leads",
    "derive_asked",
    "derive_unanswered",
    "find_profiles",
    "get_profile",
    "is_iban",
    "parse_profile",
    "propose_profile",
    "read_answer",
    "read_statement",
    "save_profile",
    "write_profile",
]
