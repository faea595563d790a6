"""How to reach the bytes of a finding with ordinary tools, so that anybody can check it.

The lines are for bash with GNU tools, The Sleuth Kit and `qemu-img` (disk images), `unzip`, `7z`, `sqlite3`, `pdftotext`, `pdfimages`,
`pdfdetach`, `readpst` and, for JSON, `python3`: none needs chainlead. Names are quoted so that the shell reads them back byte for byte.
"""

import re
import shlex

from chainlead.evidence.images.ordinary_lines import KINDS, ImageLines
from chainlead.model import Provenance, Step

_PLAIN = re.compile(r"[A-Za-z0-9_./@%+=:,-]+")
_GLOB = re.compile(r"([\[*?])")
_REPEATED = re.compile(r"^(.*)#([2-9]|[1-9][0-9]+)$", re.DOTALL)
_UNPACK = {
    "gzip": "gzip -dc",
    "bzip2": "bzip2 -dc",
    "xz": "xz -dc",
    "zstd": "zstd -dc",
    "lz4": "lz4 -dc",
}
_AROUND = 32
_SPAN = re.compile(r"@([0-9]+)\+([0-9]+)")
_DECODE = {
    "base64": "tr -d '[:space:]' | tr '_-' '/+' | { base64 -d 2>/dev/null || true; }",
    "hex": "xxd -r -p",
}
_ANDROID = (
    "import sys,zlib;d=sys.stdin.buffer.read().split(b'\\n',4);"
    "sys.stdout.buffer.write(zlib.decompress(d[4]) if d[2]==b'1' else d[4])"
)
_PAGE = re.compile(r"page (\d+)\b")
_CELL = re.compile(r"![A-Z]{1,7}\d{1,9}( \([a-z ]+\))?$")
_FREE_BYTES = re.compile(r"\(free bytes at (\d{1,15})\)")
_CONTROL = re.compile(r"\\x(0[0-9a-f])")
_NOTE = re.compile(r" \([a-z ]+\)$")
_BY_HAND = frozenset(
    {"text", "table", "message", "part", "json", "pst", "pdf", "rtf", "warc", "lzfu",
     "record", "cache", "mozlz4", "decrypted"}
)  # fmt: skip
_LEAVES_BYTES = _BY_HAND - {"text", "table"}
"""Steps whose content ordinary tools show but do not cut out in one line."""


def ordinary_way(
    provenance: Provenance,
    offset_bytes: int | None,
    length_bytes: int,
    row: str | None,
    *,
    exhibit_path: str = "EXHIBIT",
    is_folder: bool = True,
) -> list[str]:
    """Shell lines that end at the same bytes.

    Args:
        provenance: where it is.
        offset_bytes: place in the innermost stream, if it has one.
        length_bytes: how long it is.
        row: `table.column#rowid`, JSON pointer or header name, if it has one.
        exhibit_path: where the exhibit lies.
        is_folder: whether the exhibit is a folder; a file's path is the exhibit's own.

    Returns:
        Lines in order: comments where an ordinary tool has to be used by hand.
    """
    steps = provenance.steps
    lines: list[str] = []
    source = _quoted_path(exhibit_path, "")
    number = 0
    image = ImageLines(quoted)
    for position, step in enumerate(steps):
        if step.kind in KINDS or image.is_inside:
            number += 1
            more, source = image.follow(step, source, f"step{number}.bin")
            lines.extend(more)
            continue
        if step.kind == "file":
            holder = source = _quoted_path(exhibit_path, step.name if is_folder else "")
            continue
        if step.kind == "table" and row and _CELL.search(row):
            lines.append(f"# open {holder} in a program for spreadsheets; cell {row}")
            continue
        if step.kind in _BY_HAND:
            lines.extend(_by_hand(step, source, row))
            if step.kind in _LEAVES_BYTES:
                source = "decoded.bin"
                if position + 1 < len(steps) or offset_bytes is not None:
                    lines.append(f"# save what it holds, decoded, as {source}")
            continue
        number += 1
        target = f"step{number}.bin"
        lines.append(f"{_command(step, source)} > {target}")
        holder, source = source, target
    if offset_bytes is not None:
        lines.append(f"tail -c +{offset_bytes + 1} {source} | head -c {length_bytes} | xxd")
        if offset_bytes >= _AROUND:
            start, width = offset_bytes - _AROUND, length_bytes + 2 * _AROUND
            lines.append(
                f"dd if={source} bs=1 skip={start} count={width} 2>/dev/null | strings -n 4"
            )
    return lines


