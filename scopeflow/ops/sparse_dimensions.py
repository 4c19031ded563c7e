"""Dimensions added to SparseTensors."""

from __future__ import annotations

from typing import Any

from ..graph import dtypes
from ..graph.composite import SparseTensor
from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.public import public
from .creation import zeros
from .elementwise import greater_equal
from .gathering import where_v2
from .joining import concat
from .shaping import shape
from .slicing import slice_


@public("sparse.expand_dims")
def sparse_expand_dims(sp_input: Any, axis: Any = None, name: str | None = None) -> SparseTensor:
    """`sp_input` with a dimension of size 1 more, at place `axis` (the last if None)."""
    rank = sp_input.dense_shape.shape[0]  # of a SparseTensor whose rank is not known, no tensor can be made of this
    axis = -1 if axis is None else axis
    with name_scope(name, "expand_dims", [sp_input]):
        if not isinstance(sp_input, SparseTensor):
            sp_input = SparseTensor.from_value(sp_input)
        axis = convert_to_tensor(axis, name="axis", dtype=dtypes.int32)
        place = where_v2(greater_equal(axis, 0), axis, axis + rank + 1)
        rows = shape(sp_input.indices)[0]
        new_column = zeros([rows, 1], dtype=dtypes.int64)
        before = slice_(sp_input.indices, [0, 0], [-1, place])
        after = slice_(sp_input.indices, [0, place], [-1, -1])
        indices = concat([before, new_column, after], axis=1)
        first = slice_(sp_input.dense_shape, [0], [place])
        last = slice_(sp_input.dense_shape, [place], [-1])
        one = convert_to_tensor([1], name="new_shape", dtype=dtypes.int64)
        return SparseTensor(indices, sp_input.values, concat([first, one, last], axis=0))
