"""Mirror images, turned and transposed ones, by choice or by chance."""

from __future__ import annotations

from typing import Any

from ...graph import dtypes
from ...graph.conversion import convert_to_tensor
from ...graph.default_graph import name_scope
from ...graph.operation import Tensor
from ...graph.public import TABLE, public
from ..case import case
from ..control_flow import cond
from ..elementwise import equal, floormod, less, round_
from ..random import random_uniform
from ..reordering import reverse
from ..shaping import reshape, shape, transpose
from . import checks

_ROWS, _COLUMNS = 0, 1


@public("image.flip_left_right")
def flip_left_right(image: Any) -> Tensor:
    """Images [batch, height, width, channels], or one, with left and right exchanged."""
    return _flip(image, _COLUMNS, "flip_left_right")


@public("image.flip_up_down")
def flip_up_down(image: Any) -> Tensor:
    """Images [batch, height, width, channels], or one, upside down."""
    return _flip(image, _ROWS, "flip_up_down")


def _flip(image: Any, axis: int, scope: str) -> Tensor:
    with name_scope(None, scope, [image]):
        image = checks.asserted(convert_to_tensor(image, name="image"))
        if image.shape.ndims in (3, None):
            return _keeping_shape(image, reverse(image, [axis]))
        if image.shape.ndims == 4:
            return reverse(image, [axis + 1])
        raise ValueError("'image' must have either 3 or 4 dimensions.")


def _keeping_shape(image: Tensor, result: Tensor) -> Tensor:
    """`result`, known to have three dimensions, and those of `image`."""
    if image.shape.ndims is None:
        result.set_shape([None, None, None])
    else:
        result.set_shape(image.shape)
    return result


@public("image.random_flip_left_right")
def random_flip_left_right(image: Any, seed: Any = None) -> Tensor:
    """Each image with left and right exchanged, or as it is, with the same probability."""
    return _random_flip(image, _COLUMNS, seed, "random_flip_left_right")


@public("image.random_flip_up_down")
def random_flip_up_down(image: Any, seed: Any = None) -> Tensor:
    """Each image upside down, or as it is, with the same probability."""
    return _random_flip(image, _ROWS, seed, "random_flip_up_down")


def _random_flip(image: Any, axis: int, seed: Any, scope: str) -> Tensor:
    with name_scope(None, scope, [image]) as scope:
        image = checks.asserted(convert_to_tensor(image, name="image"))
        if image.shape.ndims in (3, None):
            flips = less(random_uniform([], 0, 1.0, seed=seed), 0.5)
            return _keeping_shape(image, cond(flips, lambda: reverse(image, [axis]), lambda: image, name=scope))
        if image.shape.ndims == 4:
            batch = shape(image)[0]
            draw = random_uniform([batch], 0, 1.0, seed=seed)
            flips = round_(reshape(draw, [batch, 1, 1, 1]))
            flips = TABLE["cast"](flips, image.dtype)
            return flips * reverse(image, [axis + 1]) + (1 - flips) * image
        raise ValueError("'image' must have either 3 or 4 dimensions.")


@public("image.transpose", "image.transpose_image")
def transpose_image(image: Any, name: str | None = None) -> Tensor:
    """Images [batch, height, width, channels], or one, with rows and columns exchanged."""
    with name_scope(name, "transpose", [image]):
        image = checks.asserted(convert_to_tensor(image, name="image"))
        if image.shape.ndims in (3, None):
            return transpose(image, [1, 0, 2], name="transpose")
        if image.shape.ndims == 4:
            return transpose(image, [0, 2, 1, 3], name="transpose")
        raise ValueError("'image' must have either 3 or 4 dimensions.")


@public("image.rot90")
def rot90(image: Any, k: Any = 1, name: str | None = None) -> Tensor:
    """Images [batch, height, width, channels], or one, turned counter-clockwise by `k` quarters."""
    with name_scope(name, "rot90", [image, k]) as scope:
        image = checks.asserted(convert_to_tensor(image, name="image"))
        k = convert_to_tensor(k, dtypes.int32, name="k")
        k.shape.assert_has_rank(0)
        k = floormod(k, 4)
        if image.shape.ndims in (3, None):
            return _turned(image, k, scope, 0, [1, 0, 2])
        if image.shape.ndims == 4:
            return _turned(image, k, scope, 1, [0, 2, 1, 3])
        raise ValueError("'image' must have either 3 or 4 dimensions.")


def _turned(image: Tensor, k: Tensor, scope: str, rows: int, swapped: list[int]) -> Tensor:
    def once() -> Tensor:
        return transpose(reverse(image, [rows + 1]), swapped)

    def twice() -> Tensor:
        return reverse(image, [rows, rows + 1])

    def thrice() -> Tensor:
        return reverse(transpose(image, swapped), [rows + 1])

    turns = [(equal(k, 1), once), (equal(k, 2), twice), (equal(k, 3), thrice)]
    out = case(turns, default=lambda: image, exclusive=True, name=scope)
    if rows:
        dims = image.shape.as_list()
        out.set_shape([dims[0], None, None, dims[3]])
    else:
        out.set_shape([None, None, image.shape.as_list()[2] if image.shape.ndims else None])
    return out
