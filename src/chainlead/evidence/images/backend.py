"""The libraries behind the images: loaded when the first image is met, and their errors named.

dfVFS addresses everything by path specifications; the outermost is a made-up location whose bytes
are ours (`open_root`), so that dfVFS never opens a file of this machine itself.
"""

import importlib
from typing import Any

from chainlead.evidence.images.media import Media

BROKEN = (
    OSError, ValueError, RuntimeError, MemoryError, OverflowError, TypeError, KeyError, IndexError,
    AttributeError, EOFError, RecursionError, ArithmeticError, AssertionError,
)  # fmt: skip
"""What the libraries raise at hostile input, beside dfVFS's own errors."""

MODULES = (
    "dfvfs.helpers.source_scanner",
    "dfvfs.analyzer.analyzer",
    "dfvfs.resolver_helpers",
    "dfvfs.credentials.manager",
    "dfvfs.path.factory",
    "pyewf",
    "pyvhdi",
    "pyvmdk",
    "pymodi",
    "pytsk3",
)
"""What is loaded once, when the first image is met; importing them tells dfVFS its own formats."""


def load(name: str) -> Any:
    """A library that has no types."""
    return importlib.import_module(name)


def broken() -> tuple[type[BaseException], ...]:
    """Everything that reading an image may raise."""
    return (*BROKEN, load("dfvfs.lib.errors").Error)


def resolver() -> Any:
    """The way of dfVFS from a path specification to a file, file system or entry."""
    return load("dfvfs.resolver.resolver").Resolver


def new_spec(kind: str, **properties: Any) -> Any:
    """A path specification."""
    return load("dfvfs.path.factory").Factory.NewPathSpec(kind, **properties)


def open_root(media: Media, name: str) -> tuple[Any, Any]:
    """The path specification of a disk, and the context in which it means these bytes."""
    for module in MODULES:
        load(module)
    context = load("dfvfs.resolver.context").Context()
    return add_root(media, name, context), context


def add_root(media: Media, name: str, context: Any) -> Any:
    """A path specification that means these bytes as long as somebody holds them."""
    spec = new_spec("FAKE", location=f"/{name}")
    context.CacheFileObject(spec, media)
    return spec


def forget_credentials() -> None:
    """Drop every password that dfVFS was given."""
    resolver().key_chain.Empty()


def reason_of(error: BaseException) -> str:
    """The first sentence of a library's complaint, without its call chain."""
    text = str(error).partition(" with error: ")[2] or str(error)
    return text.partition(". ")[0].rstrip(".")[:200] or type(error).__name__
