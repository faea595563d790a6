"""The practice case from opening to the verified report without the pointer."""

import pytest

POINTERS = (
    "for (const name of ['pointerdown', 'mousedown', 'wheel'])"
    " addEventListener(name, () => sessionStorage.setItem('pointer', name), true)"
)


def test_the_practice_case_is_worked_by_keyboard_alone(short_path, keyboard, newcomer):
    newcomer.page.add_init_script(POINTERS)
    story = short_path(keyboard)
    assert newcomer.page.evaluate("sessionStorage.getItem('pointer')") is None
    assert len(story.looked_at) > 10


@pytest.mark.slow
def test_the_closer_looks_and_the_pack_too_in_dark_colours(long_path, keyboard):
    assert long_path(keyboard).looked_at
