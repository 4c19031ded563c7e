"""tf.Module: a named container of variables, other modules and functions."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from typing import Any

from ..graph.default_graph import name_scope
from ..graph.public import public
from ..graph.tracking import AutoTrackable
from ..variables import Variable

_CAMEL = re.compile(r"((?<=[a-z0-9])[A-Z]|(?!^)[A-Z](?=[a-z]))")
_VALID = re.compile(r"^[A-Za-z_]([A-Za-z0-9_])*$")


@public("Module")
class Module(AutoTrackable):
    """Base of modules: subclasses set variables and modules as attributes, which `variables` and `submodules` then find.

    Args:
      name: the class's name in snake case if None.

    Raises:
      ValueError: `name` is no name in Python.
    """

    def __init__(self, name: str | None = None):
        if name is None:
            name = _CAMEL.sub(r"_\1", type(self).__name__).lower()
        if not _VALID.match(name):
            raise ValueError(
                f"{name!r} is not a valid module name. Module names must be valid Python identifiers (e.g. a valid class name)."
            )
        self._name = name
        with name_scope(name) as scope:
            self._scope_name = scope

    @property
    def name(self) -> str:
        """The name given, or made from the class's."""
        return self._name

    @property
    def name_scope(self) -> Any:
        """The name scope of the module, to be entered."""
        return name_scope(self._scope_name)

    @property
    def variables(self) -> tuple[Any, ...]:
        """Its variables and those of its submodules, its attributes sorted by name."""
        return tuple(self._flatten(lambda x: isinstance(x, Variable)))

    @property
    def trainable_variables(self) -> tuple[Any, ...]:
        """Those of `variables` that are trained."""
        return tuple(self._flatten(lambda x: isinstance(x, Variable) and x.trainable))

    @property
    def submodules(self) -> tuple[Module, ...]:
        """The modules among its attributes, and theirs."""
        return tuple(self._flatten(lambda x: isinstance(x, Module)))

    def _flatten(self, wanted: Callable[[Any], bool]) -> Iterator[Any]:
        """What is wanted of its attributes, then of its submodules', breadth first; each once."""
        seen, modules = {id(self)}, [self]
        for module in modules:
            inner: list[Module] = []
            for name in sorted(vars(module)):
                if name in ("_tracking_state", "_self_setattr_tracking"):
                    continue
                for leaf in _leaves(vars(module)[name]):
                    if id(leaf) in seen:
                        continue
                    if wanted(leaf):
                        seen.add(id(leaf))
                        yield leaf
                    if isinstance(leaf, Module) and leaf not in modules:
                        inner.append(leaf)
            modules += inner

    @classmethod
    def with_name_scope(cls, method: Callable[..., Any]) -> Callable[..., Any]:
        """A method that runs in the module's name scope."""

        @functools.wraps(method)
        def wrapped(self: Any, *args: Any, **kwargs: Any) -> Any:
            with self.name_scope:
                return method(self, *args, **kwargs)

        return wrapped


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for key in sorted(value, key=str):
            yield from _leaves(value[key])
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _leaves(item)
    else:
        yield value
