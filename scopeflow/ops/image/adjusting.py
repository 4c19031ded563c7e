"""Brightness, contrast, gamma, hue, saturation and JPEG quality: set or drawn at random; standardization."""

from __future__ import annotations

from typing import Any

from ...graph import dtypes
from ...graph.conversion import constant, convert_to_tensor
from ...graph.default_graph import name_scope
from ...graph.operation import Tensor
from ...graph.public import public
from ..asserts import assert_
from ..casting import cast
from ..elementwise import add, maximum, realdiv, rsqrt
from ..flow import with_dependencies
from ..random import random_uniform
from ..reduction import reduce_mean, reduce_prod, reduce_std
from ..shaping import shape
from . import checks
from .codecs import decode_jpeg, encode_jpeg_variable_quality
from .color import adjust_contrast_op, adjust_hue_op, adjust_saturation_op, convert_image_dtype

_SINGLE = (dtypes.float16, dtypes.float32)


def _as_floats(image: Tensor) -> Tensor:
    return image if image.dtype.base_dtype in _SINGLE else convert_image_dtype(image, dtypes.float32)


@public("image.adjust_brightness")
def adjust_brightness(image: Any, delta: Any) -> Tensor:
    """`image` with `delta` added, in units of the brightest value of its type."""
    with name_scope(None, "adjust_brightness", [image, delta]) as scope:
        image = convert_to_tensor(image, name="image")
        floats = _as_floats(image)
        adjusted = add(floats, cast(delta, floats.dtype), name=scope)
        return convert_image_dtype(adjusted, image.dtype, saturate=True)


@public("image.adjust_contrast")
def adjust_contrast(images: Any, contrast_factor: Any) -> Tensor:
    """`images`, [..., height, width, channels]: each channel's difference to its mean times `contrast_factor`."""
    with name_scope(None, "adjust_contrast", [images, contrast_factor]) as scope:
        images = convert_to_tensor(images, name="images")
        adjusted = adjust_contrast_op(_as_floats(images), contrast_factor=contrast_factor, name=scope)
        return convert_image_dtype(adjusted, images.dtype, saturate=True)


@public("image.adjust_gamma")
def adjust_gamma(image: Any, gamma: Any = 1, gain: Any = 1) -> Tensor:
    """`gain` * `image` ** `gamma`, computed with values from 0 to 1.

    Raises:
      ValueError: `gamma` is negative.
    """
    with name_scope(None, "adjust_gamma", [image, gamma, gain]):
        image = convert_to_tensor(image, name="image")
        floats = _as_floats(image)
        message = "Gamma should be a non-negative real number."
        if isinstance(gamma, Tensor):
            gamma = with_dependencies([assert_(gamma >= 0, [message])], gamma)
        elif not gamma >= 0:
            raise ValueError(message)
        return convert_image_dtype(gain * floats**gamma, image.dtype, saturate=True)


@public("image.adjust_hue")
def adjust_hue(image: Any, delta: Any, name: str | None = None) -> Tensor:
    """RGB images with `delta`, from -1 to 1, added to their hue."""
    with name_scope(name, "adjust_hue", [image]):
        image = convert_to_tensor(image, name="image")
        return convert_image_dtype(adjust_hue_op(_as_floats(image), delta), image.dtype)


@public("image.adjust_saturation")
def adjust_saturation(image: Any, saturation_factor: Any, name: str | None = None) -> Tensor:
    """RGB images with their saturation times `saturation_factor`."""
    with name_scope(name, "adjust_saturation", [image]):
        image = convert_to_tensor(image, name="image")
        return convert_image_dtype(adjust_saturation_op(_as_floats(image), saturation_factor), image.dtype)


