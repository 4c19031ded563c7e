"""Structures of datasets as `tf.TypeSpec`s, and datasets as tensors."""

from __future__ import annotations

from typing import Any

from ..graph import dtypes
from ..graph.public import public
from ..graph.tensor_shape import as_shape
from ..graph.type_spec import SparseTensorSpec, TensorSpec, TypeSpec
from . import structure as structures
from .dataset import DatasetV2, VariantDataset
from .iterators import Iterator
from .structure import Leaf


@public("data.DatasetSpec", "data.experimental.DatasetStructure")
class DatasetSpec(TypeSpec):
    """The type of a dataset: that of its elements."""

    def __init__(self, element_spec: Any, dataset_shape: Any = ()):
        self._element_spec, self._dataset_shape = element_spec, as_shape(dataset_shape)

    @staticmethod
    def from_value(value: DatasetV2) -> DatasetSpec:
        """That of a dataset."""
        return DatasetSpec(value.element_spec)

    @property
    def value_type(self) -> type:
        """The class of datasets of datasets."""
        return VariantDataset

    def is_compatible_with(self, spec_or_value: Any) -> bool:
        """True if its elements, or those of a dataset, fit."""
        if isinstance(spec_or_value, DatasetV2):
            spec_or_value = DatasetSpec.from_value(spec_or_value)
        if not isinstance(spec_or_value, DatasetSpec) or not self._dataset_shape.is_compatible_with(spec_or_value._dataset_shape):
            return False
        try:
            pairs = zip(structures.flatten(self._element_spec), structures.flatten_as(self._element_spec, spec_or_value._element_spec))
            return all(mine.is_compatible_with(theirs) for mine, theirs in pairs)
        except (TypeError, ValueError):
            return False

    def _serialize(self) -> tuple[Any, ...]:
        return self._element_spec, self._dataset_shape


def spec_of(structure: Any) -> Any:
    """A structure of leaves as one of TypeSpecs."""

    def spec(leaf: Leaf) -> TypeSpec:
        if leaf.kind == "sparse":
            return SparseTensorSpec(leaf.shape, leaf.dtype)
        if leaf.kind == "dataset":
            return DatasetSpec(spec_of(leaf.inner), leaf.shape)
        return TensorSpec(leaf.shape, leaf.dtype)

    return structures.map_leaves(spec, structure)


def leaves_of(specs: Any) -> Any:
    """A structure of TypeSpecs as one of leaves. Raises TypeError for what no dataset holds."""

    def leaf(spec: Any) -> Leaf:
        if isinstance(spec, Leaf):
            return spec
        if isinstance(spec, SparseTensorSpec):
            return Leaf("sparse", spec.dtype, spec.shape)
        if isinstance(spec, DatasetSpec):
            return Leaf("dataset", dtypes.variant, spec._dataset_shape, leaves_of(spec._element_spec))
        if isinstance(spec, TensorSpec):
            return Leaf("tensor", spec.dtype, spec.shape)
        raise TypeError(f"{spec!r} is not the type of a dataset's component: give a TensorSpec, SparseTensorSpec or DatasetSpec.")

    return structures.map_leaves(leaf, specs)


@public("data.experimental.get_structure")
def get_structure(dataset_or_iterator: Any) -> Any:
    """The types of the elements, as `tf.TypeSpec`s. Raises TypeError for what is neither a dataset nor an iterator."""
    if not isinstance(dataset_or_iterator, (DatasetV2, Iterator)):
        raise TypeError(f"`dataset_or_iterator` must be a Dataset or Iterator object, but got {type(dataset_or_iterator)}.")
    return dataset_or_iterator.element_spec


@public("data.experimental.to_variant")
def to_variant(dataset: DatasetV2) -> Any:
    """The tensor, of type variant, that carries a dataset."""
    return dataset._variant_tensor


@public("data.experimental.from_variant")
def from_variant(variant: Any, structure: Any) -> DatasetV2:
    """The dataset that a tensor carries, given the types of its elements."""
    return VariantDataset(variant, leaves_of(structure))


@public("data.experimental.TensorStructure")
def TensorStructure(dtype: Any, shape: Any) -> TensorSpec:  # noqa: N802
    """A TensorSpec, by the name it had."""
    return TensorSpec(shape, dtype)


@public("data.experimental.SparseTensorStructure")
def SparseTensorStructure(dtype: Any, shape: Any) -> SparseTensorSpec:  # noqa: N802
    """A SparseTensorSpec, by the name it had."""
    return SparseTensorSpec(shape, dtype)
