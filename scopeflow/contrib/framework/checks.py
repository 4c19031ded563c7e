"""Shapes and types that tensors must have, and sums over lists of tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...graph.conversion import constant, convert_to_tensor
from ...graph.default_graph import control_dependencies, name_scope
from ...graph.operation import Operation, Tensor
from ...graph.public import TABLE, public
from ...graph.tensor_shape import as_shape
from ...ops.asserts import assert_op, assert_scalar
from ...ops.elementwise import equal, logical_and, logical_or
from ...ops.flow import identity
from ...ops.reduction import reduce_all, reduce_sum
from ...ops.shaping import rank, reshape, shape, size
from ...ops.sums import add_n


@public("contrib.framework.assert_scalar_int", "python.framework.tensor_util.assert_scalar_int")
def assert_scalar_int(tensor: Any, name: str | None = None) -> Tensor:
    """`tensor` as a tensor.

    Raises:
      ValueError: it is not a scalar of an integer type.
    """
    with name_scope(name, "assert_scalar_int", [tensor]) as path:
        tensor = convert_to_tensor(tensor)
        if not tensor.dtype.base_dtype.is_integer:
            raise ValueError(f"Expected integer type for {tensor.name}, received type: {tensor.dtype}.")
        return assert_scalar(tensor, name=path)


@public("contrib.framework.reduce_sum_n")
def reduce_sum_n(tensors: Sequence[Any], name: str | None = None) -> Tensor:
    """The sum of all elements of all tensors, a scalar.

    Raises:
      ValueError: there are none.
    """
    if not tensors:
        raise ValueError("No tensors provided.")
    with name_scope(name, "reduce_sum_n", tensors) as path:
        sums = [reduce_sum(t, name=f"{t.op.name}/sum") for t in tensors]
        return sums[0] if len(sums) == 1 else add_n(sums, name=path)


@public("contrib.framework.remove_squeezable_dimensions")
def remove_squeezable_dimensions(predictions: Any, labels: Any, name: str | None = None) -> tuple[Tensor, Tensor]:
    """(predictions, labels), the one with one dimension more, of size 1, without it."""
    squeezed = TABLE["python.ops.confusion_matrix.remove_squeezable_dimensions"]
    labels, predictions = squeezed(labels=labels, predictions=predictions, name=name)
    return predictions, labels


@public("contrib.framework.with_shape")
def with_shape(expected_shape: Any, tensor: Any) -> Tensor:
    """`tensor`, checked to have a shape when it is computed, and at once as far as it is known.

    Raises:
      ValueError: the shape is known and differs.
    """
    return _shaped(tensor, expected_shape, None)


@public("contrib.framework.with_same_shape")
def with_same_shape(expected_tensor: Any, tensor: Any) -> Tensor:
    """`tensor`, checked to have the shape of `expected_tensor`; see `with_shape`."""
    with name_scope(f"{tensor.op.name}/", values=[expected_tensor, tensor]):
        expected = expected_tensor.get_shape()
        if expected.is_fully_defined():
            return _shaped(tensor, expected.as_list(), expected_tensor)
        return _shaped(tensor, shape(expected_tensor, name="expected_shape"), expected_tensor)


def _require_integers(expected: Any, tensor: Tensor) -> None:
    dtype = expected.dtype.base_dtype if isinstance(expected, Tensor) else np.array(expected).dtype
    if isinstance(expected, Tensor):
        if not dtype.is_integer:
            raise ValueError(f"Invalid dtype {expected.dtype} for shape {expected} expected of tensor {tensor.name}.")
    elif np.array(expected).size and dtype.kind not in "iu":
        raise ValueError(f"Invalid dtype {dtype.name} for shape {np.array(expected)} expected of tensor {tensor.name}.")


def _shaped(tensor: Any, expected: Any, expected_tensor: Tensor | None) -> Tensor:
    with name_scope(f"{tensor.op.name}/", values=[expected if expected_tensor is None else expected_tensor, tensor]):
        _require_integers(expected, tensor)
        have = tensor.get_shape()
        known = None if isinstance(expected, Tensor) else list(expected)
        if known == []:
            return reshape(tensor, np.array([], np.int32)) if not have.is_fully_defined() else _static(tensor, known)
        if have.is_fully_defined() and known is not None:
            return _static(tensor, known)
        with control_dependencies([_assertion(expected, tensor)]):
            checked = identity(tensor)
        if known is not None:
            checked.set_shape(known)
        return checked


def _static(tensor: Tensor, expected: list[int]) -> Tensor:
    if not tensor.get_shape().is_compatible_with(as_shape(expected)):
        raise ValueError(f"Invalid shape for tensor {tensor.name}, expected {np.array(expected)}, got {tensor.get_shape()}.")
    return tensor


def _assertion(expected: Any, tensor: Tensor) -> Operation:
    """The Assert that a tensor has a shape, in which -1 stands for any size."""
    with name_scope("assert_shape"):
        actual = shape(tensor, name="actual")
        with name_scope("is_shape", values=[expected, tensor]) as path:
            is_rank = _has_rank(size(expected), tensor)
            with name_scope("shape_tensor_equal", values=[expected, actual]) as equal_path:
                either = logical_or(equal(expected, -1), equal(expected, actual, name="equal"), name="exclude_partial_shape")
                all_equal = reduce_all(either, name=equal_path)
            condition = logical_and(is_rank, all_equal, name=path)
        text = f"Wrong shape for {tensor.name} [expected] [actual]."
        # the reference makes these two and does not use them
        constant(text)
        if not isinstance(expected, Tensor):
            constant(expected)
        return assert_op(condition, [text, expected, actual])


def _has_rank(expected_rank: Tensor, tensor: Tensor) -> Tensor:
    with name_scope("is_rank") as path:
        return equal(expected_rank, rank(tensor, name="actual"), name=path)
