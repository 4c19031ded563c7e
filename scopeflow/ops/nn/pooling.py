"""Pooling: the largest or the mean of each window."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from ...graph import dtypes
from ...graph.conversion import convert_to_tensor
from ...graph.default_graph import name_scope
from ...graph.operation import Tensor
from ...graph.public import export, public
from ...graph.tensor_shape import Dims
from ...op import shapes
from ...op.declare import ShapeError, op
from ...op.fold import fold
from .. import array
from .activation import FLOAT, REAL
from .dilated import strides_and_dilations, with_space_to_batch
from .morphology import largest_of, lowest, seen_by_windows
from .window import FORMATS, channels_first, either, one_of, output_size, per_dimension, require_list, require_string, same_padding, spatial


# -- kernels ------------------------------------------------------------------------
def _paddings(shape: Sequence[int], ksize: Sequence[int], strides: Sequence[int], padding: str) -> list[tuple[int, int]]:
    return [same_padding(*row) if padding == "SAME" else (0, 0) for row in zip(shape, ksize, strides)]


def max_pooled(x: Any, ksize: Sequence[int], strides: Sequence[int], padding: str) -> Any:
    """The largest of each window; sizes are given one a dimension. Its gradient goes to the first of equals."""
    x = jnp.asarray(x)
    ksize, strides = tuple(int(k) for k in ksize), tuple(int(s) for s in strides)
    least = np.asarray(-np.inf if jnp.issubdtype(x.dtype, jnp.floating) else jnp.iinfo(x.dtype).min, x.dtype)
    return lax.reduce_window(x, least, lax.max, ksize, strides, _paddings(x.shape, ksize, strides, padding))


def average_pooled(x: Any, ksize: Sequence[int], strides: Sequence[int], padding: str) -> Any:
    """The mean of each window; what is padded does not count."""
    x = jnp.asarray(x)
    added = _paddings(x.shape, ksize, strides, padding)
    sums = lax.reduce_window(x, np.zeros((), x.dtype), lax.add, tuple(ksize), tuple(strides), added)
    counts = np.ones((), x.dtype)
    for i, (size, k, s, (before, _)) in enumerate(zip(x.shape, ksize, strides, added)):
        starts = np.arange(sums.shape[i]) * s - before
        inside = np.minimum(starts + k, size) - np.maximum(starts, 0)
        counts = counts * inside.astype(x.dtype).reshape((-1,) + (1,) * (x.ndim - 1 - i))
    return sums / counts


# -- shape rules ----------------------------------------------------------------------
def _pooled(dims: Dims, ksize: Sequence[int], strides: Sequence[int], padding: str, op_type: str) -> Dims:
    rank = len(ksize)
    for kind, values in (("ksize", ksize), ("stride", strides)):
        if len(values) != rank:
            raise ShapeError(f"{op_type} requires the {kind} attribute to contain {rank} values, but got: {len(values)}")
    for s in strides:
        if s <= 0:
            raise ShapeError(f"Stride must be > 0, but got {s}")
    dims = shapes.with_rank(dims, rank)
    # A dimension the window does not extend over keeps its size, known or not.
    return tuple(d if k == 1 and s == 1 else output_size(d, k, s, 1, padding) for d, k, s in zip(dims, ksize, strides))


def _pooling_shape(op_type: str, rank: int, formats: Sequence[str]) -> Any:
    def rule(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
        one_of(attrs["padding"], ("SAME", "VALID"), "padding", op_type)
        one_of(attrs["data_format"], formats, "data_format", op_type)
        if len(attrs["ksize"]) != rank:
            raise ShapeError(f"{op_type} requires the ksize attribute to contain {rank} values, but got: {len(attrs['ksize'])}")
        return [_pooled(inputs[0]._dims, attrs["ksize"], attrs["strides"], attrs["padding"], op_type)]

    return rule


# -- ops --------------------------------------------------------------------------------
_MAX_FORMATS = ("NHWC", "NCHW", "NCHW_VECT_C")
_MAX_TYPES = "half bfloat16 float double int32 int64 uint8 int16 int8 uint16 qint8 = float"


@op("MaxPool", "input: T -> output: T", T=_MAX_TYPES, jax_only=True, shape=_pooling_shape("MaxPool", 4, _MAX_FORMATS))
def max_pool_op(input, *, ksize: list[int], strides: list[int], padding: str, data_format: str = "NHWC"):
    """The largest of each window of `ksize`, moved by `strides`."""
    return max_pooled(input, ksize, strides, padding)


@op("MaxPoolV2", "input: T, ksize: int32, strides: int32 -> output: T", T=_MAX_TYPES, jax_only=True, static="ksize strides")
def max_pool_with_tensor_sizes(input, ksize, strides, *, padding: str, data_format: str = "NHWC"):
    """MaxPool with `ksize` and `strides` as tensors."""
    return max_pooled(input, ksize, strides, padding)


@max_pool_with_tensor_sizes.shape
def _(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    ksize, strides = fold(inputs[1]), fold(inputs[2])
    if ksize is None or strides is None:
        return [(None,) * 4]
    return [_pooled(inputs[0]._dims, ksize.tolist(), strides.tolist(), attrs["padding"], "MaxPoolV2")]


@op("AvgPool", "value: T -> output: T", T=FLOAT, jax_only=True, shape=_pooling_shape("AvgPool", 4, FORMATS[2]))
def avg_pool_op(value, *, ksize: list[int], strides: list[int], padding: str, data_format: str = "NHWC"):
    """The mean of each window of `ksize`, moved by `strides`."""
    return average_pooled(value, ksize, strides, padding)


@op("MaxPool3D", "input: T -> output: T", T="half bfloat16 float", jax_only=True, shape=_pooling_shape("MaxPool3D", 5, FORMATS[3]))
def max_pool_3d_op(input, *, ksize: list[int], strides: list[int], padding: str, data_format: str = "NDHWC"):
    """The largest of each window of `ksize`, moved by `strides`."""
    return max_pooled(input, ksize, strides, padding)


def _max_gradient(x: Any, y: Any, g: Any, ksize: list[int], strides: list[int], padding: str, data_format: str, first: bool) -> Any:
    """The gradient of max pooling: to the first of equals in each window, or to every one of them.

    By slices of the windows' first elements, second elements, ...: XLA's own (select and scatter) is many times slower on a CPU.
    """
    window, steps = spatial(ksize, data_format), spatial(strides, data_format)

    def seen(x: Any) -> Any:
        return jnp.stack(seen_by_windows(x, window, steps, (1,) * len(window), padding, lowest(x.dtype)))

    x, y, g = (jnp.moveaxis(jnp.asarray(v), 1, -1) if channels_first(data_format) else jnp.asarray(v) for v in (x, y, g))
    candidates, pull = jax.vjp(seen, x)
    largest = candidates == y
    if first:
        place = jnp.arange(len(candidates)).reshape((-1,) + (1,) * y.ndim)
        largest = jnp.argmax(largest, axis=0) == place
    (out,) = pull(jnp.where(largest, g, np.zeros((), g.dtype)))
    return jnp.moveaxis(out, -1, 1) if channels_first(data_format) else out


def gradient_of_max(x: Any, y: Any, g: Any, ksize: list[int], strides: list[int], padding: str, data_format: str, first: bool) -> Any:
    """The gradient of max pooling `x` to `y`, also where windows reach over channels."""
    if _spatial_only(ksize, strides, data_format):
        return _max_gradient(x, y, g, ksize, strides, padding, data_format, first)
    _, pull = jax.vjp(lambda v: max_pooled(v, ksize, strides, padding), jnp.asarray(x))
    return pull(jnp.asarray(g))[0]


@max_pool_op.gradient
def _(inputs: Any, outputs: Any, grads: Any, *, ksize: list[int], strides: list[int], padding: str, data_format: str) -> Any:
    return [gradient_of_max(inputs[0], outputs[0], grads[0], ksize, strides, padding, data_format, first=True)]


def _spatial_only(ksize: list[int], strides: list[int], data_format: str) -> bool:
    """True if windows have one batch entry and one channel."""
    return all(math.prod(v) == math.prod(spatial(v, data_format)) for v in (ksize, strides))


@max_pool_3d_op.gradient
def _(inputs: Any, outputs: Any, grads: Any, *, ksize: list[int], strides: list[int], padding: str, data_format: str) -> Any:
    # Unlike that of MaxPool, this gradient goes to every one of equals.
    return [_max_gradient(inputs[0], outputs[0], grads[0], ksize, strides, padding, data_format, first=False)]


@op("AvgPool3D", "input: T -> output: T", T=FLOAT, jax_only=True, shape=_pooling_shape("AvgPool3D", 5, FORMATS[3]))
def avg_pool_3d_op(input, *, ksize: list[int], strides: list[int], padding: str, data_format: str = "NDHWC"):
    """The mean of each window of `ksize`, moved by `strides`."""
    return average_pooled(input, ksize, strides, padding)


@op("MaxPoolWithArgmax", "input: T -> output: T, argmax: Targmax", Targmax="int32 int64 = int64", T=REAL, jax_only=True)
def max_pool_with_argmax_op(input, *, ksize: list[int], strides: list[int], padding: str, include_batch_in_index: bool = False):
    """The largest of each window and where it is: (row * width + column) * depth + channel, counted from the batch's start if asked."""
    x = jnp.asarray(input)
    window, steps = ksize[1:3], strides[1:3]
    out, at = largest_of(jnp.stack(seen_by_windows(x, window, steps, (1, 1), padding, lowest(x.dtype))))
    batch, height, width, depth = x.shape
    top, left = (p[0] for p in _paddings((height, width), window, steps, padding))
    row = jnp.arange(out.shape[1])[:, None, None] * steps[0] - top + at // window[1]
    column = jnp.arange(out.shape[2])[:, None] * steps[1] - left + at % window[1]
    index = (row * width + column) * depth + jnp.arange(depth)
    if include_batch_in_index:
        index = index + jnp.arange(batch)[:, None, None, None] * (height * width * depth)
    return out, index


