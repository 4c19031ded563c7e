"""arg_scope: default arguments for functions, in force for a stretch of code."""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections.abc import Callable, Iterator
from typing import Any

from ...graph.public import public

#: what an argument scope holds: key of a function -> arguments
Scope = dict[str, dict[str, Any]]

#: the scopes entered, innermost last. One for all threads, as in TensorFlow, so that towers built in threads see it.
_scopes: list[Scope] = [{}]
_defaults: dict[str, tuple[str, ...]] = {}


@public("contrib.slim.arg_scope_func_key")
def arg_scope_func_key(op: Any) -> Any:
    """The key of a function in an argument scope."""
    return getattr(op, "_key_op", str(op))


@public("contrib.framework.current_arg_scope", "contrib.slim.current_arg_scope")
def current_arg_scope() -> Scope:
    """The arguments in force, by function."""
    return _scopes[-1]


@public("contrib.framework.has_arg_scope", "contrib.slim.has_arg_scope")
def has_arg_scope(func: Any) -> bool:
    """Whether a function takes arguments from an argument scope."""
    return arg_scope_func_key(func) in _defaults


@public("contrib.framework.arg_scoped_arguments", "contrib.slim.arg_scoped_arguments")
def arg_scoped_arguments(func: Any) -> tuple[str, ...]:
    """The arguments of a function that an argument scope can set: those with defaults.

    Raises:
      AssertionError: the function is not decorated with `add_arg_scope`.
    """
    assert has_arg_scope(func), f"{_name(func)} is not decorated with @add_arg_scope"
    return _defaults[arg_scope_func_key(func)]


def _name(func: Any) -> tuple[str, str]:
    return func.__module__, func.__name__


@public("contrib.framework.arg_scope", "contrib.slim.arg_scope")
@contextlib.contextmanager
def arg_scope(list_ops_or_scope: Any, **kwargs: Any) -> Iterator[Scope]:
    """A context in which functions take `kwargs` by default.

    Args:
      list_ops_or_scope: the functions, each decorated with `add_arg_scope`; or what `as` gave for an earlier scope, to enter it again
        in place of the present one.
      kwargs: the arguments; those of the innermost scope win, and those of a call win over all.

    Raises:
      TypeError: neither a list nor a scope.
      ValueError: a function is not decorated, or a scope is entered again with arguments.
    """
    if isinstance(list_ops_or_scope, dict):
        if kwargs:
            raise ValueError("When attempting to re-use a scope by suppling adictionary, kwargs must be empty.")
        scope = list_ops_or_scope.copy()
    elif isinstance(list_ops_or_scope, (list, tuple)):
        scope = current_arg_scope().copy()
        for func in list_ops_or_scope:
            if not has_arg_scope(func):
                raise ValueError("%s is not decorated with @add_arg_scope", _name(func))
            key = arg_scope_func_key(func)
            scope[key] = {**scope.get(key, {}), **kwargs}
    else:
        raise TypeError("list_ops_or_scope must either be a list/tuple or reused scope (i.e. dict)")
    _scopes.append(scope)
    try:
        yield scope
    finally:
        _scopes.pop()


@public("contrib.framework.add_arg_scope", "contrib.slim.add_arg_scope")
def add_arg_scope(func: Callable[..., Any]) -> Callable[..., Any]:
    """Decorator: the function takes arguments from argument scopes."""

    @functools.wraps(func)
    def with_scope(*args: Any, **kwargs: Any) -> Any:
        found = _scopes[-1].get(key)
        return func(*args, **({**found, **kwargs} if found else kwargs))

    with_scope._key_op = key = str(func)  # type: ignore[attr-defined]
    parameters = inspect.signature(func).parameters.values()
    _defaults[key] = tuple(p.name for p in parameters if p.default is not p.empty)
    return with_scope
