"""After a scan of the whole corpus no key and no phrase of it is in anything that the run leaves."""

import json
import os
import re
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from chainlead.codecs import (
    is_phrase_word,
    parse_bip38,
    parse_extended_key,
    parse_wif,
    parse_xrp_seed,
)
from chainlead.errors import CodecError

pytestmark = pytest.mark.real

_TOKEN = re.compile(r"[0-9A-Za-z]{20,120}")
_NAMED = re.compile(
    r"""["'][a-z_]*(?:seed|passphrase|priv|secret|entropy|mnemonic)[a-z_]*["']?\s*[:=,]\s*b?["']"""
    r"""([^"']{12,400})["']""",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"'>]([^\"'<>\n]{30,400})[\"'<]")
_WORDS = re.compile(r"[^\W\d_]+")
_PHRASE_LENGTHS = {12, 13, 15, 16, 18, 20, 21, 24, 25, 33}
_SHINGLE = 5


def texts(folder: Path) -> Iterator[str]:
    """Every file of the corpus as text, raw and unpacked, in 8 and 16 bits; by means of our own."""
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        content = path.read_bytes()
        pieces = [content]
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                pieces += [packed.read(n) for n in packed.namelist() if not n.endswith("/")]
        if content[:2] == b"\x1f\x8b":
            pieces.append(zlib.decompressobj(31).decompress(content))
        for piece in pieces:
            yield piece.decode("utf-8", "replace")
            for shift in (0, 1):
                yield piece[shift:].decode("utf-16-le", "replace")


def is_key(text: str) -> bool:
    for parse in (parse_wif, parse_bip38, parse_xrp_seed, parse_extended_key):
        try:
            return bool(getattr(parse(text), "is_private", True))
        except CodecError:
            continue
    return False


def shingles(words: list[str]) -> set[tuple[str, ...]]:
    return {tuple(words[n : n + _SHINGLE]) for n in range(len(words) - _SHINGLE + 1)}


@pytest.fixture(scope="module")
def known(shared_data: Path) -> tuple[set[str], set[tuple[str, ...]]]:
    """Keys and named secrets of the corpus, and every five words in a row of its phrases."""
    tokens: set[str] = set()
    phrases: set[tuple[str, ...]] = set()
    for text in texts(shared_data / "evidence"):
        tokens.update(found for found in _TOKEN.findall(text) if is_key(found))
        for match in _NAMED.finditer(text):
            tokens.update(_TOKEN.findall(match[1]))
        for match in _QUOTED.finditer(text):
            words = match[1].lower().split()
            if len(words) in _PHRASE_LENGTHS and all(map(is_phrase_word, words)):
                phrases |= shingles(words)
    return {token for token in tokens if len(set(token)) > 5}, phrases


def test_the_corpus_holds_many_secrets(known: tuple[set[str], set[tuple[str, ...]]]) -> None:
    tokens, phrases = known
    assert len(tokens) > 600
    assert len(phrases) > 2000


@pytest.fixture(scope="module")
def leavings(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the commands print and what they leave: case folder, temporary folder, home folder."""
    root = tmp_path_factory.mktemp("whole")
    case, temporary, home = root / "case", root / "temporary", root / "home"
    temporary.mkdir()
    home.mkdir()
    environment = {
        **os.environ, "TMPDIR": str(temporary), "HOME": str(home), "PYTHONDEVMODE": "1",
        "PYTHONWARNINGS": "ignore",
    }  # fmt: skip
    found: dict[str, str] = {}
    for arguments in (
        ("case", "new", case), ("scan", case, shared_data / "evidence"),
        ("findings", case, "--json"), ("next", case), ("journal", case),
    ):  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-m", "chainlead", *map(str, arguments)],
            capture_output=True,
            env=environment,
            check=False,
            timeout=1800,
        )
        name = " ".join(map(str, arguments[:1]))
        assert done.returncode in {0, 1}, (name, done.stderr[-500:])
        found[f"stdout of {name} {len(found)}"] = done.stdout.decode("utf-8", "replace")
        found[f"stderr of {name} {len(found)}"] = done.stderr.decode("utf-8", "replace")
    for path in sorted(p for p in root.rglob("*") if p.is_file() and not p.is_symlink()):
        content = path.read_bytes()
        found[str(path.relative_to(root))] = content.decode("utf-8", "replace")
        found[f"{path.relative_to(root)} in UTF-16"] = content.decode("utf-16-le", "replace")
    return found


def test_no_key_of_the_corpus_is_left(
    known: tuple[set[str], set[tuple[str, ...]]], leavings: dict[str, str]
) -> None:
    left = [
        (place, token[:4])
        for place, text in leavings.items()
        for token in sorted(known[0].intersection(re.findall(r"[0-9A-Za-z]{20,}", text)))
    ]
    assert left == []


def test_no_phrase_of_the_corpus_is_left(
    known: tuple[set[str], set[tuple[str, ...]]], leavings: dict[str, str]
) -> None:
    left = []
    for place, text in leavings.items():
        words = _WORDS.findall(text.lower())
        left += [(place, row[0]) for row in sorted(shingles(words) & known[1])]
    assert left == []


def test_the_scan_found_secrets_of_every_kind(leavings: dict[str, str]) -> None:
    lines = next(text for name, text in leavings.items() if name.startswith("stdout of findings"))
    rows = [json.loads(line) for line in lines.splitlines()]
    secret = [row for row in rows if row["fingerprint"]]
    assert {row["kind"] for row in secret} >= {"mnemonic", "private_key", "extended_key"}
    assert all(row["value"] is None for row in secret)
