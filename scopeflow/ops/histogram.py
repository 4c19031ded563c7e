"""Histograms with bins of equal width."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..graph import dtypes
from ..graph.conversion import to_tensor
from ..graph.default_graph import name_scope
from ..graph.operation import Tensor
from ..graph.public import public
from ..graph.tensor_shape import Dims
from ..op.checks import check
from ..op.declare import op
from ..op.fold import fold
from ..op.namespace import xp
from ..op.shapes import unchanged
from .array import reshape, shape
from .casting import cast
from .clipping import clip_by_value
from .elementwise import floor, multiply, truediv


@op(
    "HistogramFixedWidth",
    "values: T, value_range: T, nbins: int32 -> out: dtype",
    T="int32 int64 float double",
    dtype="int32 int64 = int32",
    static="nbins",
    differentiable=False,
)
def histogram_op(values, value_range, nbins):
    """How many elements lie in each bin; what lies outside of the range is counted in the bins at its ends."""
    arrays = xp(values, value_range)
    low, high = value_range[0], value_range[1]
    check(low < high, "value_range should satisfy value_range[0] < value_range[1]")
    bins = int(nbins)
    steps = arrays.floor((values - low) / (high - low) * bins).reshape(-1)
    numbers = arrays.clip(steps, 0, bins - 1).astype(np.int32)
    return np.bincount(numbers, minlength=bins) if arrays is np else arrays.bincount(numbers, length=bins)


@histogram_op.shape
def _(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    bins = fold(inputs[2])
    return [(None,) if bins is None else (int(bins),)]


@public("histogram_fixed_width")
def histogram_fixed_width(values: Any, value_range: Any, nbins: Any = 100, dtype: Any = dtypes.int32, name: str | None = None) -> Tensor:
    """How many of `values` lie in each of `nbins` equal bins of `value_range` = [low, high]: shape [nbins].

    Elements outside of the range are counted in the first and last bin.
    """
    with name_scope(name, "histogram_fixed_width", [values, value_range, nbins]) as scope:
        return histogram_op(values, value_range, nbins, dtype=dtype, name=scope)


@public("histogram_fixed_width_bins")
def histogram_fixed_width_bins(
    values: Any, value_range: Any, nbins: Any = 100, dtype: Any = dtypes.int32, name: str | None = None
) -> Tensor:
    """The number of the bin, of `nbins` equal ones over `value_range` = [low, high], that each element lies in."""
    with name_scope(name, "histogram_fixed_width_bins", [values, value_range, nbins]):
        values = to_tensor(values, None, "values")
        dims = shape(values)
        values = reshape(values, [-1])
        value_range = to_tensor(value_range, None, "value_range")
        nbins = to_tensor(nbins, dtypes.int32, "nbins")
        count = cast(nbins, values.dtype)
        scaled = truediv(values - value_range[0], value_range[1] - value_range[0], name="scaled_values")
        steps = floor(multiply(count, scaled, name="mul"), name="indices")
        steps = cast(clip_by_value(steps, 0, count - 1), dtype)
        return reshape(steps, dims)


@op("Bucketize", "input: T -> output: int32", T="int32 int64 float double", differentiable=False, shape=unchanged)
def bucketize(input, *, boundaries: list[float]):
    """How many of the ascending `boundaries` each element reaches."""
    edges = np.array(boundaries, np.float32).astype(np.float64)
    return xp(input).searchsorted(edges, input.astype(np.float64), side="right").reshape(input.shape)
