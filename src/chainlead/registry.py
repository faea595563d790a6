"""The one way to find the residents of a room: every module of a folder is looked at once.

A new source, detector, rule, heuristic, importer or format is a new file in its folder. Nothing
else is edited. Modules whose name starts with an underscore are not residents.
"""

import importlib
import pkgutil
from functools import cache
from typing import Any, TypeVar, cast

T = TypeVar("T")


@cache
def _modules(package: str) -> tuple[str, ...]:
    folder = importlib.import_module(package)
    names = (module.name for module in pkgutil.iter_modules(folder.__path__))
    return tuple(sorted(f"{package}.{name}" for name in names if not name.startswith("_")))


@cache
def _residents(package: str, kind: type[Any]) -> tuple[Any, ...]:
    found: list[Any] = []
    for name in _modules(package):
        module = importlib.import_module(name)
        found.extend(
            thing()
            for thing in vars(module).values()
            if isinstance(thing, type)
            and issubclass(thing, kind)
            and thing is not kind
            and thing.__module__ == name
            and not thing.__name__.startswith("_")
            and not getattr(thing, "__abstractmethods__", None)
        )
    return tuple(found)


def residents(package: str, kind: type[T]) -> tuple[T, ...]:
    """One instance of each class of this kind that the modules of a package define.

    Args:
        package: dotted name of the folder, for example ``chainlead.findings.detectors``.
        kind: the base class; the base itself, abstract and private classes are left out.

    Returns:
        Instances in order of module name, then of definition: the same on every machine.
    """
    return cast("tuple[T, ...]", _residents(package, kind))  # type: ignore[arg-type]  # a class is hashable


def resident_modules(package: str) -> tuple[str, ...]:
    """The dotted names of a folder's public modules, sorted."""
    return _modules(package)
