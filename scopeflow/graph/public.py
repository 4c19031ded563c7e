"""The table of public `tf.*` names: each object says its own names where it is defined."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")

#: dotted public name (without the leading `tf.`) -> object
TABLE: dict[str, Any] = {}


def export(value: T, *names: str) -> T:
    """Publishes `value` under each dotted name; returns `value`.

    Raises:
      ValueError: a name is already taken by another object.
    """
    for name in names:
        if TABLE.setdefault(name, value) is not value:
            raise ValueError(f"tf.{name} is published twice: {TABLE[name]!r} and {value!r}")
    return value


def public(*names: str) -> Callable[[T], T]:
    """Decorator form of `export`: `@public("exp", "math.exp")`."""
    return lambda value: export(value, *names)
