"""Moving blocks of pixels between dimensions: space_to_batch, space_to_depth and their inverses, and image patches."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..graph import dtypes, errors
from ..graph.constant_value import constant_value
from ..graph.conversion import constant, convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.operation import Tensor
from ..graph.public import public
from ..graph.tensor_shape import Dims
from ..op.declare import ShapeError, op
from ..op.fold import fold
from ..op.namespace import xp
from ..op.shapes import with_rank
from .creation import zeros
from .packing import stack


# -- space and batch ------------------------------------------------------------------------------
def _blocks_shape(inputs: Sequence[Tensor], to_batch: bool) -> list[Dims]:
    dims = inputs[0]._dims
    block, edges = fold(inputs[1]), fold(inputs[2])
    n = with_rank(inputs[1]._dims, 1)[0]
    if dims is None:
        return [None]
    if n is None:
        return [(None,) * len(dims)]
    if len(dims) < n + 1:
        raise ShapeError(f"Shape must be at least rank {n + 1} but is rank {len(dims)}")
    batch = dims[0]
    out: list[int | None] = []
    for i in range(n):
        size = dims[i + 1]
        if block is None:
            batch = None
            out.append(None)
            continue
        b = int(block[i])
        if b < 1:
            raise ShapeError("block_shape must be positive", values=(1,))
        if to_batch:
            batch = None if batch is None else batch * b
        elif batch is not None:
            if batch % b:
                raise ShapeError(f"Dimension size must be evenly divisible by {b} but is {batch}", values=(1, 2))
            batch //= b
        if size is None or edges is None:
            out.append(None)
            continue
        before, after = (int(e) for e in edges[i])
        if before < 0 or after < 0:
            raise ShapeError(f"{'paddings' if to_batch else 'crops'} cannot be negative", values=(1, 2))
        if to_batch:
            padded = size + before + after
            if padded % b:
                raise ShapeError(f"Dimension size must be evenly divisible by {b} but is {padded}", values=(1, 2))
            out.append(padded // b)
        else:
            cropped = size * b - before - after
            if cropped < 0:
                raise ShapeError(f"Negative dimension size caused by subtracting {before + after} from {size * b}", values=(1, 2))
            out.append(cropped)
    return [(batch, *out, *dims[n + 1 :])]


@public("space_to_batch_nd", "manip.space_to_batch_nd")
@op(
    "SpaceToBatchND",
    "input: T, block_shape: Tblock_shape, paddings: Tpaddings -> output: T",
    Tblock_shape="int32 int64 = int32",
    Tpaddings="int32 int64 = int32",
    static="block_shape paddings",
    shape=lambda inputs, attrs: _blocks_shape(inputs, True),
)
def space_to_batch_nd(input, block_shape, paddings):
    """The positions within each block of the padded spatial dimensions, moved to the batch dimension."""
    np_ = xp(input)
    block = [int(b) for b in block_shape]
    n = len(block)
    rest = input.ndim - n - 1
    x = np_.pad(input, [(0, 0), *((int(a), int(b)) for a, b in paddings), *([(0, 0)] * rest)])
    sizes: list[int] = [x.shape[0]]
    for size, b in zip(x.shape[1:], block):
        if size % b:
            raise errors.InvalidArgumentError(None, None, f"padded_shape={size} is not divisible by block_shape={b}")
        sizes += [size // b, b]
    x = x.reshape((*sizes, *x.shape[n + 1 :]))
    order = [2 + 2 * i for i in range(n)] + [0] + [1 + 2 * i for i in range(n)] + list(range(2 * n + 1, x.ndim))
    x = x.transpose(order)
    return x.reshape((math.prod(x.shape[: n + 1]), *x.shape[n + 1 :]))


@public("batch_to_space_nd", "manip.batch_to_space_nd")
@op(
    "BatchToSpaceND",
    "input: T, block_shape: Tblock_shape, crops: Tcrops -> output: T",
    Tblock_shape="int32 int64 = int32",
    Tcrops="int32 int64 = int32",
    static="block_shape crops",
    shape=lambda inputs, attrs: _blocks_shape(inputs, False),
)
def batch_to_space_nd(input, block_shape, crops):
    """The inverse of `space_to_batch_nd`: parts of the batch dimension become blocks, cropped at the edges."""
    block = [int(b) for b in block_shape]
    n = len(block)
    if input.shape[0] % math.prod(block):
        raise errors.InvalidArgumentError(
            None, None, f"Input batch dimension ({input.shape[0]}) is not divisible by product of block sizes ({math.prod(block)})"
        )
    x = input.reshape((*block, input.shape[0] // math.prod(block), *input.shape[1:]))
    order = [n]
    for i in range(n):
        order += [n + 1 + i, i]
    x = x.transpose(order + list(range(2 * n + 1, x.ndim)))
    sizes = [x.shape[1 + 2 * i] * x.shape[2 + 2 * i] for i in range(n)]
    x = x.reshape((x.shape[0], *sizes, *x.shape[2 * n + 1 :]))
    keep = [slice(int(a), size - int(b)) for (a, b), size in zip(crops, sizes)]
    return x[(slice(None), *keep)]


@public("nn.space_to_batch", "space_to_batch")
def space_to_batch(input: Any, paddings: Any, block_size: Any = None, name: str | None = None, block_shape: Any = None) -> Tensor:
    """`space_to_batch_nd` of the two spatial dimensions of images [batch, height, width, depth], with square blocks."""
    block_size = block_shape if block_size is None else block_size
    return _squared(space_to_batch_nd, input, block_size, paddings, name)


@public("batch_to_space")
def batch_to_space(input: Any, crops: Any, block_size: Any, name: str | None = None, block_shape: Any = None) -> Tensor:
    """`batch_to_space_nd` of the two spatial dimensions of images [batch, height, width, depth], with square blocks."""
    block_size = block_shape if block_size is None else block_size
    return _squared(batch_to_space_nd, input, block_size, crops, name)


def _squared(move: Any, input: Any, block_size: Any, edges: Any, name: str | None) -> Tensor:
    out = move(input, [block_size, block_size], edges, name=name)
    out.set_shape(out.shape.with_rank(4))
    return out


@op("SpaceToBatch", "input: T, paddings: Tpaddings -> output: T", Tpaddings="int32 int64 = int32", static="paddings")
def space_to_batch_v1(input, paddings, *, block_size: int):
    """`space_to_batch_nd` with square blocks: the form that older graphs hold."""
    return space_to_batch_nd.kernel(input, np.array([block_size] * 2), paddings)


@op("BatchToSpace", "input: T, crops: Tidx -> output: T", Tidx="int32 int64 = int32", static="crops")
def batch_to_space_v1(input, crops, *, block_size: int):
    """`batch_to_space_nd` with square blocks: the form that older graphs hold."""
    return batch_to_space_nd.kernel(input, np.array([block_size] * 2), crops)


@public("required_space_to_batch_paddings")
def required_space_to_batch_paddings(
    input_shape: Any, block_shape: Any, base_paddings: Any = None, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """The paddings that make the spatial sizes `input_shape` divisible by `block_shape`, and the crops that undo them."""
    with name_scope(name, "required_space_to_batch_paddings", [input_shape, block_shape]):
        input_shape = convert_to_tensor(input_shape, dtype=dtypes.int32, name="input_shape")
        block_shape = convert_to_tensor(block_shape, dtype=dtypes.int32, name="block_shape")
        block_shape.shape.assert_is_fully_defined()
        block_shape.shape.assert_has_rank(1)
        n = block_shape._dims[0]
        if n == 0:
            return zeros([0, 2], dtypes.int32), zeros([0, 2], dtypes.int32)
        input_shape.shape.assert_is_compatible_with([n])
        if base_paddings is not None:
            base_paddings = convert_to_tensor(base_paddings, dtype=dtypes.int32, name="base_paddings")
            base_paddings.shape.assert_is_compatible_with([n, 2])
        else:
            base_paddings = zeros([n, 2], dtypes.int32)
        known = [constant_value(t) for t in (block_shape, input_shape, base_paddings)]
        if all(v is not None for v in known):
            blocks, sizes, base = known
            extra = (blocks - (sizes + base[:, 0] + base[:, 1]) % blocks) % blocks
            paddings = np.stack([base[:, 0], base[:, 1] + extra], axis=1)
            crops = np.stack([np.zeros_like(extra), extra], axis=1)
            return constant(paddings, dtypes.int32, name="paddings"), constant(crops, dtypes.int32, name="crops")
        start, end = base_paddings[:, 0], base_paddings[:, 1]
        full = input_shape + start + end
        extra = (block_shape - full % block_shape) % block_shape
        end = end + extra
        paddings = stack([[start[i], end[i]] for i in range(n)], name="paddings")
        crops = stack([[0, extra[i]] for i in range(n)], name="crops")
        return paddings, crops


# -- space and depth ----------------------------------------------------------------------------------
def _check_block(op_type: str, block_size: int) -> None:
    if block_size < 2:
        raise ValueError(f"Attr 'block_size' of '{op_type}' Op passed {block_size} less than minimum 2.")


def _image_dims(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> tuple[Any, Any, Any, Any, bool]:
    dims = with_rank(inputs[0]._dims, 4)
    if attrs["data_format"] == "NCHW":
        return dims[0], dims[2], dims[3], dims[1], True
    return dims[0], dims[1], dims[2], dims[3], False


def _image_shape(batch: Any, height: Any, width: Any, depth: Any, first: bool) -> list[Dims]:
    return [(batch, depth, height, width) if first else (batch, height, width, depth)]


def _divided(size: int | None, by: int) -> int | None:
    if size is None:
        return None
    if size % by:
        raise ShapeError(f"Dimension size must be evenly divisible by {by} but is {size}")
    return size // by


@op("SpaceToDepth", "input: T -> output: T")
def space_to_depth_op(input, *, block_size: int, data_format: str = "NHWC"):
    """The positions within each block of an image, moved to the depth dimension."""
    x = input.transpose(0, 2, 3, 1) if data_format == "NCHW" else input
    b, h, w, d = x.shape
    s = block_size
    x = x.reshape(b, h // s, s, w // s, s, d).transpose(0, 1, 3, 2, 4, 5).reshape(b, h // s, w // s, s * s * d)
    return x.transpose(0, 3, 1, 2) if data_format == "NCHW" else x


@space_to_depth_op.shape
def _space_to_depth_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    batch, height, width, depth, first = _image_dims(inputs, attrs)
    s = attrs["block_size"]
    return _image_shape(batch, _divided(height, s), _divided(width, s), None if depth is None else depth * s * s, first)


@op("DepthToSpace", "input: T -> output: T")
def depth_to_space_op(input, *, block_size: int, data_format: str = "NHWC"):
    """The inverse of `space_to_depth`: parts of the depth dimension become blocks of an image."""
    x = input.transpose(0, 2, 3, 1) if data_format == "NCHW" else input
    b, h, w, d = x.shape
    s = block_size
    x = x.reshape(b, h, w, s, s, d // (s * s)).transpose(0, 1, 3, 2, 4, 5).reshape(b, h * s, w * s, d // (s * s))
    return x.transpose(0, 3, 1, 2) if data_format == "NCHW" else x


@depth_to_space_op.shape
def _depth_to_space_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    batch, height, width, depth, first = _image_dims(inputs, attrs)
    s = attrs["block_size"]
    return _image_shape(batch, None if height is None else height * s, None if width is None else width * s, _divided(depth, s * s), first)


@public("nn.space_to_depth", "space_to_depth")
def space_to_depth(input: Any, block_size: int, name: str | None = None, data_format: str = "NHWC") -> Tensor:
    """The positions within each block of images [batch, height, width, depth] (or "NCHW"), moved to the depth dimension."""
    _check_block("SpaceToDepth", block_size)
    return space_to_depth_op(input, block_size=block_size, data_format=data_format, name=name)


@public("nn.depth_to_space", "depth_to_space")
def depth_to_space(input: Any, block_size: int, name: str | None = None, data_format: str = "NHWC") -> Tensor:
    """The inverse of `space_to_depth`: parts of the depth dimension become blocks of images."""
    _check_block("DepthToSpace", block_size)
    return depth_to_space_op(input, block_size=block_size, data_format=data_format, name=name)


# -- patches ----------------------------------------------------------------------------------------------
_REAL = "float double int32 uint8 int16 int8 int64 bfloat16 uint16 half uint32 uint64"


def _window(size: int | None, k: int, stride: int, rate: int, padding: str) -> tuple[int | None, int]:
    """How many windows fit along a dimension, and how many elements are padded before it."""
    reach = k + (k - 1) * (rate - 1)
    if size is None:
        return None, 0
    if padding == "VALID":
        return -(-(size - reach + 1) // stride), 0
    n = -(-size // stride)
    return n, max(0, (n - 1) * stride + reach - size) // 2


def _patches(x: Any, ksizes: Sequence[int], strides: Sequence[int], rates: Sequence[int], padding: str) -> Any:
    """All windows of the spatial dimensions of `x` [batch, *spatial, depth]: [batch, *windows, elements of a window]."""
    np_ = xp(x)
    spatial = x.shape[1:-1]
    for axis, (size, k, stride, rate) in enumerate(zip(spatial, ksizes, strides, rates)):
        n, before = _window(size, k, stride, rate, padding)
        last = (n - 1) * stride + (k - 1) * rate + 1
        widths = [(0, 0)] * x.ndim
        at = 1 + 2 * axis
        widths[at] = (before, max(0, last - size - before))
        x = np_.pad(x, widths)
        places = np.arange(n)[:, None] * stride + np.arange(k)[None, :] * rate
        x = np_.take(x, places, axis=at)
    # [batch, n0, k0, n1, k1, ..., depth] to [batch, n0, n1, ..., k0, k1, ..., depth]
    m = len(spatial)
    x = x.transpose([0] + [1 + 2 * i for i in range(m)] + [2 + 2 * i for i in range(m)] + [2 * m + 1])
    return x.reshape(x.shape[: m + 1] + (-1,))


def _patches_shape(dims: Dims, ksizes: Sequence[int], strides: Sequence[int], rates: Sequence[int], padding: str) -> list[Dims]:
    dims = with_rank(dims, len(ksizes))
    windows = [_window(d, k, s, r, padding)[0] for d, k, s, r in zip(dims[1:-1], ksizes[1:-1], strides[1:-1], rates[1:-1])]
    if any(w is not None and w < 0 for w in windows):
        raise ShapeError("Computed output size would be negative")
    return [(dims[0], *windows, None if dims[-1] is None else dims[-1] * math.prod(ksizes[1:-1]))]


@op("ExtractImagePatches", "images: T -> patches: T", T=_REAL)
def extract_image_patches_op(images, *, ksizes: list[int], strides: list[int], rates: list[int], padding: str):
    """The windows of images [batch, height, width, depth], each laid out along the last dimension."""
    return _patches(images, ksizes[1:3], strides[1:3], rates[1:3], padding)


@extract_image_patches_op.shape
def _extract_image_patches_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return _patches_shape(inputs[0]._dims, attrs["ksizes"], attrs["strides"], attrs["rates"], attrs["padding"])


@public("image.extract_image_patches", "extract_image_patches")
def extract_image_patches(
    images: Any,
    ksizes: Any = None,
    strides: Any = None,
    rates: Any = None,
    padding: str | None = None,
    name: str | None = None,
    sizes: Any = None,
) -> Tensor:
    """The windows of images [batch, height, width, depth], each laid out along the last dimension (`ksizes` is `sizes`' old name)."""
    if sizes is not None:
        if ksizes is not None:
            raise ValueError("Cannot specify both 'ksizes' and 'sizes'")
        ksizes = sizes
    return extract_image_patches_op(images, ksizes=ksizes, strides=strides, rates=rates, padding=padding, name=name)


@public("image.extract_patches")
def extract_patches(images: Any, sizes: Any, strides: Any, rates: Any, padding: str, name: str | None = None) -> Tensor:
    """The windows of images [batch, height, width, depth], each laid out along the last dimension."""
    return extract_image_patches_op(images, ksizes=sizes, strides=strides, rates=rates, padding=padding, name=name)


@public("extract_volume_patches")
@op("ExtractVolumePatches", "input: T -> patches: T", T=_REAL)
def extract_volume_patches(input, *, ksizes: list[int], strides: list[int], padding: str):
    """The windows of volumes [batch, planes, rows, columns, depth], each laid out along the last dimension."""
    return _patches(input, ksizes[1:4], strides[1:4], [1, 1, 1], padding)


@extract_volume_patches.shape
def _extract_volume_patches_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return _patches_shape(inputs[0]._dims, attrs["ksizes"], attrs["strides"], [1] * 5, attrs["padding"])
