"""tf.contrib.feature_column: input layers of sequences."""

from __future__ import annotations

import collections
from collections.abc import Sequence
from typing import Any

from ..feature_columns import sequence
from ..feature_columns.column import OldSequenceDenseColumn, TensorSequenceLengthPair
from ..feature_columns.input_layer import checked_columns, require_one_batch_size
from ..feature_columns.sequence import SequenceNumbers, checked_numbers
from ..feature_columns.transformation import LazyBuilder
from ..graph import dtypes
from ..graph.default_graph import control_dependencies, name_scope
from ..graph.graph import GraphKeys
from ..graph.public import export, public
from ..graph.tensor_shape import TensorShape
from ..ops import array
from ..ops.asserts import assert_equal
from ..scopes import variable_scope

_N = "contrib.feature_column."
for _name in ("identity", "hash_bucket", "vocabulary_file", "vocabulary_list"):
    _made = f"sequence_categorical_column_with_{_name}"
    export(getattr(sequence, _made), _N + _made)


@public(_N + "sequence_numeric_column")
def sequence_numeric_column(
    key: str, shape: Any = (1,), default_value: float = 0.0, dtype: Any = dtypes.float32, normalizer_fn: Any = None
) -> SequenceNumericColumn:
    """`tf.feature_column.sequence_numeric_column` for `sequence_input_layer`."""
    return SequenceNumericColumn(key, checked_numbers(key, shape, dtype, normalizer_fn), default_value, dtype, normalizer_fn)


class SequenceNumericColumn(
    OldSequenceDenseColumn,
    SequenceNumbers,
    collections.namedtuple("SequenceNumericColumn", ("key", "shape", "default_value", "dtype", "normalizer_fn")),
):
    """What `sequence_numeric_column` makes: a column of the older form."""

    name = SequenceNumbers.name

    @property
    def _parse_example_spec(self) -> dict[str, Any]:
        return self._description()

    @property
    def _variable_shape(self) -> TensorShape:
        return TensorShape(self.shape)

    def _transform_feature(self, inputs: Any) -> Any:
        return self._normalized(inputs.get(self.key))

    def _get_sequence_dense_tensor(self, inputs: Any, weight_collections: Any = None, trainable: Any = None) -> TensorSequenceLengthPair:
        return self._padded(inputs.get(self))


@public(_N + "sequence_input_layer")
def sequence_input_layer(features: Any, feature_columns: Any, weight_collections: Any = None, trainable: bool = True) -> tuple[Any, Any]:
    """The sequence columns' tensors side by side, float [batch, steps, sum of widths], and the numbers of steps, int64 [batch].

    Args:
      features: key -> SparseTensor.
      weight_collections: collections that variables are listed in, beside the global variables.
      trainable: whether variables are trained.

    Raises:
      ValueError: a column that is not one of sequences; features of different batch sizes.
    """
    columns = checked_columns(feature_columns)
    for column in columns:
        if not isinstance(column, OldSequenceDenseColumn):
            raise ValueError(
                "All feature_columns must be of type _SequenceDenseColumn. You can wrap a sequence_categorical_column with an "
                f"embedding_column or indicator_column. Given (type {type(column)}): {column}"
            )
    weight_collections = list(weight_collections or [])
    if GraphKeys.GLOBAL_VARIABLES not in weight_collections:
        weight_collections.append(GraphKeys.GLOBAL_VARIABLES)
    with variable_scope(None, default_name="sequence_input_layer", values=list(features.values())):
        builder = LazyBuilder(features)
        outputs, lengths, ordered = [], [], sorted(columns, key=lambda c: c.name)
        for column in ordered:
            with variable_scope(None, default_name=column._var_scope_name):
                dense, steps = column._get_sequence_dense_tensor(builder, weight_collections=weight_collections, trainable=trainable)
                sizes = array.shape(dense)
                outputs.append(array.reshape(dense, shape=(sizes[0], sizes[1], column._variable_shape.num_elements())))
                lengths.append(steps)
        require_one_batch_size(outputs, ordered)
        require_one_batch_size(lengths, ordered)
        steps = _all_equal(lengths)
        return array.concat(outputs, -1), steps


def _all_equal(tensors: Sequence[Any]) -> Any:
    """The first tensor, once all are known to equal it."""
    with name_scope(None, "assert_all_equal", list(tensors)):
        if len(tensors) == 1:
            return tensors[0]
        with control_dependencies([assert_equal(tensors[0], t) for t in tensors[1:]]):
            return array.identity(tensors[0])
