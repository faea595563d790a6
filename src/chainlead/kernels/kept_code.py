"""The machine code of kernels, loaded without the compiler that made it.

Numba keeps what it compiled, but must itself be loaded to use it. Here the same code is kept once
more, with the arguments of each kernel, and called through `ctypes`. The file's name is made of
everything that the code depends on: the kernels' sources, numba, LLVM, Python and the processor.
Only Linux: elsewhere, and wherever anything is unusual, numba does the work.
"""

import ctypes
import importlib.util
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from llvmlite import binding

_HERE = Path(__file__).parent
_MOST_KEPT = 4
_NOT_USED = frozenset(
    {
        "numba_adapt_ndarray",
        "numba_do_raise",
        "numba_gil_ensure",
        "numba_gil_release",
        "numba_runtime_build_excinfo_struct",
        "numba_unpickle",
    }
)
"""Called for Python's sake by the door that numba builds; here kernels are called behind it."""
_ADDRESS = ctypes.c_void_p
_NUMBERS = {"int64": ctypes.c_int64, "uint64": ctypes.c_uint64}


class KeptKernel(msgspec.Struct, frozen=True):
    """One kernel.

    Attributes:
        symbol: its name in the code.
        takes: its arguments: `int64`, or `uint8:2` for an array of two dimensions; flat, because
            the members of a tuple are arguments of their own.
        gives: its result: one number, or several.
        code: an object file.
        missing: names in it that somebody has to provide.
    """

    symbol: str
    takes: tuple[str, ...]
    gives: tuple[str, ...]
    code: bytes
    missing: tuple[str, ...]


class UnusualError(Exception):
    """Something that only the compiler itself can handle."""


def lookup_kept(name: str) -> Callable[..., Any] | None:
    """The kept code of a kernel, ready to be called, or None."""
    return _load().get(name)


def keep_code(dispatchers: Iterator[Any] | list[Any]) -> None:
    """Keep what numba has compiled and cached; nothing where that is unusual or has no place.

    Args:
        dispatchers: numba's functions that Python calls, each compiled for one signature.
    """
    if sys.platform != "linux":
        return
    try:
        found = {f"{d.__module__}.{d.__qualname__}": _kept(d) for d in dispatchers}
    except (AttributeError, KeyError, IndexError, TypeError, UnusualError, OSError):
        return
    content = msgspec.msgpack.encode(found)
    for folder in _folders():
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=folder)
            with os.fdopen(handle, "wb") as file:
                file.write(sha256(content).digest() + content)
                os.fchmod(handle, 0o644)
            Path(name).replace(folder / _file_name())
            _forget_old(folder)
            return


def _forget_old(folder: Path) -> None:
    """Leave what the newest few versions kept."""
    found = sorted(folder.glob("kernels-*.code"), key=lambda path: path.stat().st_mtime)
    for path in found[:-_MOST_KEPT]:
        path.unlink(missing_ok=True)


def _folders() -> Iterator[Path]:
    yield _HERE / "__pycache__"
    with suppress(RuntimeError):
        yield Path("~/.cache/chainlead").expanduser()


@cache
def _file_name() -> str:
    state = sha256(repr((sys.version, binding.get_host_cpu_name())).encode())
    state.update(binding.get_host_cpu_features().flatten().encode())
    for package in ("numba", "llvmlite"):
        spec = importlib.util.find_spec(package)
        assert spec is not None
        assert spec.origin is not None
        state.update(Path(spec.origin).with_name("_version.py").read_bytes())
    for source in sorted(_HERE.glob("*.py")):
        state.update(source.read_bytes())
    return f"kernels-{state.hexdigest()[:32]}.code"


@cache
def _load() -> dict[str, Callable[..., Any]]:
    if sys.platform != "linux":
        return {}
    for folder in _folders():
        with suppress(OSError, msgspec.MsgspecError, UnusualError, RuntimeError, AssertionError):
            content = (folder / _file_name()).read_bytes()
            if sha256(content[32:]).digest() != content[:32]:
                continue
            kernels = msgspec.msgpack.decode(content[32:], type=dict[str, KeptKernel])
            return _linked(kernels)
    return {}


def _linked(kernels: dict[str, KeptKernel]) -> dict[str, Callable[..., Any]]:
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    _provide({name for kernel in kernels.values() for name in kernel.missing})
    target = binding.Target.from_triple(binding.get_process_triple())
    machine = target.create_target_machine(jit=True)
    engine = binding.create_mcjit_compiler(binding.parse_assembly(""), machine)
    for kernel in kernels.values():
        engine.add_object_file(binding.ObjectFileRef.from_data(kernel.code))
    engine.finalize_object()
    found = {}
    for name, kernel in kernels.items():
        address = engine.get_function_address(kernel.symbol)
        if not address:
            raise UnusualError(kernel.symbol)
        found[name] = _callable(kernel, address)
    _LINKED.append(engine)  # the code lives as long as the engine
    return found


_LINKED: list[Any] = []


