"""What a feature column is: the classes that columns are made of, in their newer and their older form.

The newer form has public methods that take a cache of transformed features and a state manager; the older one, which `input_layer` and
`linear_model` use, has private methods that take a cache alone. The columns here have both, and users may write either.
"""

from __future__ import annotations

import abc
import collections
from typing import Any, ClassVar

from ..graph.public import export

#: what a categorical column gives: SparseTensors of ids and of weights (None for 1)
IdWeightPair = collections.namedtuple("IdWeightPair", ("id_tensor", "weight_tensor"))
#: what a sequence column gives: a tensor [batch, steps, ...] and the number of steps of each example
TensorSequenceLengthPair = collections.namedtuple("TensorSequenceLengthPair", ("dense_tensor", "sequence_length"))


# -- the newer form -----------------------------------------------------------------------------------------
class FeatureColumn(abc.ABC):
    """A description of how a feature is read and transformed."""

    @property
    @abc.abstractmethod
    def name(self) -> str:
        """Its name, by which columns are sorted and variable scopes named."""

    @abc.abstractmethod
    def transform_feature(self, transformation_cache: Any, state_manager: Any) -> Any:
        """The feature, read from the cache, transformed: a Tensor or SparseTensor."""

    @property
    @abc.abstractmethod
    def parse_example_spec(self) -> dict[str, Any]:
        """What tf.parse_example needs to know to read it: key -> feature description."""

    def create_state(self, state_manager: Any) -> None:  # noqa: B027
        """Makes its variables: most columns have none."""

    @property
    @abc.abstractmethod
    def parents(self) -> list[Any]:
        """The columns and keys it is made from."""

    @property
    def _is_v2_column(self) -> bool:
        return True

    def __lt__(self, other: Any) -> bool:
        return str(self) < str(other)

    def __gt__(self, other: Any) -> bool:
        return str(self) > str(other)


class DenseColumn(FeatureColumn):
    """A column that gives a dense tensor [batch, *variable_shape]."""

    @property
    @abc.abstractmethod
    def variable_shape(self) -> Any:
        """The shape of one example's value."""

    @abc.abstractmethod
    def get_dense_tensor(self, transformation_cache: Any, state_manager: Any) -> Any:
        """The tensor."""


class CategoricalColumn(FeatureColumn):
    """A column that gives ids below `num_buckets`."""

    IdWeightPair: ClassVar[Any] = IdWeightPair

    @property
    @abc.abstractmethod
    def num_buckets(self) -> int:
        """How many ids there are."""

    @abc.abstractmethod
    def get_sparse_tensors(self, transformation_cache: Any, state_manager: Any) -> Any:
        """The ids and weights: an IdWeightPair."""


class SequenceDenseColumn(FeatureColumn):
    """A column that gives a tensor [batch, steps, *variable_shape] and the number of steps of each example."""

    TensorSequenceLengthPair: ClassVar[Any] = TensorSequenceLengthPair

    @abc.abstractmethod
    def get_sequence_dense_tensor(self, transformation_cache: Any, state_manager: Any) -> Any:
        """The tensor and the lengths: a TensorSequenceLengthPair."""


# -- the older form -----------------------------------------------------------------------------------------
class OldFeatureColumn(abc.ABC):
    """The older form of FeatureColumn."""

    @property
    @abc.abstractmethod
    def name(self) -> str:
        """Its name."""

    @property
    def _var_scope_name(self) -> str:
        """The name of the scope of its variables."""
        return self.name

    @abc.abstractmethod
    def _transform_feature(self, inputs: Any) -> Any:
        """The transformed feature."""

    @property
    @abc.abstractmethod
    def _parse_example_spec(self) -> dict[str, Any]:
        """What tf.parse_example needs to know."""

    def _reset_config(self) -> None:  # noqa: B027
        """Forgets what a configuration set: nothing."""

    def __lt__(self, other: Any) -> bool:
        return str(self) < str(other)

    def __gt__(self, other: Any) -> bool:
        return str(self) > str(other)


class OldDenseColumn(OldFeatureColumn):
    """The older form of DenseColumn."""

    @property
    @abc.abstractmethod
    def _variable_shape(self) -> Any:
        """The shape of one example's value."""

    @abc.abstractmethod
    def _get_dense_tensor(self, inputs: Any, weight_collections: Any = None, trainable: Any = None) -> Any:
        """The tensor; variables that are made go to `weight_collections`."""


