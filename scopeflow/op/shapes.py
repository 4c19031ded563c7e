"""Shape rules that many ops share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..graph.operation import Tensor
from ..graph.tensor_shape import Dims, TensorShape
from .declare import ShapeError


def scalar(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    """One scalar."""
    return [()]


def unchanged(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    """The first input's shape."""
    return [inputs[0]._dims]


def broadcast_dims(a: Dims, b: Dims) -> Dims:
    """The shape two shapes broadcast to. Raises ShapeError if they cannot."""
    if a == b:
        if a is not None and None not in a:
            return a
    if a is None or b is None:
        return None
    if not a:
        return b
    if not b:
        return a
    n = max(len(a), len(b))
    out: list[int | None] = []
    for i in range(n):
        x = a[i - n + len(a)] if i >= n - len(a) else 1
        y = b[i - n + len(b)] if i >= n - len(b) else 1
        if x is None or y is None:
            # A known size above 1 decides; 1 leaves the other open.
            known = y if x is None else x
            out.append(known if known not in (None, 1) else None)
        elif x == 1:
            out.append(y)
        elif y == 1 or x == y:
            out.append(x)
        else:
            raise ShapeError(f"Dimensions must be equal, but are {x} and {y}")
    return tuple(out)


def broadcast(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    """The shape the first two inputs broadcast to."""
    return [broadcast_dims(inputs[0]._dims, inputs[1]._dims)]


def merge(a: Dims, b: Dims) -> Dims:
    """What is known from two shapes of the same tensor. Raises ShapeError if they contradict each other."""
    if a is None:
        return b
    if b is None or a == b:
        return a
    if len(a) != len(b):
        raise ShapeError(f"Shapes must be equal rank, but are {len(a)} and {len(b)}")
    out = []
    for i, (x, y) in enumerate(zip(a, b)):
        if x is not None and y is not None and x != y:
            raise ShapeError(f"Dimension {i} in both shapes must be equal, but are {x} and {y}. Shapes are {bracket(a)} and {bracket(b)}.")
        out.append(y if x is None else x)
    return tuple(out)


def merge_all(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    """All inputs have one shape."""
    dims = inputs[0]._dims
    for t in inputs[1:]:
        dims = merge(dims, t._dims)
    return [dims]


def with_rank(dims: Dims, rank: int) -> tuple[int | None, ...]:
    """`dims`, known to have `rank` dimensions. Raises ShapeError if it has others."""
    if dims is None:
        return (None,) * rank
    if len(dims) != rank:
        raise ShapeError(f"Shape must be rank {rank} but is rank {len(dims)}")
    return dims


def at_least(dims: Dims, rank: int) -> Dims:
    """Raises ShapeError if `dims` has fewer than `rank` dimensions."""
    if dims is not None and len(dims) < rank:
        raise ShapeError(f"Shape must be at least rank {rank} but is rank {len(dims)}")
    return dims


def at_most(dims: Dims, rank: int) -> Dims:
    """Raises ShapeError if `dims` has more than `rank` dimensions."""
    if dims is not None and len(dims) > rank:
        raise ShapeError(f"Shape must be at most rank {rank} but is rank {len(dims)}")
    return dims


def bracket(dims: Dims) -> str:
    """A shape as error messages spell it: `[2,?]`."""
    return "<unknown>" if dims is None else "[" + ",".join("?" if d is None else str(d) for d in dims) + "]"


def from_attr(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    """The `shape` attribute."""
    shape = attrs["shape"]
    return [shape._dims if isinstance(shape, TensorShape) else TensorShape(shape)._dims]