def _provide(missing: set[str]) -> None:
    """Numba's own functions for memory, and what the program and the C library have."""
    spec = importlib.util.find_spec("numba")
    assert spec is not None
    assert spec.origin is not None
    files = list((Path(spec.origin).parent / "core" / "runtime").glob("_nrt_python.*.so"))
    if len(files) != 1:
        raise UnusualError("numba's memory")
    own = importlib.util.spec_from_file_location("_nrt_python", files[0])
    assert own is not None
    assert own.loader is not None
    module = importlib.util.module_from_spec(own)
    own.loader.exec_module(module)
    _LINKED.append(module)
    helpers = {n if n.startswith("_") else f"NRT_{n}": a for n, a in module.c_helpers.items()}
    program = ctypes.CDLL(None)
    for name in missing:
        if name in helpers:
            address = helpers[name]
        elif name in _NOT_USED:
            address = _address_of(program.abort)
        elif hasattr(program, name):
            address = _address_of(getattr(program, name))
        else:
            raise UnusualError(name)
        binding.add_symbol(name, address)


def _address_of(function: Any) -> int | None:
    return ctypes.cast(function, _ADDRESS).value


def _callable(kernel: KeptKernel, address: int) -> Callable[..., Any]:
    kinds: list[Any] = [_ADDRESS, _ADDRESS]
    for taken in kernel.takes:
        kind, _, dimensions = taken.partition(":")
        if dimensions:
            kinds += [_ADDRESS] * 2 + [ctypes.c_int64] * 2 + [_ADDRESS]
            kinds += [ctypes.c_int64] * (2 * int(dimensions))
        else:
            kinds.append(_NUMBERS[kind])
    function = ctypes.CFUNCTYPE(ctypes.c_int32, *kinds)(address)
    results = [_NUMBERS[kind] for kind in kernel.gives]
    result_type: Any = type("Result", (ctypes.Structure,), {
        "_fields_": [(f"f{number}", kind) for number, kind in enumerate(results)]
    })  # fmt: skip
    takes = kernel.takes

    def call(*arguments: Any) -> Any:
        flat = list(_flat(arguments))
        if len(flat) != len(takes):
            raise TypeError(f"{kernel.symbol} takes {len(takes)} arguments")
        values: list[Any] = []
        for value, taken in zip(flat, takes, strict=True):
            if isinstance(value, np.ndarray):
                if f"{value.dtype.name}:{value.ndim}" != taken or not value.flags.c_contiguous:
                    raise TypeError(f"{kernel.symbol} takes {taken}")
                values += (None, None, value.size, value.itemsize, value.ctypes.data)
                values += (*value.shape, *value.strides)
            else:
                values.append(int(value))
        result, error = result_type(), _ADDRESS()
        if function(ctypes.byref(result), ctypes.byref(error), *values):
            raise RuntimeError(f"{kernel.symbol} failed")
        given = tuple(getattr(result, f"f{number}") for number in range(len(results)))
        return given if len(given) > 1 else given[0]

    return call


def _flat(arguments: tuple[Any, ...]) -> Iterator[Any]:
    for value in arguments:
        if isinstance(value, tuple):
            yield from _flat(value)
        else:
            yield value


def _kept(dispatcher: Any) -> KeptKernel:
    """What numba's cache has of a function that was compiled for one signature."""
    ((signature, compiled),) = dispatcher.overloads.items()
    numbas_own = dispatcher._cache  # noqa: SLF001  (numba has no public way)
    key = numbas_own._index_key(signature, dispatcher.targetctx.codegen())  # noqa: SLF001
    _name, kind, (code, _bitcode) = numbas_own._cache_file.load(key)[0]  # noqa: SLF001
    if kind != "object":
        raise UnusualError(kind)
    takes = tuple(text for argument in signature for text in _written(argument))
    gives = tuple(_written(compiled.fndesc.restype))
    if not all(text in _NUMBERS for text in gives):
        raise UnusualError(str(gives))
    symbol = compiled.fndesc.llvm_func_name
    return KeptKernel(symbol, takes, gives, code, tuple(sorted(_missing(code))))


def _written(kind: Any) -> Iterator[str]:
    if hasattr(kind, "ndim") and hasattr(kind, "layout"):
        if kind.layout != "C":
            raise UnusualError(str(kind))
        yield f"{kind.dtype.name}:{kind.ndim}"
    elif hasattr(kind, "types"):
        for member in kind.types:
            yield from _written(member)
    elif str(kind) in _NUMBERS:
        yield str(kind)
    else:
        raise UnusualError(str(kind))


def _missing(code: bytes) -> Iterator[str]:
    """The undefined names of an ELF object of 64 bits.

    Spec: Tool Interface Standard, Executable and Linking Format 1.2; the 64-bit layouts of its
    System V ABI update.
    """
    if code[:6] != b"\x7fELF\x02\x01":
        raise UnusualError("no ELF of 64 bits")

    def number(at: int, size: int) -> int:
        return int.from_bytes(code[at : at + size], "little")

    first, size, count = number(40, 8), number(58, 2), number(60, 2)
    for section in range(first, first + size * count, size):
        if number(section + 4, 4) != 2:  # a table of symbols
            continue
        start, length, link = (
            number(section + 24, 8),
            number(section + 32, 8),
            number(section + 40, 4),
        )
        names = number(first + link * size + 24, 8)
        for symbol in range(start + 24, start + length, 24):
            at = names + number(symbol, 4)
            if number(symbol + 6, 2) == 0:  # undefined
                yield code[at : code.index(b"\0", at)].decode()
