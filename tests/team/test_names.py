import pytest

from chainlead.errors import TeamError
from chainlead.web.team.names import folded_name, required_name


@pytest.mark.parametrize(
    ("given", "name"),
    [("Ada", "ada"), (" ada ", "ada"), ("a.berg@unit.example", "a.berg@unit.example")],
)
def test_a_name_has_one_form(given, name):
    assert required_name(given) == name
    assert folded_name(given) == name


@pytest.mark.parametrize(
    "given", ["", " ", ".ada", "a b", "a\nb", "a/b", "<b>", "адa", "a" * 65, "ada\u200b", "a\x00b"]
)
def test_what_is_no_name_is_refused(given):
    with pytest.raises(TeamError):
        required_name(given)
