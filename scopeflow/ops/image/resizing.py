"""Resizing: bilinear, nearest neighbour, bicubic and area; tf.image.resize_images and with padding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...graph import dtypes
from ...graph.constant_value import constant_value
from ...graph.conversion import convert_to_tensor
from ...graph.default_graph import name_scope
from ...graph.operation import Tensor
from ...graph.public import public
from ...graph.tensor_shape import Dims
from ...op.checks import check
from ...op.declare import ShapeError, op
from ...op.fold import fold_dims
from ...op.namespace import xp
from ...op.shapes import with_rank
from ..casting import cast
from ..elementwise import floor, maximum, minimum, round_
from ..flow import with_dependencies
from ..packing import stack
from ..shaping import expand_dims, squeeze
from . import checks
from .cropping import pad_to_bounding_box

_INTEGERS = "int8 uint8 int16 uint16 int32 int64"
_F32 = np.float32


# -- where output pixels lie in the input ---------------------------------------------------------
def _scale(size_in: int, size_out: int, align_corners: bool) -> np.float32:
    if align_corners and size_out > 1:
        return _F32(size_in - 1) / _F32(size_out - 1)
    return _F32(size_in) / _F32(size_out)


def _places(size_in: int, size_out: int, align_corners: bool, half_pixel_centers: bool, half: bool = True) -> np.ndarray:
    """The place in the input, float32, of each output pixel; `half`: a pixel centre has the coordinate of its lower edge."""
    scale, at = _scale(size_in, size_out, align_corners), np.arange(size_out, dtype=_F32)
    if half_pixel_centers:
        return (at + _F32(0.5)) * scale - _F32(0.5 if half else 0)
    return at * scale


def _sizes(images: Any, size: Any, align_corners: bool, half_pixel_centers: bool) -> tuple[int, int]:
    check(images.ndim == 4, f"input must be 4-dimensional, got {list(images.shape)}")
    check(not (align_corners and half_pixel_centers), "If half_pixel_centers is True, align_corners must be False.")
    height, width = (int(s) for s in size)
    check(height > 0 and width > 0, "output dimensions must be positive")
    check(images.shape[1] > 0 and images.shape[2] > 0, "input image must be of non-zero size")
    return height, width


def _resized(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    batch, _, _, channels = with_rank(inputs[0]._dims, 4)
    (n,) = with_rank(inputs[1]._dims, 1)
    if n not in (2, None):
        raise ShapeError(f"Dimension must be 2 but is {n}")
    dims = fold_dims(inputs[1])
    height, width = (None if d is None or d < 0 else d for d in dims) if dims is not None else (None, None)
    return [(batch, height, width, channels)]


def _blend(images: Any, weights: np.ndarray, indices: np.ndarray, axis: int) -> Any:
    """Along `axis`, the sums of the pixels at `indices` [taps, n] times `weights` [taps, n]."""
    n = xp(images)
    out: Any = None
    spread = [1] * images.ndim
    spread[axis] = -1
    for w, i in zip(weights, indices):
        part = n.take(images, i, axis=axis) * w.reshape(spread)
        out = part if out is None else out + part
    return out


_RESIZE: dict[str, Any] = {"static": "size", "shape": _resized}


@op(
    "ResizeBilinear", "images: T, size: int32 -> resized_images: float",
    T=_INTEGERS + " bfloat16 half float double", **_RESIZE,
)  # fmt: skip
def resize_bilinear_op(images, size, *, align_corners: bool = False, half_pixel_centers: bool = False):
    """Images [batch, height, width, channels] resized to `size` [2] by linear interpolation, in float32."""
    n = xp(images)
    sizes = _sizes(images, size, align_corners, half_pixel_centers)
    out = images.astype(_F32)
    for axis in (2, 1):
        place = _places(images.shape[axis], sizes[axis - 1], align_corners, half_pixel_centers)
        floor = np.floor(place)
        lower = np.maximum(floor, 0).astype(np.int32)
        upper = np.minimum(np.ceil(place), images.shape[axis] - 1).astype(np.int32)
        low = n.take(out, lower, axis=axis)
        spread = [1] * 4
        spread[axis] = -1
        out = low + (n.take(out, upper, axis=axis) - low) * (place - floor).reshape(spread)
    return out


@op(
    "ResizeNearestNeighbor", "images: T, size: int32 -> resized_images: T",
    T=_INTEGERS + " half float double", **_RESIZE,
)  # fmt: skip
def resize_nearest_neighbor_op(images, size, *, align_corners: bool = False, half_pixel_centers: bool = False):
    """Images [batch, height, width, channels] resized to `size` [2], each pixel that of the nearest one."""
    n = xp(images)
    sizes = _sizes(images, size, align_corners, half_pixel_centers)
    for axis in (1, 2):
        place = _places(images.shape[axis], sizes[axis - 1], align_corners, half_pixel_centers, half=False)
        # Half away from zero, as C rounds.
        whole = np.floor(place + _F32(0.5)) if align_corners else np.floor(place)
        images = n.take(images, np.clip(whole, 0, images.shape[axis] - 1).astype(np.int32), axis=axis)
    return images


#: steps between two pixels for which the reference tabulates the cubic
_STEPS = 1024


def _cubic(size_in: int, size_out: int, align_corners: bool, half_pixel_centers: bool) -> tuple[np.ndarray, np.ndarray]:
    """The weights, float32 [4, size_out], and indices, int32, of Keys' cubic convolution (a = -0.5 with half pixel centers, else -0.75)."""
    a = _F32(-0.5 if half_pixel_centers else -0.75)
    place = _places(size_in, size_out, align_corners, half_pixel_centers)
    floor = np.floor(place)
    offset = np.rint((place - floor) * _F32(_STEPS)).astype(np.int64)
    near = np.arange(_STEPS + 1, dtype=_F32) / _F32(_STEPS)
    far = near + _F32(1)
    inner = ((a + 2) * near - (a + 3)) * near * near + 1
    outer = ((a * far - 5 * a) * far + 8 * a) * far - 4 * a
    weights = np.stack([outer[offset], inner[offset], inner[_STEPS - offset], outer[_STEPS - offset]]).astype(_F32)
    wanted = floor.astype(np.int64) + np.arange(-1, 3)[:, None]
    indices = np.clip(wanted, 0, size_in - 1)
    if half_pixel_centers:
        weights = np.where(indices == wanted, weights, _F32(0))
        total = weights.sum(0)
        weights = np.where(abs(total) >= 1000 * np.finfo(_F32).tiny, weights / np.where(total == 0, 1, total), weights)
    return weights.astype(_F32), indices.astype(np.int32)


