"""SparseConditionalAccumulator: rows of gradients that several runs add, and one takes the mean (or sum) of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..graph import dtypes, errors
from ..graph.composite import IndexedSlices
from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import get_default_graph
from ..graph.operation import Operation, Tensor
from ..graph.public import public
from ..graph.tensor_shape import Dims, TensorShape, as_shape
from ..op.declare import op
from ..op.resources import handle as as_handle
from ..op.resources import held, wait_on
from ..op.shapes import scalar
from .accumulators import _NUMBERS, Accumulator, ConditionalAccumulatorBase
from .casting import cast


def _mismatch(text: str) -> errors.InvalidArgumentError:
    return errors.InvalidArgumentError(None, None, text)


class SparseAccumulator(Accumulator):
    """The rows that were added since the last were taken. A mean is over the gradients that have the row."""

    def __init__(self, shape: TensorShape, mean: bool):
        super().__init__(shape, mean)
        self._indices: list[int] = []
        self._rows: list[Any] = []
        self._counts: list[int] = []

    def add_rows(self, local_step: int, indices: np.ndarray, values: np.ndarray, shape: np.ndarray, known: bool) -> None:
        """Adds a gradient, unless its step has passed. Raises InvalidArgumentError if it does not fit."""
        self._require_fit(indices, values, shape if known else None)
        with self._changed:
            if local_step < self.step:
                return
            self._merge(indices.tolist(), values)
            self.count += 1
            self._changed.notify_all()

    def _require_fit(self, indices: np.ndarray, values: np.ndarray, shape: np.ndarray | None) -> None:
        if indices.ndim != 1:
            raise _mismatch(f"Input indices should be vector but received shape: [{','.join(map(str, indices.shape))}]")
        if values.ndim < 1:
            raise _mismatch("Values cannot be 0-dimensional.")
        if len(values) != len(indices):
            raise _mismatch(f"Expected {len(indices)} non-empty input values, got {len(values)}")
        mine = list(self.shape.as_list()) if self.shape.ndims is not None else None
        limit = mine[0] if mine else None
        if shape is not None and shape.size:
            if shape.size < values.ndim:
                raise _mismatch(f"Shape mismatch: expected shape rank at least {values.ndim}, got {shape.size}")
            for i, (want, got) in enumerate(zip(mine or (), shape.tolist())):
                if want is not None and want != got:
                    raise _mismatch(f"Shape mismatch: expected shape dim {i} to be {want}, got {got}")
            limit = int(shape.flat[0]) if limit is None else limit
        for i, index in enumerate(indices.tolist() if limit is not None else ()):
            if index >= limit:
                raise _mismatch(f"Shape mismatch: index of slice {i} exceeded limits of shape; index is {index} exceeded {limit}")
        rest = mine[1:] if mine else (self._rows[0].shape if self._rows else None)
        for i, (want, got) in enumerate(zip(rest if rest is not None else (), values.shape[1:])):
            if want is not None and want != got:
                raise _mismatch(f"Shape mismatch: expected values dim {i + 1} to be {want}, got {got}")

    def _merge(self, indices: list[int], values: np.ndarray) -> None:
        """Puts rows among those there are, as sorted lists are merged: what has the same index at the same place is added."""
        i = j = 0
        merged: list[tuple[int, Any, int]] = []
        while i < len(self._indices) and j < len(indices):
            mine, other = self._indices[i], indices[j]
            if mine == other:
                merged.append((mine, self._rows[i] + values[j], self._counts[i] + 1))
                i, j = i + 1, j + 1
            elif mine < other:
                merged.append((mine, self._rows[i], self._counts[i]))
                i += 1
            else:
                merged.append((other, values[j].copy(), 1))
                j += 1
        merged += zip(self._indices[i:], self._rows[i:], self._counts[i:])
        merged += [(index, values[k].copy(), 1) for k, index in enumerate(indices) if k >= j]
        self._indices, self._rows, self._counts = ([m[k] for m in merged] for k in range(3))

    def take_rows(self, required: int, np_dtype: np.dtype) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(indices, mean or sum, shape) once `required` gradients were added; the step goes on by one."""
        if required <= 0:
            raise _mismatch(f"Argument num_required must be positive, but was {required}")
        with self._changed:
            while self.count < required:
                if self._cancelled:
                    raise errors.CancelledError(None, None, "TakeGrad operation was cancelled")
                wait_on(self._changed)
            mine = self.shape.as_list() if self.shape.ndims is not None else None
            rest = list(self._rows[0].shape) if self._rows else [-1 if d is None else d for d in (mine or [None])[1:]]
            rows = np.stack(self._rows) if self._rows else np.zeros([0, *[max(d, 0) for d in rest]], np_dtype)
            if self.mean and self._rows:
                rows = rows / np.array(self._counts, rows.dtype).reshape(-1, *[1] * (rows.ndim - 1))
            first = mine[0] if mine and mine[0] is not None else -1
            out = np.array(self._indices, np.int64), rows.astype(np_dtype), np.array([first, *rest], np.int64)
            self._indices, self._rows, self._counts, self.count = [], [], [], 0
            self.step += 1
            return out


