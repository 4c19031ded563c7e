"""What tensors look like without being there: tf.TensorSpec and its kin."""

from __future__ import annotations

import abc
from typing import Any

import numpy as np

from . import dtypes
from .composite import IndexedSlices, SparseTensor
from .dtypes import DType, as_dtype
from .operation import Tensor
from .public import public
from .tensor_shape import TensorShape, as_shape


@public("TypeSpec", "data.experimental.Structure")
class TypeSpec(abc.ABC):
    """The type of a value: what it is made of."""

    @property
    @abc.abstractmethod
    def value_type(self) -> type:
        """The class of the values."""

    @abc.abstractmethod
    def _serialize(self) -> tuple[Any, ...]:
        """What tells two of them apart."""

    def __eq__(self, other: Any) -> bool:
        return type(other) is type(self) and _plain(self._serialize()) == _plain(other._serialize())

    def __ne__(self, other: Any) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((type(self), _plain(self._serialize())))

    def __repr__(self) -> str:
        return f"{type(self).__name__}{self._serialize()}"


def _plain(value: Any) -> Any:
    if isinstance(value, TensorShape):
        return ("shape", value._dims)
    return tuple(_plain(v) for v in value) if isinstance(value, tuple) else value


@public("TensorSpec", "contrib.eager.TensorSpec", "contrib.framework.TensorSpec")
class TensorSpec(TypeSpec):
    """The shape, type and name of a tensor."""

    def __init__(self, shape: Any, dtype: Any = dtypes.float32, name: str | None = None):
        self._shape = as_shape(shape)
        self._dtype = as_dtype(dtype)
        self._name = name

    @classmethod
    def from_spec(cls, spec: TensorSpec, name: str | None = None) -> TensorSpec:
        """A copy, with another name if one is given."""
        return cls(spec.shape, spec.dtype, name or spec.name)

    @classmethod
    def from_tensor(cls, tensor: Tensor, name: str | None = None) -> TensorSpec:
        """That of a tensor, by default with its op's name. Raises ValueError if it is none."""
        if not isinstance(tensor, Tensor):
            raise ValueError("`tensor` should be a tf.Tensor")
        return cls(tensor.shape, tensor.dtype, name or tensor.op.name)

    @property
    def shape(self) -> TensorShape:
        """The shape."""
        return self._shape

    @property
    def dtype(self) -> DType:
        """The type of the elements."""
        return self._dtype

    @property
    def name(self) -> str | None:
        """The name."""
        return self._name

    @property
    def value_type(self) -> type:
        """Tensor."""
        return Tensor

    def is_compatible_with(self, spec_or_tensor: Any) -> bool:
        """True if shape and type of a spec or tensor fit."""
        if not isinstance(spec_or_tensor, (TensorSpec, Tensor)):
            return False
        same_type = self._dtype.is_compatible_with(spec_or_tensor.dtype)
        return same_type and self._shape.is_compatible_with(spec_or_tensor.shape)

    def most_specific_compatible_type(self, other: TensorSpec) -> TensorSpec:
        """The narrowest spec that both fit. Raises ValueError if their types differ."""
        if not isinstance(other, TensorSpec) or self._dtype != other._dtype:
            raise ValueError(f"Types are not compatible: {self!r} vs {other!r}")
        return TensorSpec(self._shape.most_specific_compatible_shape(other._shape), self._dtype)

    def _serialize(self) -> tuple[Any, ...]:
        return self._shape, self._dtype, self._name

    def _to_components(self, value: Any) -> Any:
        return value

    def __repr__(self) -> str:
        return f"TensorSpec(shape={self._shape}, dtype={self._dtype!r}, name={self._name!r})"


