"""Sums of many tensors: add_n, accumulate_n, polynomials."""

from __future__ import annotations

import functools
from typing import Any

from ..graph.composite import IndexedSlices
from ..graph.conversion import convert_to_tensor, convert_to_tensor_or_indexed_slices, to_tensor
from ..graph.default_graph import name_scope
from ..graph.operation import Tensor
from ..graph.public import public
from ..graph.tensor_shape import TensorShape, as_shape
from ..op import shapes
from ..op.declare import op
from ..op.namespace import xp
from . import array
from .elementwise import NUMBER


@op("AddN", "inputs: N*T -> sum: T", T=NUMBER + " variant")
def _add_n(inputs: Any) -> Any:
    """The sum of the inputs."""
    return functools.reduce(xp(*inputs).add, inputs)


@_add_n.shape
def _(inputs: Any, attrs: Any) -> Any:
    dims = inputs[-1]._dims
    for i in range(len(inputs) - 2, -1, -1):
        try:
            dims = shapes.merge(inputs[i]._dims, dims)
        except shapes.ShapeError as error:
            a, b = shapes.bracket(inputs[i]._dims), shapes.bracket(dims)
            if "both shapes" in str(error):
                j = next(j for j, (x, y) in enumerate(zip(inputs[i]._dims, dims)) if x != y and None not in (x, y))
                error = f"Dimension {j} in both shapes must be equal, but are {inputs[i]._dims[j]} and {dims[j]}. Shapes are {a} and {b}."
            raise shapes.ShapeError(f"{error}\n\tFrom merging shape {i} with other shapes.") from None
    return [dims]


@op("AccumulateNV2", "inputs: N*T -> sum: T", T=NUMBER, shape=shapes.from_attr)
def _accumulate_n(inputs: Any, *, shape: shape) -> Any:  # noqa: F821
    """The sum of the inputs, of a shape known before."""
    return functools.reduce(xp(*inputs).add, inputs)


@public("add_n", "math.add_n")
def add_n(inputs: Any, name: str | None = None) -> Tensor:
    """The sum of tensors (or IndexedSlices) of one shape and type.

    Raises:
      ValueError: there is none, or they differ.
    """
    # A tensor for a list fails here with the error for iterating over it.
    inputs = inputs if inputs is None else [convert_to_tensor_or_indexed_slices(x) for x in inputs]
    if not inputs:
        raise ValueError("inputs must be a list of at least one Tensor/IndexedSlices with the same dtype and shape")
    if not all(isinstance(x, (Tensor, IndexedSlices)) for x in inputs):
        raise ValueError("inputs must be a list of at least one Tensor/IndexedSlices with the same dtype and shape")
    if len(inputs) > 1:
        return _add_n(inputs, name=name)
    value = to_tensor(inputs[0])
    if name:
        return array.identity(value, name=name)
    return value


@public("accumulate_n", "math.accumulate_n")
def accumulate_n(inputs: Any, shape: Any = None, tensor_dtype: Any = None, name: str | None = None) -> Tensor:
    """The sum of tensors of one shape and type, of static shape `shape`.

    Raises:
      ValueError: there is none, or they differ.
      TypeError: they are not of type `tensor_dtype`.
    """
    text = "inputs must be a list of at least one Tensor with the same dtype and shape"
    if not inputs or not isinstance(inputs, (list, tuple)):
        raise ValueError(text)
    inputs = [convert_to_tensor_or_indexed_slices(x) for x in inputs]
    if not all(isinstance(x, Tensor) for x in inputs) or len({x.dtype.base_dtype for x in inputs}) > 1:
        raise ValueError(text)
    static = as_shape(shape) if shape is not None else TensorShape(None)
    for x in inputs:
        static = static.merge_with(x.shape)
    if tensor_dtype is not None and tensor_dtype != inputs[0].dtype:
        raise TypeError(f"tensor_dtype is {tensor_dtype}, but input is of type {inputs[0].dtype}")
    if len(inputs) > 1:
        return _accumulate_n(inputs, shape=static, name=name)
    if name is None:
        return inputs[0]
    return array.identity(inputs[0], name=name)


@public("math.polyval")
def polyval(coeffs: list[Any], x: Any, name: str | None = None) -> Tensor:
    """The polynomial with coefficients `coeffs` (of the highest power first) at each element of `x`."""
    with name_scope(name, "polyval", [x]) as scope:
        x = convert_to_tensor(x, name="x")
        if len(coeffs) < 1:
            return array.zeros_like(x, name=scope)
        coeffs = [convert_to_tensor(c, name=f"coeff_{i}") for i, c in enumerate(coeffs)]
        value = coeffs[0]
        for c in coeffs[1:]:
            value = c + value * x
        return value
