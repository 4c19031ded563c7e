"""Convolutions of one, two and three spatial dimensions, and their transposes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from ...graph.default_graph import name_scope
from ...graph.operation import Tensor
from ...graph.public import export, public
from ...graph.tensor_shape import Dims
from ...op import shapes
from ...op.declare import ShapeError, op
from ...op.fold import fold_dims
from .. import array
from .activation import FLOAT
from .window import (
    FORMATS,
    arranged,
    channels_first,
    depth_of,
    either,
    explicit_padding,
    one_of,
    output_sizes,
    paddings,
    pairs,
    per_dimension,
    require_list,
    require_string,
    spatial,
)

_EXPLICIT = ("SAME", "VALID", "EXPLICIT")
_PLAIN = ("SAME", "VALID")
#: the same letters as in FORMATS, for filters: spatial dimensions, input depth, output depth
_FILTERS = {2: "HWIO", 3: "DHWIO"}


# -- kernels ------------------------------------------------------------------------
def convolve(
    x: Any, w: Any, strides: Sequence[int], padding: str, explicit: Sequence[int], data_format: str, dilations: Sequence[int]
) -> Any:
    """Cross-correlation of `x` with `w` [*window, in depth, out depth]; fewer input channels in `w` than in `x` make groups.

    Strides, dilations and explicit paddings are given one (pair) a dimension, in the order of the data format.
    """
    x, w = jnp.asarray(x), jnp.asarray(w)
    n = x.ndim - 2
    outer = (depth_of(strides, data_format), strides[0], depth_of(dilations, data_format), dilations[0])
    if outer != (1, 1, 1, 1):
        raise ValueError("Current implementation does not yet support strides or dilations in the batch and depth dimensions.")
    steps, spread = spatial(strides, data_format), spatial(dilations, data_format)
    sizes, window = spatial(x.shape, data_format), w.shape[:n]
    added = paddings(sizes, window, steps, spread, padding, spatial(pairs(explicit), data_format) if explicit else ())
    layout = "NC" + _FILTERS[n][:n] if channels_first(data_format) else "N" + _FILTERS[n][:n] + "C"
    depth, taken = depth_of(x.shape, data_format), w.shape[n]
    if taken == 0 or depth % taken:
        raise ValueError(f"input depth must be evenly divisible by filter depth: {depth} vs {taken}")
    return lax.conv_general_dilated(
        x, w, steps, added, rhs_dilation=spread, dimension_numbers=(layout, _FILTERS[n], layout), feature_group_count=depth // taken
    )


def transposed(forward: Callable[[Any], Any], shape: Sequence[int], gradient: Any, op_type: str, what: str) -> Any:
    """The gradient of the linear function `forward` of an array of `shape`, where its result has `gradient`.

    Raises:
      ValueError: the result does not have the shape of `gradient`.
    """
    gradient = jnp.asarray(gradient)
    like = jax.ShapeDtypeStruct(tuple(int(d) for d in shape), gradient.dtype)
    out = jax.eval_shape(forward, like)
    if out.shape != gradient.shape:
        raise ValueError(
            f"{op_type}: Size of out_backprop doesn't match computed: actual = {list(gradient.shape)}, computed = {list(out.shape)} "
            f"for {what} {list(like.shape)}"
        )
    return jax.linear_transpose(forward, like)(gradient)[0]


# -- shape rules ----------------------------------------------------------------------
def _checked(op_type: str, allowed_paddings: Sequence[str], n: int, attrs: dict[str, Any]) -> None:
    one_of(attrs["padding"], allowed_paddings, "padding", op_type)
    one_of(attrs.get("data_format", FORMATS[n][0]), FORMATS[n], "data_format", op_type)


def _explicit_of(attrs: dict[str, Any], n: int, data_format: str) -> Sequence[tuple[int, int]]:
    explicit = attrs.get("explicit_paddings")
    if attrs["padding"] != "EXPLICIT":
        if explicit:
            raise ShapeError(
                f"explicit_paddings attribute must be empty if the padding attribute is not EXPLICIT: it has {len(explicit)} elements"
            )
        return ()
    if len(explicit or ()) != 2 * (n + 2):
        raise ShapeError(f"explicit_paddings attribute must contain {2 * (n + 2)} values, but got: {len(explicit or ())}")
    both = pairs(explicit)
    if any(p < 0 for pair in both for p in pair):
        raise ShapeError("All elements of explicit_paddings must be nonnegative")
    if tuple(both[0]) != (0, 0) or tuple(depth_of(both, data_format)) != (0, 0):
        raise ShapeError("Nonzero explicit padding in the batch or depth dimensions is not supported")
    return spatial(both, data_format)


def _convolution_shape(op_type: str, n: int, allowed: Sequence[str], depthwise: bool = False) -> Any:
    def rule(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
        _checked(op_type, allowed, n, attrs)
        x, w = shapes.with_rank(inputs[0]._dims, n + 2), shapes.with_rank(inputs[1]._dims, n + 2)
        data_format = attrs["data_format"]
        for kind in ("strides", "dilations"):
            if len(attrs[kind]) != n + 2:
                raise ShapeError(f"{op_type} requires the {kind[:-1]} attribute to contain {n + 2} values, but got: {len(attrs[kind])}")
            if any(v <= 0 for v in attrs[kind]):
                raise ShapeError(f"{'Stride' if kind == 'strides' else 'Dilation rate'} must be > 0, but got {min(attrs[kind])}")
        depth, taken, made = depth_of(x, data_format), w[n], w[n + 1]
        if depthwise:
            if depth is not None and taken is not None and depth != taken:
                raise ShapeError(f"Dimensions must be equal, but are {depth} and {taken}")
            depth = taken if depth is None else depth
            made = None if depth is None or made is None else depth * made
        elif depth is not None and taken and depth % taken:
            raise ShapeError(f"Depth of input ({depth}) is not a multiple of input depth of filter ({taken})")
        sizes = output_sizes(
            spatial(x, data_format),
            w[:n],
            spatial(attrs["strides"], data_format),
            spatial(attrs["dilations"], data_format),
            attrs["padding"],
            _explicit_of(attrs, n, data_format),
        )
        return [arranged(x[0], sizes, made, data_format)]

    return rule


def sized_by(index: int, rank: int, op_type: str, allowed: Sequence[str] = _PLAIN) -> Any:
    """Shape rule: the output has the shape that input `index` says, of rank `rank`."""

    def rule(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
        _checked(op_type, allowed, rank - 2, attrs)
        return [shapes.with_rank(fold_dims(inputs[index]), rank)]

    return rule


# -- ops --------------------------------------------------------------------------------
@op("Conv2D", "input: T, filter: T -> output: T", T=FLOAT, jax_only=True, attrs={"use_cudnn_on_gpu": ("bool", True)},
    shape=_convolution_shape("Conv2D", 2, _EXPLICIT))  # fmt: skip
def conv2d_op(
    input,
    filter,
    *,
    strides: list[int],
    padding: str,
    explicit_paddings: list[int] = (),
    data_format: str = "NHWC",
    dilations: list[int] = (1, 1, 1, 1),
):
    """Convolution of `input` [batch, height, width, depth] with `filter` [height, width, in depth, out depth]."""
    return convolve(input, filter, strides, padding, explicit_paddings, data_format, dilations)


@op("Conv2DBackpropInput", "input_sizes: int32, filter: T, out_backprop: T -> output: T", T=FLOAT, jax_only=True, static="input_sizes",
    attrs={"use_cudnn_on_gpu": ("bool", True)}, shape=sized_by(0, 4, "Conv2DBackpropInput", _EXPLICIT))  # fmt: skip
def conv2d_backprop_input_op(
    input_sizes,
    filter,
    out_backprop,
    *,
    strides: list[int],
    padding: str,
    explicit_paddings: list[int] = (),
    data_format: str = "NHWC",
    dilations: list[int] = (1, 1, 1, 1),
):
    """The gradient of a convolution's input, of shape `input_sizes`: the transposed convolution."""
    return transposed(
        lambda x: convolve(x, filter, strides, padding, explicit_paddings, data_format, dilations),
        input_sizes,
        out_backprop,
        "Conv2DBackpropInput",
        "input of",
    )