@public("contrib.framework.BoundedTensorSpec")
class BoundedTensorSpec(TensorSpec):
    """A TensorSpec with the least and largest value of each element.

    Raises:
      ValueError: `minimum` or `maximum` do not fit the shape.
    """

    def __init__(self, shape: Any, dtype: Any, minimum: Any, maximum: Any, name: str | None = None):
        super().__init__(shape, dtype, name)
        if minimum is None or maximum is None:
            raise ValueError(f"minimum and maximum must be not None; but saw '{minimum}' and '{maximum}'")
        for what, bound in (("minimum", minimum), ("maximum", maximum)):
            try:
                np.broadcast_shapes(np.shape(bound), tuple(self._shape.as_list()))
            except ValueError as error:
                raise ValueError(f"{what} is not compatible with shape. Message: {error!r}.") from None
        self._minimum, self._maximum = (np.array(b, self._dtype.np_dtype) for b in (minimum, maximum))
        for bound in (self._minimum, self._maximum):
            bound.setflags(write=False)

    @classmethod
    def from_spec(cls, spec: TensorSpec) -> BoundedTensorSpec:  # type: ignore[override]
        """A copy; bounds are those of the type if `spec` has none."""
        minimum = getattr(spec, "minimum", spec.dtype.min)
        maximum = getattr(spec, "maximum", spec.dtype.max)
        return cls(spec.shape, spec.dtype, minimum, maximum, spec.name)

    @property
    def minimum(self) -> np.ndarray:
        """The least values."""
        return self._minimum

    @property
    def maximum(self) -> np.ndarray:
        """The largest values."""
        return self._maximum

    def __eq__(self, other: Any) -> bool:
        same = isinstance(other, BoundedTensorSpec) and super().__eq__(other)
        return same and np.allclose(self._minimum, other._minimum) and np.allclose(self._maximum, other._maximum)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        start = f"BoundedTensorSpec(shape={self._shape}, dtype={self._dtype!r}, name={self._name!r}"
        return f"{start}, minimum={self._minimum!r}, maximum={self._maximum!r})"


@public("SparseTensorSpec")
class SparseTensorSpec(TypeSpec):
    """The dense shape and type of a SparseTensor."""

    def __init__(self, shape: Any = None, dtype: Any = dtypes.float32):
        self.shape = as_shape(shape)
        self.dtype = as_dtype(dtype)

    @classmethod
    def from_value(cls, value: Any) -> SparseTensorSpec:
        """That of a SparseTensor or its value. Raises TypeError if it is none."""
        if isinstance(value, SparseTensor):
            return cls(value.shape, value.dtype)
        if type(value).__name__ == "SparseTensorValue":
            return cls(list(value.dense_shape), np.asarray(value.values).dtype)
        raise TypeError("Expected SparseTensor or SparseTensorValue")

    @property
    def value_type(self) -> type:
        """SparseTensor."""
        return SparseTensor

    def is_compatible_with(self, spec_or_value: Any) -> bool:
        """True if shape and type fit."""
        if isinstance(spec_or_value, SparseTensor):
            spec_or_value = SparseTensorSpec.from_value(spec_or_value)
        same = isinstance(spec_or_value, SparseTensorSpec) and self.dtype.is_compatible_with(spec_or_value.dtype)
        return same and self.shape.is_compatible_with(spec_or_value.shape)

    def _serialize(self) -> tuple[Any, ...]:
        return self.shape, self.dtype


@public("IndexedSlicesSpec")
class IndexedSlicesSpec(TypeSpec):
    """The shapes and types of IndexedSlices."""

    def __init__(
        self,
        shape: Any = None,
        dtype: Any = dtypes.float32,
        indices_dtype: Any = dtypes.int64,
        dense_shape_dtype: Any = None,
        indices_shape: Any = None,
    ):
        self._parts = (
            as_shape(shape),
            as_dtype(dtype),
            as_dtype(indices_dtype),
            None if dense_shape_dtype is None else as_dtype(dense_shape_dtype),
            as_shape([None] if indices_shape is None else indices_shape),
        )

    @property
    def value_type(self) -> type:
        """IndexedSlices."""
        return IndexedSlices

    def _serialize(self) -> tuple[Any, ...]:
        return self._parts
