"""Ops that no function of TensorFlow 1.15 makes any more, which graphs of older versions, and graphs that were optimized, hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jax import lax

from ..graph.operation import Tensor
from ..graph.tensor_shape import Dims
from ..op import shapes
from ..op.declare import op
from ..op.namespace import xp
from .elementwise import NUMBER


def _image_batch(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    x = shapes.with_rank(inputs[0]._dims, 4)
    depth = x[3]
    for t in inputs[1:]:
        (depth,) = shapes.merge((depth,), shapes.with_rank(t._dims, 1)) or (depth,)
    return [(*x[:3], depth)]


@op("BatchNormWithGlobalNormalization", "t: T, m: T, v: T, beta: T, gamma: T -> result: T", T=NUMBER, jax_only=True, shape=_image_batch)
def batch_norm_with_global_normalization_op(t, m, v, beta, gamma, *, variance_epsilon: float, scale_after_normalization: bool):
    """(`t` - `m`) / sqrt(`v` + epsilon), times `gamma` if asked, plus `beta`: batch normalization with given moments, as of 2015."""
    factor = lax.rsqrt(v + variance_epsilon)
    if scale_after_normalization:
        factor = factor * gamma
    return (t - m) * factor + beta


@op("ClipByValue", "t: T, clip_value_min: T, clip_value_max: T -> output: T", T=NUMBER, shape=shapes.unchanged)
def clip_by_value_op(t, clip_value_min, clip_value_max):
    """`t`, no less than the one and no more than the other."""
    n = xp(t, clip_value_min, clip_value_max)
    return n.minimum(n.maximum(t, clip_value_min), clip_value_max)


@op("Snapshot", "input: T -> output: T", shape=shapes.unchanged)
def snapshot(input):
    """`input`."""
    return input
