"""The families of errors stand together at one front door, and in one tree."""

import importlib
import inspect
import pkgutil
import re

import chainlead.errors
from chainlead.errors import ChainleadError


def classes():
    for found in pkgutil.iter_modules(chainlead.errors.__path__):
        module = importlib.import_module(f"chainlead.errors.{found.name}")
        for name, thing in inspect.getmembers(module, inspect.isclass):
            if issubclass(thing, ChainleadError) and thing.__module__ == module.__name__:
                yield name, thing


def test_every_error_is_at_the_front_door():
    assert {name for name, _ in classes()} == set(chainlead.errors.__all__)
    assert all(getattr(chainlead.errors, name) is thing for name, thing in classes())


def test_the_tree_in_the_text_is_the_tree_of_the_classes():
    told = {}
    above = []
    for line in (chainlead.errors.__doc__ or "").splitlines():
        found = re.search(r"(\w+Error)\s+(\d+)$", line)
        if not found:
            continue
        depth = found.start()
        while above and above[-1][0] >= depth:
            above.pop()
        told[found[1]] = (above[-1][1] if above else "Exception", int(found[2]))
        above.append((depth, found[1]))
    real = {name: (thing.__bases__[0].__name__, thing.exit_code) for name, thing in classes()}
    assert told == real