@max_pool_with_argmax_op.shape
def _max_pool_with_argmax_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    one_of(attrs["padding"], ("SAME", "VALID"), "padding", "MaxPoolWithArgmax")
    return [_pooled(inputs[0]._dims, attrs["ksize"], attrs["strides"], attrs["padding"], "MaxPoolWithArgmax")] * 2


# -- two dimensions ---------------------------------------------------------------------
def _pool_2d(spec: Any, value: Any, ksize: Any, strides: Any, padding: Any, data_format: Any, name: str | None, default: str) -> Tensor:
    with name_scope(name, default, [value]) as scope:
        data_format = "NHWC" if data_format is None else data_format
        channel = 1 if data_format.startswith("NC") else 3
        ksize = per_dimension(ksize, 2, channel, "ksize")
        strides = per_dimension(strides, 2, channel, "strides")
        require_string(padding, "padding")
        return spec(value, ksize=ksize, strides=strides, padding=padding, data_format=data_format, name=scope)


@public("nn.max_pool")
def max_pool(
    value: Any, ksize: Any, strides: Any, padding: str, data_format: str = "NHWC", name: str | None = None, input: Any = None
) -> Tensor:
    """The largest of each window of `ksize` in `value` [batch, height, width, depth], moved by `strides`.

    `ksize` and `strides` are an int, or 1, 2 or 4 ints. Raises ValueError for sizes or arguments that do not fit.
    """
    return _pool_2d(max_pool_op, either("input", input, "value", value), ksize, strides, padding, data_format, name, "MaxPool")


