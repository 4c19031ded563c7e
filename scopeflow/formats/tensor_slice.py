"""Which part of a tensor a slice is, as checkpoints say it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from .failures import MismatchError

#: start and length along a dimension, or None for all of it
Extent = tuple[int, int] | None


@dataclass(frozen=True)
class TensorSlice:
    """A hyper-rectangle of a tensor: an extent for each dimension."""

    extents: tuple[Extent, ...]

    @classmethod
    def parse(cls, text: str) -> TensorSlice:
        """From "-:0,10" (all of the first dimension, 10 from 0 of the second). Raises MismatchError."""
        extents: list[Extent] = []
        for part in text.split(":") if text else ():
            if part == "-":
                extents.append(None)
                continue
            pieces = part.split(",")
            if len(pieces) != 2 or not all(p.strip().lstrip("-").isdigit() for p in pieces):
                raise MismatchError(f"Expected a pair of numbers or '-' but got '{part}': string = {text}")
            start, length = (int(p) for p in pieces)
            if start < 0 or length <= 0:
                raise MismatchError(
                    f"Expected non-negative start and positive length but got start = {start}, length = {length}: string = {text}"
                )
            extents.append((start, length))
        return cls(tuple(extents))

    @classmethod
    def from_proto(cls, proto: Any) -> TensorSlice:
        """From a TensorSliceProto."""
        return cls(tuple((e.start, e.length) if e.WhichOneof("has_length") else None for e in proto.extent))

    def fill(self, proto: Any) -> Any:
        """Writes it into a TensorSliceProto; gives that."""
        for extent in self.extents:
            out = proto.extent.add()
            if extent is not None:
                out.start, out.length = extent
        return proto

    @property
    def is_full(self) -> bool:
        return all(e is None for e in self.extents)

    def __str__(self) -> str:
        return ":".join("-" if e is None else f"{e[0]},{e[1]}" for e in self.extents)

    def within(self, shape: Sequence[int]) -> tuple[slice, ...]:
        """As Python slices of an array of that shape. Raises MismatchError if it does not lie in it."""
        if len(shape) != len(self.extents):
            raise MismatchError(f"slice {self} has {len(self.extents)} dimensions, the tensor has shape {list(shape)}")
        out = []
        for extent, size in zip(self.extents, shape):
            start, length = (0, size) if extent is None else extent
            if start < 0 or length < 0 or start + length > size:
                raise MismatchError(f"slice {self} is not within shape {list(shape)}")
            out.append(slice(start, start + length))
        return tuple(out)

    def shape_in(self, shape: Sequence[int]) -> tuple[int, ...]:
        """The shape of the slice of a tensor of that shape. Raises MismatchError if it does not lie in it."""
        return tuple(s.stop - s.start for s in self.within(shape))


Bounds = tuple[slice, ...]


def overlap(a: Bounds, b: Bounds) -> Bounds | None:
    """Where two parts of one tensor overlap; None if nowhere."""
    out = tuple(slice(max(x.start, y.start), min(x.stop, y.stop)) for x, y in zip(a, b))
    return out if all(s.start < s.stop for s in out) else None


def relative(inner: Bounds, outer: Bounds) -> Bounds:
    """`inner` counted from where `outer` starts."""
    return tuple(slice(i.start - o.start, i.stop - o.start) for i, o in zip(inner, outer))


def count(part: Bounds) -> int:
    """How many elements a part has."""
    return prod(s.stop - s.start for s in part)


def disjoint(parts: Sequence[Bounds]) -> bool:
    """Whether no two parts overlap: a sweep along the axis on which they differ most."""
    if len(parts) < 2 or not parts[0]:
        return len(parts) < 2
    axis = max(range(len(parts[0])), key=lambda i: len({p[i].start for p in parts}))
    open_parts: list[Bounds] = []
    for part in sorted(parts, key=lambda p: p[axis].start):
        open_parts = [p for p in open_parts if p[axis].stop > part[axis].start]
        if any(overlap(p, part) for p in open_parts):
            return False
        open_parts.append(part)
    return True


def parse_shape_and_slice(text: str) -> tuple[tuple[int, ...], TensorSlice, tuple[int, ...]]:
    """(shape of the whole, slice, shape of the slice) from "4 3 0,2:-": the dimensions, then a slice of them. Raises MismatchError."""
    dims, _, spec = text.rpartition(" ")
    if not dims:
        raise MismatchError(f"Need least two elements in shape_and_slice specification: {text}")
    pieces = dims.split()
    if not all(p.isdigit() for p in pieces):
        raise MismatchError(f"Non numerical dimension in shape_and_slice: {text}")
    shape = tuple(map(int, pieces))
    part = TensorSlice.parse(spec)
    if len(part.extents) != len(shape):
        raise MismatchError(f"Slice spec {spec} does not have the {len(shape)} dimensions of the shape: shape_and_slice = {text}")
    return shape, part, part.shape_in(shape)