@op("ResizeBicubic", "images: T, size: int32 -> resized_images: float", T=_INTEGERS + " half float double", **_RESIZE)
def resize_bicubic_op(images, size, *, align_corners: bool = False, half_pixel_centers: bool = False):
    """Images [batch, height, width, channels] resized to `size` [2] by cubic interpolation, in float32."""
    sizes = _sizes(images, size, align_corners, half_pixel_centers)
    out = images.astype(_F32)
    for axis in (1, 2):
        out = _blend(out, *_cubic(images.shape[axis], sizes[axis - 1], align_corners, half_pixel_centers), axis)
    return out


@op("ResizeArea", "images: T, size: int32 -> resized_images: float", T=_INTEGERS + " half float double", **_RESIZE)
def resize_area_op(images, size, *, align_corners: bool = False):
    """Images [batch, height, width, channels] resized to `size` [2], each pixel the mean of the area it covers, in float32."""
    sizes = _sizes(images, size, align_corners, False)
    out = images.astype(_F32)
    for axis in (1, 2):
        out = xp(out).moveaxis(
            xp(out).tensordot(out, _shares(images.shape[axis], sizes[axis - 1], align_corners), ((axis,), (1,))), -1, axis
        )
    return out


def _shares(size_in: int, size_out: int, align_corners: bool) -> np.ndarray:
    """How much of each output pixel, [size_out, size_in], each input pixel is."""
    scale = _scale(size_in, size_out, align_corners)
    at = np.arange(size_out, dtype=_F32)
    start, end = at * scale, (at + _F32(1)) * scale
    out = np.zeros((size_out, size_in), _F32)
    for i, (low, high) in enumerate(zip(start, end)):
        for pixel in range(int(np.floor(low)), int(np.ceil(high))):
            share = min(high, _F32(pixel + 1)) - max(low, _F32(pixel))
            out[i, min(max(pixel, 0), size_in - 1)] += share / scale
    return out


