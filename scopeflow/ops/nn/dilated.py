"""Dilated windows by way of the batch dimension; and the convolutions that are built so: atrous, depthwise, separable."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ...graph import dtypes
from ...graph.constant_value import constant_value
from ...graph.conversion import convert_to_tensor
from ...graph.default_graph import name_scope
from ...graph.operation import Tensor
from ...graph.public import TABLE, public
from ...graph.tensor_shape import Dims, TensorShape, as_shape
from .. import array
from .convolution import conv1d, conv2d, conv2d_backprop_input, conv2d_transpose, conv3d_op, depthwise_conv2d_native, static_dims
from .window import channels_first, either, per_dimension

#: op(input, converted filter's spatial size, padding) -> result
Windowed = Callable[[Any, Any, str], Tensor]


@public("nn.with_space_to_batch")
def with_space_to_batch(
    input: Any,
    dilation_rate: Any,
    padding: str,
    op: Windowed,
    filter_shape: Any = None,
    spatial_dims: Sequence[int] | None = None,
    data_format: str | None = None,
) -> Tensor:
    """`op(input, number of spatial dimensions, padding)` with its window dilated by `dilation_rate`.

    Pixels that the same dilated window sees are first moved to the batch dimension, and back afterwards.

    Args:
      dilation_rate: int [n].
      padding: "SAME" (which needs `filter_shape`, the window's [n]) or "VALID".
      spatial_dims: the n dimensions, from 1; by default the first after batch, or after depth for "NC..." data formats.

    Raises:
      ValueError: arguments that do not fit.
    """
    return DilatedWindow(static_dims(input), dilation_rate, padding, filter_shape, spatial_dims, data_format)(input, op)


class DilatedWindow:
    """`with_space_to_batch` in two steps: what does not hang on the input's values is made once, for the calls that follow.

    Args:
      input_dims: static dimensions of the inputs.
    """

    def __init__(
        self, input_dims: Dims, dilation_rate: Any, padding: str, filter_shape: Any, spatial_dims: Sequence[int] | None, data_format: Any
    ):
        rate = convert_to_tensor(dilation_rate, dtypes.int32, name="dilation_rate")
        if rate._dims is None or len(rate._dims) != 1:
            raise ValueError("rate must be rank 1")
        if rate._dims[0] is None:
            raise ValueError("rate must have known shape")
        self.n = n = rate._dims[0]
        if spatial_dims is None:
            spatial_dims = range(2, n + 2) if channels_first(data_format) else range(1, n + 1)
        self.spatial_dims = list(spatial_dims)
        if self.spatial_dims != sorted(set(self.spatial_dims)) or any(d < 1 for d in self.spatial_dims):
            raise ValueError("spatial_dims must be a monotonically increasing sequence of positive integers")
        if input_dims is not None and len(input_dims) < self.spatial_dims[-1] + 1:
            raise ValueError(f"Shape {TensorShape.of(input_dims)} must have rank at least {self.spatial_dims[-1] + 1}")
        self.padding, self.rate = padding, rate
        known_rate = constant_value(rate)
        if known_rate is not None and np.any(known_rate < 1):
            raise ValueError("dilation_rate must be positive")
        self.undilated = known_rate is not None and bool(np.all(known_rate == 1))
        if self.undilated:
            return
        self.known_rate = rate if known_rate is None else known_rate
        if padding == "SAME":
            if filter_shape is None:
                raise ValueError("filter_shape must be specified for SAME padding")
            self.base: Any = _same_base_paddings(convert_to_tensor(filter_shape, name="filter_shape"), n, self.known_rate)
        elif padding == "VALID":
            self.base = np.zeros((n, 2), np.int32)
        else:
            raise ValueError(f"Invalid padding method {padding!r}")
        self.sizes = self._sizes(input_dims)

    def _sizes(self, dims: Dims) -> Any:
        """The spatial sizes, int32 [n], None if they are not known."""
        sizes = [None] if dims is None else [dims[d] for d in self.spatial_dims]
        return None if None in sizes else np.array(sizes, np.int32)

    def __call__(self, input: Any, op: Windowed) -> Tensor:
        """`op(input, n, padding)` with its window dilated."""
        if self.undilated:
            return op(input, self.n, self.padding)
        sizes = self._sizes(static_dims(input))
        sizes = self.sizes if sizes is None else sizes
        if sizes is None:
            shape = array.shape(input)
            sizes = array.stack([shape[d] for d in self.spatial_dims])
        pads, crops = TABLE["required_space_to_batch_paddings"](input_shape=sizes, base_paddings=self.base, block_shape=self.rate)
        blocks = _over_leading_dims(self.known_rate, 1, self.spatial_dims)
        pads = _over_leading_dims(pads, 0, self.spatial_dims)
        crops = _over_leading_dims(crops, 0, self.spatial_dims)
        moved = TABLE["space_to_batch_nd"](input=input, block_shape=blocks, paddings=pads)
        result = op(moved, self.n, "VALID")
        return TABLE["batch_to_space_nd"](input=result, block_shape=blocks, crops=crops)


def _same_base_paddings(filter_shape: Tensor, n: int, rate: Any) -> Tensor:
    """What SAME padding adds for a window of the first `n` sizes of `filter_shape`, dilated by `rate`: int32 [n, 2]."""
    known = constant_value(filter_shape)
    window = filter_shape[:n] if known is None else known[:n]
    grown = window + (window - 1) * (rate - 1)
    total = grown - 1
    # As for the undilated op, the larger half goes behind.
    before = total // 2
    after = total - before
    return array.stack([[before[i], after[i]] for i in range(n)])


def _over_leading_dims(values: Any, fill: int, spatial_dims: list[int]) -> Any:
    """`values`, a row a spatial dimension, as rows for dimensions 1, 2, ...: `fill` for those that are not spatial."""
    known = constant_value(values) if isinstance(values, Tensor) else values
    source = values if known is None else known
    width = values._dims[1:] if isinstance(values, Tensor) else np.shape(values)[1:]
    np_type = np.int32 if known is None else known.dtype
    parts: list[Any] = []
    next_dim = at = 0
    while at < len(spatial_dims):
        first = spatial_dims[at]
        if first > next_dim + 1:
            parts.append(np.full((first - next_dim - 1, *width), fill, np_type))
        end = at + 1
        while end < len(spatial_dims) and spatial_dims[end] == spatial_dims[end - 1] + 1:
            end += 1
        parts.append(source[at:end])
        next_dim, at = spatial_dims[end - 1], end
    return np.concatenate(parts) if known is not None else array.concat(parts, 0)


def strides_and_dilations(n: int, strides: Any, rate: Any) -> tuple[np.ndarray, np.ndarray]:
    """Both as int arrays [n], ones where not given. Raises ValueError where they do not fit each other."""
    rates = np.ones(n, np.int32) if rate is None else np.array(rate, np.int32)
    if rates.shape != (n,):
        raise ValueError(f"len(dilation_rate)={len(rates) if rates.ndim else 0} but should be {n}")
    if np.any(rates < 1):
        raise ValueError("all values of dilation_rate must be positive")
    steps = np.ones(n, np.int32) if strides is None else np.array(strides, np.int32)
    if steps.shape == (n,) and np.any(steps < 1):
        raise ValueError("all values of strides must be positive")
    if np.any(steps > 1) and np.any(rates > 1):
        raise ValueError("strides > 1 not supported in conjunction with dilation_rate > 1")
    return steps, rates


class Convolution:
    """A convolution for inputs and filters of given shapes, to be called several times.

    Args:
      input_shape, filter_shape: static shapes; [batch, *sizes, depth] (or depth first) and [*window, in depth, out depth].
      strides, dilation_rate: ints, one a spatial dimension.

    Raises:
      ValueError: ranks, sizes or arguments that do not fit.
    """

    def __init__(self, input_shape: Any, filter_shape: Any, padding: str, strides: Any, dilation_rate: Any, data_format: str | None):
        input_shape, filter_shape = as_shape(input_shape), as_shape(filter_shape)
        self.n = n = filter_shape.ndims - 2
        first = 2 if channels_first(data_format) else 1
        depth = input_shape.dims[1 if channels_first(data_format) else n + 1]
        if not depth.is_compatible_with(filter_shape[n]):
            raise ValueError(f"number of input channels does not match corresponding dimension of filter, {depth} != {filter_shape[n]}")
        steps, rates = strides_and_dilations(n, strides, dilation_rate)
        self.strides, self.data_format = steps.tolist(), data_format
        dims = tuple(input_shape.as_list())
        self.window = DilatedWindow(dims, rates, padding, filter_shape, range(first, first + n), data_format)

    def __call__(self, input: Any, filter: Any, name: str | None = None) -> Tensor:
        """`input` convolved with `filter`."""
        return self.window(input, lambda x, _, padding: _undilated(x, filter, padding, self.n, self.strides, self.data_format, name))


@public("nn.convolution")
def convolution(
    input: Any,
    filter: Any,
    padding: str,
    strides: Any = None,
    dilation_rate: Any = None,
    name: str | None = None,
    data_format: str | None = None,
    filters: Any = None,
    dilations: Any = None,
) -> Tensor:
    """Convolution of 1, 2 or 3 spatial dimensions, by the rank of `input` and `filter`.

    Args:
      filter: [*window, in depth, out depth].
      strides, dilation_rate: ints, one a spatial dimension; only one of the two may be above 1.
      data_format: "NWC", "NHWC", "NDHWC" (default) or "NCW", "NCHW", "NCDHW".

    Raises:
      ValueError: ranks, sizes or arguments that do not fit.
    """
    filter = either("filters", filters, "filter", filter)
    dilation_rate = either("dilations", dilations, "dilation_rate", dilation_rate)
    with name_scope(name, "convolution", [input, filter]) as scope:
        input_dims, filter_dims = static_dims(input), static_dims(filter)
        if input_dims is None and filter_dims is None:
            raise ValueError("rank of input or filter must be known")
        n = len(input_dims if input_dims is not None else filter_dims) - 2  # type: ignore[arg-type]
        steps, rates = strides_and_dilations(n, strides, dilation_rate)

        def windowed(x: Any, _: Any, padding: str) -> Tensor:
            return _undilated(x, filter, padding, n, steps.tolist(), data_format, scope)

        if np.all(rates == 1):
            return windowed(input, None, padding)
        shape = list(filter_dims) if filter_dims is not None and None not in filter_dims else array.shape(filter)
        first = 2 if channels_first(data_format) else 1
        return with_space_to_batch(input, rates, padding, windowed, shape, range(first, first + n), data_format)


def _undilated(x: Any, filter: Any, padding: str, n: int, strides: list[int], data_format: str | None, name: str | None) -> Tensor:
    if n == 1:
        return conv1d(x, filter, strides, padding, data_format=data_format or "NWC", name=name)
    if n == 2:
        return conv2d(x, filter, strides, padding, data_format=data_format or "NHWC", name=name)
    if n == 3:
        data_format = data_format or "NDHWC"
        five = per_dimension(strides, 3, 1 if channels_first(data_format) else 4, "strides")
        return conv3d_op(x, filter, strides=five, padding=padding, data_format=data_format, name=name)
    raise ValueError(f"num_spatial_dims must be 1, 2, or 3. num_spatial_dims={n}.")


@public("nn.atrous_conv2d")
def atrous_conv2d(value: Any, filters: Any, rate: int, padding: str, name: str | None = None) -> Tensor:
    """`conv2d` of `value` [batch, height, width, depth] with `filters` dilated by `rate` in both directions."""
    return convolution(value, filters, padding, dilation_rate=np.broadcast_to(rate, (2,)), name=name)


@public("nn.atrous_conv2d_transpose")
def atrous_conv2d_transpose(value: Any, filters: Any, output_shape: Any, rate: int, padding: str, name: str | None = None) -> Tensor:
    """The transpose of `atrous_conv2d`: `filters` is [height, width, out depth, in depth], the result of `output_shape`.

    Raises:
      ValueError: sizes or arguments that do not fit.
    """
    with name_scope(name, "atrous_conv2d_transpose", [value, filters, output_shape]):
        value = convert_to_tensor(value, name="value")
        filters = convert_to_tensor(filters, name="filters")
        if not value.shape.dims or value.shape.ndims != 4:
            raise ValueError(f"Shape {value.shape} must have rank 4")
        depth, taken = value._dims[3], filters.shape[3].value
        if depth is not None and taken is not None and depth != taken:
            raise ValueError(f"value's input channels does not match filter's input channels, {depth} != {taken}")
        if rate < 1:
            raise ValueError(f"rate {rate} cannot be less than one")
        if rate == 1:
            return conv2d_transpose(value, filters, output_shape, strides=[1, 1, 1, 1], padding=padding, data_format="NHWC")
        shape = convert_to_tensor(output_shape, name="output_shape")
        if shape._dims is not None and shape._dims not in ((4,), (None,)):
            raise ValueError(f"output_shape must have shape (4,), got {shape.shape}")
        given = list(output_shape) if isinstance(output_shape, (list, tuple, np.ndarray)) else shape
        if isinstance(given, list) and filters._dims is not None and filters._dims[2] != given[3]:
            raise ValueError(f"output_shape does not match filter's output channels, {given[3]} != {filters._dims[2]}")
        height, width = (_dilated_window(filters, i, rate) for i in (0, 1))
        if padding == "SAME":
            top, left = (height - 1) // 2, (width - 1) // 2
            bottom, right = height - 1 - top, width - 1 - left
        elif padding == "VALID":
            top = bottom = left = right = 0
        else:
            raise ValueError(f"padding must be either VALID or SAME: {padding}")
        in_height = given[1] + top + bottom
        in_width = given[2] + left + right
        # Padded to multiples of the rate.
        more_bottom = (rate - in_height % rate) % rate
        more_right = (rate - in_width % rate) % rate
        value = TABLE["space_to_batch"](input=value, paddings=[[0, more_bottom], [0, more_right]], block_size=rate)
        sizes = [rate * rate * given[0], (in_height + more_bottom) // rate, (in_width + more_right) // rate, given[3]]
        value = conv2d_backprop_input(sizes, filters, value, strides=[1, 1, 1, 1], padding="VALID", data_format="NHWC")
        return TABLE["batch_to_space"](input=value, crops=[[top, bottom + more_bottom], [left, right + more_right]], block_size=rate)


def _dilated_window(filters: Tensor, i: int, rate: int) -> Any:
    size = filters._dims[i] if filters._dims is not None else None
    if size is None:
        size = array.shape(filters)[i]
    return size + (size - 1) * (rate - 1)


# -- one filter a channel ---------------------------------------------------------------
@public("nn.depthwise_conv2d")
def depthwise_conv2d(
    input: Any,
    filter: Any,
    strides: list[int],
    padding: str,
    rate: Any = None,
    name: str | None = None,
    data_format: str | None = None,
    dilations: Any = None,
) -> Tensor:
    """Each channel of `input` convolved with its own filters, `filter` [height, width, depth, multiplier].

    The result has depth * multiplier channels. `rate` dilates the window ([height, width]); then strides are 1.

    Raises:
      ValueError: sizes or arguments that do not fit.
    """
    rate = either("dilations", dilations, "rate", rate)
    with name_scope(name, "depthwise", [input, filter]) as scope:
        input = convert_to_tensor(input, name="tensor_in")
        filter = convert_to_tensor(filter, name="filter_in")
        return _depthwise(input, filter, strides, padding, [1, 1] if rate is None else rate, data_format, scope)


def _depthwise(input: Tensor, filter: Tensor, strides: Any, padding: str, rate: Any, data_format: str | None, name: str) -> Tensor:
    def windowed(x: Any, _: Any, padding: str) -> Tensor:
        return depthwise_conv2d_native(x, filter, strides=strides, padding=padding, data_format=data_format or "NHWC", name=name)

    return with_space_to_batch(input, rate, padding, windowed, array.shape(filter), data_format=data_format)


@public("nn.separable_conv2d")
def separable_conv2d(
    input: Any,
    depthwise_filter: Any,
    pointwise_filter: Any,
    strides: list[int],
    padding: str,
    rate: Any = None,
    name: str | None = None,
    data_format: str | None = None,
    dilations: Any = None,
) -> Tensor:
    """`depthwise_conv2d` with `depthwise_filter`, then `conv2d` with `pointwise_filter` [1, 1, channels, out depth].

    Raises:
      ValueError: sizes or arguments that do not fit.
    """
    rate = either("dilations", dilations, "rate", rate)
    with name_scope(name, "separable_conv2d", [input, depthwise_filter, pointwise_filter]) as scope:
        input = convert_to_tensor(input, name="tensor_in")
        depthwise_filter = convert_to_tensor(depthwise_filter, name="depthwise_filter")
        pointwise_filter = convert_to_tensor(pointwise_filter, name="pointwise_filter")
        shape = pointwise_filter.shape.with_rank(4)
        shape[0].assert_is_compatible_with(1)
        shape[1].assert_is_compatible_with(1)
        depthwise = _depthwise(input, depthwise_filter, strides, padding, [1, 1] if rate is None else rate, data_format, "depthwise")
        return conv2d(depthwise, pointwise_filter, [1, 1, 1, 1], "VALID", data_format=data_format or "NHWC", name=scope)
