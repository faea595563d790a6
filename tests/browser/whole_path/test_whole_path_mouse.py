"""The practice case from opening to the verified report without a key but the letters of fields."""

import pytest

CLICKS = "window.keysPressed = 0; addEventListener('keydown', (e) => { if (e.key.length > 1) keysPressed += 1; }, true)"


def test_the_practice_case_is_worked_by_mouse_alone(short_path, mouse, newcomer):
    newcomer.page.add_init_script(CLICKS)
    story = short_path(mouse)
    assert newcomer.page.evaluate("keysPressed") == 0
    assert len(story.looked_at) > 10


@pytest.mark.slow
def test_the_closer_looks_and_the_pack_too_in_dark_colours(long_path, mouse):
    assert long_path(mouse).looked_at