@op("Conv2DBackpropFilter", "input: T, filter_sizes: int32, out_backprop: T -> output: T", T=FLOAT, jax_only=True, static="filter_sizes",
    attrs={"use_cudnn_on_gpu": ("bool", True)}, shape=sized_by(1, 4, "Conv2DBackpropFilter", _EXPLICIT))  # fmt: skip
def conv2d_backprop_filter_op(
    input,
    filter_sizes,
    out_backprop,
    *,
    strides: list[int],
    padding: str,
    explicit_paddings: list[int] = (),
    data_format: str = "NHWC",
    dilations: list[int] = (1, 1, 1, 1),
):
    """The gradient of a convolution's filter, of shape `filter_sizes`."""
    return transposed(
        lambda w: convolve(input, w, strides, padding, explicit_paddings, data_format, dilations),
        filter_sizes,
        out_backprop,
        "Conv2DBackpropFilter",
        "filter of",
    )


@op("Conv3D", "input: T, filter: T -> output: T", T=FLOAT, jax_only=True, shape=_convolution_shape("Conv3D", 3, _PLAIN))
def conv3d_op(input, filter, *, strides: list[int], padding: str, data_format: str = "NDHWC", dilations: list[int] = (1, 1, 1, 1, 1)):
    """Convolution of `input` [batch, *three sizes, depth] with `filter` [*three sizes, in depth, out depth]."""
    return convolve(input, filter, strides, padding, (), data_format, dilations)


