"""Crops and borders: to boxes, central, to a size, at boxes with resizing, glimpses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...graph import dtypes
from ...graph.conversion import convert_to_tensor
from ...graph.default_graph import name_scope
from ...graph.operation import Tensor
from ...graph.public import public
from ...graph.tensor_shape import Dims
from ...op.checks import check
from ...op.declare import ShapeError, op
from ...op.fold import fold_dims
from ...op.namespace import xp
from ...op.philox import Generator
from ...op.shapes import with_rank
from ..casting import cast
from ..elementwise import equal, maximum, minimum
from ..flow import with_dependencies
from ..joining import pad
from ..packing import stack
from ..reduction import either
from ..shaping import reshape, shape, squeeze
from ..slicing import slice_
from . import checks


@public("image.crop_to_bounding_box")
def crop_to_bounding_box(image: Any, offset_height: Any, offset_width: Any, target_height: Any, target_width: Any) -> Tensor:
    """The part of images, [batch, height, width, channels] or one, that begins at the offsets and has the target size.

    Raises:
      ValueError: wrong shapes; a box that is not inside the image.
    """
    with name_scope(None, "crop_to_bounding_box", [image]):
        image = convert_to_tensor(image, name="image")
        image, batch = checks.as_batch(image)
        required = checks.at_least_3d(image)
        _, height, width, _ = checks.dims_of(image, 4)
        required += checks.require(offset_width >= 0, ValueError, "offset_width must be >= 0.")
        required += checks.require(offset_height >= 0, ValueError, "offset_height must be >= 0.")
        required += checks.require(target_width > 0, ValueError, "target_width must be > 0.")
        required += checks.require(target_height > 0, ValueError, "target_height must be > 0.")
        required += checks.require(width >= (target_width + offset_width), ValueError, "width must be >= target + offset.")
        required += checks.require(height >= (target_height + offset_height), ValueError, "height must be >= target + offset.")
        image = with_dependencies(required, image)
        cropped = slice_(image, stack([0, offset_height, offset_width, 0]), stack([-1, target_height, target_width, -1]))
        return _with_size(cropped, image, target_height, target_width, batch)


def _with_size(out: Tensor, image: Tensor, height: Any, width: Any, batch: bool | None) -> Tensor:
    """`out`, its static size set; without the batch dimension that a single image was given."""
    first, last = image.shape.as_list()[0], image.shape.as_list()[3]
    out.set_shape([first, *(None if isinstance(d, Tensor) else d for d in (height, width)), last])
    return out if batch else squeeze(out, axis=[0])


@public("image.pad_to_bounding_box")
def pad_to_bounding_box(image: Any, offset_height: Any, offset_width: Any, target_height: Any, target_width: Any) -> Tensor:
    """Images, [batch, height, width, channels] or [height, width, channels], at the offsets in zeros of the target size.

    Raises:
      ValueError: wrong shapes; an image that does not fit.
    """
    with name_scope(None, "pad_to_bounding_box", [image]):
        image = convert_to_tensor(image, name="image")
        image, batch = checks.as_batch(image)
        required = checks.at_least_3d(image)
        _, height, width, _ = checks.dims_of(image, 4)
        right = target_width - offset_width - width
        below = target_height - offset_height - height
        required += checks.require(offset_height >= 0, ValueError, "offset_height must be >= 0")
        required += checks.require(offset_width >= 0, ValueError, "offset_width must be >= 0")
        required += checks.require(right >= 0, ValueError, "width must be <= target - offset")
        required += checks.require(below >= 0, ValueError, "height must be <= target - offset")
        image = with_dependencies(required, image)
        paddings = reshape(stack([0, 0, offset_height, below, offset_width, right, 0, 0]), [4, 2])
        return _with_size(pad(image, paddings), image, target_height, target_width, batch)


@public("image.resize_with_crop_or_pad", "image.resize_image_with_crop_or_pad")
def resize_image_with_crop_or_pad(image: Any, target_height: Any, target_width: Any) -> Tensor:
    """The middle of images that are larger than the target, and images with borders of zeros where they are smaller.

    Raises:
      ValueError: wrong shapes; a target that is not positive.
    """
    with name_scope(None, "resize_image_with_crop_or_pad", [image]):
        image = convert_to_tensor(image, name="image")
        image, batch = checks.as_batch(image)
        required = checks.at_least_3d(image)
        required += checks.require(target_width > 0, ValueError, "target_width must be > 0.")
        required += checks.require(target_height > 0, ValueError, "target_height must be > 0.")
        image = with_dependencies(required, image)
        if isinstance(target_height, Tensor):
            target_height = with_dependencies(required, target_height)
        if isinstance(target_width, Tensor):
            target_width = with_dependencies(required, target_width)

        _, height, width, _ = checks.dims_of(image, 4)
        wider = target_width - width
        crop_left, pad_left = _larger(-wider // 2, 0), _larger(wider // 2, 0)
        higher = target_height - height
        crop_above, pad_above = _larger(-higher // 2, 0), _larger(higher // 2, 0)
        cropped = crop_to_bounding_box(image, crop_above, crop_left, _smaller(target_height, height), _smaller(target_width, width))
        resized = pad_to_bounding_box(cropped, pad_above, pad_left, target_height, target_width)

        if resized.shape.ndims is None:
            raise ValueError("resized contains no shape.")
        _, found_height, found_width, _ = checks.dims_of(resized, 4)
        required = checks.require(_same(found_height, target_height), ValueError, "resized height is not correct.")
        required += checks.require(_same(found_width, target_width), ValueError, "resized width is not correct.")
        resized = with_dependencies(required, resized)
        return resized if batch else squeeze(resized, axis=[0])


def _larger(x: Any, y: Any) -> Any:
    return maximum(x, y) if isinstance(x, Tensor) or isinstance(y, Tensor) else max(x, y)


def _smaller(x: Any, y: Any) -> Any:
    return minimum(x, y) if isinstance(x, Tensor) or isinstance(y, Tensor) else min(x, y)


def _same(x: Any, y: Any) -> Any:
    return equal(x, y) if isinstance(x, Tensor) or isinstance(y, Tensor) else x == y


@public("image.central_crop")
def central_crop(image: Any, central_fraction: float) -> Tensor:
    """The middle of images, [batch, height, width, channels] or [height, width, channels]: that fraction of height and width.

    Raises:
      ValueError: wrong shapes; a fraction that is not in (0, 1].
    """
    with name_scope(None, "central_crop", [image]):
        image = convert_to_tensor(image, name="image")
        if central_fraction <= 0.0 or central_fraction > 1.0:
            raise ValueError("central_fraction must be within (0, 1]")
        if central_fraction == 1.0:
            return image
        checks.asserted(image)
        rank = image.shape.ndims
        if rank not in (3, 4):
            raise ValueError(f"`image` should either be a Tensor with rank = 3 or rank = 4. Had rank = {rank}.")
        at = rank - 3
        sizes: list[Any] = []
        for axis in (at, at + 1):
            known = image.shape.as_list()[axis]
            sizes.append(shape(image)[axis] if known is None else known)
        starts: list[Any] = []
        for size in sizes:
            if isinstance(size, Tensor):
                exact = cast(size, dtypes.float64)
                starts.append(cast((exact - exact * central_fraction) / 2, dtypes.int32))
            else:
                starts.append(int((size - size * central_fraction) / 2))
        kept = [size - start * 2 for size, start in zip(sizes, starts)]
        begin = stack([0] * at + starts + [0])
        cropped = slice_(image, begin, stack([-1] * at + kept + [-1]))
        dims = image.shape.as_list()
        for i, axis in enumerate((at, at + 1)):
            dims[axis] = None if isinstance(kept[i], Tensor) else kept[i]
        cropped.set_shape(dims)
        return cropped


# -- crop_and_resize -------------------------------------------------------------------------------
def _crops_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    channels = with_rank(inputs[0]._dims, 4)[3]
    n, four = with_rank(inputs[1]._dims, 2)
    if four not in (4, None):
        raise ShapeError(f"Dimension must be 4 but is {four}")
    (m,) = with_rank(inputs[2]._dims, 1)
    if n is not None and m is not None and n != m:
        raise ShapeError(f"Dimensions must be equal, but are {n} and {m}")
    with_rank(inputs[3]._dims, 1)
    height, width = fold_dims(inputs[3]) or (None, None)
    return [(m if n is None else n, height, width, channels)]


def _crop_places(low: Any, high: Any, size_in: int, size_out: int) -> Any:
    """The place in the image, [boxes, size_out], of each pixel of the crops; coordinates 0 to 1 from first to last pixel."""
    n = xp(low)
    last = np.float32(size_in - 1)
    if size_out > 1:
        scale = (high - low) * last / np.float32(size_out - 1)
        return (low * last)[:, None] + n.arange(size_out, dtype=np.float32) * scale[:, None]
    return (np.float32(0.5) * (low + high) * last)[:, None]


@op(
    "CropAndResize", "image: T, boxes: float, box_ind: int32, crop_size: int32 -> crops: float",
    T="uint8 uint16 int8 int16 int32 int64 half float double", static="crop_size", shape=_crops_shape,
)  # fmt: skip
def crop_and_resize_op(image, boxes, box_ind, crop_size, *, method: str = "bilinear", extrapolation_value: float = 0.0):
    """Boxes (y1, x1, y2, x2) of images [batch, height, width, channels], resized to `crop_size`, in float32."""
    batch, height, width = image.shape[:3]
    check(height > 0 and width > 0, "image dimensions must be positive")
    check((box_ind >= 0) & (box_ind < batch), f"box_index has values outside [0, {batch})")
    crop_height, crop_width = (int(s) for s in crop_size)
    check(crop_height > 0 and crop_width > 0, "crop dimensions must be positive")
    n = xp(image, boxes, box_ind)
    ys = _crop_places(boxes[:, 0], boxes[:, 2], height, crop_height)
    xs = _crop_places(boxes[:, 1], boxes[:, 3], width, crop_width)
    inside = (_within(ys, height)[:, :, None] & _within(xs, width)[:, None, :])[..., None]
    which = n.clip(box_ind, 0, batch - 1)[:, None, None]

    def pixels(rows: Any, columns: Any) -> Any:
        rows = n.clip(rows, 0, height - 1).astype(np.int32)[:, :, None]
        columns = n.clip(columns, 0, width - 1).astype(np.int32)[:, None, :]
        return image[which, rows, columns].astype(np.float32)

    if method == "nearest":
        # Half away from zero, as C rounds.
        out = pixels(n.floor(ys + np.float32(0.5)), n.floor(xs + np.float32(0.5)))
    else:
        above, left = n.floor(ys), n.floor(xs)
        below, right = n.ceil(ys), n.ceil(xs)
        down, across = (ys - above)[:, :, None, None], (xs - left)[:, None, :, None]
        first, second = pixels(above, left), pixels(below, left)
        top = first + (pixels(above, right) - first) * across
        out = top + (second + (pixels(below, right) - second) * across - top) * down
    return n.where(inside, out, np.float32(extrapolation_value))


def _within(place: Any, size: int) -> Any:
    return (place >= 0) & (place <= size - 1)


@public("image.crop_and_resize")
def crop_and_resize(
    image: Any,
    boxes: Any,
    box_ind: Any = None,
    crop_size: Any = None,
    method: str = "bilinear",
    extrapolation_value: float = 0,
    name: str | None = None,
    box_indices: Any = None,
) -> Tensor:
    """Crops of images [batch, height, width, channels] at boxes, each resized to `crop_size` (height, width), in float32.

    Args:
      boxes: [n, 4], each (y1, x1, y2, x2), where 0 is the middle of the first pixel and 1 that of the last.
      box_ind, box_indices: [n], the image of each box.
      method: "bilinear" or "nearest".
      extrapolation_value: for pixels outside of the image.
    """
    if method not in ("bilinear", "nearest"):
        raise ValueError(f'Value for attr \'method\' of "{method}" is not in the list of allowed values: "bilinear", "nearest"')
    which = either("box_indices", box_indices, "box_ind", box_ind)
    return crop_and_resize_op(image, boxes, which, crop_size, method=method, extrapolation_value=extrapolation_value, name=name)


# -- glimpses ----------------------------------------------------------------------------------------
def _glimpse_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    batch, _, _, channels = with_rank(inputs[0]._dims, 4)
    with_rank(inputs[1]._dims, 1)
    offsets, two = with_rank(inputs[2]._dims, 2)
    if two not in (2, None):
        raise ShapeError(f"Dimension must be 2 but is {two}")
    if batch is not None and offsets is not None and batch != offsets:
        raise ShapeError(f"Dimensions must be equal, but are {batch} and {offsets}")
    height, width = fold_dims(inputs[1]) or (None, None)
    return [(offsets if batch is None else batch, height, width, channels)]


@op(
    "ExtractGlimpse", "input: float, size: int32, offsets: float -> glimpse: float",
    static="size", random=True, differentiable=False, shape=_glimpse_shape,
)  # fmt: skip
def extract_glimpse_op(
    input,
    size,
    offsets,
    *,
    centered: bool = True,
    normalized: bool = True,
    uniform_noise: bool = True,
    noise: str = "uniform",
    rng: Generator,
):
    """Windows of `size` at `offsets` (y, x), one an image; noise where they reach beyond it."""
    batch, height, width, channels = input.shape
    rows, columns = (int(s) for s in size)
    n = xp(input, offsets)
    starts = []
    for at, (whole, window) in enumerate(((height, rows), (width, columns))):
        place = offsets[:, at]
        if normalized:
            place = place * np.float32(whole)
        if centered:
            place = place / 2 + np.float32(whole / 2)
        # The offset is that of the window's middle.
        place = place - np.float32(window / 2)
        starts.append(n.trunc(place).astype(np.int32)[:, None] + np.arange(window, dtype=np.int32))
    ys, xs = starts
    inside = (((ys >= 0) & (ys < height))[:, :, None] & ((xs >= 0) & (xs < width))[:, None, :])[..., None]
    which = np.arange(batch)[:, None, None]
    pixels = input[which, n.clip(ys, 0, height - 1)[:, :, None], n.clip(xs, 0, width - 1)[:, None, :]]
    if uniform_noise and noise == "uniform":
        least, most = (getattr(input, f)(axis=(1, 2, 3), keepdims=True) for f in ("min", "max"))
        filling = rng.uniform(pixels.shape) * (most - least) + least
    elif noise == "zero":
        filling = np.zeros((), np.float32)
    else:
        filling = _normal_like(input, rng, pixels.shape)
    return xp(pixels, filling).where(inside, pixels, filling)


def _normal_like(images: Any, rng: Generator, shape: Any) -> Any:
    """Normal noise with the mean and deviation of each channel of each image."""
    mean, deviation = (getattr(images, f)(axis=(1, 2), keepdims=True) for f in ("mean", "std"))
    return rng.normal(shape) * deviation + mean


@public("image.extract_glimpse")
def extract_glimpse(
    input: Any,
    size: Any,
    offsets: Any,
    centered: bool = True,
    normalized: bool = True,
    uniform_noise: bool = True,
    name: str | None = None,
) -> Tensor:
    """Windows of `size` (height, width) of images [batch, height, width, channels], one an image.

    What lies outside of the image is noise, drawn afresh in every run (its numbers are not the reference's).

    Args:
      offsets: [batch, 2], (y, x) of each window's middle, (0, 0) being the image's middle, or its corner unless `centered`.
      normalized: offsets are in units of half an image (of an image, unless `centered`), else of pixels.
      uniform_noise: uniform in the range of the image's values, else normal.
    """
    return extract_glimpse_op(input, size, offsets, centered=centered, normalized=normalized, uniform_noise=uniform_noise, name=name)