@public("nn.max_pool2d")
def max_pool2d(input: Any, ksize: Any, strides: Any, padding: str, data_format: str = "NHWC", name: str | None = None) -> Tensor:
    """As `max_pool`."""
    return _pool_2d(max_pool_op, input, ksize, strides, padding, data_format, name, "MaxPool2d")


@public("nn.avg_pool", "nn.avg_pool2d")
def avg_pool(
    value: Any, ksize: Any, strides: Any, padding: str, data_format: str = "NHWC", name: str | None = None, input: Any = None
) -> Tensor:
    """The mean of each window of `ksize` in `value` [batch, height, width, depth], moved by `strides`. Arguments as `max_pool`'s."""
    return _pool_2d(avg_pool_op, either("input", input, "value", value), ksize, strides, padding, data_format, name, "AvgPool")


@public("nn.max_pool_with_argmax")
def max_pool_with_argmax(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: str,
    data_format: str = "NHWC",
    Targmax: Any = None,
    name: str | None = None,
    output_dtype: Any = None,
    include_batch_in_index: bool = False,
) -> Any:
    """(the largest of each window, where it is): the index ((batch *) row * width + column) * depth + channel.

    `ksize` and `strides` are lists of 4 ints. Raises ValueError for sizes or arguments that do not fit.
    """
    if data_format != "NHWC":
        raise ValueError("Data formats other than 'NHWC' are not yet supported")
    kind = either("output_dtype", output_dtype, "Targmax", Targmax)
    require_list(ksize, "ksize", "max_pool_with_argmax")
    require_list(strides, "strides", "max_pool_with_argmax")
    return max_pool_with_argmax_op(
        input,
        ksize=ksize,
        strides=strides,
        padding=padding,
        include_batch_in_index=include_batch_in_index,
        Targmax=dtypes.int64 if kind is None else kind,
        name=name,
    )