@op("Conv3DBackpropInputV2", "input_sizes: Tshape, filter: T, out_backprop: T -> output: T", T=FLOAT, Tshape="int32 int64 = int32",
    jax_only=True, static="input_sizes", shape=sized_by(0, 5, "Conv3DBackpropInputV2"))  # fmt: skip
def conv3d_backprop_input_op(
    input_sizes,
    filter,
    out_backprop,
    *,
    strides: list[int],
    padding: str,
    data_format: str = "NDHWC",
    dilations: list[int] = (1, 1, 1, 1, 1),
):
    """The gradient of a 3-D convolution's input, of shape `input_sizes`."""
    return transposed(
        lambda x: convolve(x, filter, strides, padding, (), data_format, dilations),
        input_sizes,
        out_backprop,
        "Conv3DBackpropInputOpV2",
        "input of",
    )


@op("Conv3DBackpropFilterV2", "input: T, filter_sizes: int32, out_backprop: T -> output: T", T=FLOAT, jax_only=True,
    static="filter_sizes", shape=sized_by(1, 5, "Conv3DBackpropFilterV2"))  # fmt: skip
def conv3d_backprop_filter_v2(
    input,
    filter_sizes,
    out_backprop,
    *,
    strides: list[int],
    padding: str,
    data_format: str = "NDHWC",
    dilations: list[int] = (1, 1, 1, 1, 1),
):
    """The gradient of a 3-D convolution's filter, of shape `filter_sizes`."""
    return transposed(
        lambda w: convolve(input, w, strides, padding, (), data_format, dilations),
        filter_sizes,
        out_backprop,
        "Conv3DBackpropFilterOpV2",
        "filter of",
    )


export(conv3d_backprop_filter_v2, "nn.conv3d_backprop_filter", "nn.conv3d_backprop_filter_v2")


def by_channel(x: Any, w: Any, strides: Sequence[int], padding: str, data_format: str, dilations: Sequence[int]) -> Any:
    """Convolution of each channel of `x` with its own filters: `w` is [height, width, in depth, multiplier]."""
    w = jnp.asarray(w)
    h, width, depth, multiplier = w.shape
    return convolve(x, w.reshape(h, width, 1, depth * multiplier), strides, padding, (), data_format, dilations)


@op("DepthwiseConv2dNative", "input: T, filter: T -> output: T", T=FLOAT, jax_only=True,
    shape=_convolution_shape("DepthwiseConv2dNative", 2, _PLAIN, depthwise=True))  # fmt: skip
