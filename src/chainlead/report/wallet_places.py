"""Where wallets keep their files, in the words of collection tools: from one table to rooted paths.

Assumption: the table's places are the vendors' defaults. Known failure: a person can keep a wallet
anywhere; a place that is only words (`downloads`) has no path and is left to the reader of the table.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

_WINDOWS_ROOTS = {
    "%APPDATA%": ("%%users.appdata%%", r"C:\Users\%user%\AppData\Roaming"),
    "%LOCALAPPDATA%": ("%%users.localappdata%%", r"C:\Users\%user%\AppData\Local"),
    "%USERPROFILE%": ("%%users.userprofile%%", r"C:\Users\%user%"),
}
_PROFILE = "<profile>/"
_BROWSERS_WINDOWS = (
    r"%LOCALAPPDATA%\Google\Chrome\User Data\*",
    r"%LOCALAPPDATA%\BraveSoftware\Brave-Browser\User Data\*",
    r"%LOCALAPPDATA%\Microsoft\Edge\User Data\*",
    r"%LOCALAPPDATA%\Vivaldi\User Data\*",
    r"%APPDATA%\Opera Software\*",
)
_BROWSERS_OTHER = (
    "~/.config/google-chrome/*",
    "~/.config/chromium/*",
    "~/.config/BraveSoftware/Brave-Browser/*",
    "~/.config/microsoft-edge/*",
    "~/Library/Application Support/Google/Chrome/*",
    "~/Library/Application Support/BraveSoftware/Brave-Browser/*",
    "~/Library/Application Support/Microsoft Edge/*",
)
_PACKAGE = re.compile(r"(?:com|org|net|io|de|im|co|app|me)\.[A-Za-z][\w.]*(?:/.*)?")
_NAME = re.compile(r"[\w@*-][\w@.* -]*(?:[/\\][\w@.*<> ~-]+)*")
_MARK = re.compile(r"<[^<>]*>|…")
_HAS_FORM = re.compile(r"[*/\\]|\.\w{2,6}$")
_FILE_END = re.compile(r"[^/\\]+\.(?!leveldb$)[A-Za-z][\w-]{1,11}$|\*[^/\\]*$")


class WalletRow(Protocol):
    """What is used of a row of the wallet table."""

    @property
    def name(self) -> str:
        """The reader's name."""

    @property
    def title(self) -> str:
        """The wallet as people know it."""

    @property
    def places(self) -> tuple[str, ...]:
        """Default places, as the table writes them."""

    @property
    def proves(self) -> str:
        """What its files show."""

    @property
    def not_proves(self) -> str:
        """What they do not show."""

    @property
    def source(self) -> tuple[str, ...]:
        """Where this was learned."""


@dataclass(frozen=True, slots=True)
class RootedPlace:
    """One place that a tool can collect.

    Attributes:
        system: `Windows`, `Linux`, `Darwin` or `Android`.
        root: `appdata`-like root as the table writes it, `~`, or `/data/data`.
        inner: path below the root, with the system's separator.
        is_anywhere: the place has no fixed root: below any folder of a user.
    """

    system: str
    root: str
    inner: str
    is_anywhere: bool = False

    @property
    def is_file(self) -> bool:
        """Whether the last name is a file's, or a pattern for one."""
        is_package = self.system == "Android" and "/" not in self.inner
        return not is_package and _FILE_END.search(self.inner) is not None

    @property
    def separator(self) -> str:
        """Between names."""
        return "\\" if self.system == "Windows" else "/"


def rooted_places(row: WalletRow, extensions: Mapping[str, str]) -> tuple[RootedPlace, ...]:
    """Every place of a wallet that has a path, sorted; words without a path are left out.

    Args:
        row: of the wallet table.
        extensions: ids in extension stores, for places that name `<id>`.
    """
    return tuple(
        dict.fromkeys(
            place for written in row.places for place in _places(written.strip(), extensions)
        )
    )


def _places(written: str, extensions: Mapping[str, str]) -> Iterator[RootedPlace]:
    if written.startswith(_PROFILE):
        yield from _profile(written.removeprefix(_PROFILE), extensions)
        return
    path = _MARK.sub("*", written)
    for variable in _WINDOWS_ROOTS:
        if path.startswith(variable + "\\"):
            yield RootedPlace("Windows", variable, path.removeprefix(variable + "\\"))
            return
    if path.startswith("~/Library/"):
        yield RootedPlace("Darwin", "~", path.removeprefix("~/"))
    elif path.startswith("~/"):
        for system in ("Darwin", "Linux"):
            yield RootedPlace(system, "~", path.removeprefix("~/"))
    elif path.startswith("Documents\\"):
        yield RootedPlace("Windows", "%USERPROFILE%", path)
    elif _PACKAGE.fullmatch(path):
        yield RootedPlace("Android", "/data/data", path)
    elif _HAS_FORM.search(path) and _NAME.fullmatch(path) and "," not in path:
        for system in ("Darwin", "Linux"):
            yield RootedPlace(system, "~", path.replace("\\", "/"), is_anywhere=True)
        yield RootedPlace("Windows", "%USERPROFILE%", path.replace("/", "\\"), is_anywhere=True)


def _profile(inner: str, extensions: Mapping[str, str]) -> Iterator[RootedPlace]:
    names = [inner]
    if "<id>" in inner:
        names = [inner.replace("<id>", identifier) for identifier in sorted(extensions)]
    for name in names:
        for folder in _BROWSERS_WINDOWS:
            yield from _places(folder + "\\" + name.replace("/", "\\"), {})
        for folder in _BROWSERS_OTHER:
            system = "Darwin" if folder.startswith("~/Library/") else "Linux"
            yield RootedPlace(system, "~", f"{folder.removeprefix('~/')}/{name}")


def windows_roots(variable: str) -> tuple[str, str]:
    """A root as ForensicArtifacts and as KAPE write it."""
    return _WINDOWS_ROOTS[variable]
