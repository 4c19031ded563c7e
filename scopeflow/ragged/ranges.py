"""tf.ragged.range: rows of numbers that count up."""

from __future__ import annotations

from typing import Any

from ..graph import dtypes
from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.dtypes import as_dtype
from ..graph.public import public
from ..ops.casting import cast
from ..ops.ragged import ragged_range_op
from .tensor import RaggedTensor

_ORDER = [dtypes.int32, dtypes.int64, dtypes.float32, dtypes.float64]


@public("ragged.range")
def ragged_range(
    starts: Any, limits: Any = None, deltas: Any = 1, dtype: Any = None, name: str | None = None, row_splits_dtype: Any = dtypes.int64
) -> RaggedTensor:
    """Rows from `starts[i]` up to `limits[i]` in steps of `deltas[i]`; scalars count for every row. One argument: from 0 to it."""
    row_splits_dtype = as_dtype(row_splits_dtype)
    if limits is None:
        starts, limits = 0, starts
    with name_scope(name, "RaggedRange", [starts, limits, deltas]) as scope:
        parts = [convert_to_tensor(v, dtype, n) for v, n in ((starts, "starts"), (limits, "limits"), (deltas, "deltas"))]
        if dtype is None:
            widest = max((p.dtype for p in parts), key=_ORDER.index)
            parts = [cast(p, widest) for p in parts]
        splits, values = ragged_range_op(*parts, Tsplits=row_splits_dtype, name=scope)
        return RaggedTensor(values, splits, internal=True)
