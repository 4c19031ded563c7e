"""Crossing features: every combination of one value from each column, row by row, as joined text or as a hash."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..graph import dtypes
from ..graph.composite import SparseTensor, is_sparse_value
from ..graph.conversion import convert_to_tensor
from ..graph.operation import Tensor
from ..graph.public import export, public
from ..graph.tensor_shape import Dims
from ..op.checks import check
from ..op.declare import op
from .casting import cast
from .strings.hashing import fingerprint64
from .strings.slicing import mapped

#: the reference's key of hashed crosses
DEFAULT_HASH_KEY = 0xDECAFCAFFE
export(DEFAULT_HASH_KEY, "contrib.layers.SPARSE_FEATURE_CROSS_DEFAULT_HASH_KEY", "contrib.slim.SPARSE_FEATURE_CROSS_DEFAULT_HASH_KEY")

_LARGEST = np.uint64(np.iinfo(np.int64).max)


# -- combining hashes -----------------------------------------------------------------------------------
def _fingerprint_cat(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The fingerprint of two fingerprints (FarmHash's multiplier and mixing)."""
    multiplier, bits = np.uint64(0xC6A4A7935BD1E995), np.uint64(47)
    mixed = b * multiplier
    out = (a ^ multiplier ^ (mixed ^ mixed >> bits) * multiplier) * multiplier
    out = (out ^ out >> bits) * multiplier
    return out ^ out >> bits