def _command(step: Step, source: str) -> str:
    if step.kind in _UNPACK:
        return f"{_UNPACK[step.kind]} < {source}"
    repeated = _REPEATED.match(step.name)
    name, which = (repeated.group(1), repeated.group(2)) if repeated else (step.name, "")
    note = f"  # if it is there {which} times, take number {which}" if which else ""
    if step.kind == "tar":
        occurrence = f" --occurrence={which}" if which else ""
        return f"tar -xOPf {source}{occurrence} -- {quoted(name)}"
    if step.kind == "zip":
        pattern = _GLOB.sub(r"[\1]", name)
        return f"unzip -p {source} {quoted(pattern)}{note}"
    if step.kind in _DECODE and (span := _SPAN.fullmatch(step.name)):
        start, length = int(span.group(1)), span.group(2)
        return f"tail -c +{start + 1} {source} | head -c {length} | {_DECODE[step.kind]}"
    if step.kind == "span" and (span := _SPAN.fullmatch(step.name)):
        return f"tail -c +{int(span.group(1)) + 1} {source} | head -c {span.group(2)}"
    if step.kind == "backup":
        return f"cat {source}  # Manifest.db names it {name}; decrypt it first if the backup is"
    if step.kind == "ab":
        return f"python3 -c {quoted(_ANDROID)} < {source}  # decrypt it first if the backup is"
    if step.kind in {"7z", "rar"}:
        return f"7z x -so -spd {source} -- {quoted(name)}{note}"
    free = _FREE_BYTES.fullmatch(step.name)
    if step.kind == "ole" and free:
        return f"tail -c +{int(free.group(1)) + 1} {source}"
    if step.kind == "ole":
        path = _CONTROL.sub(lambda match: f"[{int(match.group(1), 16)}]", _NOTE.sub("", step.name))
        return f"7z x -so -spd {source} -- {quoted(path)}"
    return f"cat {source}  # {step}"


_WORDS = {
    "record": "record, in a program for the format of",
    "cache": "body of an entry, unpacked, in a program for the browser's cache",
    "mozlz4": "the LZ4 block behind the first 12 bytes of",
    "decrypted": "decrypt, with the password,",
}


def _by_hand(step: Step, source: str, row: str | None) -> list[str]:
    if step.kind == "table" and row and "#" not in row:
        return [f"# open {source} in a program for it; property {row}"]
    if step.kind == "table" and row:
        return [_sqlite_line(source, row)]
    if step.kind == "text" and step.name == "pdf":
        return _pdf_lines(source, row or "")
    if step.kind == "text" and step.name == "office":
        return [f"sed 's/<[^>]*>//g' {source}  # {row}"]
    if step.kind == "pdf":
        return [_pdf_part(step, source)]
    if step.kind == "pst":
        return [f"readpst -S -D -o unpacked {source}  # folder and message: {step.name}"]
    if step.kind == "warc":
        return [
            f"# record {step.name} of {source}: `grep -abn '^WARC/' {source}` lists their starts"
        ]
    if step.kind in _WORDS:
        return [f"# {_WORDS[step.kind]} {source}: {step.name}" + (f" ({row})" if row else "")]
    if step.kind == "lzfu":
        return [f"# undo the packing of {source} (packed RTF, [MS-OXRTFCP])"]
    if step.kind == "rtf":
        return [f"# {step.name} of {source}: its hex digits, turned into bytes by `xxd -r -p`"]
    if step.kind == "text":
        if step.name == "qr":
            return [f"zbarimg --quiet --raw {source}  # {row}"]
        words = f"# open {source} in a viewer; {step.name}: {row or 'text'}"
        if step.name == "json" and row and row.startswith("/"):
            return [f"python3 -c {quoted(_JSON)} {quoted(row)} < {source}"]
        return [words]
    return [f"# {step.kind} {step.name} of {source}: any mail reader shows it"]


def _pdf_lines(source: str, row: str) -> list[str]:
    page = _PAGE.match(row)
    if page and row == page.group():
        number = page.group(1)
        return [f"pdftotext -f {number} -l {number} -layout {source} -  # {row}"]
    if row.startswith("property"):
        return [f"pdfinfo {source}  # {row}"]
    return [f"# open {source} in a viewer; {row}"]


def _pdf_part(step: Step, source: str) -> str:
    page = _PAGE.match(step.name)
    if page:
        number = page.group(1)
        return f"pdfimages -all -f {number} -l {number} {source} picture  # {step.name}"
    start = step.name.removeprefix("stream at ")
    if start.isdecimal():
        return f"tail -c +{int(start) + 1} {source} | zlib-flate -uncompress > decoded.bin"
    if step.name == "XMP":
        return f"pdfinfo -meta {source} > decoded.bin"
    return f"pdfdetach -saveall {source}  # {step.name}"


_JSON = (
    "import json,sys;d=json.load(sys.stdin);"
    "[d:=d[int(k) if isinstance(d,list) else k] for k in "
    "(t.replace('~1','/').replace('~0','~') for t in sys.argv[1].split('/')[1:])];print(d)"
)


def _sqlite_line(source: str, row: str) -> str:
    where, _, key = row.partition("#")
    table, _, column = where.rpartition(".")
    wanted, origin = _identifier(column), _identifier(table)
    query = f"SELECT {wanted} FROM {origin}"  # noqa: S608  (shown to a person, identifiers quoted)
    if key.lstrip("-").isdigit():
        return f"sqlite3 -readonly {source} {quoted(f'{query} WHERE rowid={key}')}"
    return f"sqlite3 -readonly {source} {quoted(query)}  # {key}"


def _identifier(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def _quoted_path(exhibit_path: str, inside: str) -> str:
    if not inside:
        return quoted(exhibit_path, is_escaped=False)
    base = quoted(exhibit_path.rstrip("/") or "/", is_escaped=False)
    if _PLAIN.fullmatch(base) and _PLAIN.fullmatch(inside):
        return f"{base.rstrip('/')}/{inside}"
    return f"{base}/{quoted(inside)}"


def quoted(name: str, *, is_escaped: bool = True) -> str:
    r"""A name for the shell; one that `readable_name` escaped comes back as its own bytes."""
    if _PLAIN.fullmatch(name) and not name.startswith("-"):
        return name
    if is_escaped and "\\" in name:
        inner = name.replace("'", "\\'")
        return f"$'{inner}'"
    return shlex.quote(name)
