"""Rotations, translations and other projective transforms of images.

A transform is (a0, a1, a2, b0, b1, b2, c0, c1): the output pixel (x, y) shows the input's ((a0 x + a1 y + a2) / k, (b0 x + b1 y + b2) / k)
with k = c0 x + c1 y + 1.
"""

from __future__ import annotations

from typing import Any

from ...graph import dtypes
from ...graph.default_graph import name_scope
from ...graph.operation import Tensor
from ...graph.public import public
from ...ops import array
from ...ops.casting import cast
from ...ops.elementwise import cos, sin
from ...ops.image import projective
from ...ops.matmul import matmul

_TYPES = ("uint8", "int32", "int64", "float16", "float32", "float64")


def _images(images: Any) -> Tensor:
    """The images as a tensor. Raises TypeError for other types, or a rank that is not known."""
    images = array.convert_to_tensor(images, name="images")
    if images.dtype.base_dtype.name not in _TYPES:
        raise TypeError(f"Invalid dtype {images.dtype!s}.")
    if images.shape.ndims is None:
        raise TypeError("image_or_images rank must be statically known")
    return images


def _as_batch(images: Tensor) -> Tensor:
    """Images of any rank as [batch, height, width, channels]. Raises TypeError for a rank that they cannot have."""
    rank = images.shape.ndims
    if rank == 2:
        return images[None, :, :, None]
    if rank == 3:
        return images[None, :, :, :]
    if rank != 4:
        raise TypeError("Images should have rank between 2 and 4.")
    return images


@public("contrib.image.transform")
def transform(images: Any, transforms: Any, interpolation: str = "NEAREST", output_shape: Any = None, name: str | None = None) -> Tensor:
    """Images seen through projective transforms; 0 where they show what lies outside.

    Args:
      images: [height, width], [height, width, channels] or [batch, height, width, channels].
      transforms: [8], [1, 8] or [batch, 8]; they take places of the output to places of the input.
      interpolation: "NEAREST" or "BILINEAR".
      output_shape: (height, width) of the output; None: the input's.

    Raises:
      TypeError: other ranks or types; ValueError: an `output_shape` that is not two numbers.
    """
    with name_scope(name, "transform"):
        given = _images(images)
        transforms = array.convert_to_tensor(transforms, name="transforms", dtype=dtypes.float32)
        batch = _as_batch(given)
        if output_shape is None:
            output_shape = array.shape(batch)[1:3]
        output_shape = array.convert_to_tensor(output_shape, dtypes.int32, name="output_shape")
        if not output_shape.get_shape().is_compatible_with([2]):
            raise ValueError("output_shape must be a 1-D Tensor of 2 elements: new_height, new_width")
        if len(transforms.shape) == 1:
            transforms = transforms[None]
        elif transforms.shape.ndims != 2:
            raise TypeError("Transforms should have rank 1 or 2.")
        output = projective.image_projective_transform_v2(batch, transforms, output_shape, interpolation=interpolation.upper())
        if given.shape.ndims == 2:
            return output[0, :, :, 0]
        return output[0, :, :, :] if given.shape.ndims == 3 else output


@public("contrib.image.rotate")
def rotate(images: Any, angles: Any, interpolation: str = "NEAREST", name: str | None = None) -> Tensor:
    """Images turned counterclockwise by `angles` (radians; one, or one an image) about their centres."""
    with name_scope(name, "rotate"):
        given = _images(images)
        batch = _as_batch(given)
        height = cast(array.shape(batch)[1], dtypes.float32)[None]
        width = cast(array.shape(batch)[2], dtypes.float32)[None]
        output = transform(batch, angles_to_projective_transforms(angles, height, width), interpolation=interpolation)
        if given.shape.ndims == 2:
            return output[0, :, :, 0]
        return output[0, :, :, :] if given.shape.ndims == 3 else output


@public("contrib.image.translate")
def translate(images: Any, translations: Any, interpolation: str = "NEAREST", name: str | None = None) -> Tensor:
    """Images moved by `translations` (dx, dy) in pixels: one pair, or one an image."""
    with name_scope(name, "translate"):
        return transform(images, translations_to_projective_transforms(translations), interpolation=interpolation)


