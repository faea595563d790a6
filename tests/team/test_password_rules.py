import pytest

from chainlead.errors import PasswordUnfitError
from chainlead.web.team.password_rules import require_fit


@pytest.mark.parametrize(
    "password",
    [
        "harbour violin seven lantern",
        "kopparstege vintermelon",
        "xkQ7-pLm2-vRt9",
        "блюдо вечер гитара",
        "a sentence without any digit",
        "8271926327501846",
        "polishing brass in november",
    ],
)
def test_a_long_password_of_any_kind_is_taken(password):
    require_fit(password, "ada", "Ada Berg")


@pytest.mark.parametrize(
    "password",
    [
        "", "elevenchars", "x" * 1_001,
        "password1234", "Password!2026", "P4ssw0rd!P4ssw0rd", "passwordpassword", "losenord1234",
        "Lösenord2026!", "chainlead2026!", "Welcome12345!", "Sommar2026!!", "correcthorsebatterystaple",
        "aaaaaaaaaaaa", "abababababab", "123412341234", "123456789012", "qwertyuiop123", "0987654321098",
        "abcdefghijkl", "zxcvbnmasdfghjkl", "1qaz2wsx3edc",
    ],
)  # fmt: skip
def test_a_short_or_common_password_is_refused(password):
    with pytest.raises(PasswordUnfitError):
        require_fit(password, "ada", "Ada Berg")


@pytest.mark.parametrize(
    ("name", "full_name", "password"),
    [
        ("evelina.bergstrom", "Evelina Bergström", "evelina.bergstrom"),
        ("evelina.bergstrom", "Evelina Bergström", "EvelinaBergstrom1"),
        ("evelina.bergstrom", "Evelina Bergström", "evelina bergström!"),
        ("ada", "Ada Berg", "ada ada ada ada"),
    ],
)
def test_the_own_name_is_no_password(name, full_name, password):
    with pytest.raises(PasswordUnfitError):
        require_fit(password, name, full_name)


def test_a_refusal_does_not_repeat_the_password():
    with pytest.raises(PasswordUnfitError) as caught:
        require_fit("qwertyuiop123")
    assert "qwerty" not in " ".join(caught.value.sentences())