@public("image.adjust_jpeg_quality")
def adjust_jpeg_quality(image: Any, jpeg_quality: Any, name: str | None = None) -> Tensor:
    """An image, [height, width, channels], written as a JPEG file of that quality (0 to 100) and read back."""
    with name_scope(name, "adjust_jpeg_quality", [image]):
        image = convert_to_tensor(image, name="image")
        pixels = convert_image_dtype(image, dtypes.uint8)
        if not isinstance(jpeg_quality, Tensor):
            jpeg_quality = constant(jpeg_quality, dtype=dtypes.int32)
        contents = encode_jpeg_variable_quality(pixels, jpeg_quality)
        return convert_image_dtype(decode_jpeg(contents), image.dtype)


# -- at random -----------------------------------------------------------------------------------
def _check_bounds(lower: Any, upper: Any) -> None:
    if upper <= lower:
        raise ValueError("upper must be > lower.")
    if lower < 0:
        raise ValueError("lower must be non-negative.")


@public("image.random_brightness")
def random_brightness(image: Any, max_delta: float, seed: Any = None) -> Tensor:
    """`image` with a number from [-max_delta, max_delta) added."""
    if max_delta < 0:
        raise ValueError("max_delta must be non-negative.")
    return adjust_brightness(image, random_uniform([], -max_delta, max_delta, seed=seed))


@public("image.random_contrast")
def random_contrast(image: Any, lower: float, upper: float, seed: Any = None) -> Tensor:
    """`image` with its contrast times a number from [lower, upper)."""
    _check_bounds(lower, upper)
    return adjust_contrast(image, random_uniform([], lower, upper, seed=seed))


@public("image.random_hue")
def random_hue(image: Any, max_delta: float, seed: Any = None) -> Tensor:
    """RGB images with a number from [-max_delta, max_delta) added to their hue; `max_delta` up to 0.5."""
    if max_delta > 0.5:
        raise ValueError("max_delta must be <= 0.5.")
    if max_delta < 0:
        raise ValueError("max_delta must be non-negative.")
    return adjust_hue(image, random_uniform([], -max_delta, max_delta, seed=seed))


@public("image.random_saturation")
def random_saturation(image: Any, lower: float, upper: float, seed: Any = None) -> Tensor:
    """RGB images with their saturation times a number from [lower, upper)."""
    _check_bounds(lower, upper)
    return adjust_saturation(image, random_uniform([], lower, upper, seed=seed))


@public("image.random_jpeg_quality")
def random_jpeg_quality(image: Any, min_jpeg_quality: int, max_jpeg_quality: int, seed: Any = None) -> Tensor:
    """An image written as a JPEG file of a quality from [min_jpeg_quality, max_jpeg_quality) and read back."""
    if min_jpeg_quality < 0 or max_jpeg_quality < 0 or min_jpeg_quality > 100 or max_jpeg_quality > 100:
        raise ValueError("jpeg encoding range must be between 0 and 100.")
    if min_jpeg_quality >= max_jpeg_quality:
        raise ValueError("`min_jpeg_quality` must be less than `max_jpeg_quality`.")
    quality = random_uniform([], min_jpeg_quality, max_jpeg_quality, seed=seed, dtype=dtypes.int32)
    return adjust_jpeg_quality(image, quality)


# -- standardization -------------------------------------------------------------------------------
@public("image.per_image_standardization")
def per_image_standardization(image: Any) -> Tensor:
    """Each image [..., height, width, channels] with mean 0 and deviation 1; the deviation it is divided by is 1 / sqrt(pixels) or more."""
    with name_scope(None, "per_image_standardization", [image]) as scope:
        image = checks.asserted(convert_to_tensor(image, name="image"))
        source = image.dtype
        image = _as_floats(image)
        pixels = reduce_prod(shape(image)[-3:])
        mean = reduce_mean(image, axis=[-1, -2, -3], keepdims=True)
        deviation = reduce_std(image, axis=[-1, -2, -3], keepdims=True)
        least = rsqrt(cast(pixels, image.dtype))
        adjusted = maximum(deviation, least)
        out = realdiv(image - mean, adjusted, name=scope)
        return convert_image_dtype(out, source, saturate=True)