def _nothing(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return []


# The handles of these ops are references to strings in TensorFlow; here they are strings, since only variables can be referred to.
@op(
    "SparseConditionalAccumulator",
    " -> handle: string",
    attrs={"dtype": ("dtype", dtypes.float32), "container": ("str", ""), "shared_name": ("str", "")},
    host=True,
    stateful=True,
    shape=lambda inputs, attrs: [(2,)],
)
def sparse_conditional_accumulator(*, shape: shape, reduction_type: str = "MEAN", context):  # noqa: F821
    """An accumulator of rows."""
    return as_handle(context.own("accumulator", lambda: SparseAccumulator(as_shape(shape), reduction_type == "MEAN")))


@op(
    "SparseAccumulatorApplyGradient",
    "handle: string, local_step: int64, gradient_indices: int64, gradient_values: dtype, gradient_shape: int64 -> ",
    dtype=_NUMBERS,
    host=True,
    stateful=True,
    shape=_nothing,
)
def sparse_accumulator_apply_gradient(handle, local_step, gradient_indices, gradient_values, gradient_shape, *, has_known_shape: bool):
    """Adds rows."""
    held(handle).add_rows(int(local_step), gradient_indices, gradient_values, gradient_shape, has_known_shape)
    return ()


@op(
    "SparseAccumulatorTakeGradient",
    "handle: string, num_required: int32 -> indices: int64, values: dtype, shape: int64",
    dtype=_NUMBERS,
    host=True,
    stateful=True,
    blocking=True,
    shape=lambda inputs, attrs: [None, None, None],
)
def sparse_accumulator_take_gradient(handle, num_required, *, dtype: dtype):  # noqa: F821
    """The mean of the rows, waited for."""
    return held(handle).take_rows(int(num_required), dtype.np_dtype)


@op("AccumulatorNumAccumulated", "handle: string -> num_accumulated: int32", host=True, stateful=True, shape=scalar)
def accumulator_num_accumulated(handle):
    """How many gradients there are."""
    return held(handle).count


@op("AccumulatorSetGlobalStep", "handle: string, new_global_step: int64 -> ", host=True, stateful=True, shape=_nothing)
def accumulator_set_global_step(handle, new_global_step):
    """Sets the step."""
    held(handle).set_step(int(new_global_step))
    return ()


@public("sparse.SparseConditionalAccumulator", "SparseConditionalAccumulator")
class SparseConditionalAccumulator(ConditionalAccumulatorBase):
    """Adds up sparse gradients over runs; `reduction_type` is "MEAN" (of a row, over the gradients that have it) or "SUM"."""

    def __init__(
        self,
        dtype: Any,
        shape: Any = None,
        shared_name: str | None = None,
        name: str = "sparse_conditional_accumulator",
        reduction_type: str = "MEAN",
    ):
        if reduction_type not in ("MEAN", "SUM"):
            raise ValueError(
                f"Attr 'reduction_type' of 'SparseConditionalAccumulator' Op passed string '{reduction_type}' not in: \"MEAN\", \"SUM\"."
            )
        made = sparse_conditional_accumulator(
            dtype=dtype,
            shape=TensorShape(None) if shape is None else shape,
            shared_name=shared_name or "",
            reduction_type=reduction_type,
            name=name,
        )
        super().__init__(dtype, shape, made)

    def apply_indexed_slices_grad(self, grad: IndexedSlices, local_step: Any = 0, name: str | None = None) -> Operation:
        """An op that adds a gradient: see `apply_grad`."""
        return self.apply_grad(grad.indices, grad.values, grad.dense_shape, local_step, name)

    def apply_grad(
        self, grad_indices: Any, grad_values: Any, grad_shape: Any = None, local_step: Any = 0, name: str | None = None
    ) -> Operation:
        """An op that adds a gradient, unless `local_step` is before the accumulator's step.

        Args:
          grad_indices: [n], of the rows.
          grad_values: [n, ...], the rows.
          grad_shape: the shape of the whole; the accumulator's if None.
        """
        step = cast(convert_to_tensor(local_step), dtypes.int64)
        indices = cast(grad_indices, dtypes.int64)
        values = convert_to_tensor(grad_values, self._dtype)
        known = grad_shape is not None
        shape = cast(grad_shape if known else [], dtypes.int64)
        with get_default_graph().colocate_with(self._accumulator_ref):
            return sparse_accumulator_apply_gradient(self._accumulator_ref, step, indices, values, shape, has_known_shape=known, name=name)

    def take_grad(self, num_required: Any, name: str | None = None) -> Any:
        """(indices, values, shape) of the mean or sum, once `num_required` gradients were added. Its run waits for them."""
        with get_default_graph().colocate_with(self._accumulator_ref):
            return sparse_accumulator_take_gradient(self._accumulator_ref, num_required, dtype=self._dtype, name=name)

    def take_indexed_slices_grad(self, num_required: Any, name: str | None = None) -> IndexedSlices:
        """The mean or sum as IndexedSlices: see `take_grad`."""
        found = self.take_grad(num_required, name)
        return IndexedSlices(indices=found[0], values=found[1], dense_shape=found[2])

    def num_accumulated(self, name: str | None = None) -> Tensor:
        """How many gradients were added and not yet taken, int32."""
        with get_default_graph().colocate_with(self._accumulator_ref):
            return accumulator_num_accumulated(self._accumulator_ref, name=name or f"{self._name}_NumAccumulated")

    def set_global_step(self, new_global_step: Any, name: str | None = None) -> Operation:
        """An op that sets the step: gradients of steps before it are dropped."""
        step = cast(convert_to_tensor(new_global_step), dtypes.int64)
        with get_default_graph().colocate_with(self._accumulator_ref):
            return accumulator_set_global_step(self._accumulator_ref, step, name=name)
