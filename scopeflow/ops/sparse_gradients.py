"""Gradients of the sparse ops whose numbers of elements depend on values: they run on the host, so that JAX cannot differentiate them."""

from __future__ import annotations

from typing import Any

from ..graph.operation import Operation, Tensor
from ..op.declare import OPS
from .gradients import register_own_gradient


def _at_values(op: Operation, **grads: Tensor) -> list[Any]:
    """A list as long as the op's inputs: the gradients of those named, else None."""
    return [grads.get(name) for name in op.spec.flat_input_names(op)]


@register_own_gradient("SparseAdd")
def _sparse_add(op: Operation, *grads: Tensor) -> list[Any]:
    a_values, b_values = OPS["SparseAddGrad"](grads[1], op.inputs[0], op.inputs[3], op.outputs[0])
    a_values.set_shape(op.inputs[1].shape)
    b_values.set_shape(op.inputs[4].shape)
    return _at_values(op, a_values=a_values, b_values=b_values)


@register_own_gradient("SparseSlice")
def _sparse_slice(op: Operation, *grads: Tensor) -> list[Any]:
    return _at_values(op, values=OPS["SparseSliceGrad"](grads[1], op.inputs[0], op.inputs[3], op.outputs[0]))


@register_own_gradient("SparseFillEmptyRows")
def _sparse_fill_empty_rows(op: Operation, *grads: Tensor) -> list[Any]:
    values, default = OPS["SparseFillEmptyRowsGrad"](op.outputs[3], grads[1])
    return _at_values(op, values=values, default_value=default)
