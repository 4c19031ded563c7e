"""tf.RaggedTensorSpec: what a ragged tensor looks like without being there."""

from __future__ import annotations

from typing import Any

from ..graph import dtypes
from ..graph.dtypes import as_dtype
from ..graph.public import public
from ..graph.tensor_shape import TensorShape, as_shape
from ..graph.type_spec import TensorSpec, TypeSpec
from .tensor import RaggedTensor
from .value import RaggedTensorValue


@public("RaggedTensorSpec")
class RaggedTensorSpec(TypeSpec):
    """The shape, type, number of ragged dimensions and type of the splits of a ragged tensor.

    Raises:
      ValueError: neither `ragged_rank` nor the rank is known, or they do not fit.
    """

    def __init__(
        self, shape: Any = None, dtype: Any = dtypes.float32, ragged_rank: int | None = None, row_splits_dtype: Any = dtypes.int64
    ):
        self._shape = as_shape(shape)
        self._dtype = as_dtype(dtype)
        self._row_splits_dtype = as_dtype(row_splits_dtype)
        rank = self._shape.ndims
        if ragged_rank is None:
            if rank is None:
                raise ValueError("Must specify ragged_rank or a shape with a known rank.")
            ragged_rank = rank - 1
        if not isinstance(ragged_rank, int):
            raise TypeError("ragged_rank must be an int")
        if rank is not None and ragged_rank >= rank:
            raise ValueError("ragged_rank must be less than rank.")
        self._ragged_rank = ragged_rank

    @classmethod
    def from_value(cls, value: Any) -> RaggedTensorSpec:
        """That of a ragged tensor or of the value of one."""
        if isinstance(value, RaggedTensorValue):
            return cls(list(value.shape), value.dtype, value.ragged_rank, value.row_splits.dtype)
        return cls(value.shape, value.dtype, value.ragged_rank, value.row_splits.dtype)

    @property
    def value_type(self) -> type:
        """RaggedTensor (Tensor, without ragged dimensions)."""
        return RaggedTensor

    def is_compatible_with(self, spec_or_value: Any) -> bool:
        """True if shape, types and number of ragged dimensions fit."""
        other = spec_or_value
        if isinstance(other, (RaggedTensor, RaggedTensorValue)):
            other = RaggedTensorSpec.from_value(other)
        if not isinstance(other, RaggedTensorSpec):
            return False
        same = (self._dtype, self._ragged_rank, self._row_splits_dtype) == (other._dtype, other._ragged_rank, other._row_splits_dtype)
        return same and self._shape.is_compatible_with(other._shape)

    def most_specific_compatible_type(self, other: RaggedTensorSpec) -> RaggedTensorSpec:
        """The narrowest spec that both fit. Raises ValueError if types or ragged dimensions differ."""
        if type(other) is not RaggedTensorSpec or self._serialize()[1:] != other._serialize()[1:]:
            raise ValueError(f"Types are not compatible: {self!r} vs {other!r}")
        return RaggedTensorSpec(self._shape.most_specific_compatible_shape(other._shape), *self._serialize()[1:])

    def _serialize(self) -> tuple[Any, ...]:
        return self._shape, self._dtype, self._ragged_rank, self._row_splits_dtype

    @property
    def _component_specs(self) -> list[TensorSpec]:
        rows = self._shape[0].value if self._shape.ndims is not None else None
        inner = (
            TensorShape([None]).concatenate(self._shape[self._ragged_rank + 1 :]) if self._shape.ndims is not None else TensorShape(None)
        )
        outer = TensorSpec([None if rows is None else rows + 1], self._row_splits_dtype)
        rest = [TensorSpec([None], self._row_splits_dtype) for _ in range(1, self._ragged_rank)]
        return [TensorSpec(inner, self._dtype), *([outer] if self._ragged_rank else []), *rest]

    def _to_components(self, value: Any) -> list[Any]:
        if isinstance(value, (RaggedTensor, RaggedTensorValue)):
            return [value.flat_values, *value.nested_row_splits]
        return [value]

    def _from_components(self, components: list[Any]) -> Any:
        result, *splits = components
        for s in reversed(splits):
            result = RaggedTensorValue(result, s) if not hasattr(s, "op") else RaggedTensor(result, s, internal=True)
        return result


@public("data.experimental.RaggedTensorStructure")
def ragged_tensor_structure(dtype: Any, shape: Any, ragged_rank: int) -> RaggedTensorSpec:
    """The old name of RaggedTensorSpec."""
    return RaggedTensorSpec(shape, dtype, ragged_rank)
