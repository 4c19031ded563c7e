"""Percentiles of samples."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.operation import Tensor
from ..graph.public import TABLE, public
from ..ops import array
from ..ops.casting import cast


@public("contrib.distributions.percentile")
def percentile(
    x: Any,
    q: Any,
    axis: Any = None,
    interpolation: str | None = None,
    keep_dims: bool = False,
    validate_args: bool = False,
    name: str | None = None,
) -> Tensor:
    """The `q`-th percentile, an element of `x`, over its dimensions `axis` (all by default).

    Args:
      q: a scalar from 0 to 100.
      interpolation: 'lower', 'higher' or 'nearest' (the default) of the two elements that are next to it.

    Raises:
      ValueError: another interpolation; a `q` that is no scalar; an unknown rank of `x` with an axis.
    """
    interpolation = "nearest" if interpolation is None else interpolation
    if interpolation not in {"lower", "higher", "nearest"}:
        raise ValueError(f"Argument 'interpolation' must be in {{'lower', 'higher', 'nearest'}}.  Found {interpolation}")
    with name_scope(name, "percentile", values=[x, q]):
        x = convert_to_tensor(x, name="x")
        q = cast(q, np.float64, name="q")
        if q.shape.ndims not in (None, 0):
            raise ValueError(f"Expected argument 'x' to have ndims 0.  Found tensor {q}")
        if validate_args:
            inside = [TABLE["assert_rank"](q, 0), TABLE["assert_greater_equal"](q, array.constant(0.0, q.dtype))]
            q = array.with_dependencies([*inside, TABLE["assert_less_equal"](q, array.constant(100.0, q.dtype))], q)
        rank = x.shape.ndims
        if axis is None:
            rows = array.reshape(x, [-1])
            axes = list(range(rank)) if rank is not None else None
        else:
            if rank is None:
                raise ValueError("percentile of an axis needs an x of known rank")
            axes = sorted(int(a) % rank for a in np.ravel(axis))
            kept = [d for d in range(rank) if d not in axes]
            rows = array.transpose(x, [*kept, *axes])
            rows = array.reshape(rows, array.concat([array.shape(rows)[: len(kept)], [-1]], 0))
        # From the largest down, as top_k sorts.
        part = 1.0 - q / 100.0
        last = cast(array.shape(rows)[-1], np.float64) - 1.0
        rounding = {"lower": "ceil", "higher": "floor", "nearest": "round"}[interpolation]
        index = TABLE[rounding](last * part)
        size = array.shape(rows)[-1]
        index = TABLE["clip_by_value"](cast(index, np.int32), 0, size - 1)
        values, _ = TABLE["nn.top_k"](rows, k=array.shape(rows)[-1])
        result = values[..., index]
        if keep_dims and axes is not None:
            for a in axes:
                result = array.expand_dims(result, a)
        return result
