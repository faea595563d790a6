import pytest

from chainlead.model import KnownAgain

KNOWN = KnownAgain(
    {
        "not measured": "inte uppmätt",
        "from {a} to {a} by {who}": "från {a} till {a}, {who}",
        "it fails: {told_why}.": "det slår fel: {told_why}.",
        "a brace": "en {klammer}",
        "nobody named the tag {tag}": "ingen angav taggen {tag}",
    }
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("not measured", "inte uppmätt"),
        ("from 1 to 1 by Ada", "från 1 till 1, Ada"),
        ("from 1 to 2 by Ada", "from 1 to 2 by Ada"),
        ("it fails: not measured.", "det slår fel: inte uppmätt."),
        ("it fails: {who} knows.", "det slår fel: {who} knows."),
        ("nobody named the tag not measured", "ingen angav taggen not measured"),
        ("a brace", "en {klammer}"),
        ("anything else", "anything else"),
        ("", ""),
    ],
)
def test_a_text_is_known_again_by_its_pattern_and_values_stay(text, said):
    assert KNOWN.say(text) == said


def test_a_text_longer_than_any_sentence_is_not_searched():
    assert KNOWN.lookup("nobody named the tag " + "x" * 900) is None


def test_values_are_told_by_their_names():
    assert KNOWN.lookup("from 1 to 1 by Ada") == (
        "från {a} till {a}, {who}",
        {"a": "1", "who": "Ada"},
    )


def test_the_sentence_with_most_of_its_own_words_is_taken():
    known = KnownAgain(
        {"lost {txid}.": "{txid} saknas.", "lost {txid}. Ask {who}.": "{txid}: fråga {who}."}
    )
    assert known.say("lost a1. Ask Ada.") == "a1: fråga Ada."
    assert known.say("lost a1.") == "a1 saknas."


def test_a_value_of_the_program_may_be_a_word_from_elsewhere():
    known = KnownAgain({"stops: {told_why}.": "slutar: {told_why}."}, {"service": "tjänst"})
    assert known.say("stops: service.") == "slutar: tjänst."