@public("contrib.image.angles_to_projective_transforms")
def angles_to_projective_transforms(angles: Any, image_height: Any, image_width: Any, name: str | None = None) -> Tensor:
    """The transforms, [n, 8], that turn images of a size by `angles` (radians) about their centres. Raises TypeError for other ranks."""
    with name_scope(name, "angles_to_projective_transforms"):
        angles = array.convert_to_tensor(angles, name="angles", dtype=dtypes.float32)
        if angles.shape.ndims == 0:
            angles = angles[None]
        elif angles.shape.ndims != 1:
            raise TypeError("Angles should have rank 0 or 1.")
        x_offset = ((image_width - 1) - (cos(angles) * (image_width - 1) - sin(angles) * (image_height - 1))) / 2.0
        y_offset = ((image_height - 1) - (sin(angles) * (image_width - 1) + cos(angles) * (image_height - 1))) / 2.0
        n = array.shape(angles)[0]
        return array.concat(
            [
                cos(angles)[:, None],
                -sin(angles)[:, None],
                x_offset[:, None],
                sin(angles)[:, None],
                cos(angles)[:, None],
                y_offset[:, None],
                array.zeros((n, 2), dtypes.float32),
            ],
            axis=1,
        )


@public("contrib.image.translations_to_projective_transforms")
def translations_to_projective_transforms(translations: Any, name: str | None = None) -> Tensor:
    """The transforms, [n, 8], that move images by (dx, dy). Raises TypeError for other ranks."""
    with name_scope(name, "translations_to_projective_transforms"):
        translations = array.convert_to_tensor(translations, name="translations", dtype=dtypes.float32)
        if translations.shape.ndims is None:
            raise TypeError("translation_or_translations rank must be statically known")
        if translations.shape.ndims == 1:
            translations = translations[None]
        elif translations.shape.ndims != 2:
            raise TypeError("Translations should have rank 1 or 2.")
        n = array.shape(translations)[0]
        return array.concat(
            [
                array.ones((n, 1), dtypes.float32),
                array.zeros((n, 1), dtypes.float32),
                -translations[:, 0, None],
                array.zeros((n, 1), dtypes.float32),
                array.ones((n, 1), dtypes.float32),
                -translations[:, 1, None],
                array.zeros((n, 2), dtypes.float32),
            ],
            axis=1,
        )


@public("contrib.image.compose_transforms")
def compose_transforms(*transforms: Any) -> Tensor:
    """The transforms that do what `transforms` do one after the other, [n, 8]. Raises AssertionError if there are none."""
    if not transforms:
        raise AssertionError("transforms cannot be empty")
    with name_scope("compose_transforms"):
        composed = flat_transforms_to_matrices(transforms[0])
        for other in transforms[1:]:
            composed = matmul(composed, flat_transforms_to_matrices(other))
        return matrices_to_flat_transforms(composed)


@public("contrib.image.flat_transforms_to_matrices")
def flat_transforms_to_matrices(transforms: Any) -> Tensor:
    """Transforms [8] or [n, 8] as matrices [n, 3, 3]. Raises ValueError for other ranks."""
    with name_scope("flat_transforms_to_matrices"):
        transforms = array.convert_to_tensor(transforms, name="transforms")
        if transforms.shape.ndims not in (1, 2):
            raise ValueError(f"Transforms should be 1D or 2D, got: {transforms}")
        transforms = array.reshape(transforms, array.constant([-1, 8]))
        n = array.shape(transforms)[0]
        return array.reshape(array.concat([transforms, array.ones([n, 1])], axis=1), array.constant([-1, 3, 3]))


@public("contrib.image.matrices_to_flat_transforms")
def matrices_to_flat_transforms(transform_matrices: Any) -> Tensor:
    """Matrices [3, 3] or [n, 3, 3] as transforms [n, 8]. Raises ValueError for other ranks."""
    with name_scope("matrices_to_flat_transforms"):
        matrices = array.convert_to_tensor(transform_matrices, name="matrices")
        if matrices.shape.ndims not in (2, 3):
            raise ValueError(f"Matrices should be 2D or 3D, got: {matrices}")
        flat = array.reshape(matrices, array.constant([-1, 9]))
        flat /= flat[:, 8:9]
        return flat[:, :8]
