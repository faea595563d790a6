"""Which passwords are taken: long ones that are not among the first that anybody would try.

Length counts, and nothing is asked about kinds of characters (NIST SP 800-63B, section 3.1.1.2).
Refused are the words that every list of guesses begins with, however decorated, runs of keys,
repetitions, and the account's own name.
"""

import re
import unicodedata

from chainlead.errors import PasswordUnfitError
from chainlead.web.team.passwords import MOST_CHARACTERS

LEAST_CHARACTERS = 12
_COMMON = frozenset({
    "admin", "administrator", "adminadmin", "bitcoin", "blockchain", "chainlead", "changeme",
    "correcthorsebatterystaple", "crypto", "dragon", "firstpassword", "football", "fotboll",
    "hejhej", "hemlig", "hemligt", "hund", "iloveyou", "investigation", "investigator", "jagälskardig",
    "kalle", "letmein", "login", "losenord", "lösenord", "lösenordet", "master", "monkey",
    "newpassword", "pass", "passw", "password", "passwd", "passphrase", "passwort", "polis", "polisen",
    "police", "princess", "qwerty", "secret", "secretpassword", "sommar", "stockholm", "summer",
    "sunshine", "sverige", "sweden", "test", "testtest", "vinter", "welcome", "winter", "thisismypassword",
    "mypassword", "mittlösenord", "välkommen", "autumn", "spring", "höst", "vår", "january", "januari",
})  # fmt: skip
_ROWS = (
    "abcdefghijklmnopqrstuvwxyzåäö", "01234567890123456789", "qwertyuiopå", "asdfghjklöä",
    "zxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0pö-", "qazwsxedcrfvtgbyhnujmikolp",
)  # fmt: skip
_PLAIN = str.maketrans("@4310$5!7", "aaeiossit")
_LEAST_RUN = 4


def require_fit(password: str, *names: str) -> None:
    """Refuse a password that should not protect an account.

    Args:
        password: the proposed one.
        names: of the account and the person; none may make up the password.

    Raises:
        PasswordUnfitError: too short, too long, too common, or the account's own name.
    """
    text = unicodedata.normalize("NFKC", password)
    if len(text) < LEAST_CHARACTERS:
        raise PasswordUnfitError(f"A password has at least {LEAST_CHARACTERS} characters.")
    if len(password) > MOST_CHARACTERS:
        raise PasswordUnfitError(f"A password has at most {MOST_CHARACTERS} characters.")
    folded = text.casefold()
    for name in names:
        own = name.casefold().strip()
        if own and len(_without(folded, own)) < LEAST_CHARACTERS // 2:
            raise PasswordUnfitError("The password is little more than the account's own name.")
    if _is_common(folded):
        raise PasswordUnfitError("This password is among the first that anybody would try.")


def _without(text: str, name: str) -> str:
    """What is left of a password without the parts of a name."""
    for part in [name, *re.split(r"[\s._@-]+", name)]:
        if len(part) >= 3:
            text = text.replace(part, "")
    return text


def _is_common(folded: str) -> bool:
    if len(set(folded)) < 5 or _period(folded) <= len(folded) // 3:
        return True
    letters = "".join(c for c in folded if c.isalpha())
    swapped = "".join(c for c in folded.translate(_PLAIN) if c.isalpha())
    if any(_is_made_of_common(text) for text in (letters, swapped)):
        return True
    return len(_without_runs(folded)) < LEAST_CHARACTERS // 3


def _is_made_of_common(letters: str) -> bool:
    """Whether the letters are one common word, perhaps several times, perhaps with a letter or two."""
    left = letters
    for word in sorted(_COMMON, key=len, reverse=True):
        left = left.replace(word, "")
    return len(letters) > 3 and len(left) <= 2


def _period(text: str) -> int:
    """The length of the part that the text repeats."""
    return next(
        size for size in range(1, len(text) + 1) if text[size:] == text[:-size] or size == len(text)
    )


def _without_runs(text: str) -> str:
    """What is left without runs of neighbouring keys, forwards and backwards."""
    rows = [row for base in _ROWS for row in (base, base[::-1])]
    left, place = "", 0
    while place < len(text):
        size = max(
            (
                n
                for row in rows
                for n in range(len(text) - place, _LEAST_RUN - 1, -1)
                if text[place : place + n] in row
            ),
            default=0,
        )
        left += "" if size else text[place]
        place += size or 1
    return left
