"""The ops that TensorFlow's gradients of tf.image are made of. scopeflow makes none of them: graphs that TensorFlow wrote hold them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ...graph.operation import Tensor
from ...graph.tensor_shape import Dims
from ...op.declare import op
from ...op.fold import fold_dims
from ...op.shapes import with_rank
from .cropping import crop_and_resize_op
from .resizing import resize_bicubic_op, resize_bilinear_op, resize_nearest_neighbor_op


def _transposed(spec: Any, grads: Any, shape: Sequence[int], dtype: Any, align_corners: bool, half_pixel_centers: bool) -> Any:
    """The gradient of resizing images of `shape`."""
    grads = jnp.asarray(grads)
    size = np.array(grads.shape[1:3], np.int32)

    def forward(images: Any) -> Any:
        return spec.kernel(images, size, align_corners=align_corners, half_pixel_centers=half_pixel_centers).astype(grads.dtype)

    return jax.linear_transpose(forward, jax.ShapeDtypeStruct(tuple(int(d) for d in shape), dtype))(grads)[0]


def _like_second(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return [inputs[1]._dims]


@op("ResizeBilinearGrad", "grads: float, original_image: T -> output: T", T="float bfloat16 half double", jax_only=True,
    shape=_like_second)  # fmt: skip
def resize_bilinear_grad(grads, original_image, *, align_corners: bool = False, half_pixel_centers: bool = False):
    """The gradient of resizing by linear interpolation."""
    return _transposed(resize_bilinear_op, grads, original_image.shape, original_image.dtype, align_corners, half_pixel_centers)


@op("ResizeBicubicGrad", "grads: float, original_image: T -> output: T", T="float double", jax_only=True, shape=_like_second)
def resize_bicubic_grad(grads, original_image, *, align_corners: bool = False, half_pixel_centers: bool = False):
    """The gradient of resizing by cubic interpolation."""
    return _transposed(resize_bicubic_op, grads, original_image.shape, original_image.dtype, align_corners, half_pixel_centers)


@op("ResizeNearestNeighborGrad", "grads: T, size: int32 -> output: T", T="uint8 int8 int32 half float double", jax_only=True,
    static="size")  # fmt: skip
def resize_nearest_neighbor_grad(grads, size, *, align_corners: bool = False, half_pixel_centers: bool = False):
    """The gradient of resizing to the nearest pixels, for images of `size`."""
    shape = (grads.shape[0], int(size[0]), int(size[1]), grads.shape[3])
    if jnp.issubdtype(grads.dtype, jnp.floating):
        return _transposed(resize_nearest_neighbor_op, grads, shape, grads.dtype, align_corners, half_pixel_centers)
    return _transposed(resize_nearest_neighbor_op, grads.astype(jnp.float64), shape, jnp.float64, align_corners, half_pixel_centers).astype(
        grads.dtype
    )


@resize_nearest_neighbor_grad.shape
def _(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    batch, _, _, channels = with_rank(inputs[0]._dims, 4)
    height, width = fold_dims(inputs[1]) or (None, None)
    return [(batch, height, width, channels)]


def _sized(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return [with_rank(fold_dims(inputs[3]), 4)]


@op("CropAndResizeGradImage", "grads: float, boxes: float, box_ind: int32, image_size: int32 -> output: T", T="float half double",
    jax_only=True, static="image_size", shape=_sized)  # fmt: skip
def crop_and_resize_grad_image(grads, boxes, box_ind, image_size, *, T: dtype, method: str = "bilinear"):  # noqa: F821, N803
    """The gradient of crop_and_resize's images, which are of `image_size`."""
    grads, boxes, box_ind = jnp.asarray(grads), jnp.asarray(boxes), jnp.asarray(box_ind)
    size = np.array(grads.shape[1:3], np.int32)
    like = jax.ShapeDtypeStruct(tuple(int(d) for d in image_size), T.np_dtype)
    forward = lambda image: crop_and_resize_op.kernel(image, boxes, box_ind, size, method=method)  # noqa: E731
    return jax.linear_transpose(forward, like)(grads)[0]


def _like_boxes(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return [inputs[2]._dims]


@op("CropAndResizeGradBoxes", "grads: float, image: T, boxes: float, box_ind: int32 -> output: float",
    T="uint8 uint16 int8 int16 int32 int64 half float double", jax_only=True, shape=_like_boxes)  # fmt: skip
def crop_and_resize_grad_boxes(grads, image, boxes, box_ind, *, method: str = "bilinear"):
    """The gradient of crop_and_resize's boxes."""
    size = np.array(grads.shape[1:3], np.int32)
    image, box_ind = jnp.asarray(image), jnp.asarray(box_ind)
    _, pull = jax.vjp(lambda b: crop_and_resize_op.kernel(image, b, box_ind, size, method=method), jnp.asarray(boxes))
    return pull(jnp.asarray(grads))[0]
