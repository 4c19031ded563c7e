"""Grayscale dilation and erosion."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp

from ...graph.default_graph import name_scope
from ...graph.operation import Tensor
from ...graph.public import public
from ...graph.tensor_shape import Dims
from ...op import shapes
from ...op.declare import ShapeError, op
from .. import array
from ..elementwise import negative
from .activation import REAL
from .window import either, one_of, output_sizes, paddings, require_list, require_string


def lowest(dtype: Any) -> Any:
    """The value below all others of a NumPy type."""
    return -jnp.inf if jnp.issubdtype(dtype, jnp.floating) else jnp.iinfo(dtype).min


def seen_by_windows(x: Any, window: Sequence[int], strides: Sequence[int], rates: Sequence[int], padding: str, fill: Any) -> list[Any]:
    """For each position in the window, in row-major order, what every window sees there: arrays [batch, *sizes, depth]."""
    sizes = x.shape[1:-1]
    added = paddings(sizes, window, strides, rates, padding)
    out = output_sizes(sizes, window, strides, rates, padding)
    x = jnp.pad(x, [(0, 0), *added, (0, 0)], constant_values=jnp.asarray(fill, x.dtype))
    seen = []
    for position in itertools.product(*(range(k) for k in window)):
        starts = [p * r for p, r in zip(position, rates)]
        seen.append(x[(slice(None), *(slice(a, a + (n - 1) * s + 1, s) for a, n, s in zip(starts, out, strides)))])
    return seen


def largest_of(stacked: Any) -> tuple[Any, Any]:
    """The largest along dimension 0 and where it is, the first of equals: its gradient goes there alone."""
    at = jnp.argmax(stacked, axis=0)[None]
    return jnp.take_along_axis(stacked, at, axis=0)[0], at[0]


@op("Dilation2D", "input: T, filter: T -> output: T", T=REAL, jax_only=True)
def dilation2d_op(input, filter, *, strides: list[int], rates: list[int], padding: str):
    """The largest of `input` plus `filter` [height, width, depth] over each window, channel by channel."""
    input, filter = jnp.asarray(input), jnp.asarray(filter)
    seen = seen_by_windows(input, filter.shape[:2], strides[1:3], rates[1:3], padding, lowest(input.dtype))
    weights = filter.reshape(-1, 1, 1, 1, filter.shape[2])
    # What is padded is no candidate, not even for integers, where adding to it would wrap around.
    inside = jnp.stack(
        seen_by_windows(jnp.ones((1,) + input.shape[1:3] + (1,), bool), filter.shape[:2], strides[1:3], rates[1:3], padding, False)
    )
    return largest_of(jnp.where(inside, jnp.stack(seen) + weights, jnp.asarray(lowest(input.dtype), input.dtype)))[0]


@dilation2d_op.shape
def _dilation2d_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    one_of(attrs["padding"], ("SAME", "VALID"), "padding", "Dilation2D")
    x, w = shapes.with_rank(inputs[0]._dims, 4), shapes.with_rank(inputs[1]._dims, 3)
    for kind in ("strides", "rates"):
        if len(attrs[kind]) != 4:
            raise ShapeError(f"Dilation2D requires the {kind[:-1]} attribute to contain 4 values, but got: {len(attrs[kind])}")
    depth, filters = x[3], w[2]
    if depth is not None and filters is not None and depth != filters:
        raise ShapeError(f"Dimensions must be equal, but are {depth} and {filters}")
    depth = filters if depth is None else depth
    if None in x[1:3] or None in w[:2]:
        return [(x[0], None, None, depth)]
    sizes = output_sizes(x[1:3], w[:2], attrs["strides"][1:3], attrs["rates"][1:3], attrs["padding"])
    return [(x[0], *sizes, depth)]


@public("nn.dilation2d")
def dilation2d(
    input: Any,
    filter: Any = None,
    strides: Any = None,
    rates: Any = None,
    padding: Any = None,
    name: str | None = None,
    filters: Any = None,
    dilations: Any = None,
) -> Tensor:
    """The largest of `input` [batch, height, width, depth] plus `filter` [height, width, depth] over each window.

    `strides` and `rates` are lists of 4 ints. Raises ValueError for sizes that do not fit.
    """
    filter = either("filters", filters, "filter", filter)
    rates = either("dilations", dilations, "rates", rates)
    return _dilation(input, filter, strides, rates, padding, name)


def _dilation(input: Any, filter: Any, strides: Any, rates: Any, padding: Any, name: str | None) -> Tensor:
    require_list(strides, "strides", "dilation2d")
    require_list(rates, "rates", "dilation2d")
    require_string(padding, "padding")
    return dilation2d_op(input, filter, strides=strides, rates=rates, padding=padding, name=name)


@public("nn.erosion2d")
def erosion2d(value: Any, kernel: Any, strides: Any, rates: Any, padding: str, name: str | None = None) -> Tensor:
    """The smallest of `value` [batch, height, width, depth] minus `kernel` [height, width, depth] over each window."""
    with name_scope(name, "erosion2d", [value, kernel]) as scope:
        return negative(_dilation(negative(value), array.reverse(kernel, [0, 1]), strides, rates, padding, scope))
