import copy
import hmac
import json
import logging
import pickle
from dataclasses import asdict, dataclass

import pytest

from chainlead.codecs import Secret

CONTENT = b"correct horse battery staple 32b"


@dataclass(frozen=True)
class Holder:
    name: str
    secret: Secret


def _shows(text: str) -> bool:
    return CONTENT.decode() in text or CONTENT.hex() in text or repr(CONTENT)[2:-1] in text


def test_no_way_to_print_it_shows_it(caplog: pytest.LogCaptureFixture):
    secret = Secret(CONTENT)
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("chainlead").warning(
            "found %s %r in %s", secret, secret, Holder("n", secret)
        )
    shown = [
        repr(secret),
        str(secret),
        f"{secret}",
        f"{secret!r:>40}",
        f"{secret:x}",
        "%s" % secret,  # noqa: UP031 - the old way is tested too
        repr(Holder("n", secret)),
        repr([secret]),
        str({"a": secret}),
        caplog.text,
    ]
    assert not any(map(_shows, shown))
    assert str(secret) == "<secret>"


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_it_is_not_pickled(protocol: int):
    with pytest.raises(TypeError):
        pickle.dumps(Secret(CONTENT), protocol)


def test_it_is_not_json_nor_bytes_nor_taken_apart():
    secret = Secret(CONTENT)
    with pytest.raises(TypeError):
        json.dumps(secret)
    with pytest.raises(TypeError):
        bytes(secret)
    with pytest.raises(TypeError):
        vars(secret)
    with pytest.raises(TypeError):
        secret.__getstate__()


def test_copies_are_the_same_object_and_show_nothing():
    secret = Secret(CONTENT)
    assert copy.copy(secret) is copy.deepcopy(secret) is secret
    assert not _shows(repr(asdict(Holder("n", secret))))


def test_it_does_not_change():
    secret = Secret(CONTENT)
    with pytest.raises(AttributeError):
        secret._content = b"x"
    with pytest.raises(AttributeError):
        secret.other = b"x"
    with pytest.raises(AttributeError):
        del secret._content
    assert secret.reveal() == CONTENT


def test_equality_is_by_content_and_only_among_secrets():
    assert Secret(CONTENT) == Secret(bytearray(CONTENT))
    assert Secret(CONTENT) != Secret(b"other")
    assert Secret(CONTENT) != CONTENT
    assert len({Secret(CONTENT), Secret(CONTENT), Secret(b"other")}) == 2


def test_the_fingerprint_is_keyed_by_the_case():
    secret = Secret(CONTENT)
    assert secret.fingerprint(b"k" * 32) == hmac.new(b"k" * 32, CONTENT, "sha256").hexdigest()
    assert secret.fingerprint(b"k" * 32) != secret.fingerprint(b"l" * 32)
    assert secret.fingerprint(b"k" * 32) == Secret(CONTENT).fingerprint(b"k" * 32)