class OldCategoricalColumn(OldFeatureColumn):
    """The older form of CategoricalColumn."""

    IdWeightPair: ClassVar[Any] = IdWeightPair

    @property
    @abc.abstractmethod
    def _num_buckets(self) -> int:
        """How many ids there are."""

    @abc.abstractmethod
    def _get_sparse_tensors(self, inputs: Any, weight_collections: Any = None, trainable: Any = None) -> Any:
        """The ids and weights."""


class OldSequenceDenseColumn(OldFeatureColumn):
    """The older form of SequenceDenseColumn."""

    TensorSequenceLengthPair: ClassVar[Any] = TensorSequenceLengthPair

    @abc.abstractmethod
    def _get_sequence_dense_tensor(self, inputs: Any, weight_collections: Any = None, trainable: Any = None) -> Any:
        """The tensor and the lengths."""


# -- both ----------------------------------------------------------------------------------------------------
class _OldFromNew(OldFeatureColumn):
    """The older methods by the newer ones: nothing here needs a state manager."""

    def _transform_feature(self, inputs: Any) -> Any:
        return self.transform_feature(inputs, None)

    @property
    def _parse_example_spec(self) -> dict[str, Any]:
        return self.parse_example_spec


class BothDense(DenseColumn, OldDenseColumn, _OldFromNew):
    """A dense column of both forms."""

    @property
    def _variable_shape(self) -> Any:
        return self.variable_shape

    def _get_dense_tensor(self, inputs: Any, weight_collections: Any = None, trainable: Any = None) -> Any:
        return self.get_dense_tensor(inputs, None)


class BothCategorical(CategoricalColumn, OldCategoricalColumn, _OldFromNew):
    """A categorical column of both forms."""

    @property
    def _num_buckets(self) -> int:
        return self.num_buckets

    def _get_sparse_tensors(self, inputs: Any, weight_collections: Any = None, trainable: Any = None) -> Any:
        return self.get_sparse_tensors(inputs, None)


class BothSequenceDense(SequenceDenseColumn, OldSequenceDenseColumn, _OldFromNew):
    """A sequence column of both forms."""

    def _get_sequence_dense_tensor(self, inputs: Any, weight_collections: Any = None, trainable: Any = None) -> Any:
        return self.get_sequence_dense_tensor(inputs, None)


for _class in (FeatureColumn, DenseColumn, CategoricalColumn, SequenceDenseColumn):
    for _module in ("feature_column_v2", "feature_column_lib"):
        export(_class, f"python.feature_column.{_module}.{_class.__name__}")
for _old in (OldFeatureColumn, OldDenseColumn, OldCategoricalColumn, OldSequenceDenseColumn):
    export(_old, f"python.feature_column.feature_column.{_old.__name__.replace('Old', '_')}")


# -- checks of arguments ---------------------------------------------------------------------------------------
def require_key(key: Any) -> None:
    """Raises ValueError unless `key` is a string."""
    if not isinstance(key, str):
        raise ValueError(f"key must be a string. Got: type {type(key)}. Given key: {key}.")


def require_text_or_integer(dtype: Any, prefix: str) -> None:
    """Raises ValueError unless `dtype` is string or an integer."""
    if not (dtype.is_integer or dtype.name == "string"):
        raise ValueError(f"{prefix} dtype must be string or integer. dtype: {dtype}.")


def require_no_sequence(column: Any, kind: str) -> None:
    """Raises ValueError if the categorical column below an embedding or indicator column is one of sequences."""
    below = column.categorical_column
    if _is_sequence(below):
        raise ValueError(
            f"In {kind}: {column.name}. categorical_column must not be of type _SequenceCategoricalColumn. Suggested fix A: If you wish "
            "to use DenseFeatures, use a non-sequence categorical_column_with_*. Suggested fix B: If you wish to create sequence input, "
            f"use SequenceFeatures instead of DenseFeatures. Given (type {type(below)}): {below}"
        )


def require_sequence(column: Any, kind: str) -> None:
    """Raises ValueError if the categorical column below an embedding or indicator column is not one of sequences."""
    below = column.categorical_column
    if not _is_sequence(below):
        raise ValueError(
            f"In {kind}: {column.name}. categorical_column must be of type SequenceCategoricalColumn to use SequenceFeatures. Suggested "
            f"fix: Use one of sequence_categorical_column_with_*. Given (type {type(below)}): {below}"
        )


def _is_sequence(column: Any) -> bool:
    from .sequence import SequenceCategoricalColumn

    return isinstance(column, SequenceCategoricalColumn)
