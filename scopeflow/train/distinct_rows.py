"""Sparse gradients with each row once, and whether what is done with them may be done at a fixed length."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..graph.operation import Operation, Tensor
from ..ops import array
from ..ops.grouping import unique
from ..ops.segment import unsorted_segment_sum

#: ops whose result has, for each row of an input, one row that depends on no other
_ROW_BY_ROW = re.compile(
    "Abs|Add|AddV2|Cast|Const|Div|DivNoNan|Exp|Gather|GatherV2|Greater|GreaterEqual|Identity|Less|LessEqual|Log|Maximum|Minimum|Mul|Neg|"
    "NoOp|Pow|RealDiv|Reciprocal|ResourceGather|Rsqrt|Select|Sign|Sqrt|Square|SquaredDifference|Sub|Switch|Tanh"
)
#: ops that change the given rows of a variable, and pass over those that it does not have
_CHANGES_ROWS = re.compile("(Resource)?(Scatter(Update|Add|Sub|Mul|Div|Min|Max)|SparseApply.*)")


def with_distinct_rows(values: Tensor, indices: Tensor) -> tuple[Tensor, Tensor]:
    """(summed values, distinct indices) of a gradient's rows."""
    distinct, positions = unique(indices)
    return unsorted_segment_sum(values, positions, array.shape(distinct)[0]), distinct


def fix_length(values: Tensor, distinct: Tensor, made: Sequence[Operation]) -> None:
    """Marks `distinct` for lists as long as the gradient's own, if the ops `made` of it (and of `values`) work row by row.

    Such a list is filled up with rows that do not exist. Its length does not depend on values, so that one compiled
    program serves every batch; a mean over the rows, say, would count what was filled up, and needs the true length.
    """
    rows = {values, distinct}
    for op in made:
        if rows.isdisjoint(op.inputs) or _CHANGES_ROWS.fullmatch(op.type):
            continue
        if not _ROW_BY_ROW.fullmatch(op.type):
            return
        rows.update(op.outputs)
    distinct.op.attrs["$padded"] = True