def _hash_combine(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The older combination, whose right shift keeps the sign."""
    shifted = (a.view(np.int64) >> np.int64(4)).view(np.uint64)
    return a ^ (b + np.uint64(0x9E3779B97F4A7800) + (a << np.uint64(10)) + shifted)


# -- combining rows ---------------------------------------------------------------------------------------
class _Column:
    """The values of a column with, for each row, where they start and how many there are."""

    def __init__(self, values: np.ndarray, starts: np.ndarray, counts: np.ndarray):
        self.values, self.starts, self.counts = values, starts, counts


def _columns(indices: Sequence[Any], values: Sequence[Any], shapes: Sequence[Any], dense: Sequence[Any]) -> tuple[list[_Column], int]:
    for where, what, size in zip(indices, values, shapes):
        check(where.ndim == 2, f"Input indices should be a matrix but received shape {list(where.shape)}")
        check(what.ndim == 1, f"Input values should be a vector but received shape {list(what.shape)}")
        check(size.shape == (2,), f"Input shapes should be a vector of 2 elements, but received {size.tolist()}")
        check(len(where) == len(what), f"Expected size of values to be {len(where)} got {len(what)}")
    for d in dense:
        check(d.ndim == 2, f"Dense inputs should be a matrix but received shape {list(d.shape)}")
    sizes = [int(s[0]) for s in shapes] + [d.shape[0] for d in dense]
    rows = sizes[0] if sizes else 0
    check(all(n == rows for n in sizes), f"Expected batch size {rows}, got {[n for n in sizes if n != rows][:1]}")
    out = []
    for where, what in zip(indices, values):
        check(not len(where) or bool((where[:, 0] < rows).all() and (where[:, 0] >= 0).all()), "A sparse input has a row beyond its shape")
        counts = np.bincount(where[:, 0], minlength=rows)
        out.append(_Column(what, np.cumsum(counts) - counts, counts))
    out += [_Column(d.ravel(), np.arange(rows) * d.shape[1], np.full(rows, d.shape[1])) for d in dense]
    return out, rows


def _picks(columns: Sequence[_Column], rows: int) -> tuple[np.ndarray, np.ndarray, list[np.ndarray], int]:
    """(row, number in it, which value of each column) of all combinations, the last column's changing fastest; the longest row."""
    totals = np.ones(rows, np.int64) if columns else np.zeros(rows, np.int64)
    for c in columns:
        totals = totals * c.counts
    row = np.repeat(np.arange(rows), totals)
    number = np.arange(len(row)) - np.repeat(np.cumsum(totals) - totals, totals)
    left, picks = number, []
    for c in reversed(columns):
        picks.append(c.starts[row] + left % c.counts[row])
        left = left // c.counts[row]
    return row, number, picks[::-1], int(totals.max(initial=0))


def _text(values: np.ndarray) -> np.ndarray:
    if values.dtype == object:
        return values
    out = np.empty(values.shape, object)
    out[:] = [str(v).encode() for v in values.tolist()]
    return out


def _numbers(values: np.ndarray) -> np.ndarray:
    return mapped(fingerprint64, values, np.uint64) if values.dtype == object else values.astype(np.int64).view(np.uint64)


def _crossed(
    inputs: tuple[Any, Any, Any, Any], hashed: bool, buckets: int, key: int, combine: Callable[[np.ndarray, np.ndarray], np.ndarray]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    columns, rows = _columns(*inputs)
    row, number, picks, longest = _picks(columns, rows)
    if hashed:
        values = np.full(len(row), key & ((1 << 64) - 1), np.uint64)
        for column, pick in zip(columns, picks):
            values = combine(values, _numbers(column.values)[pick])
        values = (values % (np.uint64(buckets) if buckets > 0 else _LARGEST)).astype(np.int64)
    else:
        values = np.empty(len(row), object)
        values[:] = [b"_X_".join(parts) for parts in zip(*(_text(c.values)[p] for c, p in zip(columns, picks)))]
    return np.stack([row, number], 1).astype(np.int64), values, np.array([rows, longest], np.int64)


# -- ops ----------------------------------------------------------------------------------------------------
def _cross_shapes(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return [(None, 2), (None,), (2,)]


def _cross_op(op_type: str, dense: str) -> Any:
    return op(
        op_type,
        f"indices: N*int64, values: *sparse_types, shapes: N*int64, {dense}: *dense_types -> "
        "output_indices: int64, output_values: out_type, output_shape: int64",
        sparse_types="int64 string",
        dense_types="int64 string",
        out_type="int64 string",
        internal_type="int64 string",
        host=True,
        differentiable=False,
        shape=_cross_shapes,
    )


@_cross_op("SparseCross", "dense_inputs")
def sparse_cross_op(indices, values, shapes, dense_inputs, *, hashed_output: bool, num_buckets: int, hash_key: int):
    """All combinations of the columns' values in each row, joined or hashed."""
    return _crossed((indices, values, shapes, dense_inputs), hashed_output, num_buckets, hash_key, _fingerprint_cat)


@_cross_op("SparseFeatureCrossV2", "dense")
def sparse_feature_cross_v2_op(indices, values, shapes, dense, *, hashed_output: bool, num_buckets: int, hash_key: int):
    """`SparseCross` as tf.contrib.layers has it."""
    return _crossed((indices, values, shapes, dense), hashed_output, num_buckets, hash_key, _fingerprint_cat)


@_cross_op("SparseFeatureCross", "dense")
def sparse_feature_cross_op(indices, values, shapes, dense, *, hashed_output: bool, num_buckets: int):
    """The oldest of the crosses, with a hash of its own."""
    return _crossed((indices, values, shapes, dense), hashed_output, num_buckets, DEFAULT_HASH_KEY, _hash_combine)


# -- functions ------------------------------------------------------------------------------------------------
def _inputs_of(inputs: Any) -> tuple[list[SparseTensor], list[Tensor]]:
    if not isinstance(inputs, list):
        raise TypeError("Inputs must be a list")
    for i in inputs:
        if not (isinstance(i, (SparseTensor, Tensor, np.ndarray)) or is_sparse_value(i) or hasattr(i, "dtype")):
            raise TypeError("All inputs must be SparseTensors")
    sparse = [SparseTensor.from_value(i) if is_sparse_value(i) else i for i in inputs if isinstance(i, SparseTensor) or is_sparse_value(i)]
    dense = [convert_to_tensor(i) for i in inputs if not (isinstance(i, SparseTensor) or is_sparse_value(i))]
    return sparse, dense


def _as_integers(t: Tensor) -> Tensor:
    return t if t.dtype.base_dtype is dtypes.string else cast(t, dtypes.int64)


def _cross(node: Any, inputs: Any, hashed_output: bool, num_buckets: int, name: str | None, **key: Any) -> SparseTensor:
    if num_buckets < 0:
        raise ValueError(f"Attr 'num_buckets' of '{node.type}' Op passed {num_buckets} less than minimum 0.")
    sparse, dense = _inputs_of(inputs)
    values = [s.values for s in sparse]
    # Numbers are hashed (and written) as they are once one of the columns has numbers.
    numbers = any(t.dtype.base_dtype is not dtypes.string for t in values + dense)
    out = node(
        [s.indices for s in sparse],
        [_as_integers(v) for v in values],
        [s.dense_shape for s in sparse],
        [_as_integers(d) for d in dense],
        hashed_output=hashed_output,
        num_buckets=num_buckets,
        out_type=dtypes.int64 if hashed_output else dtypes.string,
        internal_type=dtypes.int64 if numbers else dtypes.string,
        name=name,
        **key,
    )
    return SparseTensor(*out)


@public("sparse.cross", "python.ops.sparse_ops.sparse_cross")
def sparse_cross(inputs: Any, name: str | None = None) -> SparseTensor:
    """All combinations of one value from each input, row by row: strings joined by "_X_".

    Args:
      inputs: a list of sparse tensors [rows, any] and tensors [rows, n] of integers or strings.

    Raises:
      TypeError: `inputs` is not a list.
    """
    return _cross(sparse_cross_op, inputs, False, 0, name, hash_key=DEFAULT_HASH_KEY)


@public("sparse.cross_hashed", "python.ops.sparse_ops.sparse_cross_hashed")
def sparse_cross_hashed(inputs: Any, num_buckets: int = 0, hash_key: int | None = None, name: str | None = None) -> SparseTensor:
    """`tf.sparse.cross` with a hash, below `num_buckets` unless that is 0, in place of each joined string.

    Args:
      hash_key: which hash; a fixed one if None.

    Raises:
      TypeError: `inputs` is not a list.
      ValueError: `num_buckets` is negative.
    """
    return _cross(sparse_cross_op, inputs, True, num_buckets, name, hash_key=hash_key or DEFAULT_HASH_KEY)


@public(
    "contrib.slim.sparse_feature_cross",
    "contrib.layers.python.ops.sparse_feature_cross_op.sparse_feature_cross",
    "contrib.layers.feature_column.sparse_feature_cross_op.sparse_feature_cross",
)
def sparse_feature_cross(
    inputs: Any, hashed_output: bool = False, num_buckets: int = 0, name: str | None = None, hash_key: int | None = None
) -> SparseTensor:
    """All combinations of one value from each input, joined or (`hashed_output`) hashed; without `hash_key` by the oldest hash."""
    if hash_key:
        return _cross(sparse_feature_cross_v2_op, inputs, hashed_output, num_buckets, name, hash_key=hash_key)
    return _cross(sparse_feature_cross_op, inputs, hashed_output, num_buckets, name)
