"""Dimension and TensorShape: static shapes with unknown parts, as TensorFlow 1 has them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from .public import public

#: A static shape as the inner parts of scopeflow pass it: sizes, None where unknown; None if the rank is unknown.
Dims = tuple[int | None, ...] | None


@public("Dimension")
class Dimension:
    """One dimension's size, or None where unknown. Comparing with an unknown size gives None."""

    __slots__ = ("_value",)

    def __init__(self, value: Any):
        if value is None:
            self._value = None
        elif isinstance(value, Dimension):
            self._value = value._value
        else:
            self._value = int(value) if not isinstance(value, (str, bytes)) else int(str(value))
            if not isinstance(value, (str, bytes)) and self._value != value:
                raise ValueError(f"Ambiguous dimension: {value}")
            if self._value < 0:
                raise ValueError(f"Dimension {self._value} must be >= 0")

    @property
    def value(self) -> int | None:
        return self._value

    def __repr__(self) -> str:
        return f"Dimension({self._value!r})"

    def __str__(self) -> str:
        return "?" if self._value is None else str(self._value)

    def _compare(self, other: Any, test: Any) -> Any:
        try:
            other = as_dimension(other)
        except (TypeError, ValueError):
            return NotImplemented
        if self._value is None or other._value is None:
            return None
        return test(self._value, other._value)

    def __eq__(self, other: Any) -> Any:
        return self._compare(other, int.__eq__)

    def __ne__(self, other: Any) -> Any:
        return self._compare(other, int.__ne__)

    def __lt__(self, other: Any) -> Any:
        return self._compare(as_dimension(other), int.__lt__)

    def __le__(self, other: Any) -> Any:
        return self._compare(as_dimension(other), int.__le__)

    def __gt__(self, other: Any) -> Any:
        return self._compare(as_dimension(other), int.__gt__)

    def __ge__(self, other: Any) -> Any:
        return self._compare(as_dimension(other), int.__ge__)

    def __hash__(self) -> int:
        if self._value is None:
            raise ValueError("Unable to hash unknown Dimension.")
        return hash(self._value)

    def __int__(self) -> int | None:
        return self._value

    def __index__(self) -> int | None:
        return self._value

    def __long__(self) -> int | None:
        return self._value

    def __bool__(self) -> bool:
        # Without a truth of their own, sizes are all true in the reference: 0 and unknown ones too.
        return True

    def is_compatible_with(self, other: Any) -> bool:
        """True if the two could be the same size."""
        other = as_dimension(other)
        return self._value is None or other._value is None or self._value == other._value

    def assert_is_compatible_with(self, other: Any) -> None:
        """Raises ValueError unless the two could be the same size."""
        if not self.is_compatible_with(other):
            raise ValueError(f"Dimensions {self} and {other} are not compatible")

    def merge_with(self, other: Any) -> Dimension:
        """The known one of two compatible dimensions."""
        other = as_dimension(other)
        self.assert_is_compatible_with(other)
        return Dimension(other._value if self._value is None else self._value)

    def _combine(self, other: Any, combine: Any) -> Any:
        try:
            other = as_dimension(other)
        except (TypeError, ValueError):
            return NotImplemented
        if self._value is None or other._value is None:
            return Dimension(None)
        return Dimension(combine(self._value, other._value))

    def __add__(self, other: Any) -> Any:
        return self._combine(other, int.__add__)

    def __radd__(self, other: Any) -> Any:
        return self + other

    def __sub__(self, other: Any) -> Any:
        return self._combine(other, int.__sub__)

    def __rsub__(self, other: Any) -> Any:
        return as_dimension(other) - self

    def __mul__(self, other: Any) -> Any:
        return self._combine(other, int.__mul__)

    def __rmul__(self, other: Any) -> Any:
        return self * other

    def __floordiv__(self, other: Any) -> Any:
        return self._combine(other, int.__floordiv__)

    def __rfloordiv__(self, other: Any) -> Any:
        return as_dimension(other) // self

    def __div__(self, other: Any) -> Any:
        return self // other

    def __truediv__(self, other: Any) -> Any:
        raise TypeError(f"unsupported operand type(s) for /: 'Dimension' and '{type(other).__name__}', please use // instead")

    def __rtruediv__(self, other: Any) -> Any:
        raise TypeError(f"unsupported operand type(s) for /: '{type(other).__name__}' and 'Dimension', please use // instead")

    def __mod__(self, other: Any) -> Any:
        return self._combine(other, int.__mod__)

    def __rmod__(self, other: Any) -> Any:
        return as_dimension(other) % self

    def __reduce__(self) -> Any:
        return Dimension, (self._value,)