def depthwise_conv2d_native(
    input, filter, *, strides: list[int], padding: str, data_format: str = "NHWC", dilations: list[int] = (1, 1, 1, 1)
):
    """Each channel of `input` convolved with its own filters: `filter` is [height, width, depth, multiplier]."""
    return by_channel(input, filter, strides, padding, data_format, dilations)


@op("DepthwiseConv2dNativeBackpropInput", "input_sizes: int32, filter: T, out_backprop: T -> output: T", T=FLOAT, jax_only=True,
    static="input_sizes", shape=sized_by(0, 4, "DepthwiseConv2dNativeBackpropInput"))  # fmt: skip
def depthwise_conv2d_backprop_input(
    input_sizes, filter, out_backprop, *, strides: list[int], padding: str, data_format: str = "NHWC", dilations: list[int] = (1, 1, 1, 1)
):
    """The gradient of a depthwise convolution's input, of shape `input_sizes`."""
    return transposed(
        lambda x: by_channel(x, filter, strides, padding, data_format, dilations),
        input_sizes,
        out_backprop,
        "DepthwiseConv2DBackpropInput",
        "input of",
    )


@op("DepthwiseConv2dNativeBackpropFilter", "input: T, filter_sizes: int32, out_backprop: T -> output: T", T=FLOAT, jax_only=True,
    static="filter_sizes", shape=sized_by(1, 4, "DepthwiseConv2dNativeBackpropFilter"))  # fmt: skip
def depthwise_conv2d_backprop_filter(
    input, filter_sizes, out_backprop, *, strides: list[int], padding: str, data_format: str = "NHWC", dilations: list[int] = (1, 1, 1, 1)
):
    """The gradient of a depthwise convolution's filter, of shape `filter_sizes`."""
    return transposed(
        lambda w: by_channel(input, w, strides, padding, data_format, dilations),
        filter_sizes,
        out_backprop,
        "DepthwiseConv2DBackpropFilter",
        "filter of",
    )


export(depthwise_conv2d_native, "nn.depthwise_conv2d_native")
export(depthwise_conv2d_backprop_input, "nn.depthwise_conv2d_backprop_input", "nn.depthwise_conv2d_native_backprop_input")
export(depthwise_conv2d_backprop_filter, "nn.depthwise_conv2d_backprop_filter", "nn.depthwise_conv2d_native_backprop_filter")


# -- two dimensions ---------------------------------------------------------------------
def _attributes(strides: Any, padding: Any, use_cudnn_on_gpu: bool, data_format: str | None, dilations: Any) -> dict[str, Any]:
    """The attributes of a 2-D convolution, from the public arguments."""
    require_string(padding if not isinstance(padding, (list, tuple)) else "", "padding")
    padding, explicit = explicit_padding(padding)
    data_format = "NHWC" if data_format is None else data_format
    channel = 1 if data_format == "NCHW" else 3
    return {
        "strides": per_dimension(strides, 2, channel, "strides"),
        "use_cudnn_on_gpu": True if use_cudnn_on_gpu is None else use_cudnn_on_gpu,
        "padding": padding,
        "explicit_paddings": explicit,
        "data_format": data_format,
        "dilations": per_dimension(dilations, 2, channel, "dilations"),
    }


@public("nn.conv2d")
def conv2d(
    input: Any,
    filter: Any = None,
    strides: Any = None,
    padding: Any = None,
    use_cudnn_on_gpu: bool = True,
    data_format: str = "NHWC",
    dilations: Any = [1, 1, 1, 1],  # noqa: B006
    name: str | None = None,
    filters: Any = None,
) -> Tensor:
    """Convolution of `input` [batch, height, width, depth] with `filter` [height, width, in depth, out depth].

    Args:
      strides, dilations: an int, or 1, 2 or 4 ints.
      padding: "SAME", "VALID", or four pairs [before, after].
      data_format: "NHWC", or "NCHW" for `input` [batch, depth, height, width].

    Raises:
      ValueError: sizes or arguments that do not fit.
    """
    filter = either("filters", filters, "filter", filter)
    return conv2d_op(input, filter, name=name, **_attributes(strides, padding, use_cudnn_on_gpu, data_format, dilations))


