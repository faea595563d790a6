from chainlead.wire import Consent


def test_a_consent_covers_one_host_and_one_class_of_question():
    consent = Consent("Node.example", "transaction", "an officer", "a reason")
    assert consent.covers("node.example", "transaction")
    assert not consent.covers("node.example", "address history")
    assert not consent.covers("other.example", "transaction")


def test_a_consent_says_who_and_why_in_the_journal():
    consent = Consent("node.example", "transaction", "an officer", "a reason")
    assert consent.to_document() == {
        "host": "node.example", "question": "transaction", "who": "an officer", "why": "a reason",
    }  # fmt: skip
