from hypothesis import given
from hypothesis import strategies as st

from chainlead.web.address_pairs import compared, look_alikes

LETTERS = st.text("0123456789abcdefABCDEF", max_size=60)
REAL = "0x52908400098527886e0f7030069857d2e4169ee7"
POISON = "0x5290ffffffffffffffffffffffffffffffff9ee7"


@given(LETTERS, LETTERS)
def test_the_pieces_of_a_line_are_the_line(first, second):
    one, other, _ = compared(first, second)
    assert "".join(piece.text for piece in one) == first
    assert "".join(piece.text for piece in other) == second


@given(LETTERS, LETTERS)
def test_nothing_differs_exactly_where_both_are_the_same(first, second):
    assert (compared(first, second)[2] == 0) == (first == second)


@given(LETTERS, LETTERS)
def test_what_is_said_to_be_the_same_is_as_long_in_both(first, second):
    one, other, _ = compared(first, second)
    assert sum(len(p.text) for p in one if p.is_same) == sum(
        len(p.text) for p in other if p.is_same
    )


def test_a_poisoned_address_differs_in_its_middle_only():
    one, _, differing = compared(REAL, POISON)
    assert one[0].is_same
    assert one[-1].is_same
    assert 0 < differing <= 32


def test_addresses_with_the_same_ends_are_a_pair_and_others_are_not():
    far = "0x00000000098527886e0f7030069857d2e4160000"
    assert look_alikes([REAL, POISON, far, REAL]) == [(REAL, POISON)]


def test_a_prefix_that_every_address_of_a_coin_has_is_no_likeness():
    assert look_alikes(["bc1qaaaa" + "b" * 30 + "cccc", "bc1qdddd" + "e" * 30 + "cccc"]) == []


def test_the_same_address_in_another_case_of_letters_is_no_pair():
    assert look_alikes([REAL, REAL.upper().replace("0X", "0x")]) == []


def test_many_alike_addresses_give_a_list_that_ends():
    crowd = [f"0x5290{number:032d}9ee7" for number in range(60)]
    assert len(look_alikes(crowd)) == 50
