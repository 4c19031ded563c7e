"""How many floating point operations a node costs, counted as TensorFlow 1.15 counts them: for some op types, from static shapes."""

from __future__ import annotations

import math
from collections.abc import Callable

from ..graph.operation import Operation, Tensor


class OpenShape(Exception):
    """A static shape is not fully known: nothing can be counted."""


def _size(t: Tensor) -> int:
    if t._dims is None or None in t._dims:
        raise OpenShape(t.name)
    return math.prod(t._dims)


def _dims(t: Tensor) -> tuple[int, ...]:
    _size(t)
    return t._dims


def _each(factor: int) -> Callable[[Operation], int]:
    """So many for each element of the result."""
    return lambda op: factor * _size(op.outputs[0])


def _of_input(factor: int) -> Callable[[Operation], int]:
    """So many for each element of the input."""
    return lambda op: factor * _size(op.inputs[0])


def _reduction(final: int) -> Callable[[Operation], int]:
    """One for each element that is taken in, and `final` for each element of the result."""
    return lambda op: _size(op.inputs[0]) + (final - 1) * _size(op.outputs[0])


def _matmul(op: Operation) -> int:
    depth = _dims(op.inputs[0])[-2 if op.attrs.get("transpose_a") else -1]
    return 2 * depth * _size(op.outputs[0])


def _batch_matmul(op: Operation) -> int:
    return 2 * _dims(op.inputs[0])[-2 if op.attrs.get("adj_x") else -1] * _size(op.outputs[0])


def _convolution(op: Operation) -> int:
    return 2 * math.prod(_dims(op.inputs[1])[:-1]) * _size(op.outputs[0])


def _convolution_backwards(op: Operation) -> int:
    """Gradients of a convolution cost what the convolution does; the second input or the result is the filter."""
    filters = op.outputs[0] if op.type.endswith("Filter") else op.inputs[1]
    return 2 * math.prod(_dims(filters)[:-1]) * _size(op.inputs[2])


def _by_window(op: Operation) -> int:
    return 2 * math.prod(_dims(op.inputs[1])[:2]) * _size(op.outputs[0])


def _window(op: Operation) -> int:
    return math.prod(op.attrs["ksize"])


#: op type -> its count; other types are not counted
COUNTS: dict[str, Callable[[Operation], int]] = {
    **dict.fromkeys("Add Sub Mul RealDiv Maximum Minimum Pow Equal NotEqual Greater GreaterEqual Less LessEqual".split(), _each(1)),
    **dict.fromkeys("Reciprocal Square Log Neg AssignAdd AssignSub".split(), _each(1)),
    **dict.fromkeys("Rsqrt SquaredDifference".split(), _each(2)),
    "RsqrtGrad": _each(4),
    "Softmax": _each(5),
    "L2Loss": lambda op: 3 * _size(op.inputs[0]) - 1,
    "AddN": lambda op: (len(op.inputs) - 1) * _size(op.outputs[0]),
    "BiasAdd": _of_input(1),
    "BiasAddGrad": _reduction(0),
    "Mean": _reduction(1),
    **dict.fromkeys("Sum ArgMax ArgMin".split(), _reduction(0)),
    "MatMul": _matmul,
    "BatchMatMul": _batch_matmul,
    **dict.fromkeys("Conv2D Conv3D".split(), _convolution),
    **dict.fromkeys("Conv2DBackpropInput Conv2DBackpropFilter".split(), _convolution_backwards),
    **dict.fromkeys("DepthwiseConv2dNative Dilation2D".split(), _by_window),
    **dict.fromkeys("MaxPool AvgPool".split(), lambda op: _window(op) * _size(op.outputs[0])),
    "MaxPoolGrad": lambda op: (_window(op) + 1) * _size(op.inputs[1]),
    "AvgPoolGrad": lambda op: 2 * _window(op) * _size(op.inputs[1]),
}


def float_operations(op: Operation) -> int:
    """The count of a node; 0 for a type that is not counted. Raises OpenShape."""
    count = COUNTS.get(op.type)
    return 0 if count is None else count(op)