# -- public functions ------------------------------------------------------------------------------
@public("image.resize_bilinear")
def resize_bilinear(
    images: Any, size: Any, align_corners: bool = False, name: str | None = None, half_pixel_centers: bool = False
) -> Tensor:
    """Images [batch, height, width, channels] resized to `size` (height, width) by linear interpolation, in float32."""
    return resize_bilinear_op(images, size, align_corners=align_corners, half_pixel_centers=half_pixel_centers, name=name)


@public("image.resize_nearest_neighbor")
def resize_nearest_neighbor(
    images: Any, size: Any, align_corners: bool = False, name: str | None = None, half_pixel_centers: bool = False
) -> Tensor:
    """Images [batch, height, width, channels] resized to `size` (height, width), each pixel that of the nearest one."""
    return resize_nearest_neighbor_op(images, size, align_corners=align_corners, half_pixel_centers=half_pixel_centers, name=name)


@public("image.resize_bicubic")
def resize_bicubic(
    images: Any, size: Any, align_corners: bool = False, name: str | None = None, half_pixel_centers: bool = False
) -> Tensor:
    """Images [batch, height, width, channels] resized to `size` (height, width) by cubic interpolation, in float32."""
    return resize_bicubic_op(images, size, align_corners=align_corners, half_pixel_centers=half_pixel_centers, name=name)


@public("image.resize_area")
def resize_area(images: Any, size: Any, align_corners: bool = False, name: str | None = None) -> Tensor:
    """Images [batch, height, width, channels] resized to `size` (height, width), each pixel the mean of the area it covers, in float32."""
    return resize_area_op(images, size, align_corners=align_corners, name=name)


@public("image.ResizeMethod")
class ResizeMethod:
    """How `resize_images` interpolates."""

    BILINEAR = 0
    NEAREST_NEIGHBOR = 1
    BICUBIC = 2
    AREA = 3


_METHODS = {
    ResizeMethod.BILINEAR: resize_bilinear,
    ResizeMethod.NEAREST_NEIGHBOR: resize_nearest_neighbor,
    ResizeMethod.BICUBIC: resize_bicubic,
    ResizeMethod.AREA: resize_area,
}


