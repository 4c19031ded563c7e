"""Dataset.from_generator: what a Python generator yields, as elements."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ..graph import errors
from ..ops.python_functions import _CLASSES
from . import structure as structures
from .functions import PythonSource
from .sources import Element, Generated, typed


def generator_source(generator: Callable[..., Any], structure: Any, arguments: int) -> Any:
    """What a node with `generator` as its function runs. `arguments`: how many of its inputs are the generator's."""
    leaves = structures.flatten(structure)

    def elements(values: tuple[np.ndarray, ...]) -> Iterator[Element]:
        try:
            for value in generator(*values):
                yield _element(value, structure, leaves)
        except errors.OpError:
            raise
        except Exception as error:
            cls = next((c for kind, c in _CLASSES if isinstance(error, kind)), errors.UnknownError)
            raise cls(None, None, f"{type(error).__name__}: {error}\n{traceback.format_exc()}") from error

    return GeneratorSource(elements, arguments)


class GeneratorSource(PythonSource):
    """Holds the values of the generator's arguments when its node runs."""

    def __init__(self, elements: Callable[..., Any], arguments: int):
        self.elements, self.arguments = elements, arguments
        self.outer_inputs: list[Any] = []
        super().__init__(lambda *element: Generated(lambda: elements(())))

    def bound(self, captured: Any) -> PythonSource:
        """With the values of the arguments."""
        values = tuple(captured)
        return PythonSource(lambda *element: Generated(lambda: self.elements(values)))


def _element(value: Any, structure: Any, leaves: list[Any]) -> Element:
    try:
        parts = structures.flatten_as(structure, tuple(value) if isinstance(value, list) and isinstance(structure, tuple) else value)
    except (TypeError, ValueError):
        raise TypeError(
            "`generator` yielded an element that did not match the expected structure. The expected structure was "
            f"{structures.output_types(structure)}, but the yielded element was {value}."
        ) from None
    out = []
    for part, leaf in zip(parts, leaves):
        try:
            array = typed(part, leaf.dtype)
        except (TypeError, ValueError):
            raise TypeError(
                "`generator` yielded an element that could not be converted to the expected type. The expected type was "
                f"{leaf.dtype.name}, but the yielded element was {part}."
            ) from None
        if not leaf.shape.is_compatible_with(array.shape):
            raise ValueError(f"`generator` yielded an element of shape {array.shape} where an element of shape {leaf.shape} was expected.")
        out.append(array)
    return tuple(out)
