"""Clipping of values and norms: clip_by_value, clip_by_norm, clip_by_global_norm, global_norm."""

from __future__ import annotations

import collections.abc
from typing import Any

import numpy as np

from ..graph import dtypes
from ..graph.composite import IndexedSlices
from ..graph.conversion import constant, convert_to_tensor
from ..graph.default_graph import get_default_graph, name_scope
from ..graph.operation import Tensor
from ..graph.public import public
from .casting import cast
from .elementwise import is_finite, maximum, minimum, rsqrt, sqrt
from .reduction import reduce_sum


@public("clip_by_value")
def clip_by_value(t: Any, clip_value_min: Any, clip_value_max: Any, name: str | None = None) -> Any:
    """`t` (tensor or IndexedSlices) with smaller elements moved to the minimum and larger ones to the maximum.

    The limits broadcast to `t`; they may not widen it (ValueError).
    """
    with name_scope(name, "clip_by_value", [t, clip_value_min, clip_value_max]) as scope:
        values = convert_to_tensor(t.values if isinstance(t, IndexedSlices) else t, name="t")
        below = minimum(values, clip_value_max)
        values.shape.merge_with(below.shape)
        out = maximum(below, clip_value_min, name=scope)
        values.shape.merge_with(out.shape)
    return IndexedSlices(out, t.indices, t.dense_shape) if isinstance(t, IndexedSlices) else out


@public("clip_by_norm")
def clip_by_norm(t: Any, clip_norm: Any, axes: Any = None, name: str | None = None) -> Any:
    """`t` (tensor or IndexedSlices) scaled down, where its L2 norm over `axes` exceeds `clip_norm`, to that norm."""
    from . import array

    with name_scope(name, "clip_by_norm", [t, clip_norm]) as scope:
        values = convert_to_tensor(t.values if isinstance(t, IndexedSlices) else t, name="t")
        sum_of_squares = reduce_sum(values * values, axes, keepdims=True)
        positive = sum_of_squares > 0
        # The two choices keep the gradient of the square root finite at 0.
        safe = array.where(positive, sum_of_squares, array.ones_like(sum_of_squares))
        norm = array.where(positive, sqrt(safe), sum_of_squares)
        scaled = values * clip_norm
        values.shape.merge_with(scaled.shape)
        out = array.identity(scaled / maximum(norm, clip_norm), name=scope)
    return IndexedSlices(out, t.indices, t.dense_shape) if isinstance(t, IndexedSlices) else out


@public("clip_by_average_norm")
def clip_by_average_norm(t: Any, clip_norm: Any, name: str | None = None) -> Tensor:
    """`t` scaled down, where its L2 norm divided by its size exceeds `clip_norm`, to that. Deprecated."""
    from . import array

    with name_scope(name, "clip_by_average_norm", [t, clip_norm]) as scope:
        t = convert_to_tensor(t, name="t")
        count = cast(array.size(t), dtypes.float32)
        inverse = rsqrt(reduce_sum(t * t, array.range_(array.rank(t))))
        scaled = t * clip_norm
        factor = minimum(inverse * count, constant(1.0) / clip_norm)
        return array.identity(scaled * factor, name=scope)


def _require_sequence(t_list: Any) -> list[Any]:
    if not isinstance(t_list, collections.abc.Sequence) or isinstance(t_list, str):
        raise TypeError("t_list should be a sequence")
    return list(t_list)


def _tensors(t_list: list[Any]) -> list[Any]:
    return [
        t if t is None else convert_to_tensor(t.values if isinstance(t, IndexedSlices) else t, name=f"t_{i}") for i, t in enumerate(t_list)
    ]


@public("global_norm", "linalg.global_norm")
def global_norm(t_list: Any, name: str | None = None) -> Tensor:
    """The L2 norm of all elements of all tensors together; entries may be None. Raises TypeError if it is no sequence."""
    from . import array
    from .nn.linear import l2_loss

    t_list = _require_sequence(t_list)
    graph = get_default_graph()
    with name_scope(name, "global_norm", t_list):
        halves = []
        for v in _tensors(t_list):
            if v is not None:
                with graph.colocate_with(v):
                    halves.append(l2_loss(v))
        half = reduce_sum(array.stack(halves))
        return sqrt(half * constant(2.0, dtype=half.dtype), name="global_norm")


@public("clip_by_global_norm")
def clip_by_global_norm(t_list: Any, clip_norm: Any, use_norm: Any = None, name: str | None = None) -> tuple[list[Any], Tensor]:
    """(tensors scaled by clip_norm / max(norm, clip_norm), norm), where `norm` is `use_norm` or their `global_norm`.

    Entries may be None or IndexedSlices. If the norm is not finite, all elements become NaN.

    Raises:
      TypeError: `t_list` is no sequence.
    """
    from . import array

    t_list = _require_sequence(t_list)
    if use_norm is None:
        use_norm = global_norm(t_list, name)
    graph = get_default_graph()
    with name_scope(name, "clip_by_global_norm", t_list + [clip_norm]) as scope:
        scale = clip_norm * minimum(1.0 / use_norm, constant(1.0, dtype=use_norm.dtype) / clip_norm)
        scale = array.where(is_finite(use_norm), scale, constant(np.nan, dtype=use_norm.dtype))
        clipped: list[Any] = []
        for i, v in enumerate(_tensors(t_list)):
            if v is None:
                clipped.append(None)
                continue
            with graph.colocate_with(v):
                clipped.append(array.identity(v * scale, name=f"{scope}_{i}"))
    out = [IndexedSlices(c, t.indices, t.dense_shape) if isinstance(t, IndexedSlices) else c for c, t in zip(clipped, t_list)]
    return out, use_norm
