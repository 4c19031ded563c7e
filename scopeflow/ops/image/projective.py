"""Images seen through projective transforms, and read where a warp says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np

from ...graph.errors import UnimplementedError
from ...graph.operation import Tensor
from ...graph.tensor_shape import Dims
from ...op.checks import check
from ...op.declare import op
from ...op.fold import fold
from ...op.namespace import xp
from ...op.shapes import with_rank

_TYPES = "uint8 int32 int64 half float double"


def _pixels(images: Any, rows: Any, columns: Any) -> Any:
    """images[b, rows[b], columns[b]] for images [batch, height, width, channels] and whole places [batch, ...]; 0 outside."""
    n = xp(images, rows)
    height, width = images.shape[1:3]
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    at = [n.clip(n.where(inside, i, 0), 0, size - 1).astype(np.int32) for i, size in ((rows, height), (columns, width))]
    batch = np.arange(images.shape[0]).reshape((-1,) + (1,) * (rows.ndim - 1))
    return n.where(inside[..., None], images[batch, at[0], at[1]], n.zeros((), images.dtype))


def _between(images: Any, y: Any, x: Any) -> Any:
    """The image at places between its pixels, by linear interpolation."""
    n = xp(images, y)
    if images.dtype.kind in "iu":
        images = images.astype(np.float32)
    top, left = n.floor(y), n.floor(x)
    right_share, lower_share = (x - left)[..., None], (y - top)[..., None]

    def along(row: Any) -> Any:
        a, b = _pixels(images, row, left), _pixels(images, row, left + 1)
        return (1 - right_share) * a + right_share * b

    return (1 - lower_share) * along(top) + lower_share * along(top + 1)


def _rounded(x: Any) -> Any:
    """The nearest whole number, halves away from zero, as C rounds."""
    n = xp(x)
    towards_zero = n.trunc(x)
    return n.where(abs(x - towards_zero) >= np.float32(0.5), towards_zero + n.sign(x), towards_zero)


def _transformed(images: Any, transforms: Any, size: Any, interpolation: str) -> Any:
    check(images.ndim == 4, "Input images must have rank 4")
    check(transforms.ndim == 2 and transforms.shape[1] == 8 and transforms.shape[0] in (1, images.shape[0]),
          "Input transform should be num_images x 8 or 1 x 8")  # fmt: skip
    check(interpolation in ("NEAREST", "BILINEAR"), f"Invalid interpolation {interpolation}. Supported types: NEAREST, BILINEAR")
    check(size[0] > 0 and size[1] > 0, f"new dimensions must be positive, got [{size[0]}, {size[1]}]")
    n = xp(images, transforms)
    shape = (images.shape[0], int(size[0]), int(size[1]))
    y, x = np.meshgrid(*(np.arange(s, dtype=np.float32) for s in shape[1:]), indexing="ij")
    a0, a1, a2, b0, b1, b2, c0, c1 = (t[:, None, None] for t in n.moveaxis(transforms, 1, 0))
    scale = c0 * x + c1 * y + 1
    # Points at infinity show nothing.
    outside = np.float32(-10)
    finite = scale != 0
    divisor = n.where(finite, scale, 1)
    columns = n.broadcast_to(n.where(finite, (a0 * x + a1 * y + a2) / divisor, outside), shape)
    rows = n.broadcast_to(n.where(finite, (b0 * x + b1 * y + b2) / divisor, outside), shape)
    if interpolation == "NEAREST":
        return _pixels(images, _rounded(rows), _rounded(columns))
    return _between(images, rows, columns).astype(images.dtype)


def _of_size(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    batch, _, _, channels = with_rank(inputs[0]._dims, 4)
    size = fold(inputs[2])
    height, width = (None, None) if size is None else (int(d) for d in size)
    return [(batch, height, width, channels)]


@op(
    "ImageProjectiveTransformV2", "images: dtype, transforms: float, output_shape: int32 -> transformed_images: dtype", dtype=_TYPES,
    static="output_shape", no_gradient="transforms", shape=_of_size,
)  # fmt: skip
def image_projective_transform_v2(images, transforms, output_shape, *, interpolation: str):
    """Images [batch, height, width, channels] seen through transforms [batch or 1, 8], which take output places to input places."""
    return _transformed(images, transforms, output_shape, interpolation)


@image_projective_transform_v2.gradient
def _(inputs: Any, outputs: Any, grads: Any, interpolation: str) -> Any:
    images, transforms, _ = inputs
    return _transformed_back(images, transforms, grads[0], interpolation), None, None


def _transformed_back(images: Any, transforms: Any, grads: Any, interpolation: str) -> Any:
    """The gradient as the reference takes it: `grads` seen through the inverse transforms."""
    ones = jnp.ones((transforms.shape[0], 1), transforms.dtype)
    matrices = jnp.concatenate([transforms, ones], 1).reshape(-1, 3, 3)
    flat = jnp.linalg.inv(matrices).reshape(-1, 9)
    return _transformed(grads, (flat / flat[:, 8:])[:, :8], images.shape[1:3], interpolation)


@op(
    "ImageProjectiveTransform", "images: dtype, transforms: float -> transformed_images: dtype", dtype=_TYPES,
    no_gradient="transforms", shape=lambda inputs, attrs: [with_rank(inputs[0]._dims, 4)],
)  # fmt: skip
def image_projective_transform(images, transforms, *, interpolation: str):
    """The older form, whose output has the input's size."""
    return _transformed(images, transforms, images.shape[1:3], interpolation)


@image_projective_transform.gradient
def _(inputs: Any, outputs: Any, grads: Any, interpolation: str) -> Any:
    return _transformed_back(*inputs, grads[0], interpolation), None


def _warped(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    data, warp = (t._dims for t in inputs)
    if warp is None:
        return [None]
    return [(*warp[:-1], data[-1] if data else None)]


@op("Resampler", "data: T, warp: T -> output: T", T="half bfloat16 float double", shape=_warped)
def resampler(data, warp):
    """Data [batch, height, width, channels] read at places (x, y) of warp [batch, ..., 2], linearly; 0 a pixel or more outside."""
    if data.ndim != 4:
        raise UnimplementedError(
            None,
            None,
            "Only bilinear interpolation is currently supported. The input data shape must be "
            f"[batch_size, data_height, data_width, data_channels], but is: {_spelled(data.shape)}",
        )
    if warp.shape[-1] != 2:
        raise UnimplementedError(
            None,
            None,
            "Only bilinear interpolation is supported, warping coordinates must be 2D; warp shape last entry should be 2, "
            f"but shape vector is: {_spelled(warp.shape)}",
        )
    check(data.shape[0] == warp.shape[0], f"Batch size of data and warp must be the same: {data.shape[0]} and {warp.shape[0]}")
    n = xp(data, warp)
    x, y = warp[..., 0], warp[..., 1]
    inside = (x > -1) & (y > -1) & (x < data.shape[2]) & (y < data.shape[1])
    return n.where(inside[..., None], _between(data, y, x), n.zeros((), data.dtype))


def _spelled(shape: Sequence[int]) -> str:
    return f"[{','.join(map(str, shape))}]"