@public("nn.conv2d_backprop_input")
def conv2d_backprop_input(
    input_sizes: Any,
    filter: Any = None,
    out_backprop: Any = None,
    strides: Any = None,
    padding: Any = None,
    use_cudnn_on_gpu: bool = True,
    data_format: str = "NHWC",
    dilations: Any = [1, 1, 1, 1],  # noqa: B006
    name: str | None = None,
    filters: Any = None,
) -> Tensor:
    """The gradient of a convolution's input, of shape `input_sizes`, from that of its output. Arguments as `conv2d`'s."""
    filter = either("filters", filters, "filter", filter)
    require_string(padding if not isinstance(padding, (list, tuple)) else "", "padding")
    require_list(strides, "strides", "conv2d_backprop_input")
    attrs = _attributes(strides, padding, use_cudnn_on_gpu, data_format, dilations)
    return conv2d_backprop_input_op(input_sizes, filter, out_backprop, name=name, **attrs)


@public("nn.conv2d_backprop_filter")
def conv2d_backprop_filter(
    input: Any,
    filter_sizes: Any,
    out_backprop: Any,
    strides: Any,
    padding: Any,
    use_cudnn_on_gpu: bool = True,
    data_format: str = "NHWC",
    dilations: Any = [1, 1, 1, 1],  # noqa: B006
    name: str | None = None,
) -> Tensor:
    """The gradient of a convolution's filter, of shape `filter_sizes`, from that of its output. Arguments as `conv2d`'s."""
    require_list(strides, "strides", "conv2d_backprop_filter")
    attrs = _attributes(strides, padding, use_cudnn_on_gpu, data_format, dilations)
    return conv2d_backprop_filter_op(input, filter_sizes, out_backprop, name=name, **attrs)


@public("nn.conv2d_transpose")
def conv2d_transpose(
    value: Any = None,
    filter: Any = None,
    output_shape: Any = None,
    strides: Any = None,
    padding: Any = "SAME",
    data_format: str = "NHWC",
    name: str | None = None,
    input: Any = None,
    filters: Any = None,
    dilations: Any = None,
) -> Tensor:
    """The transposed convolution of `value` with `filter` [height, width, out depth, in depth], to `output_shape`.

    Raises:
      ValueError: sizes or arguments that do not fit.
    """
    value = either("input", input, "value", value)
    filter = either("filters", filters, "filter", filter)
    return _conv2d_transpose(value, filter, output_shape, strides, padding, data_format, dilations, name, "conv2d_transpose")


def _conv2d_transpose(
    value: Any, filter: Any, output_shape: Any, strides: Any, padding: Any, data_format: Any, dilations: Any, name: Any, default: str
) -> Tensor:
    with name_scope(name, default, [value, filter, output_shape]) as scope:
        attrs = _attributes(strides, padding, True, data_format, dilations)
        return conv2d_backprop_input_op(output_shape, filter, value, name=scope, **attrs)


# -- one dimension ----------------------------------------------------------------------
def _one_dimension(data_format: str | None) -> tuple[str, int, int]:
    """(format of the two dimensions it is made with, where the other one goes, index of depth)."""
    if data_format in (None, "NHWC", "NWC"):
        return "NHWC", 1, 2
    if data_format in ("NCHW", "NCW"):
        return "NCHW", 2, 1
    raise ValueError('data_format must be "NWC" or "NCW".')


