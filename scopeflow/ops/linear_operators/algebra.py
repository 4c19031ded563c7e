"""How operators combine: adjoints, inverses, Cholesky factors, products and solutions, by the kinds of their operands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...graph.default_graph import name_scope

_Function = Callable[..., Any]


class Registry:
    """Functions of operators by their classes; that of the nearest classes is taken."""

    def __init__(self, name: str):
        self._name = name
        self._functions: dict[tuple[type, ...], _Function] = {}

    def register(self, *classes: type) -> Callable[[_Function], _Function]:
        """Decorator. Raises ValueError if there is a function for these classes."""

        def keep(function: _Function) -> _Function:
            if classes in self._functions:
                names = ", ".join(c.__name__ for c in classes)
                raise ValueError(f"{self._name}({names}) has already been registered")
            self._functions[classes] = function
            return function

        return keep

    def __call__(self, *operators: Any, name: str | None = None) -> Any:
        """What the function registered for these operators gives. Raises ValueError if there is none."""
        orders = [type(o).__mro__ for o in operators]
        best: tuple[int, _Function] | None = None
        for classes, function in self._functions.items():
            if len(classes) == len(orders) and all(c in order for c, order in zip(classes, orders)):
                distance = sum(order.index(c) for c, order in zip(classes, orders))
                if best is None or distance < best[0]:
                    best = distance, function
        if best is None:
            raise ValueError(f"No {self._name} registered for {', '.join(type(o).__name__ for o in operators)}")
        with name_scope(name or self._name):
            return best[1](*operators)


ADJOINT, CHOLESKY, INVERSE, MATMUL, SOLVE = (Registry(n) for n in ("Adjoint", "Cholesky", "Inverse", "Matmul", "Solve"))
