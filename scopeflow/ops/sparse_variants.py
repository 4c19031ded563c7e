"""Sparse tensors as three variants or strings (indices, values, shape): how they travel through datasets and files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..graph import dtypes, errors
from ..graph.composite import SparseTensor
from ..graph.graph_def import make_ndarray
from ..graph.operation import Tensor
from ..graph.public import public
from ..graph.tensor_shape import Dims, TensorShape
from ..op.declare import op
from .summaries import content_proto


def _packed(parts: Sequence[np.ndarray], as_text: bool) -> np.ndarray:
    out = np.empty(3, object)
    for i, part in enumerate(parts):
        if as_text:
            out[i] = content_proto(part).SerializeToString()
        else:
            out[i] = part
    return out


def _unpacked(value: Any) -> np.ndarray:
    if isinstance(value, bytes):
        from tensorboard.compat.proto.tensor_pb2 import TensorProto

        return make_ndarray(TensorProto.FromString(value))
    return value


@op(
    "SerializeSparse",
    "sparse_indices: int64, sparse_values: T, sparse_shape: int64 -> serialized_sparse: out_type",
    out_type="string variant = string",
    host=True,
    shape=lambda inputs, attrs: [(3,)],
)
def serialize_sparse_op(sparse_indices, sparse_values, sparse_shape, *, out_type: dtype = dtypes.string):  # noqa: F821
    """A sparse tensor as [3]."""
    return _packed([sparse_indices, sparse_values, sparse_shape], out_type is dtypes.string)


@op(
    "SerializeManySparse",
    "sparse_indices: int64, sparse_values: T, sparse_shape: int64 -> serialized_sparse: out_type",
    out_type="string variant = string",
    host=True,
    shape=lambda inputs, attrs: [(None, 3)],
)
def serialize_many_sparse_op(sparse_indices, sparse_values, sparse_shape, *, out_type: dtype = dtypes.string):  # noqa: F821
    """Each row of a sparse tensor as [3]."""
    out = np.empty((int(sparse_shape[0]), 3), object)
    for row in range(len(out)):
        here = sparse_indices[:, 0] == row
        out[row] = _packed([sparse_indices[here, 1:], sparse_values[here], sparse_shape[1:]], out_type is dtypes.string)
    return out


def _three(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return [(None, None), (None,), (None,)]


@op(
    "DeserializeSparse",
    "serialized_sparse: Tserialized -> sparse_indices: int64, sparse_values: dtype, sparse_shape: int64",
    Tserialized="string variant = string",
    host=True,
    shape=_three,
)
def deserialize_sparse_op(serialized_sparse):
    """The sparse tensor in [..., 3]: several become one, with the dimensions before the last in front."""
    leading = serialized_sparse.shape[:-1]
    parts = [tuple(_unpacked(v) for v in row) for row in serialized_sparse.reshape(-1, 3)]
    if not leading:
        return parts[0]
    if not parts:
        raise errors.InvalidArgumentError(None, None, "Must have at least 1 serialized SparseTensor, input matrix has 0 rows")
    ranks = {len(s) for _, _, s in parts}
    if len(ranks) > 1:
        raise errors.InvalidArgumentError(None, None, "Inconsistent rank across SparseTensors")
    indices = []
    for number, (i, _, _) in enumerate(parts):
        prefix = np.array(np.unravel_index(number, leading), np.int64)
        indices.append(np.concatenate([np.broadcast_to(prefix, (len(i), len(leading))), i], axis=1))
    shape = np.concatenate([leading, np.max([s for _, _, s in parts], axis=0)]).astype(np.int64)
    return np.concatenate(indices), np.concatenate([v for _, v, _ in parts]), shape


@op(
    "DeserializeManySparse",
    "serialized_sparse: string -> sparse_indices: int64, sparse_values: dtype, sparse_shape: int64",
    host=True,
    shape=_three,
)
def deserialize_many_sparse_op(serialized_sparse):
    """The sparse tensors in [n, 3] as the rows of one."""
    return deserialize_sparse_op.kernel(serialized_sparse)


def serialize_sparse(value: SparseTensor, many: bool = False) -> Tensor:
    """A sparse tensor, or with `many` each row of it, as variants [3]."""
    node = serialize_many_sparse_op if many else serialize_sparse_op
    return node(value.indices, value.values, value.dense_shape, out_type=dtypes.variant)


def deserialize_sparse(t: Tensor, dtype: Any, shape: TensorShape) -> SparseTensor:
    """The sparse tensor that variants [..., 3] hold."""
    indices, values, dense_shape = deserialize_sparse_op(t, dtype=dtype)
    indices.set_shape([None, shape.ndims])
    dense_shape.set_shape([shape.ndims])
    return SparseTensor(indices, values, dense_shape)


@public("io.serialize_sparse", "serialize_sparse")
def serialize_sparse_public(sp_input: Any, name: str | None = None, out_type: Any = dtypes.string) -> Tensor:
    """A sparse tensor as three strings (or variants): its indices, values and shape."""
    sp = SparseTensor.from_value(sp_input) if not isinstance(sp_input, SparseTensor) else sp_input
    return serialize_sparse_op(sp.indices, sp.values, sp.dense_shape, name=name, out_type=out_type)


@public("io.serialize_many_sparse", "serialize_many_sparse")
def serialize_many_sparse_public(sp_input: Any, name: str | None = None, out_type: Any = dtypes.string) -> Tensor:
    """The rows of a sparse tensor as strings (or variants) [n, 3]."""
    sp = SparseTensor.from_value(sp_input) if not isinstance(sp_input, SparseTensor) else sp_input
    return serialize_many_sparse_op(sp.indices, sp.values, sp.dense_shape, name=name, out_type=out_type)


@public("io.deserialize_many_sparse", "deserialize_many_sparse")
def deserialize_many_sparse_public(serialized_sparse: Any, dtype: Any, rank: int | None = None, name: str | None = None) -> SparseTensor:
    """The sparse tensors in strings [n, 3], all of `dtype` and rank `rank`, as the rows of one."""
    indices, values, shape = deserialize_many_sparse_op(serialized_sparse, dtype=dtype, name=name)
    indices.set_shape([None, rank])
    shape.set_shape([rank])
    return SparseTensor(indices, values, shape)
