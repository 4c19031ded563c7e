"""Types and colours: conversion between element types, and between RGB, greys, HSV, YIQ and YUV."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...graph import dtypes
from ...graph.conversion import constant, convert_to_tensor
from ...graph.default_graph import name_scope
from ...graph.dtypes import as_dtype
from ...graph.operation import Operation, Tensor
from ...graph.public import export, public
from ...graph.tensor_shape import Dims
from ...op.checks import check
from ...op.declare import Op, ShapeError, op
from ...op.namespace import xp
from ...op.shapes import at_least
from ..asserts import assert_equal, assert_greater_equal
from ..casting import cast, saturate_cast
from ..creation import ones
from ..elementwise import floordiv, multiply
from ..flow import identity, with_dependencies
from ..joining import concat, tile
from ..matmul import tensordot
from ..shaping import expand_dims, rank, shape


# -- element types ---------------------------------------------------------------------------------
@public("image.convert_image_dtype")
def convert_image_dtype(image: Any, dtype: Any, saturate: bool = False, name: str | None = None) -> Tensor:
    """`image` with elements of type `dtype`: floats go from 0 to 1, integers to the largest of their type.

    Args:
      saturate: move what is out of range to the nearest end of it, instead of letting it wrap around.
    """
    image = convert_to_tensor(image, name="image")
    dtype = as_dtype(dtype)
    source = image.dtype.base_dtype
    if dtype == source:
        return identity(image, name=name)
    to_type = saturate_cast if saturate else cast
    with name_scope(name, "convert_image", [image]) as scope:
        if source.is_integer and dtype.is_integer:
            if source.max > dtype.max:
                scale = (source.max + 1) // (dtype.max + 1)
                return to_type(floordiv(image, scale), dtype, name=scope)
            widened = to_type(image, dtype)
            return multiply(widened, (dtype.max + 1) // (source.max + 1), name=scope)
        if source.is_floating and dtype.is_floating:
            return cast(image, dtype, name=scope)
        if source.is_integer:
            return multiply(cast(image, dtype), 1.0 / source.max, name=scope)
        # Half a step more, so that each integer gets the same share of the floats.
        return to_type(multiply(image, dtype.max + 0.5), dtype, name=scope)


# -- RGB and HSV ---------------------------------------------------------------------------------
def _three_channels(inputs: Any, attrs: dict[str, Any]) -> list[Dims]:
    dims = at_least(inputs[0]._dims, 1)
    if dims is None:
        return [None]
    if dims[-1] not in (3, None):
        raise ShapeError(f"Dimension must be 3 but is {dims[-1]}")
    return [dims[:-1] + (3,)]


def _hsv_of(rgb: Any) -> Any:
    n = xp(rgb)
    red, green, blue = rgb[..., 0], rgb[..., 1], rgb[..., 2]
    value = rgb.max(axis=-1)
    spread = value - rgb.min(axis=-1)
    zero, one = n.zeros((), rgb.dtype), n.ones((), rgb.dtype)
    saturation = n.where(value > 0, spread / n.where(value > 0, value, one), zero)
    sixth = one / 6 / n.where(spread > 0, spread, one)
    hue = n.where(
        red == value,
        sixth * (green - blue),
        n.where(green == value, sixth * (blue - red) + 2 * one / 6, sixth * (red - green) + 4 * one / 6),
    )
    hue = n.where(spread > 0, n.where(hue < 0, hue + 1, hue), zero)
    return n.stack([hue, saturation, value], -1)


def _rgb_of(hsv: Any) -> Any:
    n = xp(hsv)
    hue, saturation, value = hsv[..., 0] * 6, hsv[..., 1], hsv[..., 2]
    ramps = [abs(hue - 3) - 1, -abs(hue - 2) + 2, -abs(hue - 4) + 2]
    return n.stack([((1 - saturation) + n.clip(r, 0, 1) * saturation) * value for r in ramps], -1)


def _conversion(op_type: str, kernel: Any, doc: str, *names: str, **flags: Any) -> Op:
    def convert(images):
        return kernel(images).astype(images.dtype)

    convert.__doc__ = doc
    convert.__name__ = names[0].rpartition(".")[2]
    return export(
        op(op_type, "images: T -> output: T", T="half bfloat16 float double = float", shape=_three_channels, **flags)(convert),
        *names,
    )


rgb_to_hsv = _conversion(
    "RGBToHSV", _hsv_of, "Images [..., 3] from red, green and blue to hue, saturation and value, all in [0, 1].", "image.rgb_to_hsv"
)
hsv_to_rgb = _conversion(
    "HSVToRGB",
    _rgb_of,
    "Images [..., 3] from hue, saturation and value to red, green and blue, all in [0, 1].",
    "image.hsv_to_rgb",
    differentiable=False,
)


# -- contrast, hue, saturation -------------------------------------------------------------------
def _image_shape(inputs: Any, attrs: dict[str, Any]) -> list[Dims]:
    return [at_least(inputs[0]._dims, 3)]


_ADJUST: dict[str, Any] = {"T": "half float = float", "differentiable": False, "shape": _image_shape}


@op("AdjustContrastv2", "images: T, contrast_factor: float -> output: T", **_ADJUST)
def adjust_contrast_op(images, contrast_factor):
    """The difference to the mean of each channel of each image [..., height, width, channels], times the factor."""
    x = images.astype(np.float32)
    mean = x.mean(axis=(-3, -2), keepdims=True)
    return (x - mean) * contrast_factor + mean


def _colours(images: Any) -> Any:
    channels = images.shape[-1]
    check(channels == 3, f"input must have 3 channels but instead has {channels} channels.")
    return images.astype(np.float32)


@op("AdjustHue", "images: T, delta: float -> output: T", **_ADJUST)
def adjust_hue_op(images, delta):
    """RGB images with `delta` added to their hue, which goes around from 1 to 0."""
    n = xp(images, delta)
    hsv = _hsv_of(_colours(images))
    hue = hsv[..., 0] + delta
    return _rgb_of(n.stack([hue - n.floor(hue), hsv[..., 1], hsv[..., 2]], -1))


@op("AdjustSaturation", "images: T, scale: float -> output: T", **_ADJUST)
def adjust_saturation_op(images, scale):
    """RGB images with their saturation times `scale`, cut off at 1."""
    n = xp(images, scale)
    hsv = _hsv_of(_colours(images))
    return _rgb_of(n.stack([hsv[..., 0], n.clip(hsv[..., 1] * scale, 0, 1), hsv[..., 2]], -1))


# -- greys ------------------------------------------------------------------------------------------
@public("image.rgb_to_grayscale")
def rgb_to_grayscale(images: Any, name: str | None = None) -> Tensor:
    """RGB images [..., 3] as luminances [..., 1] of the same type."""
    with name_scope(name, "rgb_to_grayscale", [images]) as scope:
        images = convert_to_tensor(images, name="images")
        floats = convert_image_dtype(images, dtypes.float32)
        grey = tensordot(floats, [0.2989, 0.5870, 0.1140], [-1, -1])
        return convert_image_dtype(expand_dims(grey, -1), images.dtype, name=scope)


def _grey_checks(image: Tensor) -> list[Operation]:
    """Assertions that the last of at least two dimensions is 1; none if that is known. Raises ValueError if it is known to be false."""
    try:
        dims = image.shape.with_rank_at_least(2)
    except ValueError:
        raise ValueError(f"A grayscale image (shape {image.shape}) must be at least two-dimensional.") from None
    if dims.ndims is not None and dims._dims[-1] is not None:
        if dims._dims[-1] != 1:
            raise ValueError("Last dimension of a grayscale image should be size 1.")
        if dims.is_fully_defined():
            return []
    return [
        assert_equal(shape(image)[-1], 1, message="Last dimension of a grayscale image should be size 1."),
        assert_greater_equal(rank(image), 3, message="A grayscale image must be at least two-dimensional."),
    ]


@public("image.grayscale_to_rgb")
def grayscale_to_rgb(images: Any, name: str | None = None) -> Tensor:
    """Grey images [..., 1] as RGB images [..., 3]."""
    with name_scope(name, "grayscale_to_rgb", [images]) as scope:
        images = convert_to_tensor(images, name="images")
        images = with_dependencies(_grey_checks(images), images)
        before = expand_dims(rank(images) - 1, 0)
        multiples = concat([ones(before, dtypes.int32), expand_dims(3, 0)], 0)
        rgb = tile(images, multiples, name=scope)
        rgb.set_shape(images.shape[:-1].concatenate([3]))
        return rgb


# -- YIQ and YUV -------------------------------------------------------------------------------------
_KERNELS = {
    "rgb_to_yiq": [[0.299, 0.59590059, 0.2115], [0.587, -0.27455667, -0.52273617], [0.114, -0.32134392, 0.31119955]],
    "yiq_to_rgb": [[1, 1, 1], [0.95598634, -0.27201283, -1.10674021], [0.6208248, -0.64720424, 1.70423049]],
    "rgb_to_yuv": [[0.299, -0.14714119, 0.61497538], [0.587, -0.28886916, -0.51496512], [0.114, 0.43601035, -0.10001026]],
    "yuv_to_rgb": [[1, 1, 1], [0, -0.394642334, 2.03206185], [1.13988303, -0.58062185, 0]],
}


def _linear(kernel_name: str) -> Any:
    def convert(images: Any) -> Tensor:
        images = convert_to_tensor(images, name="images")
        kernel = constant(_KERNELS[kernel_name], dtype=images.dtype, name="kernel")
        return tensordot(images, kernel, axes=[[images.shape.ndims - 1], [0]])

    source, target = kernel_name.upper().split("_TO_")
    convert.__name__ = convert.__qualname__ = kernel_name
    convert.__doc__ = f"Images [..., 3] from {source} to {target}, by a product with a matrix."
    return export(convert, "image." + kernel_name)


rgb_to_yiq, yiq_to_rgb, rgb_to_yuv, yuv_to_rgb = map(_linear, _KERNELS)
