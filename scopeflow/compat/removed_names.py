"""Names that Python and NumPy have dropped since programs for TensorFlow 1 were written, put back for a program that is run.

Programs of 2016 to 2019 say `np.float`, `collections.Iterable`, `time.clock()`. They fail on today's versions before
they get to TensorFlow, so `scopeflow run` gives them what these names meant. Names that exist are left alone.
"""

from __future__ import annotations

import builtins
import collections
import collections.abc
import inspect
import os
import time
from typing import Any, NamedTuple

import numpy as np

_ABSTRACT = (
    "Awaitable Callable Container Coroutine Generator Hashable ItemsView Iterable Iterator KeysView Mapping MappingView MutableMapping "
    "MutableSequence MutableSet Reversible Sequence Set Sized ValuesView"
).split()


class ArgSpec(NamedTuple):
    """What `inspect.getargspec` gave."""

    args: list[str]
    varargs: str | None
    keywords: str | None
    defaults: tuple[Any, ...] | None


def getargspec(func: Any) -> ArgSpec:
    """The positional arguments of a function. Raises ValueError if it has keyword-only ones."""
    found = inspect.getfullargspec(func)
    if found.kwonlyargs:
        raise ValueError("Function has keyword-only parameters or annotations, use inspect.signature() API which can support them")
    return ArgSpec(found.args, found.varargs, found.varkw, found.defaults)


#: NumPy's old names for types and constants; np.bool exists again, and means NumPy's
_NUMPY = {
    "int": builtins.int,
    "float": builtins.float,
    "complex": builtins.complex,
    "object": builtins.object,
    "str": builtins.str,
    "long": builtins.int,
    "unicode": builtins.str,
    "float_": np.float64,
    "complex_": np.complex128,
    "unicode_": np.str_,
    "string_": np.bytes_,
    "Inf": np.inf,
    "Infinity": np.inf,
    "infty": np.inf,
    "PINF": np.inf,
    "NINF": -np.inf,
    "NaN": np.nan,
    "product": np.prod,
    "cumproduct": np.cumprod,
    "sometrue": np.any,
    "alltrue": np.all,
    "in1d": np.isin,
    "row_stack": np.vstack,
    "round_": np.round,
    "asfarray": lambda a, dtype=np.float64: np.asarray(a, dtype),
    "trapz": getattr(np, "trapezoid", None),
}


def restore() -> None:
    """Puts the names back, each where nothing has its place."""
    for name in _ABSTRACT:
        _put(collections, name, getattr(collections.abc, name))
    _put(inspect, "getargspec", getargspec)
    _put(time, "clock", time.process_time if os.name == "posix" else time.perf_counter)
    for name, value in _NUMPY.items():
        if value is not None and name not in vars(np):
            # A look with getattr would warn.
            setattr(np, name, value)


def _put(module: Any, name: str, value: Any) -> None:
    if not hasattr(module, name):
        setattr(module, name, value)