# -- one and three dimensions -------------------------------------------------------------
def _pool_1d(
    spec: Any, input: Any, ksize: Any, strides: Any, padding: str, data_format: str | None, name: str | None, default: str
) -> Tensor:
    with name_scope(name, default, [input]) as scope:
        data_format = "NWC" if data_format is None else data_format
        at, channel = (2, 1) if data_format.startswith("NC") else (1, 2)
        layout = "NCHW" if at == 2 else "NHWC"
        ksize = [1] + per_dimension(ksize, 1, channel, "ksize")
        strides = [1] + per_dimension(strides, 1, channel, "strides")
        wide = array.expand_dims(input, at)
        return array.squeeze(spec(wide, ksize=ksize, strides=strides, padding=padding, data_format=layout, name=scope), [at])


@public("nn.max_pool1d")
def max_pool1d(input: Any, ksize: Any, strides: Any, padding: str, data_format: str = "NWC", name: str | None = None) -> Tensor:
    """The largest of each window of `ksize` in `input` [batch, width, depth], moved by `strides`."""
    return _pool_1d(max_pool_op, input, ksize, strides, padding, data_format, name, "MaxPool1d")


@public("nn.avg_pool1d")
def avg_pool1d(input: Any, ksize: Any, strides: Any, padding: str, data_format: str = "NWC", name: str | None = None) -> Tensor:
    """The mean of each window of `ksize` in `input` [batch, width, depth], moved by `strides`."""
    return _pool_1d(avg_pool_op, input, ksize, strides, padding, data_format, name, "AvgPool1D")


def _pool_3d(
    spec: Any, input: Any, ksize: Any, strides: Any, padding: str, data_format: str | None, name: str | None, default: str
) -> Tensor:
    with name_scope(name, default, [input]) as scope:
        data_format = "NDHWC" if data_format is None else data_format
        channel = 1 if data_format.startswith("NC") else 4
        ksize = per_dimension(ksize, 3, channel, "ksize")
        strides = per_dimension(strides, 3, channel, "strides")
        return spec(input, ksize=ksize, strides=strides, padding=padding, data_format=data_format, name=scope)


@public("nn.max_pool3d")
def max_pool3d(input: Any, ksize: Any, strides: Any, padding: str, data_format: str = "NDHWC", name: str | None = None) -> Tensor:
    """The largest of each window of `ksize` in `input` [batch, *three sizes, depth], moved by `strides`."""
    return _pool_3d(max_pool_3d_op, input, ksize, strides, padding, data_format, name, "MaxPool3D")


