"""ConditionalAccumulator: gradients that several runs add, and one takes the mean (or sum) of."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..graph import dtypes, errors
from ..graph.conversion import convert_to_tensor
from ..graph.dtypes import as_dtype
from ..graph.operation import Operation, Tensor
from ..graph.public import public
from ..graph.tensor_shape import Dims, TensorShape, as_shape
from ..op.declare import op
from ..op.resources import handle as as_handle
from ..op.resources import held, wait_on
from ..op.shapes import scalar
from .casting import cast

_NUMBERS = "float double int32 uint8 int16 int8 complex64 int64 bfloat16 uint16 complex128 half uint32 uint64"


class Accumulator:
    """The gradients that were added since the last were taken; those of steps before `step` are dropped."""

    def __init__(self, shape: TensorShape, mean: bool):
        self.shape, self.mean = shape, mean
        self.step = self.count = 0
        self._sum: Any = None
        self._cancelled = False
        self._changed = threading.Condition()

    def add(self, local_step: int, gradient: np.ndarray) -> None:
        """Adds a gradient, unless its step has passed. Raises InvalidArgumentError if its shape does not fit."""
        if not self.shape.is_compatible_with(gradient.shape) or (self._sum is not None and self._sum.shape != gradient.shape):
            want = self.shape if self._sum is None else TensorShape(self._sum.shape)
            raise errors.InvalidArgumentError(None, None, f"Shape mismatch: expected {list(want.as_list())}, got {list(gradient.shape)}")
        with self._changed:
            if local_step < self.step:
                return
            self._sum = gradient.copy() if self._sum is None else self._sum + gradient
            self.count += 1
            self._changed.notify_all()

    def take(self, required: int) -> np.ndarray:
        """The mean or sum, once `required` gradients were added; the step goes on by one."""
        if required <= 0:
            raise errors.InvalidArgumentError(None, None, f"Argument num_required must be positive, but was {required}")
        with self._changed:
            while self.count < required:
                if self._cancelled:
                    raise errors.CancelledError(None, None, "TakeGrad operation was cancelled")
                wait_on(self._changed)
            out = self._sum / np.array(self.count, self._sum.dtype) if self.mean else self._sum
            if self._sum.dtype.kind in "iu" and self.mean:
                out = self._sum // self.count
            self._sum, self.count = None, 0
            self.step += 1
            return out

    def set_step(self, step: int) -> None:
        """Sets the step; going back is passed over."""
        with self._changed:
            self.step = max(self.step, step)

    def cancel(self) -> None:
        """Ends what waits: the session closes."""
        with self._changed:
            self._cancelled = True
            self._changed.notify_all()


def _nothing(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return []


@op(
    "ResourceConditionalAccumulator",
    " -> handle: resource",
    attrs={"dtype": ("dtype", dtypes.float32), "container": ("str", ""), "shared_name": ("str", "")},
    host=True,
    stateful=True,
    shape=lambda inputs, attrs: [(2,)],
)
def resource_conditional_accumulator(*, shape: shape, reduction_type: str = "MEAN", context):  # noqa: F821
    """An accumulator."""
    return as_handle(context.own("accumulator", lambda: Accumulator(as_shape(shape), reduction_type == "MEAN")))


@op(
    "ResourceAccumulatorApplyGradient",
    "handle: resource, local_step: int64, gradient: dtype -> ",
    dtype=_NUMBERS,
    host=True,
    stateful=True,
    shape=_nothing,
)
def resource_accumulator_apply_gradient(handle, local_step, gradient):
    """Adds a gradient."""
    held(handle).add(int(local_step), gradient)
    return ()


@op(
    "ResourceAccumulatorTakeGradient",
    "handle: resource, num_required: int32 -> average: dtype",
    dtype=_NUMBERS,
    host=True,
    stateful=True,
    blocking=True,
    shape=lambda inputs, attrs: [None],
)
def resource_accumulator_take_gradient(handle, num_required):
    """The mean of the gradients, waited for."""
    return held(handle).take(int(num_required))


@op("ResourceAccumulatorNumAccumulated", "handle: resource -> num_accumulated: int32", host=True, stateful=True, shape=scalar)
def resource_accumulator_num_accumulated(handle):
    """How many gradients there are."""
    return held(handle).count


@op("ResourceAccumulatorSetGlobalStep", "handle: resource, new_global_step: int64 -> ", host=True, stateful=True, shape=_nothing)
def resource_accumulator_set_global_step(handle, new_global_step):
    """Sets the step."""
    held(handle).set_step(int(new_global_step))
    return ()


@public("ConditionalAccumulatorBase")
class ConditionalAccumulatorBase:
    """Adds up gradients over runs.

    Args:
      dtype, shape: of the gradients.
      accumulator_ref: the handle.
    """

    def __init__(self, dtype: Any, shape: Any, accumulator_ref: Tensor):
        self._dtype = as_dtype(dtype)
        self._shape = TensorShape(shape) if shape is not None else TensorShape(None)
        self._accumulator_ref = accumulator_ref
        self._name = accumulator_ref.op.name.split("/")[-1]

    @property
    def accumulator_ref(self) -> Tensor:
        """The handle."""
        return self._accumulator_ref

    @property
    def name(self) -> str:
        """The name of the node."""
        return self._name

    @property
    def dtype(self) -> dtypes.DType:
        """The gradients' type."""
        return self._dtype

    def num_accumulated(self, name: str | None = None) -> Tensor:
        """How many gradients were added and not yet taken, int32."""
        return resource_accumulator_num_accumulated(self._accumulator_ref, name=name or f"{self._name}_NumAccumulated")

    def set_global_step(self, new_global_step: Any, name: str | None = None) -> Operation:
        """An op that sets the step: gradients of steps before it are dropped."""
        step = cast(convert_to_tensor(new_global_step), dtypes.int64)
        return resource_accumulator_set_global_step(self._accumulator_ref, step, name=name)


@public("ConditionalAccumulator")
class ConditionalAccumulator(ConditionalAccumulatorBase):
    """Adds up dense gradients over runs; `reduction_type` is "MEAN" or "SUM"."""

    def __init__(
        self,
        dtype: Any,
        shape: Any = None,
        shared_name: str | None = None,
        name: str = "conditional_accumulator",
        reduction_type: str = "MEAN",
    ):
        made = resource_conditional_accumulator(
            dtype=dtype,
            shape=TensorShape(None) if shape is None else shape,
            shared_name=shared_name or "",
            reduction_type=reduction_type,
            name=name,
        )
        super().__init__(dtype, shape, made)

    def apply_grad(self, grad: Any, local_step: Any = 0, name: str | None = None) -> Operation:
        """An op that adds a gradient, unless `local_step` is before the accumulator's step."""
        grad = convert_to_tensor(grad, self._dtype)
        grad.get_shape().assert_is_compatible_with(self._shape)
        step = cast(convert_to_tensor(local_step), dtypes.int64)
        return resource_accumulator_apply_gradient(self._accumulator_ref, step, grad, name=name)

    def take_grad(self, num_required: Any, name: str | None = None) -> Tensor:
        """The mean (or sum) of the gradients, once `num_required` were added. Its run waits for them."""
        out = resource_accumulator_take_gradient(self._accumulator_ref, num_required, dtype=self._dtype, name=name)
        out.set_shape(self._shape)
        return out
