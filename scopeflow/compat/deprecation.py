"""The decorators with which programs mark functions of their own as deprecated: tf.contrib.framework.deprecated and its kin."""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections.abc import Callable, Iterator
from typing import Any

from ..graph.public import public
from . import logging

_silent = False
_said: set[Any] = set()


def _when(date: str | None) -> str:
    return "in a future version" if date is None else f"after {date}"


def _say(key: Any, once: bool, text: str) -> None:
    if _silent or (once and key in _said):
        return
    _said.add(key)
    logging.warning(text)


def _where(depth: int = 2) -> str:
    frame = inspect.currentframe()
    for _ in range(depth):
        frame = frame.f_back if frame is not None else None
    return "<unknown>" if frame is None else f"{frame.f_code.co_filename}:{frame.f_lineno}"


def _calling(function: Callable[..., Any], given: str, date: str | None, instructions: str) -> str:
    return (
        f"From {_where(3)}: calling {function.__qualname__} (from {function.__module__}) with {given} is deprecated and will be removed "
        f"{_when(date)}.\nInstructions for updating:\n{instructions}"
    )


@public("contrib.framework.deprecated", "contrib.slim.deprecated", "python.util.deprecation.deprecated")
def deprecated(date: str | None, instructions: str, warn_once: bool = True) -> Callable[..., Any]:
    """Marks a function: its first call (every call without `warn_once`) warns with `instructions`."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            _say(
                function,
                warn_once,
                f"From {_where()}: {function.__qualname__} (from {function.__module__}) is deprecated and will be removed {_when(date)}.\n"
                f"Instructions for updating:\n{instructions}",
            )
            return function(*args, **kwargs)

        first, _, rest = (function.__doc__ or "DEPRECATED FUNCTION").partition("\n")
        removal = f"Warning: THIS FUNCTION IS DEPRECATED. It will be removed {_when(date)}.\nInstructions for updating:\n{instructions}"
        wrapper.__doc__ = f"{first} (deprecated)\n\n{removal}" + (f"\n{rest}" if rest else "")
        return wrapper

    return decorate


@public("contrib.framework.deprecated_args", "contrib.slim.deprecated_args", "python.util.deprecation.deprecated_args")
def deprecated_args(date: str | None, instructions: str, *deprecated_arg_names_or_tuples: Any, **kwargs: Any) -> Callable[..., Any]:
    """Marks arguments: a call that gives one warns. A tuple is (name, the value that does not warn)."""
    once = kwargs.get("warn_once", True)
    fine = {n[0]: n[1] for n in deprecated_arg_names_or_tuples if isinstance(n, tuple) and len(n) > 1}
    names = [n[0] if isinstance(n, tuple) else n for n in deprecated_arg_names_or_tuples]

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        signature = inspect.signature(function)
        missing = [n for n in names if n not in signature.parameters]
        if missing:
            raise ValueError(f"The following deprecated arguments are not present in the function signature: {missing}.")

        @functools.wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            given = signature.bind_partial(*args, **kwargs).arguments
            for name in names:
                if name in given and not (name in fine and given[name] == fine[name]):
                    _say((function, name), once, _calling(function, name, date, instructions))
            return function(*args, **kwargs)

        return wrapper

    return decorate


@public("contrib.framework.deprecated_arg_values", "contrib.slim.deprecated_arg_values", "python.util.deprecation.deprecated_arg_values")
def deprecated_arg_values(date: str | None, instructions: str, warn_once: bool = True, **deprecated_kwargs: Any) -> Callable[..., Any]:
    """Marks values of arguments: a call that gives one of them warns."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        signature = inspect.signature(function)

        @functools.wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            given = signature.bind_partial(*args, **kwargs).arguments
            for name, value in deprecated_kwargs.items():
                if name in given and given[name] == value:
                    _say((function, name), warn_once, _calling(function, f"{name}={value}", date, instructions))
            return function(*args, **kwargs)

        return wrapper

    return decorate


@public("python.util.deprecation.deprecated_argument_lookup")
def deprecated_argument_lookup(new_name: str, new_value: Any, old_name: str, old_value: Any) -> Any:
    """The value given under the old or the new name. Raises ValueError if both are given."""
    if old_value is None:
        return new_value
    if new_value is not None:
        raise ValueError(f"Cannot specify both '{old_name}' and '{new_name}'")
    return old_value


@public("python.util.deprecation.silence")
@contextlib.contextmanager
def silence() -> Iterator[None]:
    """Inside, nothing warns."""
    global _silent
    old, _silent = _silent, True
    try:
        yield
    finally:
        _silent = old
