"""tf.feature_column.linear_model: a weighted sum of all columns."""

from __future__ import annotations

from typing import Any

from ..graph import dtypes
from ..graph.default_graph import get_default_graph, name_scope
from ..graph.graph import GraphKeys
from ..graph.public import TABLE, public
from ..layers.layer import Layer
from ..ops import array
from ..scopes import get_variable_scope, variable_scope
from ..variables import PartitionedVariable
from ..variables.initializers import Zeros
from .column import OldCategoricalColumn, OldDenseColumn
from .input_layer import checked_columns, require_one_batch_size
from .transformation import LazyBuilder


class _Weights(Layer):
    """A layer of one variable, which the model's collections list."""

    def __init__(self, units: int, trainable: bool, weight_collections: Any, name: str):
        super().__init__(trainable=trainable, name=name, dtype=dtypes.float32)
        # As layers of Keras models have.
        self._use_resource_variables = True
        self._units, self._weight_collections = units, weight_collections

    def _made(self, name: str, shape: list[int]) -> Any:
        variable = self.add_weight(name, shape=shape, initializer=Zeros(), dtype=dtypes.float32, trainable=self.trainable)
        graph = get_default_graph()
        for part in _parts(variable):
            for key in self._weight_collections:
                if key != GraphKeys.GLOBAL_VARIABLES:
                    graph.add_to_collection(key, part)
        return variable


def _parts(variable: Any) -> list[Any]:
    return list(variable) if isinstance(variable, PartitionedVariable) else [variable]


class _WeightedColumn(_Weights):
    """The weights of a column, and its weighted sum."""

    def __init__(self, column: Any, units: int, sparse_combiner: str, weight_collections: Any, trainable: bool, name: str):
        super().__init__(units, trainable, weight_collections, name)
        self.column, self._sparse_combiner = column, sparse_combiner

    def build(self, _: Any) -> None:
        """Makes the weights: one row for each id, or for each number of an example."""
        categorical = isinstance(self.column, OldCategoricalColumn)
        rows = self.column._num_buckets if categorical else self.column._variable_shape.num_elements()
        self._weights = self._made("weights", [rows, self._units])
        self.built = True

    def call(self, builder: LazyBuilder) -> Any:
        """The weighted sum [batch, units]."""
        if isinstance(self.column, OldCategoricalColumn):
            return self._of_categories(builder)
        tensor = self.column._get_dense_tensor(builder, weight_collections=self._weight_collections, trainable=self.trainable)
        width = self.column._variable_shape.num_elements()
        return TABLE["matmul"](array.reshape(tensor, shape=(array.shape(tensor)[0], width)), self._weights, name="weighted_sum")

    def _of_categories(self, builder: LazyBuilder) -> Any:
        ids, weights = self.column._get_sparse_tensors(builder, weight_collections=self._weight_collections, trainable=self.trainable)
        ids = TABLE["sparse.reshape"](ids, [array.shape(ids)[0], -1])
        if weights is not None:
            weights = TABLE["sparse.reshape"](weights, [array.shape(weights)[0], -1])
        return TABLE["nn.safe_embedding_lookup_sparse"](
            self._weights, ids, sparse_weights=weights, combiner=self._sparse_combiner, name="weighted_sum"
        )


class _Bias(_Weights):
    """The bias."""

    def build(self, _: Any) -> None:
        """Makes it, zero for each unit."""
        self._bias = self._made("bias_weights", [self._units])
        self.built = True

    def call(self, _: Any) -> Any:
        """The variable."""
        return self._bias


def _scope_name(default: str) -> str:
    """The name that a variable scope `default` would have here."""
    with variable_scope(None, default_name=default) as scope:
        return scope.name.rsplit("/", 1)[-1]


class LinearModel:
    """A weighted sum of columns as an object; it has `name` as scope of its variables."""

    def __init__(
        self, feature_columns: Any, units: int, sparse_combiner: str, weight_collections: Any, trainable: bool, name: str = "linear_model"
    ):
        self._columns = checked_columns(feature_columns)
        for column in self._columns:
            if not isinstance(column, (OldDenseColumn, OldCategoricalColumn)):
                raise ValueError(f"Items of feature_columns must be either a _DenseColumn or _CategoricalColumn. Given: {column}")
        collections = list(weight_collections or [])
        collections += [k for k in (GraphKeys.GLOBAL_VARIABLES, GraphKeys.MODEL_VARIABLES) if k not in collections]
        self.name = name
        self._layers = []
        for column in sorted(self._columns, key=lambda c: c.name):
            own = _scope_name(column._var_scope_name)
            self._layers.append(_WeightedColumn(column, units, sparse_combiner, collections, trainable, own))
        self._bias = _Bias(units, trainable, collections, "bias_layer")
        #: column (or "bias") -> its variables
        self.cols_to_vars: dict[Any, list[Any]] = {}

    def __call__(self, features: Any) -> Any:
        with name_scope(self.name), variable_scope(self.name):
            builder = LazyBuilder(features)
            sums, columns = [], []
            for layer in sorted(self._layers, key=lambda a: a.name):
                columns.append(layer.column)
                sums.append(layer(builder))
                scope = layer.scope_name
                self.cols_to_vars[layer.column] = get_default_graph().get_collection(GraphKeys.GLOBAL_VARIABLES, scope=scope)
            require_one_batch_size(sums, columns)
            total = TABLE["add_n"](sums, name="weighted_sum_no_bias")
            bias = self._bias(builder, scope=get_variable_scope())
            self.cols_to_vars["bias"] = _parts(bias)
            return TABLE["nn.bias_add"](total, bias, name="weighted_sum")


@public("feature_column.linear_model")
def linear_model(
    features: Any,
    feature_columns: Any,
    units: int = 1,
    sparse_combiner: str = "sum",
    weight_collections: Any = None,
    trainable: bool = True,
    cols_to_vars: dict[Any, Any] | None = None,
) -> Any:
    """A linear prediction from the columns: the sum of each one's weights, and a bias. float [batch, units].

    Args:
      features: key -> tensor, SparseTensor, array or value.
      feature_columns: dense and categorical columns.
      sparse_combiner: how the weights of several values of a categorical column are combined: "sum", "mean" or "sqrtn".
      weight_collections: collections that variables are listed in, beside the global and the model's variables.
      trainable: whether variables are trained.
      cols_to_vars: a dict that gets each column's list of variables, and that of the "bias".

    Raises:
      ValueError: something that is no such column; names that come twice; features of different batch sizes; an unknown combiner.
    """
    with variable_scope(None, "linear_model") as scope:
        name = scope.name.rsplit("/", 1)[-1]
    model = LinearModel(feature_columns, units, sparse_combiner, weight_collections, trainable, name)
    out = model(features)
    if cols_to_vars is not None:
        cols_to_vars.update(model.cols_to_vars)
    return out
