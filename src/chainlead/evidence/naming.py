r"""Names from evidence, made safe to print: nothing in them can steer a terminal or break a list.

A byte that is no UTF-8 is written `\xNN`, a control or formatting character `\xNN` or `\uNNNN`,
a backslash `\\`. This is also what the shell's `$'…'` quoting reads back to the same bytes.
"""

import unicodedata

_SEPARATOR = "›"  # Provenance prints it between steps
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def readable_name(name: str) -> str:
    """A file or member name without surrogates, controls or direction marks; reversible."""
    if name.isascii() and name.isprintable() and "\\" not in name:
        return name
    return "".join(map(_readable, name))


def _readable(character: str) -> str:
    code = ord(character)
    if character == "\\":
        return "\\\\"
    if 0xDC80 <= code <= 0xDCFF:  # surrogateescape: a byte that was no UTF-8
        return f"\\x{code - 0xDC00:02x}"
    if character == _SEPARATOR or unicodedata.category(character) in _UNSAFE:
        if code < 0x80:
            return f"\\x{code:02x}"
        return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
    return character


def climbs_out(name: str) -> bool:
    """Whether a member's path leads outside the folder that it would be unpacked into."""
    path = name.replace("\\", "/")
    has_drive = len(path) > 1 and path[1] == ":" and path[0].isalpha() and path[0].isascii()
    return path.startswith("/") or has_drive or ".." in path.split("/")


class UniqueNames:
    """Gives the second bearer of a name another one: `a.txt`, `a.txt#2`, `a.txt#3`."""

    def __init__(self) -> None:
        """Start with no names."""
        self._seen: set[str] = set()
        self._next: dict[str, int] = {}

    def claim(self, name: str) -> tuple[str, bool]:
        """The name to use, and whether it was taken already."""
        if name not in self._seen:
            self._seen.add(name)
            return name, False
        number = self._next.get(name, 2)
        while (other := f"{name}#{number}") in self._seen:
            number += 1
        self._next[name] = number + 1
        self._seen.add(other)
        return other, True
