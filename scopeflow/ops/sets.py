"""tf.sets: each row (the last dimension) of a tensor taken as a set; results are SparseTensors, sorted within each set."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from ..graph import dtypes, errors
from ..graph.composite import SparseTensor
from ..graph.conversion import convert_to_tensor
from ..graph.operation import Tensor
from ..graph.public import public
from ..graph.tensor_shape import Dims
from ..op import shapes
from ..op.declare import ShapeError, op

_TYPES = "int8 int16 int32 int64 uint8 uint16 string"
_RESULT = "result_indices: int64, result_values: T, result_shape: int64"

_OPERATIONS: dict[str, Callable[[set, set], set]] = {
    "a-b": lambda a, b: a - b,
    "b-a": lambda a, b: b - a,
    "intersection": lambda a, b: a & b,
    "union": lambda a, b: a | b,
}


def _fail(text: str) -> None:
    raise errors.InvalidArgumentError(None, None, text)


class _Sets:
    """The sets of a tensor, by their place in all dimensions but the last."""

    def __init__(self, place_shape: Sequence[int], sets: dict[tuple[int, ...], set]):
        self.shape, self.sets = tuple(int(n) for n in place_shape), sets

    @classmethod
    def dense(cls, x: np.ndarray) -> _Sets:
        return cls(x.shape[:-1], {place: set(x[place].tolist()) for place in np.ndindex(*x.shape[:-1])})

    @classmethod
    def sparse(cls, indices: Any, values: Any, shape: Any) -> _Sets:
        # The reference does so whatever `validate_indices` says: it needs the order.
        indices, values, shape = np.asarray(indices), np.asarray(values), np.asarray(shape)
        _require_order(indices, shape)
        sets: dict[tuple[int, ...], set] = {}
        for place, value in zip(map(tuple, indices[:, :-1].tolist()), values.tolist()):
            sets.setdefault(place, set()).add(value)
        return cls(shape[:-1], sets)


def _require_order(indices: np.ndarray, shape: np.ndarray) -> None:
    for i, row in enumerate(indices.tolist()):
        spelled = ",".join(map(str, row))
        if any(n < 0 or n >= size for n, size in zip(row, shape.tolist())):
            _fail(f"indices[{i}] = [{spelled}] is out of bounds: need 0 <= index < [{','.join(map(str, shape.tolist()))}]")
        if i and row <= indices[i - 1].tolist():
            if row == indices[i - 1].tolist():
                _fail(f"indices[{i}] = [{spelled}] is repeated")
            _fail(
                f"indices[{i}] = [{spelled}] is out of order. Many sparse ops require sorted indices.\n"
                "    Use `tf.sparse.reorder` to create a correctly ordered copy.\n\n"
            )


def _combined(a: _Sets, b: _Sets, set_operation: str, dtype: np.dtype) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(indices, values, shape) of the results."""
    if a.shape != b.shape:
        _fail(f"Mismatched shapes [{','.join(map(str, a.shape))}] vs [{','.join(map(str, b.shape))}]")
    combine = _OPERATIONS[set_operation]
    indices: list[tuple[int, ...]] = []
    values: list[Any] = []
    largest = 0
    for place in sorted({*a.sets, *b.sets}):
        found = sorted(combine(a.sets.get(place, set()), b.sets.get(place, set())))
        largest = max(largest, len(found))
        indices += [(*place, i) for i in range(len(found))]
        values += found
    table = np.array(indices, np.int64).reshape(len(indices), len(a.shape) + 1)
    column = np.empty(len(values), dtype)
    column[:] = values
    return table, column, np.array([*a.shape, largest], np.int64)


def _at_least_two(dims: Dims) -> Dims:
    if dims is not None and len(dims) < 2:
        raise ShapeError(f"Shape must be at least rank 2 but is rank {len(dims)}")
    return dims


def _result_dims(rank: int | None) -> list[Dims]:
    return [(None, rank), (None,), (rank,)]


def _dense_dense_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    a, b = _at_least_two(inputs[0]._dims), inputs[1]._dims
    if a is None or b is None:
        known = a if a is not None else b
        return _result_dims(None if known is None else len(known))
    shapes.with_rank(b, len(a))
    for i, (m, n) in enumerate(zip(a[:-1], b[:-1])):
        if m is not None and n is not None and m != n:
            rows = " and ".join("[" + ",".join("?" if d is None else str(d) for d in dims[:-1]) + "]" for dims in (a, b))
            raise ShapeError(f"Dimension {i} in both shapes must be equal, but are {m} and {n}. Shapes are {rows}.")
    return _result_dims(len(a))


def _columns(indices: Tensor, shape: Tensor) -> int | None:
    """The rank of a SparseTensor's parts, where it is known."""
    if indices._dims is not None and len(indices._dims) == 2 and indices._dims[1] is not None:
        return indices._dims[1]
    return shape._dims[0] if shape._dims is not None and len(shape._dims) == 1 else None


def _dense_sparse_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    a = _at_least_two(inputs[0]._dims)
    return _result_dims(len(a) if a is not None else _columns(inputs[1], inputs[3]))


def _sparse_sparse_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    rank = _columns(inputs[0], inputs[2])
    return _result_dims(_columns(inputs[3], inputs[5]) if rank is None else rank)


@op("DenseToDenseSetOperation", f"set1: T, set2: T -> {_RESULT}", T=_TYPES, host=True, shape=_dense_dense_shape)
def dense_to_dense_set_operation(set1, set2, *, set_operation: str, validate_indices: bool = True):
    """A set operation on the rows of two tensors that agree in all dimensions but the last."""
    set1, set2 = np.asarray(set1), np.asarray(set2)
    return _combined(_Sets.dense(set1), _Sets.dense(set2), set_operation, set1.dtype)


