import pytest

from chainlead.codecs import Secret, parse_polyseed, word_list
from chainlead.codecs.polyseed import _code
from chainlead.errors import ChecksumError, CodecError

# published with polyseed (tests.c): made 2021-12-01
PHRASE = (
    "raven tail swear infant grief assist regular lamp duck valid someone little harsh puppy "
    "airport language"
)


def with_code(values):
    """The words of these values with the first one set so that the code holds."""
    values = [0, *values[1:]]
    values[0] = _code(values)
    return [word_list("english")[value] for value in values]


def test_a_published_phrase_is_read():
    seed = parse_polyseed(PHRASE.split())
    assert (seed.language, seed.coin, seed.encrypted) == ("english", "Monero", False)
    assert 0 <= 1638446400 - seed.born_unix < 2629746
    assert len(seed.secret.reveal()) == 19
    assert seed == parse_polyseed(PHRASE.upper().split())


def test_the_coin_is_part_of_the_code():
    places = {word: place for place, word in enumerate(word_list("english"))}
    values = [places[word] for word in PHRASE.split()]
    values[1] ^= 1
    words = [word_list("english")[value] for value in values]
    assert parse_polyseed(words).coin == "Aeon"


@pytest.mark.parametrize("bit", [1, 2])
def test_features_are_read_and_reserved_ones_refused(bit):
    words = with_code([2 * (n * 71 % 1024) for n in range(15)] + [0])
    assert not parse_polyseed(words).encrypted
    values = [2 * (n * 71 % 1024) for n in range(15)] + [0]
    values[bit] |= 1  # the first bit of the features is a password, the second is reserved
    if bit == 1:
        assert parse_polyseed(with_code(values)).encrypted
    else:
        with pytest.raises(CodecError, match="reserved"):
            parse_polyseed(with_code(values))


def test_another_order_fails():
    with pytest.raises(ChecksumError):
        parse_polyseed(PHRASE.split()[::-1])


@pytest.mark.parametrize("words", [[], ["zoo"] * 15, ["xyzzy"] * 16])
def test_other_words_and_counts_are_refused(words):
    with pytest.raises(CodecError):
        parse_polyseed(words)


def test_the_secret_does_not_show():
    assert parse_polyseed(PHRASE.split()).secret.reveal().hex() not in repr(
        parse_polyseed(PHRASE.split())
    )
    assert isinstance(parse_polyseed(PHRASE.split()).secret, Secret)
