"""Sparse tensors kept aside, with int64 handles that stand for them in queues."""

from __future__ import annotations

import itertools
import threading
from typing import Any

import numpy as np

from ..graph import errors
from ..graph.composite import SparseTensor
from ..graph.operation import Operation, Tensor
from ..op.declare import op
from ..op.shapes import scalar


class SparseMap:
    """Sparse tensors by handle."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = itertools.count()
        self._kept: dict[int, tuple[np.ndarray, np.ndarray, np.ndarray]] = {}

    def put(self, indices: np.ndarray, values: np.ndarray, shape: np.ndarray) -> int:
        """Keeps a sparse tensor; its handle."""
        with self._lock:
            number = next(self._numbers)
            self._kept[number] = (indices, values, shape)
            return number

    def take(self, number: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Gives a sparse tensor up. Raises InvalidArgumentError for an unknown handle."""
        with self._lock:
            found = self._kept.pop(number, None)
        if found is None:
            raise errors.InvalidArgumentError(None, None, f"Unable to find SparseTensor: {number} in map: SparseTensorsMap")
        return found


_ATTRS = {"container": ("str", ""), "shared_name": ("str", "")}


@op(
    "AddSparseToTensorsMap",
    "sparse_indices: int64, sparse_values: T, sparse_shape: int64 -> sparse_handle: int64",
    attrs=_ATTRS,
    host=True,
    stateful=True,
    shape=scalar,
)
def add_sparse_to_tensors_map(sparse_indices, sparse_values, sparse_shape, *, context):
    """Keeps a sparse tensor; its handle."""
    return context.own("sparse_map", SparseMap).put(sparse_indices, sparse_values, sparse_shape)


@op(
    "AddManySparseToTensorsMap",
    "sparse_indices: int64, sparse_values: T, sparse_shape: int64 -> sparse_handles: int64",
    attrs=_ATTRS,
    host=True,
    stateful=True,
    shape=lambda inputs, attrs: [(None,)],
)
def add_many_sparse_to_tensors_map(sparse_indices, sparse_values, sparse_shape, *, context):
    """Keeps each row of a sparse tensor; their handles."""
    store = context.own("sparse_map", SparseMap)
    rows = [sparse_indices[:, 0] == row for row in range(int(sparse_shape[0]))]
    return np.array([store.put(sparse_indices[r, 1:], sparse_values[r], sparse_shape[1:]) for r in rows], np.int64)


@op(
    "TakeManySparseFromTensorsMap",
    "sparse_handles: int64 -> sparse_indices: int64, sparse_values: dtype, sparse_shape: int64",
    attrs=_ATTRS,
    host=True,
    stateful=True,
    shape=lambda inputs, attrs: [(None, None), (None,), (None,)],
)
def take_many_sparse_from_tensors_map(sparse_handles, *, context):
    """The sparse tensors of the handles as the rows of one."""
    attrs = context.op.attrs
    store = context.resources.get("sparse_map", attrs.get("container") or "", attrs["shared_name"], SparseMap)
    parts = [store.take(int(h)) for h in sparse_handles]
    if not parts:
        return np.zeros((0, 1), np.int64), np.zeros(0, attrs["dtype"].np_dtype), np.zeros(1, np.int64)
    indices = [np.insert(i, 0, row, axis=1) for row, (i, _, _) in enumerate(parts)]
    shape = np.concatenate([[len(parts)], np.max([s for _, _, s in parts], axis=0)]).astype(np.int64)
    return np.concatenate(indices), np.concatenate([v for _, v, _ in parts]), shape


def add_sparse_to_map(value: SparseTensor) -> Tensor:
    """An int64 scalar that stands for a sparse tensor."""
    return add_sparse_to_tensors_map(value.indices, value.values, value.dense_shape)


def add_many_sparse_to_map(value: SparseTensor) -> Tensor:
    """int64 [n] that stand for the rows of a sparse tensor."""
    return add_many_sparse_to_tensors_map(value.indices, value.values, value.dense_shape)


def take_many_sparse_from_map(map_op: Operation, handles: Tensor, rank: int | None) -> SparseTensor:
    """The sparse tensors, kept by `map_op`, that the handles stand for, as the rows of one."""
    graph: Any = handles.graph
    with graph.colocate_with(map_op):
        indices, values, shape = take_many_sparse_from_tensors_map(
            handles,
            dtype=map_op.attrs["T"],
            container=map_op.attrs["container"],
            shared_name=map_op.attrs["shared_name"] or map_op.name,
            name="TakeManySparseFromTensorsMap",
        )
    indices.set_shape([None, rank])
    shape.set_shape([rank])
    return SparseTensor(indices, values, shape)
