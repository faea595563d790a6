"""What the short names in tables are called on a page: acts, kinds, roles, certainties.

A name without words here stays as it is.
"""

ACT_WORDS = {
    "addresses.derive": "addresses derived",
    "answer_resume.run": "a service's statement followed",
    "answers.import": "an answer read",
    "access.export": "the log of looks taken away",
    "access.grant": "a role given",
    "access.withdraw": "a role taken away",
    "canvas.close_fold": "folded in the picture",
    "canvas.drop_view": "a saved view removed",
    "canvas.mark": "a mark for the report",
    "canvas.move": "moved in the picture",
    "canvas.note": "a note",
    "canvas.open_fold": "unfolded in the picture",
    "canvas.remove_note": "a note removed",
    "canvas.reset": "places put back",
    "canvas.save_view": "a view saved",
    "case.new": "case made",
    "case.recover": "case brought up to date after a stop",
    "case.seal": "case sealed",
    "case.set": "a setting changed",
    "consent.grant": "a server agreed to",
    "consent.withdraw": "a server no longer agreed to",
    "derive.addresses": "addresses derived",
    "fetch.ask": "a server asked",
    "findings.export": "findings taken away",
    "findings.triage": "a finding judged",
    "findings.triage_many": "findings judged",
    "findings.undo": "a judgement taken back",
    "hand_fold.close": "folded by hand again",
    "hand_fold.drop": "a fold by hand taken away",
    "hand_fold.make": "folded by hand",
    "hand_fold.open": "a fold by hand opened",
    "ledger.add": "a ledger added",
    "ledger.refuse": "a ledger refused",
    "links.decide": "a link decided",
    "match.run": "findings compared with the ledger",
    "next.dismiss": "a step set aside",
    "next.recall": "a step taken back in",
    "page.check": "the page of a service looked at",
    "person.add": "a person added",
    "person.role": "a person's part in the case",
    "personal_data.consult": "a look at personal data",
    "personal_data.disclose": "something handed out",
    "purge.done": "content erased",
    "purge.order": "erasure ordered",
    "rates.add": "rates added",
    "report.export": "report made",
    "request.draft": "a request drafted",
    "request_states.record": "a request: what happened",
    "rerun.mark": "a result that blocks took the ground from",
    "retention.decide": "keeping decided",
    "scan.batch": "findings read",
    "scan.begin": "an exhibit begun",
    "scan.finish": "an exhibit read to its end",
    "scan.part": "a part of an exhibit read",
    "seal.done": "sealed by a time stamp",
    "seal.order": "a time stamp ordered",
    "stated.add": "a statement written down",
    "tags.import": "names of addresses read",
    "tags_export.made": "names of addresses taken away",
    "trace.run": "money followed",
    "trace_accounts.run": "money followed",
    "trace_live.fetched": "a server asked for a trail",
    "undo.again": "a decision made again",
    "undo.back": "a decision taken back",
    "watch.looked": "money watched",
    "watch.moved": "watched money moved",
}


_OTHER_WORDS = {
    "checked": "checked",
    "structured": "well-formed",
    "shape": "by shape only",
    "shipped": "came with software",
    "example": "published example",
    "extended_key": "extended key",
    "private_key": "private key",
    "mnemonic": "seed phrase",
    "hardware_wallet": "hardware wallet",
    "txid": "transaction",
    "payment_uri": "payment link",
    "payment_code": "payment code",
    "lightning_invoice": "Lightning invoice",
    "explorer_link": "explorer link",
    "exchange_domain": "exchange's domain",
    "exchange_mail": "exchange's mail",
}
RULE_WORDS = {
    "fifo": "first in, first out",
    "haircut": "even shares",
    "least": "provable minimum",
    "libr": "lowest intermediate balance",
    "lifo": "last in, first out",
    "most": "possible maximum",
    "poison": "upper bound",
    "tiho": "largest output first",
}
"""What a rule of traces does, in two or three words; its whole meaning stands on its card."""
CODE_WORDS = {**ACT_WORDS, **_OTHER_WORDS}


def rule_words(name: str) -> str:
    """What a rule does, in English; the page says it in its language. Empty for other names."""
    return RULE_WORDS.get(name, "")


def code_words(code: str) -> str:
    """A short name in English words; the page says them in its language."""
    return CODE_WORDS.get(code, code)