@public("image.resize_images", "image.resize")
def resize_images(
    images: Any,
    size: Any,
    method: int = ResizeMethod.BILINEAR,
    align_corners: bool = False,
    preserve_aspect_ratio: bool = False,
    name: str | None = None,
) -> Tensor:
    """Images [batch, height, width, channels] or one [height, width, channels] resized to `size` (height, width).

    Float32, except for NEAREST_NEIGHBOR, and where nothing changes.

    Args:
      method: a `ResizeMethod`.
      preserve_aspect_ratio: make them as large as fits into `size` without distortion.

    Raises:
      ValueError: wrong shapes, or no such method.
    """

    def resize(images: Tensor, size: Tensor) -> Tensor:
        found = _METHODS.get(method)
        if found is None:
            raise ValueError("Resize method is not implemented.")
        return found(images, size, align_corners=align_corners)

    with name_scope(name, "resize", [images, size]):
        images = convert_to_tensor(images, name="images")
        if images.shape.ndims is None:
            raise ValueError("'images' contains no shape.")
        single = images.shape.ndims == 3
        if single:
            images = expand_dims(images, 0)
        elif images.shape.ndims != 4:
            raise ValueError("'images' must have either 3 or 4 dimensions.")
        _, height, width, _ = images.shape.as_list()
        try:
            size = convert_to_tensor(size, dtypes.int32, name="size")
        except (TypeError, ValueError):
            raise ValueError("'size' must be a 1-D int32 Tensor") from None
        if not size.shape.is_compatible_with([2]):
            raise ValueError("'size' must be a 1-D Tensor of 2 elements: new_height, new_width")
        if preserve_aspect_ratio:
            size = _fitting(images, size)
        known = constant_value(size)
        if known is not None and height is not None and width is not None and (height, width) == tuple(known):
            return squeeze(images, axis=[0]) if single else images
        out = resize(images, size)
        # What Python knows of the size may be more than the op can tell.
        new_height, new_width = (None, None) if known is None else (d if d >= 0 else None for d in known.tolist())
        out.set_shape([None, new_height, new_width, None])
        return squeeze(out, axis=[0]) if single else out


def _fitting(images: Tensor, size: Tensor) -> Tensor:
    """The largest size within `size` that has the images' proportions."""
    _, height, width, _ = checks.dims_of(images, 4)
    known = constant_value(size)
    wanted = [size[0], size[1]] if known is None else [int(known[0]), int(known[1])]
    scales = [cast(wanted[0], dtypes.float32) / cast(height, dtypes.float32)]
    scales.append(cast(wanted[1], dtypes.float32) / cast(width, dtypes.float32))
    scale = minimum(*scales)
    scaled_height = cast(round_(scale * cast(height, dtypes.float32)), dtypes.int32)
    scaled_width = cast(round_(scale * cast(width, dtypes.float32)), dtypes.int32)
    return stack([scaled_height, scaled_width], name="size")


@public("image.resize_image_with_pad")
def resize_image_with_pad(
    image: Any, target_height: Any, target_width: Any, method: int = ResizeMethod.BILINEAR, align_corners: bool = False
) -> Tensor:
    """Images resized without distortion to fit into (target_height, target_width), with borders of zeros up to it.

    Raises:
      ValueError: wrong shapes; a target that is not positive.
    """
    with name_scope(None, "resize_image_with_pad", [image]):
        image = convert_to_tensor(image, name="image")
        image, batch = checks.as_batch(image)
        required = checks.at_least_3d(image)
        required += checks.require(target_width > 0, ValueError, "target_width must be > 0.")
        required += checks.require(target_height > 0, ValueError, "target_height must be > 0.")
        image = with_dependencies(required, image)
        _, height, width, _ = checks.dims_of(image, 4)
        f_height, f_width = cast(height, dtypes.float64), cast(width, dtypes.float64)
        f_target_height, f_target_width = cast(target_height, dtypes.float64), cast(target_width, dtypes.float64)
        ratio = maximum(f_width / f_target_width, f_height / f_target_height)
        resized_height_float, resized_width_float = f_height / ratio, f_width / ratio
        resized_height = cast(floor(resized_height_float), dtypes.int32)
        resized_width = cast(floor(resized_width_float), dtypes.int32)
        above = (f_target_height - resized_height_float) / 2
        left = (f_target_width - resized_width_float) / 2
        above, left = floor(above), floor(left)
        above = maximum(0, cast(above, dtypes.int32))
        left = maximum(0, cast(left, dtypes.int32))
        resized = resize_images(image, [resized_height, resized_width], method, align_corners)
        padded = pad_to_bounding_box(resized, above, left, target_height, target_width)
        if padded.shape.ndims is None:
            raise ValueError("padded contains no shape.")
        checks.dims_of(padded, 4)
        return padded if batch else squeeze(padded, axis=[0])
