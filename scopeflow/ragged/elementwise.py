"""Functions of single elements, on ragged tensors: applied to the innermost values."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any

from ..graph.default_graph import control_dependencies
from ..graph.public import public
from ..op.declare import Op
from ..ops import asserts
from .tensor import RaggedTensor, convert_to_tensor_or_ragged, is_ragged


@public("ragged.map_flat_values")
def map_flat_values(op: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """`op` of the innermost values of ragged arguments, with their rows; the arguments may stand in lists.

    Raises:
      ValueError: the arguments have different rows, or `op` gives another number of values.
    """
    splits: list[tuple[Any, ...]] = []
    args = tuple(_flat(a, splits) for a in args)
    kwargs = {k: _flat(v, splits) for k, v in kwargs.items()}
    if not splits:
        return op(*args, **kwargs)
    with control_dependencies(_matching(splits)):
        values = op(*args, **kwargs)
        return _rebuilt(values, splits[0])


def _rebuilt(values: Any, nested: Sequence[Any]) -> Any:
    values = convert_to_tensor_or_ragged(values)
    values.shape.with_rank_at_least(1)
    return RaggedTensor.from_nested_row_splits(values, list(nested), validate=False)


def _flat(value: Any, splits: list[tuple[Any, ...]]) -> Any:
    if is_ragged(value):
        value = convert_to_tensor_or_ragged(value)
        splits.append(value.nested_row_splits)
        return value.flat_values
    if isinstance(value, (list, tuple)) and any(is_ragged(v) for v in value):
        return [_flat(v, splits) for v in value]
    return value


def _matching(splits: Sequence[tuple[Any, ...]]) -> list[Any]:
    """Assertions that all rows are the same."""
    first, *others = splits
    if any(len(s) != len(first) for s in others):
        raise ValueError("Inputs must have identical ragged splits")
    message = "Inputs must have identical ragged splits"
    return [asserts.assert_equal(a, b, message=message) for other in others for a, b in zip(first, other)]


def unary(function: Callable[..., Any], x: Any, *args: Any, **kwargs: Any) -> RaggedTensor:
    """`function` of the values of `x`."""
    x = convert_to_tensor_or_ragged(x)
    return x.with_flat_values(function(x.flat_values, *args, **kwargs))


def unary_of_list(function: Callable[..., Any], inputs: Sequence[Any], *args: Any, **kwargs: Any) -> RaggedTensor:
    """`function` of a list whose ragged elements have the same rows."""
    inputs = [convert_to_tensor_or_ragged(x) for x in inputs]
    ragged = [x for x in inputs if isinstance(x, RaggedTensor)]
    with control_dependencies(_matching([x.nested_row_splits for x in ragged])):
        values = [x.flat_values if isinstance(x, RaggedTensor) else x for x in inputs]
        return ragged[0].with_flat_values(function(values, *args, **kwargs))


def binary(function: Callable[..., Any], x: Any, y: Any, *args: Any, **kwargs: Any) -> Any:
    """`function` of two arguments, at least one of them ragged: a scalar counts for every element, else both are broadcast."""
    from .broadcasting import broadcast_both

    x, y = _both(x, y, *_parameter_names(function))
    if not (_is_scalar(x) or _is_scalar(y)):
        x, y = broadcast_both(x, y)
    rows = x if isinstance(x, RaggedTensor) else y
    parts = [v.flat_values if isinstance(v, RaggedTensor) else v for v in (x, y)]
    return rows.with_flat_values(function(*parts, *args, **kwargs))


@functools.cache
def _parameter_names(function: Any) -> tuple[str, str]:
    names = function.parameters if isinstance(function, Op) else list(inspect.signature(function).parameters)
    return names[0], names[1]


def _both(x: Any, y: Any, x_name: str, y_name: str) -> tuple[Any, Any]:
    """Both as tensors, a Python value in the type of the other."""
    if isinstance(x, RaggedTensor) or not hasattr(y, "dtype"):
        x = convert_to_tensor_or_ragged(x, name=x_name)
        return x, convert_to_tensor_or_ragged(y, preferred_dtype=x.dtype, name=y_name)
    y = convert_to_tensor_or_ragged(y, name=y_name)
    return convert_to_tensor_or_ragged(x, preferred_dtype=y.dtype, name=x_name), y


def _is_scalar(value: Any) -> bool:
    return value.shape.ndims == 0