@op(
    "DenseToSparseSetOperation",
    f"set1: T, set2_indices: int64, set2_values: T, set2_shape: int64 -> {_RESULT}",
    T=_TYPES,
    host=True,
    shape=_dense_sparse_shape,
)
def dense_to_sparse_set_operation(set1, set2_indices, set2_values, set2_shape, *, set_operation: str, validate_indices: bool = True):
    """DenseToDenseSetOperation whose second tensor is sparse."""
    set1 = np.asarray(set1)
    b = _Sets.sparse(set2_indices, set2_values, set2_shape)
    return _combined(_Sets.dense(set1), b, set_operation, set1.dtype)


@op(
    "SparseToSparseSetOperation",
    "set1_indices: int64, set1_values: T, set1_shape: int64, set2_indices: int64, set2_values: T, set2_shape: int64 -> " + _RESULT,
    T=_TYPES,
    host=True,
    shape=_sparse_sparse_shape,
)
def sparse_to_sparse_set_operation(
    set1_indices, set1_values, set1_shape, set2_indices, set2_values, set2_shape, *, set_operation: str, validate_indices: bool = True
):
    """DenseToDenseSetOperation for two sparse tensors."""
    values = np.asarray(set1_values)
    a = _Sets.sparse(set1_indices, values, set1_shape)
    b = _Sets.sparse(set2_indices, set2_values, set2_shape)
    return _combined(a, b, set_operation, values.dtype)


@op(
    "SetSize",
    "set_indices: int64, set_values: T, set_shape: int64 -> size: int32",
    T=_TYPES,
    host=True,
    shape=lambda inputs, attrs: [None],
)
def set_size_op(set_indices, set_values, set_shape, *, validate_indices: bool = True):
    """The number of different elements in each row of a SparseTensor."""
    sets = _Sets.sparse(set_indices, set_values, set_shape)
    out = np.zeros(sets.shape, np.int32)
    for place, found in sets.sets.items():
        out[place] = len(found)
    return out


# -- functions ------------------------------------------------------------------------------
def _converted(a: Any, b: Any) -> tuple[Any, Any]:
    """Both as Tensor or SparseTensor. Raises TypeError for types that are not sets' or that differ."""
    a = a if isinstance(a, SparseTensor) else convert_to_tensor(a, name="a")
    if a.dtype.base_dtype not in tuple(_set_types()):
        raise TypeError(f"'a' invalid dtype {a.dtype}.")
    b = b if isinstance(b, SparseTensor) else convert_to_tensor(b, name="b")
    if b.dtype.base_dtype is not a.dtype.base_dtype:
        raise TypeError(f"Types don't match, {a.dtype} vs {b.dtype}.")
    return a, b


def _set_types() -> Iterator[Any]:
    return (dtypes.as_dtype(t) for t in _TYPES.split())


def _operated(a: Any, b: Any, set_operation: str, validate_indices: bool) -> SparseTensor:
    """`set_operation` of two tensors, each dense or sparse."""
    options = {"set_operation": set_operation, "validate_indices": validate_indices}
    if isinstance(a, SparseTensor) and isinstance(b, SparseTensor):
        out = sparse_to_sparse_set_operation(a.indices, a.values, a.dense_shape, b.indices, b.values, b.dense_shape, **options)
    elif isinstance(b, SparseTensor):
        out = dense_to_sparse_set_operation(a, b.indices, b.values, b.dense_shape, **options)
    elif isinstance(a, SparseTensor):
        # The op takes the dense one first.
        options["set_operation"] = {"a-b": "b-a", "b-a": "a-b"}.get(set_operation, set_operation)
        out = dense_to_sparse_set_operation(b, a.indices, a.values, a.dense_shape, **options)
    else:
        out = dense_to_dense_set_operation(a, b, **options)
    return SparseTensor(*out)


@public("sets.size", "sets.set_size", "contrib.metrics.set_size")
def set_size(a: SparseTensor, validate_indices: bool = True) -> Tensor:
    """The number of different elements in each row of `a`. Raises TypeError unless it is a SparseTensor of integers or strings."""
    if not isinstance(a, SparseTensor):
        raise TypeError(f"Expected `SparseTensor`, got {a}.")
    if a.values.dtype.base_dtype not in tuple(_set_types()):
        raise TypeError(f"Invalid dtype {a.values.dtype}.")
    return set_size_op(a.indices, a.values, a.dense_shape, validate_indices=validate_indices)


@public("sets.intersection", "sets.set_intersection", "contrib.metrics.set_intersection")
def set_intersection(a: Any, b: Any, validate_indices: bool = True) -> SparseTensor:
    """What is in both `a` and `b`, row by row. Raises TypeError for types that are not integers or strings, or that differ."""
    a, b = _converted(a, b)
    return _operated(a, b, "intersection", validate_indices)


@public("sets.difference", "sets.set_difference", "contrib.metrics.set_difference")
def set_difference(a: Any, b: Any, aminusb: bool = True, validate_indices: bool = True) -> SparseTensor:
    """What is in `a` and not in `b` (the other way round unless `aminusb`), row by row. Raises TypeError as `intersection`."""
    a, b = _converted(a, b)
    return _operated(a, b, "a-b" if aminusb else "b-a", validate_indices)


@public("sets.union", "sets.set_union", "contrib.metrics.set_union")
def set_union(a: Any, b: Any, validate_indices: bool = True) -> SparseTensor:
    """What is in `a` or `b`, row by row. Raises TypeError as `intersection`."""
    a, b = _converted(a, b)
    return _operated(a, b, "union", validate_indices)
