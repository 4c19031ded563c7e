"""tf.feature_column.input_layer: all columns' tensors side by side."""

from __future__ import annotations

import collections.abc
from typing import Any

from ..graph.default_graph import get_default_graph
from ..graph.graph import GraphKeys
from ..graph.public import export, public
from ..ops import array
from ..scopes import get_variable_scope, variable_scope
from ..scopes.template import make_template
from .column import OldDenseColumn, OldFeatureColumn
from .transformation import LazyBuilder


def checked_columns(feature_columns: Any) -> list[Any]:
    """One column or several, as a list. Raises ValueError for a dict, none, something else than columns, and names that come twice."""
    if isinstance(feature_columns, OldFeatureColumn):
        feature_columns = [feature_columns]
    if isinstance(feature_columns, collections.abc.Iterator):
        feature_columns = list(feature_columns)
    if isinstance(feature_columns, dict):
        raise ValueError("Expected feature_columns to be iterable, found dict.")
    for column in feature_columns:
        if not isinstance(column, OldFeatureColumn):
            raise ValueError(f"Items of feature_columns must be a _FeatureColumn. Given (type {type(column)}): {column}.")
    if not feature_columns:
        raise ValueError("feature_columns must not be empty.")
    by_name: dict[str, Any] = {}
    for column in feature_columns:
        if column.name in by_name:
            raise ValueError(
                f"Duplicate feature column name found for columns: {column} and {by_name[column.name]}. This usually means that these "
                "columns refer to same base feature. Either one must be discarded or a duplicated but renamed item must be inserted in "
                "features dict."
            )
        by_name[column.name] = column
    return feature_columns


def require_one_batch_size(tensors: list[Any], columns: list[Any]) -> None:
    """Raises ValueError if the known first dimensions differ."""
    first = None
    for i, tensor in enumerate(tensors):
        size = tensor.shape[0].value if tensor.shape.ndims else None
        if size is None:
            continue
        if first is None:
            first, size_of_first = i, size
        elif size != size_of_first:
            raise ValueError(
                "Batch size (first dimension) of each feature must be same. Batch size of columns "
                f"({columns[first].name}, {columns[i].name}): ({size_of_first}, {size})"
            )


def _layer(
    features: Any,
    feature_columns: Any,
    weight_collections: Any,
    trainable: bool,
    cols_to_vars: dict[Any, Any] | None,
    cols_to_output_tensors: dict[Any, Any] | None = None,
) -> Any:
    builder = LazyBuilder(features)
    outputs, ordered = [], sorted(feature_columns, key=lambda c: c.name)
    for column in ordered:
        with variable_scope(None, default_name=column._var_scope_name):
            tensor = column._get_dense_tensor(builder, weight_collections=weight_collections, trainable=trainable)
            width = column._variable_shape.num_elements()
            output = array.reshape(tensor, shape=(array.shape(tensor)[0], width))
            outputs.append(output)
            if cols_to_vars is not None:
                scope = get_variable_scope().name
                cols_to_vars[column] = get_default_graph().get_collection(GraphKeys.GLOBAL_VARIABLES, scope=scope)
            if cols_to_output_tensors is not None:
                cols_to_output_tensors[column] = output
    require_one_batch_size(outputs, ordered)
    return array.concat(outputs, 1)


def _dense(feature_columns: Any) -> list[Any]:
    columns = checked_columns(feature_columns)
    for column in columns:
        if not isinstance(column, OldDenseColumn):
            raise ValueError(
                "Items of feature_columns must be a _DenseColumn. You can wrap a categorical column with an embedding_column or "
                f"indicator_column. Given: {column}"
            )
    return columns


def _with_usual(weight_collections: Any) -> list[str]:
    out = list(weight_collections or [])
    return out + [k for k in (GraphKeys.GLOBAL_VARIABLES, GraphKeys.MODEL_VARIABLES) if k not in out]


@public("feature_column.input_layer")
def input_layer(
    features: Any,
    feature_columns: Any,
    weight_collections: Any = None,
    trainable: bool = True,
    cols_to_vars: dict[Any, Any] | None = None,
    cols_to_output_tensors: dict[Any, Any] | None = None,
) -> Any:
    """The columns' tensors, made two-dimensional, side by side in the order of their names: float [batch, sum of widths].

    Args:
      features: key -> tensor, SparseTensor, array or value.
      feature_columns: dense columns: numbers, buckets, embeddings, indicators.
      weight_collections: collections that variables are listed in, beside the global and the model's variables.
      trainable: whether variables are trained.
      cols_to_vars: a dict that gets each column's list of variables.
      cols_to_output_tensors: a dict that gets each column's tensor.

    Raises:
      ValueError: a column that is not dense; names that come twice; features of different batch sizes.
    """
    columns = _dense(feature_columns)
    with variable_scope(None, default_name="input_layer", values=list(features.values())):
        return _layer(features, columns, _with_usual(weight_collections), trainable, cols_to_vars, cols_to_output_tensors)


class InputLayer:
    """`input_layer` as an object: calls after the first share its variables.

    Args:
      name: of its variable scope.
      create_scope_now: fix the scope now, not at the first call.
    """

    def __init__(
        self,
        feature_columns: Any,
        weight_collections: Any = None,
        trainable: bool = True,
        cols_to_vars: dict[Any, Any] | None = None,
        name: str = "feature_column_input_layer",
        create_scope_now: bool = True,
    ):
        self._feature_columns = feature_columns
        self._weight_collections = weight_collections
        self._trainable = trainable
        self._cols_to_vars = cols_to_vars
        self._name = name
        self._input_layer_template = make_template(self._name, self._make, create_scope_now_=create_scope_now)
        self._scope = self._input_layer_template.variable_scope

    def _make(self, features: Any) -> Any:
        columns = _dense(self._feature_columns)
        return _layer(features, columns, _with_usual(self._weight_collections), self._trainable, self._cols_to_vars)

    def __call__(self, features: Any) -> Any:
        return self._input_layer_template(features)

    @property
    def name(self) -> str:
        """The name of its scope."""
        return self._name

    @property
    def variables(self) -> list[Any]:
        """Its variables; none before the first call."""
        return self._input_layer_template.variables

    @property
    def trainable_variables(self) -> list[Any]:
        return self._input_layer_template.trainable_variables

    @property
    def non_trainable_variables(self) -> list[Any]:
        return self._input_layer_template.non_trainable_variables

    weights = variables
    trainable_weights = trainable_variables
    non_trainable_weights = non_trainable_variables


export(InputLayer, "contrib.slim.InputLayer", "python.feature_column.feature_column.InputLayer")
