"""The compiler's names, for every kernel: numba's own, or stand-ins that load it only if needed.

Loading numba takes half a second. A program that was started with `-X chainlead_kept_code` (the
workers of a scan) gets stand-ins instead: a kernel that is called runs its kept machine code (see
`kept_code`); where there is none, numba is loaded and takes every stand-in's place.
"""

import sys
from collections.abc import Callable
from functools import update_wrapper
from importlib import import_module
from typing import Any

IS_LAZY = "chainlead_kept_code" in getattr(sys, "_xoptions", {})
_ROOM = __name__.rpartition(".")[0]


class Kernel:
    """Stands for a compiled function until it is called."""

    made: list["Kernel"] = []  # noqa: RUF012  (all of them, in order)

    def __init__(self, function: Callable[..., Any], options: dict[str, Any]) -> None:
        update_wrapper(self, function)
        self.function, self.options = function, options
        self.run: Callable[..., Any] | None = None
        Kernel.made.append(self)

    @property
    def name(self) -> str:
        """Module and name."""
        return f"{self.function.__module__}.{self.function.__qualname__}"

    def __call__(self, *arguments: Any) -> Any:
        if self.run is None:
            self.run = _find_code(self)
        return self.run(*arguments)


class Building:
    """Stands for a function that writes machine code itself."""

    made: list["Building"] = []  # noqa: RUF012

    def __init__(self, typed: Callable[..., Any]) -> None:
        self.typed = typed
        Building.made.append(self)


class _Later:
    """A module that is loaded at its first use."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(self._name), name)


class _Defaults:
    """Numba's settings, none of which is changed where kept code is used."""

    CACHE_DIR = ""
    CPU_FEATURES = CPU_NAME = None
    DISABLE_JIT = 0


def _njit(**options: Any) -> Callable[[Callable[..., Any]], Kernel]:
    return lambda function: Kernel(function, options)


def _find_code(kernel: Kernel) -> Callable[..., Any]:
    from chainlead.kernels.kept_code import lookup_kept  # noqa: PLC0415  (where it is used only)

    kept = lookup_kept(kernel.name)
    if kept is not None:
        return kept
    use_compiler()
    found: Callable[..., Any] = getattr(sys.modules[kernel.function.__module__], kernel.__name__)  # type: ignore[attr-defined]  # of `update_wrapper`
    return found


def use_compiler() -> None:
    """Load numba, and put what it makes in the place of every stand-in."""
    from chainlead.kernels.compiled_code import keep_compiled_code  # noqa: PLC0415

    if not Kernel.made:
        return
    numba = import_module("numba")
    keep_compiled_code()
    extending = import_module("numba.extending")
    real: dict[int, Any] = {id(made): extending.intrinsic(made.typed) for made in Building.made}
    real |= {id(made): numba.njit(**made.options)(made.function) for made in Kernel.made}
    for name, module in list(sys.modules.items()):
        if name.startswith(_ROOM + "."):
            for key, value in list(vars(module).items()):
                if isinstance(value, Kernel | Building):
                    setattr(module, key, real[id(value)])
    Kernel.made.clear()
    Building.made.clear()


njit: Any
config: Any
types: Any
cgutils: Any
intrinsic: Any
if IS_LAZY:
    njit, intrinsic, config = _njit, Building, _Defaults
    types, cgutils = _Later("numba.core.types"), _Later("numba.core.cgutils")
else:
    from numba import config, njit, types
    from numba.core import cgutils
    from numba.extending import intrinsic

__all__ = ["IS_LAZY", "Kernel", "cgutils", "config", "intrinsic", "njit", "types", "use_compiler"]