@public("nn.avg_pool3d")
def avg_pool3d(input: Any, ksize: Any, strides: Any, padding: str, data_format: str = "NDHWC", name: str | None = None) -> Tensor:
    """The mean of each window of `ksize` in `input` [batch, *three sizes, depth], moved by `strides`."""
    return _pool_3d(avg_pool_3d_op, input, ksize, strides, padding, data_format, name, "AvgPool3D")


# -- any number of dimensions -------------------------------------------------------------
def _by_rank(one: Callable[..., Tensor], two: Callable[..., Tensor], three: Callable[..., Tensor]) -> Callable[..., Tensor]:
    def pooled(input: Any, ksize: Any, strides: Any, padding: str, data_format: str | None = None, name: str | None = None) -> Tensor:
        n = len(input.shape) - 2
        if not 1 <= n <= 3:
            raise ValueError(f"Input tensor must be of rank 3, 4 or 5 but was {n + 2}.")
        return (one, two, three)[n - 1](input, ksize, strides, padding, data_format or FORMATS[n][0], name)

    return pooled


max_pool_v2 = export(_by_rank(max_pool1d, max_pool, max_pool3d), "nn.max_pool_v2")
max_pool_v2.__name__ = max_pool_v2.__qualname__ = "max_pool_v2"
max_pool_v2.__doc__ = "Max pooling of 1, 2 or 3 spatial dimensions, by the rank of `input`. Raises ValueError for other ranks."
avg_pool_v2 = export(_by_rank(avg_pool1d, avg_pool, avg_pool3d), "nn.avg_pool_v2")
avg_pool_v2.__name__ = avg_pool_v2.__qualname__ = "avg_pool_v2"
avg_pool_v2.__doc__ = "Average pooling of 1, 2 or 3 spatial dimensions, by the rank of `input`. Raises ValueError for other ranks."


@public("nn.pool")
def pool(
    input: Any,
    window_shape: Any,
    pooling_type: str,
    padding: str,
    dilation_rate: Any = None,
    strides: Any = None,
    name: str | None = None,
    data_format: str | None = None,
    dilations: Any = None,
) -> Tensor:
    """Pooling of 1, 2 or 3 spatial dimensions, by the length of `window_shape`; `pooling_type` is "MAX" or "AVG".

    Args:
      dilation_rate, strides: ints, one a spatial dimension; only one of the two may be above 1, dilation with "VALID" only.

    Raises:
      ValueError: sizes or arguments that do not fit.
    """
    dilation_rate = either("dilations", dilations, "dilation_rate", dilation_rate)
    with name_scope(name, f"{pooling_type.lower()}_pool", [input]) as scope:
        input = convert_to_tensor(input, name="input")
        n = len(window_shape)
        if not 1 <= n <= 3:
            raise ValueError("It is required that 1 <= num_spatial_dims <= 3.")
        if input._dims is not None and len(input._dims) != n + 2:
            raise ValueError(f"Shape {input.shape} must have rank {n + 2}")
        steps, rates = strides_and_dilations(n, strides, dilation_rate)
        if padding == "SAME" and np.any(rates > 1):
            raise ValueError("pooling with SAME padding is not implemented for dilation_rate > 1")
        if np.any(steps > np.array(window_shape)):
            raise ValueError("strides > window_shape not supported due to inconsistency between CPU and GPU implementations")
        first = 2 if channels_first(data_format) else 1
        ops = {"MAX": (max_pool1d, max_pool, max_pool3d), "AVG": (avg_pool1d, avg_pool, avg_pool3d)}.get(pooling_type)
        if ops is None:
            raise ValueError(f"{n}-D {pooling_type} pooling is not supported.")
        layout = data_format or FORMATS[n][0]

        def windowed(x: Any, _: Any, padding: str) -> Tensor:
            return ops[n - 1](x, list(window_shape), steps.tolist(), padding, layout, scope)

        return with_space_to_batch(input, rates, padding, windowed, window_shape, range(first, first + n), data_format)
