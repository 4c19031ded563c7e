"""Flattening the inner dimensions of dense and sparse tensors."""

from __future__ import annotations

from typing import Any

from ...graph.composite import SparseTensor
from ...graph.default_graph import control_dependencies, name_scope
from ...graph.public import TABLE
from ...ops import array
from ...ops.asserts import assert_rank_at_least
from ...ops.reduction import reduce_prod


def inner_flatten(inputs: Any, rank: int) -> Any:
    """A tensor or SparseTensor with its last dimensions made one, so that it has `rank` dimensions."""
    with name_scope("InnerFlatten"):
        if isinstance(inputs, SparseTensor):
            shape = inputs.dense_shape
            outer, inner = shape[: rank - 1], shape[rank - 1 :]
            return TABLE["sparse.reshape"](inputs, array.concat((outer, [reduce_prod(inner)]), 0))
        check = assert_rank_at_least(inputs, rank, message="inputs has rank less than new_rank")
        with control_dependencies([check]):
            outer = TABLE["strided_slice"](array.shape(inputs), [0], [rank - 1])
            out = array.reshape(inputs, array.concat((outer, [-1]), 0))
        dims = inputs.shape.as_list() if inputs.shape.ndims is not None else None
        if dims is not None and rank - 1 < len(dims):
            last = 1
            for d in dims[rank - 1 :]:
                last = None if last is None or d is None else last * d
            out.set_shape([*dims[: rank - 1], last])
        return out
