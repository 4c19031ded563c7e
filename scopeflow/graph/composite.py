"""Values made of several tensors: SparseTensor, IndexedSlices."""

from __future__ import annotations

import collections
from typing import Any

from .operation import Tensor
from .public import export, public
from .tensor_shape import TensorShape

SparseTensorValue = export(
    collections.namedtuple("SparseTensorValue", ["indices", "values", "dense_shape"]),
    "SparseTensorValue",
    "compat.v1.SparseTensorValue",
)
IndexedSlicesValue = export(
    collections.namedtuple("IndexedSlicesValue", ["values", "indices", "dense_shape"]), "compat.v1.IndexedSlicesValue"
)


@public("IndexedSlices")
class IndexedSlices:
    """Rows of a larger tensor: `dense[indices[i], ...] = values[i, ...]`, the form of gather's gradient.

    `values` is [rows, ...], `indices` is [rows], `dense_shape` (or None) the larger tensor's shape.
    """

    def __init__(self, values: Tensor, indices: Tensor, dense_shape: Tensor | None = None):
        self._values, self._indices, self._dense_shape = values, indices, dense_shape

    @property
    def values(self) -> Tensor:
        return self._values

    @property
    def indices(self) -> Tensor:
        return self._indices

    @property
    def dense_shape(self) -> Tensor | None:
        return self._dense_shape

    @property
    def name(self) -> str:
        return self._values.name

    @property
    def device(self) -> str:
        return self._values.device

    @property
    def op(self) -> Any:
        return self._values.op

    @property
    def dtype(self) -> Any:
        return self._values.dtype

    @property
    def graph(self) -> Any:
        return self._values.graph

    @property
    def shape(self) -> TensorShape:
        """The dense tensor's static shape, as far as it is known."""
        from .constant_value import constant_value_as_shape

        if self._dense_shape is None:
            return TensorShape(None)
        return constant_value_as_shape(self._dense_shape)

    def __str__(self) -> str:
        shape = f", dense_shape={self._dense_shape}" if self._dense_shape is not None else ""
        return f"IndexedSlices(indices={self._indices}, values={self._values}{shape})"

    def consumers(self) -> list[Any]:
        """The ops that take one of the tensors as input."""
        tensors = [t for t in (self._values, self._indices, self._dense_shape) if t is not None]
        return list(dict.fromkeys(c for t in tensors for c in t.consumers()))

    def __neg__(self) -> IndexedSlices:
        return IndexedSlices(-self.values, self.indices, self.dense_shape)


@public("SparseTensor", "sparse.SparseTensor")
class SparseTensor:
    """A sparse tensor: `indices` int64 [n, rank], `values` [n], `dense_shape` int64 [rank]."""

    def __init__(self, indices: Any, values: Any, dense_shape: Any):
        from .conversion import convert_to_tensor
        from .default_graph import name_scope
        from .dtypes import int64

        with name_scope(None, "SparseTensor", [indices, values, dense_shape]):
            self._indices = convert_to_tensor(indices, name="indices", dtype=int64)
            self._values = convert_to_tensor(values, name="values")
            self._dense_shape = convert_to_tensor(dense_shape, name="dense_shape", dtype=int64)
        i, v, d = self._indices.shape.with_rank(2), self._values.shape.with_rank(1), self._dense_shape.shape.with_rank(1)
        i[0].merge_with(v[0])
        i[1].merge_with(d[0])

    @classmethod
    def from_value(cls, value: Any) -> SparseTensor:
        """A SparseTensor from one or from a SparseTensorValue."""
        if isinstance(value, SparseTensor) or is_sparse_value(value):
            return cls(value.indices, value.values, value.dense_shape)
        raise TypeError(f"Neither a SparseTensor nor SparseTensorValue: {value}.")

    @property
    def indices(self) -> Tensor:
        return self._indices

    @property
    def values(self) -> Tensor:
        return self._values

    @property
    def dense_shape(self) -> Tensor:
        return self._dense_shape

    @property
    def op(self) -> Any:
        return self._values.op

    @property
    def dtype(self) -> Any:
        return self._values.dtype

    @property
    def graph(self) -> Any:
        return self._indices.graph

    @property
    def shape(self) -> TensorShape:
        """The dense tensor's static shape, as far as it is known."""
        return self.get_shape()

    def get_shape(self) -> TensorShape:
        """The dense tensor's static shape, as far as it is known."""
        from .constant_value import constant_value_as_shape

        return constant_value_as_shape(self._dense_shape)

    def consumers(self) -> list[Any]:
        """The ops that take one of the three tensors as input."""
        return list(dict.fromkeys(c for t in (self._values, self._indices, self._dense_shape) for c in t.consumers()))

    def eval(self, feed_dict: Any = None, session: Any = None) -> Any:
        """The value as a SparseTensorValue."""
        from .operation import _session_for

        return _session_for(self.graph, session, self, "evaluate tensor").run(self, feed_dict)

    def __str__(self) -> str:
        return f"SparseTensor(indices={self._indices}, values={self._values}, dense_shape={self._dense_shape})"


def is_sparse_value(value: Any) -> bool:
    """True for a SparseTensorValue."""
    return isinstance(value, SparseTensorValue)
