"""How images differ and vary: PSNR, SSIM, total variation, gradients, Sobel edges."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ...graph import dtypes
from ...graph.conversion import constant, convert_to_tensor
from ...graph.default_graph import control_dependencies, name_scope
from ...graph.operation import Operation, Tensor
from ...graph.public import public
from ..asserts import assert_
from ..casting import cast
from ..control_flow import cond
from ..creation import range_, zeros
from ..elementwise import abs_, equal, greater_equal, log, not_equal, pow_, square, squared_difference, subtract
from ..flow import identity
from ..joining import concat, pad, tile, unstack
from ..nn.activation import relu, softmax
from ..nn.dilated import depthwise_conv2d
from ..nn.pooling import avg_pool
from ..packing import stack
from ..reduction import reduce_all, reduce_any, reduce_mean, reduce_prod, reduce_sum
from ..shaping import expand_dims, reshape, shape, shape_n, size
from .color import convert_image_dtype


def _comparable(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor, list[Operation]]:
    """The shapes of two (batches of) images, and assertions that they can be compared. Raises ValueError if they cannot be."""
    dims_a, dims_b = a.shape.with_rank_at_least(3), b.shape.with_rank_at_least(3)
    dims_a[-3:].assert_is_compatible_with(dims_b[-3:])
    if dims_a.ndims is not None and dims_b.ndims is not None:
        for p, q in zip(reversed(dims_a.dims[:-3]), reversed(dims_b.dims[:-3])):
            if not (p == 1 or q == 1 or p.is_compatible_with(q)):
                raise ValueError(f"Two images are not compatible: {dims_a} and {dims_b}")
    shape_a, shape_b = shape_n([a, b])
    enough = assert_(greater_equal(size(shape_a), 3), [shape_a, shape_b], summarize=10)
    same = assert_(reduce_all(equal(shape_a[-3:], shape_b[-3:])), [shape_a, shape_b], summarize=10)
    return shape_a, shape_b, [enough, same]


@public("image.psnr")
def psnr(a: Any, b: Any, max_val: Any, name: str | None = None) -> Tensor:
    """The peak signal-to-noise ratio in decibels of pairs of images, [..., height, width, channels], with values up to `max_val`."""
    with name_scope(name, "PSNR", [a, b]):
        max_val = convert_image_dtype(cast(max_val, a.dtype), dtypes.float32)
        a, b = convert_image_dtype(a, dtypes.float32), convert_image_dtype(b, dtypes.float32)
        error = reduce_mean(squared_difference(a, b), [-3, -2, -1])
        ratio = subtract(20 * log(max_val) / log(10.0), np.float32(10 / np.log(10)) * log(error), name="psnr")
        _, _, checks = _comparable(a, b)
        with control_dependencies(checks):
            return identity(ratio)


# -- structural similarity (Wang et al. 2004, 2003) -----------------------------------------------------
def _gaussian(count: Tensor, sigma: Tensor) -> Tensor:
    """Weights [count, count, 1, 1] of a Gauss window, which sum to 1."""
    at = cast(range_(count), sigma.dtype)
    at = at - cast(count - 1, sigma.dtype) / 2.0
    exponent = square(at)
    exponent = exponent * (-0.5 / square(sigma))
    exponent = reshape(exponent, [1, -1]) + reshape(exponent, [-1, 1])
    return reshape(softmax(reshape(exponent, [1, -1])), [count, count, 1, 1])


def _similarities(
    a: Tensor, b: Tensor, average: Callable[[Tensor], Tensor], max_val: Tensor, k1: float, k2: float
) -> tuple[Tensor, Tensor]:
    """(similarity of luminance, similarity of contrast and structure) of each window."""
    c1, c2 = (k1 * max_val) ** 2, (k2 * max_val) ** 2
    mean_a, mean_b = average(a), average(b)
    mixed = mean_a * mean_b * 2.0
    squares = square(mean_a) + square(mean_b)
    luminance = (mixed + c1) / (squares + c1)
    mixed_2 = average(a * b) * 2.0
    squares_2 = average(square(a) + square(b))
    c2 = c2 * 1.0
    return luminance, (mixed_2 - mixed + c2) / (squares_2 - squares + c2)


def _per_channel(
    a: Tensor, b: Tensor, max_val: Tensor, filter_size: int, filter_sigma: float, k1: float, k2: float
) -> tuple[Tensor, Tensor]:
    """(structural similarity, similarity of contrast and structure) of each channel."""
    count = constant(filter_size, dtype=dtypes.int32)
    sigma = constant(filter_sigma, dtype=a.dtype)
    shape_a, shape_b = shape_n([a, b])
    checks = [assert_(reduce_all(greater_equal(s[-3:-1], count)), [s, count], summarize=8) for s in (shape_a, shape_b)]
    with control_dependencies(checks):
        a = identity(a)
    kernel = tile(_gaussian(count, sigma), [1, 1, shape_a[-1], 1])

    def average(x: Tensor) -> Tensor:
        dims = shape(x)
        flat = reshape(x, concat([[-1], dims[-3:]], 0))
        out = depthwise_conv2d(flat, kernel, strides=[1, 1, 1, 1], padding="VALID")
        return reshape(out, concat([dims[:-3], shape(out)[1:]], 0))

    luminance, structure = _similarities(a, b, average, max_val, k1, k2)
    axes = constant([-3, -2], dtype=dtypes.int32)
    return reduce_mean(luminance * structure, axes), reduce_mean(structure, axes)


@public("image.ssim")
def ssim(
    img1: Any, img2: Any, max_val: Any, filter_size: int = 11, filter_sigma: float = 1.5, k1: float = 0.01, k2: float = 0.03
) -> Tensor:
    """The structural similarity of each pair of images, [..., height, width, channels], whose values go up to `max_val`."""
    _, _, checks = _comparable(img1, img2)
    with control_dependencies(checks):
        img1 = identity(img1)
    max_val = convert_image_dtype(cast(max_val, img1.dtype), dtypes.float32)
    img1, img2 = convert_image_dtype(img1, dtypes.float32), convert_image_dtype(img2, dtypes.float32)
    found, _ = _per_channel(img1, img2, max_val, filter_size, filter_sigma, k1, k2)
    return reduce_mean(found, [-1])


@public("image.ssim_multiscale")
def ssim_multiscale(
    img1: Any,
    img2: Any,
    max_val: Any,
    power_factors: Sequence[float] = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333),
    filter_size: int = 11,
    filter_sigma: float = 1.5,
    k1: float = 0.01,
    k2: float = 0.03,
) -> Tensor:
    """The multi-scale structural similarity of each pair of images: at `len(power_factors)` scales, each half as large as the last."""
    with name_scope(None, "MS-SSIM", [img1, img2]):
        img1, img2 = convert_to_tensor(img1, name="img1"), convert_to_tensor(img2, name="img2")
        shape_1, shape_2, checks = _comparable(img1, img2)
        with control_dependencies(checks):
            img1 = identity(img1)
        max_val = convert_image_dtype(cast(max_val, img1.dtype), dtypes.float32)
        images = [convert_image_dtype(img1, dtypes.float32), convert_image_dtype(img2, dtypes.float32)]
        heads, tails = [s[:-3] for s in (shape_1, shape_2)], [s[-3:] for s in (shape_1, shape_2)]
        window = [1, 2, 2, 1]
        divisor = constant(window[1:], dtype=dtypes.int32)
        structures = []
        for k in range(len(power_factors)):
            with name_scope(None, f"Scale{k}", images):
                if k > 0:
                    smaller = [avg_pool(x, ksize=window, strides=window, padding="VALID") for x in _evenly_padded(images, tails, divisor)]
                    tails = [s[1:] for s in shape_n(smaller)]
                    images = [reshape(x, concat([h, t], 0)) for x, h, t in zip(smaller, heads, tails)]
                found, structure = _per_channel(*images, max_val, filter_size, filter_sigma, k1, k2)
                structures.append(relu(structure))
        structures.pop()  # of the last scale, all of the similarity counts
        factors = pow_(stack([*structures, relu(found)], axis=-1), power_factors)
        return reduce_mean(reduce_prod(factors, [-1]), [-1])


def _evenly_padded(images: list[Tensor], tails: list[Tensor], divisor: Tensor) -> list[Tensor]:
    """The images as batches, each with a last row or column again where their number is odd."""
    flat = [reshape(x, concat([[-1], t], 0)) for x, t in zip(images, tails)]
    remainder = tails[0] % divisor

    def padded() -> list[Tensor]:
        paddings = pad(expand_dims(remainder, -1), [[1, 0], [1, 0]])
        return [pad(x, paddings, mode="SYMMETRIC") for x in flat]

    return cond(reduce_any(not_equal(remainder, 0)), padded, lambda: flat)


# -- variation ------------------------------------------------------------------------------------------
@public("image.total_variation")
def total_variation(images: Any, name: str | None = None) -> Tensor:
    """The sum of the absolute differences between neighbouring pixels, of each image [height, width, channels]."""
    with name_scope(name, "total_variation"):
        ndims = images.shape.ndims
        if ndims == 3:
            down = images[1:, :, :] - images[:-1, :, :]
            across = images[:, 1:, :] - images[:, :-1, :]
            axes = None
        elif ndims == 4:
            down = images[:, 1:, :, :] - images[:, :-1, :, :]
            across = images[:, :, 1:, :] - images[:, :, :-1, :]
            axes = [1, 2, 3]
        else:
            raise ValueError("'images' must be either 3 or 4-dimensional.")
        return reduce_sum(abs_(down), axis=axes) + reduce_sum(abs_(across), axis=axes)


@public("image.image_gradients")
def image_gradients(image: Any) -> tuple[Tensor, Tensor]:
    """(dy, dx): the difference of each pixel of [batch, height, width, channels] to the next below and to the right; 0 in the last."""
    if image.shape.ndims != 4:
        raise ValueError(f"image_gradients expects a 4D tensor [batch_size, h, w, d], not {image.shape}.")
    dims = shape(image)
    batch, height, width, channels = unstack(dims)
    dy = image[:, 1:, :, :] - image[:, :-1, :, :]
    dx = image[:, :, 1:, :] - image[:, :, :-1, :]
    dy = concat([dy, zeros(stack([batch, 1, width, channels]), image.dtype)], 1)
    dy = reshape(dy, dims)
    dx = concat([dx, zeros(stack([batch, height, 1, channels]), image.dtype)], 2)
    return dy, reshape(dx, dims)


@public("image.sobel_edges")
def sobel_edges(image: Any) -> Tensor:
    """Sobel's edge maps, [batch, height, width, channels, 2], of images: differences down and across; pixels beyond the border mirrored."""
    static = image.shape
    dims = shape(image)
    down = [[-1, -2, -1], [0, 0, 0], [1, 2, 1]]
    kernels = np.stack([np.array(down), np.array(down).T], -1)[:, :, None, :]
    filters = tile(constant(kernels, dtype=image.dtype), [1, 1, dims[-1], 1], name="sobel_filters")
    padded = pad(image, [[0, 0], [1, 1], [1, 1], [0, 0]], mode="REFLECT")
    out = depthwise_conv2d(padded, filters, strides=[1, 1, 1, 1], padding="VALID")
    out = reshape(out, concat([dims, [2]], 0))
    out.set_shape(static.concatenate([2]))
    return out
