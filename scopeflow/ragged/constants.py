"""Ragged constants and placeholders."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..graph import dtypes
from ..graph.conversion import constant
from ..graph.default_graph import name_scope
from ..graph.dtypes import as_dtype
from ..graph.public import public
from ..graph.tensor_shape import TensorShape
from ..ops import array
from .tensor import RaggedTensor
from .value import RaggedTensorValue


@public("ragged.constant")
def ragged_constant(
    pylist: Any,
    dtype: Any = None,
    ragged_rank: int | None = None,
    inner_shape: Any = None,
    name: str | None = None,
    row_splits_dtype: Any = dtypes.int64,
) -> Any:
    """Nested lists of any lengths as a RaggedTensor (as a Tensor where there are no ragged dimensions).

    Args:
      ragged_rank: how many dimensions are ragged; by default all but the first, less those of `inner_shape`.
      inner_shape: the shape of one innermost element.

    Raises:
      ValueError: scalars stand at different depths, or the lists do not fit what is asked for.
    """

    def of_splits(values: Any, splits: list[int]) -> RaggedTensor:
        return RaggedTensor.from_row_splits(values, constant(splits, dtype=row_splits_dtype), validate=False)

    def of_values(values: Any, name: str | None = None, shape: Any = None) -> Any:
        if not np.size(values):
            values = np.empty((0, *_inner(shape)), as_dtype(dtype or dtypes.float32).np_dtype)
            return constant(values, dtype, name="Const" if name is None else name)
        return constant(values, dtype, shape, "Const" if name is None else name, verify_shape=shape is not None)

    row_splits_dtype = as_dtype(row_splits_dtype)
    with name_scope(name, "RaggedConstant"):
        return _built(of_splits, of_values, pylist, ragged_rank, inner_shape)


@public("ragged.constant_value")
def ragged_constant_value(
    pylist: Any, dtype: Any = None, ragged_rank: int | None = None, inner_shape: Any = None, row_splits_dtype: Any = "int64"
) -> Any:
    """Nested lists of any lengths as a RaggedTensorValue (as an array where there are no ragged dimensions)."""
    if dtype is not None and isinstance(dtype, dtypes.DType):
        dtype = dtype.as_numpy_dtype
    kind = as_dtype(row_splits_dtype).as_numpy_dtype

    def of_splits(values: Any, splits: list[int]) -> RaggedTensorValue:
        return RaggedTensorValue(values, np.array(splits, dtype=kind))

    def of_values(values: Any, name: str | None = None, shape: Any = None) -> np.ndarray:
        out = np.array(values, dtype)
        return out if shape is None else out.reshape(shape)

    return _built(of_splits, of_values, pylist, ragged_rank, inner_shape)


def _inner(shape: Any) -> tuple[int, ...]:
    return () if shape is None else tuple(int(d) for d in list(shape)[1:])


def _built(of_splits: Callable[..., Any], of_values: Callable[..., Any], pylist: Any, ragged_rank: int | None, inner_shape: Any) -> Any:
    if not isinstance(pylist, (list, tuple, np.ndarray)):
        # A scalar has no rows.
        if ragged_rank not in (None, 0):
            raise ValueError(f"Invalid pylist={pylist!r}: incompatible with ragged_rank={ragged_rank}")
        if inner_shape is not None and inner_shape:
            raise ValueError(f"Invalid pylist={pylist!r}: incompatible with dim(inner_shape)={len(inner_shape)}")
        return of_values(pylist, shape=())
    depth, most = _scalar_depth(pylist), _deepest(pylist)
    if depth is not None:
        if most > depth:
            raise ValueError(f"Invalid pylist={pylist!r}: empty list nesting is greater than scalar value nesting")
        if ragged_rank is not None and most < ragged_rank:
            raise ValueError(f"Invalid pylist={pylist!r}, max depth smaller than ragged_rank={ragged_rank}")
    if inner_shape is not None:
        inner_shape = TensorShape(inner_shape).as_list()
        expected = None if ragged_rank is None else ragged_rank + 1 + len(inner_shape)
        if expected is not None and (depth is not None and expected != depth or depth is None and expected < most):
            raise ValueError(
                f"Invalid pylist={pylist!r}: incompatible with ragged_rank={ragged_rank} and dim(inner_shape)={len(inner_shape)}"
            )
    # The number of ragged dimensions, and the shape of what is left, follow from each other.
    if ragged_rank is None:
        ragged_rank = max(1, most - 1) if inner_shape is None else max(0, most - 1 - len(inner_shape))
        if inner_shape is None and depth == 1:
            ragged_rank = 0
    if inner_shape is None:
        inner_shape = _default_inner_shape(pylist, ragged_rank) if not (depth is None and most <= ragged_rank + 1) else []
    if ragged_rank == 0:
        if depth is not None and depth < 1 + len(inner_shape):
            raise ValueError(f"Invalid pylist={pylist!r}: incompatible with ragged_rank=0 and dim(inner_shape)={len(inner_shape)}")
        return of_values(pylist, shape=(len(pylist), *inner_shape))
    if depth is not None and depth <= ragged_rank:
        raise ValueError(
            f"pylist has scalar values depth {depth}, but ragged_rank={ragged_rank} requires scalar value depth greater than {ragged_rank}"
        )
    nested: list[list[int]] = []
    values = pylist
    for _ in range(ragged_rank):
        splits = [0]
        for row in values:
            if not isinstance(row, (list, tuple, np.ndarray)):
                raise ValueError("all scalar values must have the same nesting depth")
            splits.append(splits[-1] + len(row))
        nested.append(splits)
        values = [v for row in values for v in row]
    result = of_values(values, shape=(len(values), *inner_shape), name="values")
    for splits in reversed(nested):
        result = of_splits(result, splits)
    return result


def _scalar_depth(pylist: Any) -> int | None:
    """How deep scalars lie in nested lists; None if there are none. Raises ValueError if not all as deep."""
    if isinstance(pylist, np.ndarray):
        return pylist.ndim if pylist.size else None
    if not isinstance(pylist, (list, tuple)):
        return 0
    depth = None
    for item in pylist:
        inner = _scalar_depth(item)
        if inner is not None:
            if depth is not None and depth != inner + 1:
                raise ValueError("all scalar values must have the same nesting depth")
            depth = inner + 1
    return depth


def _deepest(pylist: Any) -> int:
    """How deeply lists are nested, empty ones too."""
    if isinstance(pylist, np.ndarray):
        return pylist.ndim
    if not isinstance(pylist, (list, tuple)):
        return 0
    return 1 + max((_deepest(item) for item in pylist), default=0)


def _default_inner_shape(pylist: Any, ragged_rank: int) -> list[int]:
    """The shape that the lists below the ragged dimensions share. Raises ValueError if they do not."""

    def shape(item: Any) -> list[int]:
        if isinstance(item, np.ndarray):
            return list(item.shape)
        if not isinstance(item, (list, tuple)):
            return []
        if not len(item):
            return [0]
        return [len(item), *shape(item[0])]

    def check(item: Any, wanted: list[int]) -> None:
        is_list = isinstance(item, (list, tuple, np.ndarray))
        if is_list != bool(wanted) or (is_list and len(item) != wanted[0]):
            raise ValueError("inner values have inconsistent shape")
        if is_list:
            for v in item:
                check(v, wanted[1:])

    flat = list(pylist)
    for _ in range(ragged_rank):
        flat = [v for row in flat if isinstance(row, (list, tuple, np.ndarray)) for v in row]
    wanted = shape(flat[0]) if flat else []
    for item in flat:
        check(item, wanted)
    return wanted


@public("ragged.placeholder")
def ragged_placeholder(dtype: Any, ragged_rank: int, value_shape: Any = None, name: str | None = None) -> Any:
    """A RaggedTensor to feed with a RaggedTensorValue (a Tensor if `ragged_rank` is 0).

    Args:
      value_shape: the shape of one innermost element, unknown if None.
    """
    if ragged_rank == 0:
        return array.placeholder(dtype, value_shape, name)
    with name_scope(name, "RaggedPlaceholder", []):
        flat_shape = TensorShape([None]).concatenate(value_shape)
        result = array.placeholder(dtype, flat_shape, "flat_values")
        for i in reversed(range(ragged_rank)):
            splits = array.placeholder(dtypes.int64, [None], f"row_splits_{i}")
            result = RaggedTensor(result, splits, internal=True)
        return result