@public("nn.conv1d")
def conv1d(
    value: Any = None,
    filters: Any = None,
    stride: Any = None,
    padding: Any = None,
    use_cudnn_on_gpu: bool | None = None,
    data_format: str | None = None,
    name: str | None = None,
    input: Any = None,
    dilations: Any = None,
) -> Tensor:
    """Convolution of `value` [batch, width, depth] with `filters` [width, in depth, out depth].

    Args:
      stride, dilations: an int, or 1 or 3 ints.
      padding: "SAME" or "VALID".
      data_format: "NWC", or "NCW" for `value` [batch, depth, width].

    Raises:
      ValueError: sizes or arguments that do not fit.
    """
    value = either("input", input, "value", value)
    with name_scope(name, "conv1d", [value, filters]) as scope:
        layout, at, channel = _one_dimension(data_format)
        strides = [1] + per_dimension(stride, 1, channel, "stride")
        dilations = [1] + per_dimension(dilations, 1, channel, "dilations")
        value = array.expand_dims(value, at)
        filters = array.expand_dims(filters, 0)
        require_string(padding, "padding")
        result = conv2d_op(
            value,
            filters,
            strides=strides,
            padding=padding,
            use_cudnn_on_gpu=True if use_cudnn_on_gpu is None else use_cudnn_on_gpu,
            data_format=layout,
            dilations=dilations,
            name=scope,
        )
        return array.squeeze(result, [at])


