"""Private helpers about functions that programs import: tf_inspect, tf_decorator, tf_contextlib, function_utils."""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections.abc import Callable
from typing import Any, NamedTuple

from ..graph.public import export, public

_PASSED_ON = (
    "currentframe getcallargs getdoc getfile getframeinfo getmembers getmodule getmro getsource getsourcefile getsourcelines isbuiltin "
    "isclass isframe isfunction isgenerator isgeneratorfunction ismethod ismodule isroutine stack FullArgSpec"
)
for _name in _PASSED_ON.split():
    export(getattr(inspect, _name), "python.util.tf_inspect." + _name)
export(contextlib.contextmanager, "python.util.tf_contextlib.contextmanager")


@public("python.util.tf_inspect.ArgSpec")
class ArgSpec(NamedTuple):
    """What `getargspec` gives."""

    args: list[str]
    varargs: str | None
    keywords: str | None
    defaults: tuple[Any, ...] | None


@public("python.util.tf_inspect.getfullargspec")
def getfullargspec(obj: Any) -> inspect.FullArgSpec:
    """The arguments of a function, seen through decorators and partial applications."""
    if isinstance(obj, functools.partial):
        spec = getfullargspec(obj.func)
        names = spec.args[len(obj.args) :]
        defaults = dict(zip(spec.args[len(spec.args) - len(spec.defaults or ()) :], spec.defaults or ()))
        defaults |= {k: v for k, v in (obj.keywords or {}).items() if k in names}
        first = next((i for i, n in enumerate(names) if n in defaults), len(names))
        return spec._replace(args=names, defaults=tuple(defaults.get(n) for n in names[first:]) or None)
    return inspect.getfullargspec(_undecorated(obj))


def _undecorated(obj: Any) -> Any:
    """What TensorFlow's own decorators were put on; others are not seen through, as Python 3.7's `getfullargspec` did not."""
    while _decorates(obj):
        obj = obj.__wrapped__
    return obj


def _decorates(obj: Any) -> bool:
    if not hasattr(obj, "__wrapped__"):
        return False
    module = getattr(obj, "__globals__", {}).get("__name__", "")
    return hasattr(obj, "_tf_decorator") or module.partition(".")[0] == __name__.partition(".")[0]


@public("python.util.tf_inspect.getargspec")
def getargspec(obj: Any) -> ArgSpec:
    """The positional arguments of a function, seen through decorators and partial applications."""
    spec = getfullargspec(obj)
    return ArgSpec(spec.args, spec.varargs, spec.varkw, spec.defaults)


@public("python.util.function_utils.fn_args")
def fn_args(fn: Callable[..., Any]) -> tuple[str, ...]:
    """The names of the arguments that a caller of `fn` gives: without `self`, and without those a partial application gave."""
    if isinstance(fn, functools.partial):
        given = set(fn.keywords or {})
        return tuple(a for a in fn_args(fn.func)[len(fn.args) :] if a not in given)
    if not inspect.isroutine(fn) and callable(fn) and not inspect.isclass(fn):
        fn = fn.__call__
    names = getfullargspec(fn).args
    return tuple(names[1:] if inspect.ismethod(fn) else names)


@public("python.util.tf_decorator.make_decorator")
def make_decorator(
    target: Callable[..., Any],
    decorator_func: Callable[..., Any],
    decorator_name: str | None = None,
    decorator_doc: str = "",
    decorator_argspec: Any = None,
) -> Callable[..., Any]:
    """`decorator_func` with the name, documentation and signature of `target`."""
    decorated = functools.wraps(target)(decorator_func)
    decorated._tf_decorator = True
    return decorated


@public("python.util.tf_decorator.unwrap")
def unwrap(maybe_tf_decorator: Callable[..., Any]) -> tuple[list[Any], Callable[..., Any]]:
    """(the decorators, outermost first, the function inside)."""
    layers = []
    inner = maybe_tf_decorator
    while _decorates(inner):
        layers.append(inner)
        inner = inner.__wrapped__
    return layers, inner