@public("python.framework.tensor_shape.as_dimension")
def as_dimension(value: Any) -> Dimension:
    """`value` as a Dimension."""
    return value if isinstance(value, Dimension) else Dimension(value)


@public("dimension_value", "compat.dimension_value")
def dimension_value(dimension: Any) -> int | None:
    """The int (or None) in a Dimension; anything else unchanged."""
    return dimension._value if isinstance(dimension, Dimension) else dimension


@public("dimension_at_index", "compat.dimension_at_index")
def dimension_at_index(shape: TensorShape, index: int) -> Dimension:
    """Dimension `index` of `shape`, unknown if its rank is."""
    if shape.ndims is None:
        return Dimension(None)
    return shape.dims[index]


def _size(value: Any) -> int | None:
    if value is None or type(value) is int and value >= 0:
        return value
    return Dimension(value)._value


@public("TensorShape")
class TensorShape:
    """A static shape: a list of dimensions, each known or not, or of unknown rank."""

    __slots__ = ("_dims",)

    def __init__(self, dims: Any):
        if dims is None:
            self._dims: Dims = None
        elif isinstance(dims, TensorShape):
            self._dims = dims._dims
        elif type(dims) in (tuple, list):
            self._dims = tuple([_size(d) for d in dims])
        elif isinstance(dims, (str, bytes)):
            raise TypeError(f"A string has ambiguous TensorShape, please wrap in a list or convert to an int: {dims!s}")
        elif hasattr(dims, "unknown_rank") and hasattr(dims, "dim"):  # a TensorShapeProto
            self._dims = None if dims.unknown_rank else tuple(None if d.size == -1 else d.size for d in dims.dim)
        else:
            try:
                items = iter(dims)
            except TypeError:
                self._dims = (_size(dims),)
            else:
                self._dims = tuple([_size(d) for d in items])

    @classmethod
    def of(cls, dims: Dims) -> TensorShape:
        """A TensorShape around `dims`, unchecked."""
        self = object.__new__(cls)
        self._dims = dims
        return self

    @property
    def dims(self) -> list[Dimension] | None:
        return None if self._dims is None else [Dimension(d) for d in self._dims]

    @property
    def ndims(self) -> int | None:
        return None if self._dims is None else len(self._dims)

    @property
    def rank(self) -> int | None:
        return self.ndims

    def __repr__(self) -> str:
        return f"TensorShape({self.dims!r})"

    def __str__(self) -> str:
        if self._dims is None:
            return "<unknown>"
        if len(self._dims) == 1:
            return f"({Dimension(self._dims[0])},)"
        return "(" + ", ".join(str(Dimension(d)) for d in self._dims) + ")"

    def __len__(self) -> int:
        if self._dims is None:
            raise ValueError("Cannot take the length of shape with unknown rank.")
        return len(self._dims)

    def __bool__(self) -> bool:
        return self._dims is not None

    def __iter__(self) -> Iterator[Dimension]:
        if self._dims is None:
            raise ValueError("Cannot iterate over a shape with unknown rank.")
        return iter([Dimension(d) for d in self._dims])

    def __getitem__(self, key: Any) -> Any:
        if self._dims is not None:
            if isinstance(key, slice):
                return TensorShape.of(self._dims[key])
            return Dimension(self._dims[key])
        if isinstance(key, slice):
            start = key.start if key.start is not None else 0
            stop = key.stop
            if key.step is not None:
                raise ValueError("Steps are not yet handled")
            if stop is None or stop < 0 or start < 0:
                return unknown_shape()
            return unknown_shape(max(stop - start, 0))
        return Dimension(None)

    def num_elements(self) -> int | None:
        """How many elements; None unless fully defined."""
        if not self.is_fully_defined():
            return None
        size = 1
        for d in self._dims:
            size *= d
        return size

    def merge_with(self, other: Any) -> TensorShape:
        """The most that is known from two compatible shapes. Raises ValueError if they are not."""
        other = as_shape(other)
        if self._dims is None:
            return other
        if other._dims is None:
            return self
        try:
            self.assert_same_rank(other)
            return TensorShape([a.merge_with(b) for a, b in zip(self, other)])
        except ValueError:
            raise ValueError(f"Shapes {self} and {other} are not compatible") from None

    def concatenate(self, other: Any) -> TensorShape:
        """This shape's dimensions, then `other`'s; unknown rank if either's is."""
        other = as_shape(other)
        if self._dims is None or other._dims is None:
            return unknown_shape()
        return TensorShape.of(self._dims + other._dims)

    def __add__(self, other: Any) -> TensorShape:
        return self.concatenate(other)

    def __radd__(self, other: Any) -> TensorShape:
        return as_shape(other).concatenate(self)

    def assert_same_rank(self, other: Any) -> None:
        """Raises ValueError if the ranks are known and differ."""
        other = as_shape(other)
        if self.ndims is not None and other.ndims is not None and self.ndims != other.ndims:
            raise ValueError(f"Shapes {self} and {other} must have the same rank")

    def assert_has_rank(self, rank: int) -> None:
        """Raises ValueError unless the rank may be `rank`."""
        if self.ndims not in (None, rank):
            raise ValueError(f"Shape {self} must have rank {rank}")

    def with_rank(self, rank: int) -> TensorShape:
        """This shape merged with an unknown shape of `rank`."""
        try:
            return self.merge_with(unknown_shape(rank))
        except ValueError:
            raise ValueError(f"Shape {self} must have rank {rank}") from None

    def with_rank_at_least(self, rank: int) -> TensorShape:
        if self.ndims is not None and self.ndims < rank:
            raise ValueError(f"Shape {self} must have rank at least {rank}")
        return self

    def with_rank_at_most(self, rank: int) -> TensorShape:
        if self.ndims is not None and self.ndims > rank:
            raise ValueError(f"Shape {self} must have rank at most {rank}")
        return self

    def is_compatible_with(self, other: Any) -> bool:
        """True if a tensor could have both shapes."""
        other = as_shape(other)
        return dims_compatible(self._dims, other._dims)

    def assert_is_compatible_with(self, other: Any) -> None:
        """Raises ValueError unless a tensor could have both shapes."""
        if not self.is_compatible_with(other):
            raise ValueError(f"Shapes {self} and {other} are incompatible")

    def most_specific_compatible_shape(self, other: Any) -> TensorShape:
        """The most specific shape that both shapes are instances of."""
        other = as_shape(other)
        if self._dims is None or other._dims is None or len(self._dims) != len(other._dims):
            return unknown_shape()
        return TensorShape.of(tuple(a if a == b else None for a, b in zip(self._dims, other._dims)))

    def is_fully_defined(self) -> bool:
        return self._dims is not None and None not in self._dims

    def assert_is_fully_defined(self) -> None:
        """Raises ValueError unless every dimension is known."""
        if not self.is_fully_defined():
            raise ValueError(f"Shape {self} is not fully defined")

    def as_list(self) -> list[int | None]:
        """The sizes, None where unknown. Raises ValueError if the rank is unknown."""
        if self._dims is None:
            raise ValueError("as_list() is not defined on an unknown TensorShape.")
        return list(self._dims)

    def as_proto(self) -> Any:
        """A TensorShapeProto."""
        from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto

        if self._dims is None:
            return TensorShapeProto(unknown_rank=True)
        return TensorShapeProto(dim=[TensorShapeProto.Dim(size=-1 if d is None else d) for d in self._dims])

    def __eq__(self, other: Any) -> Any:
        try:
            other = as_shape(other)
        except (TypeError, ValueError):
            return NotImplemented
        # Two unknown sizes are not known to be equal: only a shape and itself are.
        return self._dims is other._dims or (self._dims == other._dims and None not in self._dims)

    def __ne__(self, other: Any) -> Any:
        try:
            other = as_shape(other)
        except (TypeError, ValueError):
            return NotImplemented
        if self._dims is None or other._dims is None:
            raise ValueError("The inequality of unknown TensorShapes is undefined.")
        return self._dims is not other._dims and (self._dims != other._dims or None in self._dims)

    def __hash__(self) -> int:
        return hash(self._dims)

    def __reduce__(self) -> Any:
        return TensorShape, (self.dims,)


def dims_compatible(a: Dims, b: Dims) -> bool:
    """True if shapes `a` and `b` could be the same."""
    if a is None or b is None or a == b:
        return True
    return len(a) == len(b) and all(x == y or x is None or y is None for x, y in zip(a, b))


def dims_of_array(value: np.ndarray) -> Dims:
    """A NumPy array's shape with plain ints."""
    return tuple(int(d) for d in value.shape)


@public("python.framework.tensor_shape.as_shape")
def as_shape(shape: Any) -> TensorShape:
    """`shape` as a TensorShape."""
    return shape if isinstance(shape, TensorShape) else TensorShape(shape)


@public("python.framework.tensor_shape.unknown_shape")
def unknown_shape(rank: int | None = None, ndims: int | None = None) -> TensorShape:
    """A shape of which only the rank (its old name: `ndims`) is known, if that."""
    rank = ndims if rank is None else rank
    return TensorShape.of(None if rank is None else (None,) * rank)