@public("nn.conv1d_transpose", "contrib.nn.conv1d_transpose")
def conv1d_transpose(
    input: Any,
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: str = "SAME",
    data_format: str = "NWC",
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """The transposed convolution of `input` [batch, width, depth] with `filters` [width, out depth, in depth], to `output_shape`.

    Raises:
      ValueError: sizes or arguments that do not fit.
    """
    with name_scope(name, "conv1d_transpose", [input, filters, output_shape]) as scope:
        if data_format not in FORMATS[1]:
            raise ValueError('data_format must be "NWC" or "NCW".')
        layout, at, channel = _one_dimension(data_format)
        strides = [1] + per_dimension(strides, 1, channel, "strides")
        dilations = [1] + per_dimension(dilations, 1, channel, "dilations")
        input = array.expand_dims(input, at)
        filters = array.expand_dims(filters, 0)
        output_shape = list(output_shape) if not isinstance(output_shape, Tensor) else output_shape
        sizes = array.concat([output_shape[:at], [1], output_shape[at:]], 0)
        result = conv2d_backprop_input_op(
            sizes, filters, input, strides=strides, padding=padding, data_format=layout, dilations=dilations, name=scope
        )
        return array.squeeze(result, at)


# -- three dimensions -------------------------------------------------------------------
@public("nn.conv3d")
def conv3d(
    input: Any,
    filter: Any = None,
    strides: Any = None,
    padding: Any = None,
    data_format: str = "NDHWC",
    dilations: Any = [1, 1, 1, 1, 1],  # noqa: B006
    name: str | None = None,
    filters: Any = None,
) -> Tensor:
    """Convolution of `input` [batch, *three sizes, depth] with `filter` [*three sizes, in depth, out depth].

    `strides` and `dilations` are lists of 5 ints. Raises ValueError for sizes or arguments that do not fit.
    """
    filter = either("filters", filters, "filter", filter)
    require_list(strides, "strides", "conv3d")
    require_string(padding, "padding")
    dilations = [1] * 5 if dilations is None else dilations
    require_list(dilations, "dilations", "conv3d")
    return conv3d_op(input, filter, strides=strides, padding=padding, data_format=data_format or "NDHWC", dilations=dilations, name=name)


@public("nn.conv3d_transpose")
def conv3d_transpose(
    value: Any,
    filter: Any = None,
    output_shape: Any = None,
    strides: Any = None,
    padding: str = "SAME",
    data_format: str = "NDHWC",
    name: str | None = None,
    input: Any = None,
    filters: Any = None,
    dilations: Any = None,
) -> Tensor:
    """The transposed convolution of `value` with `filter` [*three sizes, out depth, in depth], to `output_shape`.

    Raises:
      ValueError: sizes or arguments that do not fit.
    """
    filter = either("filters", filters, "filter", filter)
    value = either("input", input, "value", value)
    return _conv3d_transpose(value, filter, output_shape, strides, padding, data_format, dilations, name, "conv3d_transpose")


def _conv3d_transpose(
    value: Any, filter: Any, output_shape: Any, strides: Any, padding: Any, data_format: Any, dilations: Any, name: Any, default: str
) -> Tensor:
    with name_scope(name, default, [value, filter, output_shape]) as scope:
        data_format = "NDHWC" if data_format is None else data_format
        channel = 1 if data_format.startswith("NC") else 4
        return conv3d_backprop_input_op(
            output_shape,
            filter,
            value,
            strides=per_dimension(strides, 3, channel, "strides"),
            padding=padding,
            data_format=data_format,
            dilations=per_dimension(dilations, 3, channel, "dilations"),
            name=scope,
        )


@public("nn.conv_transpose")
def conv_transpose(
    input: Any,
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: str = "SAME",
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """The transposed convolution of 1, 2 or 3 spatial dimensions, by the length of `output_shape`.

    Raises:
      ValueError: `output_shape` is not of length 3, 4 or 5, or sizes that do not fit.
    """
    with name_scope(name, "conv_transpose", [input, filters, output_shape]) as scope:
        if isinstance(output_shape, Tensor):
            n = output_shape._dims[0] if output_shape._dims else None
        elif isinstance(output_shape, (list, tuple, np.ndarray)) or hasattr(output_shape, "__len__"):
            n = len(output_shape)
        else:
            raise ValueError(f"output_shape must be a tensor or sized collection but was {type(output_shape)}")
        if n == 3:
            return conv1d_transpose(input, filters, output_shape, strides, padding, data_format or "NWC", dilations, scope)
        if n == 4:
            return _conv2d_transpose(input, filters, output_shape, strides, padding, data_format, dilations, scope, "")
        if n == 5:
            return _conv3d_transpose(input, filters, output_shape, strides, padding, data_format, dilations, scope, "")
        raise ValueError(f"output_shape must be of length 3, 4 or 5 but was {'?' if n is None else n}.")


def static_dims(value: Any) -> Dims:
    """The static shape of a tensor or of what could become one."""
    if isinstance(value, Tensor):
        return value._dims
    shape = getattr(value, "shape", None)
    if shape is not None and hasattr(shape, "as_list"):
        return None if shape.ndims is None else tuple(shape.as_list())
    return np.shape(value)


# -- gradients of gradients: convolutions again, which XLA computes faster than what JAX makes of a transposed one ---------------------
def _explicit(x: Any, w: Any, **attrs: Any) -> Any:
    return convolve(x, w, attrs["strides"], attrs["padding"], attrs["explicit_paddings"], attrs["data_format"], attrs["dilations"])


def _plain(x: Any, w: Any, **attrs: Any) -> Any:
    return convolve(x, w, attrs["strides"], attrs["padding"], (), attrs["data_format"], attrs["dilations"])


def _depthwise(x: Any, w: Any, **attrs: Any) -> Any:
    return by_channel(x, w, attrs["strides"], attrs["padding"], attrs["data_format"], attrs["dilations"])


def _of_input(forward: Any) -> Any:
    """The gradient of an op that gives a convolution's gradient at its input, from (sizes, filter, gradient of the output)."""

    def rule(inputs: Any, outputs: Any, grads: Any, **attrs: Any) -> list[Any]:
        _, w, g = inputs
        out, pull = jax.vjp(lambda w: forward(grads[0], w, **attrs), jnp.asarray(w))
        return [None, pull(g.astype(out.dtype))[0], out]

    return rule


def _of_filter(forward: Any) -> Any:
    """The gradient of an op that gives a convolution's gradient at its filter, from (input, sizes, gradient of the output)."""

    def rule(inputs: Any, outputs: Any, grads: Any, **attrs: Any) -> list[Any]:
        x, _, g = inputs
        out, pull = jax.vjp(lambda x: forward(x, grads[0], **attrs), jnp.asarray(x))
        return [pull(g.astype(out.dtype))[0], None, out]

    return rule


conv2d_backprop_input_op.gradient(_of_input(_explicit))
conv2d_backprop_filter_op.gradient(_of_filter(_explicit))
conv3d_backprop_input_op.gradient(_of_input(_plain))
conv3d_backprop_filter_v2.gradient(_of_filter(_plain))
depthwise_conv2d_backprop_input.gradient(_of_input(_depthwise))
depthwise_conv2d_backprop_filter.gradient(_of_filter(_depthwise))
