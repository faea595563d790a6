import pytest

from chainlead.codecs import parse_slip39, phrase_list, to_slip39
from chainlead.errors import ChecksumError, CodecError

# published with SLIP-0039 (vectors.json): valid shares, then one with a wrong checksum
SHARE = (
    "duckling enlarge academic academic agency result length solution fridge kidney coal piece "
    "deal husband erode duke ajar critical decision keyboard"
)
WRONG = SHARE.replace("keyboard", "kidney")
LONG = (
    "theory painting academic academic armed sweater year military elder discuss acne wildlife "
    "boring employer fused large satoshi bundle carbon diagnose anatomy hamster leaves tracks "
    "paces beyond phantom capital marvel lips brave detect luck"
)


@pytest.mark.parametrize("phrase", [SHARE, LONG])
def test_published_shares_are_read_and_written_again(phrase):
    share = parse_slip39(phrase.upper().split())
    assert to_slip39(share) == tuple(phrase.split())
    assert (share.group_count, share.member_index, share.member_threshold) == (1, 0, 1)
    assert share.group_threshold == 1
    assert not share.extendable


def test_a_wrong_checksum_is_refused():
    with pytest.raises(ChecksumError):
        parse_slip39(WRONG.split())


@pytest.mark.parametrize("words", [[], ["academic"] * 19, ["xyzzy"] * 20])
def test_other_words_and_counts_are_refused(words):
    with pytest.raises(CodecError):
        parse_slip39(words)


def test_every_single_wrong_word_is_noticed():
    words = SHARE.split()
    for place in range(len(words)):
        for other in phrase_list("slip39", "english")[::101]:
            if other != words[place]:
                with pytest.raises(ChecksumError):
                    parse_slip39([*words[:place], other, *words[place + 1 :]])
