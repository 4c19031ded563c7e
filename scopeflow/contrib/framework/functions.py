"""py_func with nested arguments and results."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...graph import nest
from ...graph.public import public
from ...ops import python_functions


@public("contrib.framework.py_func")
def py_func(
    func: Callable[..., Any],
    args: Any = (),
    kwargs: dict[str, Any] | None = None,
    output_types: Any = None,
    output_shapes: Any = None,
    stateful: bool = True,
    name: str | None = None,
) -> Any:
    """`func(*args, **kwargs)`, called by Python with NumPy values when the graph runs.

    Args:
      func: the function.
      args: its arguments: tensors, or what can become tensors, in nested structures.
      kwargs: its keyword arguments, likewise.
      output_types: the types of its results, nested as they are.
      output_shapes: their shapes, nested likewise; None if unknown.
      stateful: False lets runs that do not need the results leave out the call.
      name: the op's name.

    Raises:
      TypeError: `args` is no sequence, `kwargs` is no dict, or the types are missing.
      ValueError: shapes nested otherwise than the types.
    """
    if not isinstance(args, (list, tuple)):
        raise TypeError(f"args must be list and not {type(args)}. args: {args}")
    kwargs = {} if kwargs is None else kwargs
    if not isinstance(kwargs, dict):
        raise TypeError(f"kwargs must be dict and not {type(kwargs)}. args: {kwargs}")
    given = [list(args), kwargs]

    def call(*values: Any) -> Any:
        positional, keywords = nest.pack_sequence_as(given, list(values))
        return nest.flatten(func(*positional, **keywords))

    types = nest.flatten(output_types)
    results = python_functions.py_func(call, nest.flatten(given), types, stateful, name)
    if output_shapes is not None:
        for t, shape in zip(results, _shapes_of(output_types, output_shapes)):
            t.set_shape(shape)
    return nest.pack_sequence_as(output_types, list(results))


def _shapes_of(types: Any, shapes: Any) -> list[Any]:
    """The shape for each type, from a structure in which a shape may itself be a list."""
    if not nest.is_nested(types):
        return [shapes]
    if len(types) != len(shapes):
        raise ValueError(
            "The two structures don't have the same sequence length. Input structure has length "
            f"{len(shapes)}, while shallow structure has length {len(types)}."
        )
    keys = sorted(types) if isinstance(types, dict) else range(len(types))
    return [shape for key in keys for shape in _shapes_of(types[key], shapes[key])]
