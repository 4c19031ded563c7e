"""What image functions require of their arguments: at build time where the shape is known, by assertions where not."""

from __future__ import annotations

from typing import Any

from ...graph.operation import Operation, Tensor
from ..asserts import assert_, assert_greater_equal, assert_positive
from ..flow import with_dependencies
from ..joining import unstack
from ..shaping import rank, shape


def at_least_3d(image: Tensor, require_static: bool = False) -> list[Operation]:
    """Assertions that `image` has 3 or more dimensions, none of them 0; none if that is known.

    Raises:
      ValueError: it is known to have fewer, or a dimension that is 0; or `require_static` and its shape is not known.
    """
    try:
        dims = image.shape.with_rank(3) if image.shape.ndims is None else image.shape.with_rank_at_least(3)
    except ValueError:
        raise ValueError(f"'image' (shape {image.shape}) must be at least three-dimensional.") from None
    return _checks(image, dims, require_static)


def exactly_3d(image: Tensor, require_static: bool = True) -> list[Operation]:
    """As `at_least_3d`, for a single image."""
    try:
        dims = image.shape.with_rank(3)
    except ValueError:
        raise ValueError(f"'image' (shape {image.shape}) must be three-dimensional.") from None
    if require_static and not dims.is_fully_defined():
        raise ValueError(f"'image' (shape {image.shape}) must be fully defined.")
    if any(d == 0 for d in dims._dims):
        raise ValueError(f"all dims of 'image.shape' must be > 0: {dims}")
    return [] if dims.is_fully_defined() else [_positive(image)]


def _checks(image: Tensor, dims: Any, require_static: bool) -> list[Operation]:
    if require_static and not dims.is_fully_defined():
        raise ValueError("'image' must be fully defined.")
    if any(d == 0 for d in dims._dims):
        raise ValueError(f"all dims of 'image.shape' must be > 0: {dims}")
    if dims.is_fully_defined():
        return []
    return [_positive(image), assert_greater_equal(rank(image), 3, message="'image' must be at least three-dimensional.")]


def _positive(image: Tensor) -> Operation:
    return assert_positive(shape(image), ["all dims of 'image.shape' must be > 0."])


def asserted(image: Tensor) -> Tensor:
    """`image`, once it is known to have 3 or more dimensions, none of them 0."""
    return with_dependencies(at_least_3d(image), image)


def require(condition: Any, error: type[Exception], message: str) -> list[Operation]:
    """An assertion of a condition that is a tensor; none for one that is known. Raises `error` if it is known to be false."""
    if isinstance(condition, Tensor):
        return [assert_(condition, [message])]
    if not condition:
        raise error(message)
    return []


def dims_of(image: Tensor, count: int) -> list[Any]:
    """The dimensions of an image: ints where they are known, scalar tensors where not."""
    if image.shape.is_fully_defined():
        return image.shape.as_list()
    static = image.shape.with_rank(count).as_list()
    dynamic = unstack(shape(image), count)
    return [d if s is None else s for s, d in zip(static, dynamic)]


def as_batch(image: Tensor) -> tuple[Tensor, bool | None]:
    """(a batch of images [batch, height, width, channels], whether it was one; None if that is not known).

    Raises:
      ValueError: `image` has another number of dimensions than 3 and 4.
    """
    from ..shaping import expand_dims

    ndims = image.shape.ndims
    if ndims is None:
        batch = expand_dims(image, 0)
        batch.set_shape([None] * 4)
        return batch, None
    if ndims == 3:
        return expand_dims(image, 0), False
    if ndims == 4:
        return image, True
    raise ValueError(f"'image' (shape {image.shape}) must have either 3 or 4 dimensions.")
