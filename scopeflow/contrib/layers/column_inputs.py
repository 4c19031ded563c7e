"""Input layers and linear models of the feature columns of tf.contrib.layers, and parsing for them."""

from __future__ import annotations

from typing import Any

from ...graph import dtypes
from ...graph.composite import SparseTensor
from ...graph.public import TABLE, public
from ...ops import array
from ...ops.parsing import FixedLenFeature, FixedLenSequenceFeature
from ...scopes import variable_scope
from ...variables.initializers import Zeros
from ..framework.arg_scope import add_arg_scope
from ..framework.creating import model_variable
from .columns import embeddings_of, parts_of, restore_from, with_global_variables
from .dense_columns import _BucketizedColumn, _EmbeddingColumn, _RealValuedColumn, real_valued_column
from .embedding import safe_embedding_lookup_sparse
from .flattening import inner_flatten
from .sparse_columns import _CrossedColumn, _OneHotColumn, _WeightedSparseColumn, config_of


def _names(name: str) -> tuple[str, str]:
    return f"contrib.layers.{name}", f"contrib.slim.{name}"


# -- checks and transformations --------------------------------------------------------------------------------
@public(*_names("check_feature_columns"))
def check_feature_columns(feature_columns: Any) -> None:
    """Raises ValueError if two columns have the same key."""
    seen = set()
    for column in feature_columns:
        if column.key in seen:
            raise ValueError(
                f"Duplicate feature column key found for column: {column.name}. This usually means that the column is almost identical to "
                "another column, and one must be discarded."
            )
        seen.add(column.key)


def _transformed(column: Any, columns_to_tensors: dict[Any, Any]) -> Any:
    """The column's transformed feature; made, and kept in the dict, if it is not there."""
    if column not in columns_to_tensors:
        column.insert_transformed_feature(columns_to_tensors)
    return columns_to_tensors[column]


@public(*_names("transform_features"))
def transform_features(features: Any, feature_columns: Any) -> dict[Any, Any]:
    """What the columns make of the features: column -> tensor."""
    columns_to_tensors = dict(features)
    ordered = sorted(set(feature_columns), key=lambda c: c.key)
    for column in ordered:
        _transformed(column, columns_to_tensors)
    return {column: columns_to_tensors[column] for column in ordered}


# -- input layers -------------------------------------------------------------------------------------------------
def _of_rank(tensor: Any, column_name: str, rank: int) -> Any:
    """A transformed feature with `rank` dimensions, or what it has if it is sparse."""
    has = tensor.get_shape().ndims
    if has is None and isinstance(tensor, SparseTensor):
        # A placeholder's number of dimensions.
        has = tensor.dense_shape.get_shape().as_list()[0]
    if has == rank:
        return tensor
    if has is not None and has < rank:
        if isinstance(tensor, SparseTensor) or has + 1 != rank:
            raise ValueError(
                f"Rank of input Tensor for column {column_name} is {has}, which cannot be made the rank {rank} that is needed."
            )
        return array.expand_dims(tensor, -1)
    return inner_flatten(tensor, rank)


def _inputs(
    columns_to_tensors: Any,
    feature_columns: Any,
    weight_collections: Any,
    trainable: bool,
    scope: Any,
    rank: int,
    default_name: str,
    cols_to_outs: dict[Any, Any] | None = None,
) -> Any:
    columns_to_tensors = dict(columns_to_tensors)
    check_feature_columns(feature_columns)
    if cols_to_outs is not None and not isinstance(cols_to_outs, dict):
        raise ValueError("cols_to_outs must be a dict unless None")
    with variable_scope(scope, default_name=default_name, values=list(columns_to_tensors.values())):
        outputs = []
        weight_collections = with_global_variables(weight_collections)
        for column in sorted(set(feature_columns), key=lambda c: c.key):
            with variable_scope(None, default_name=column.name, values=list(columns_to_tensors.values())):
                feature = _transformed(column, columns_to_tensors)
                if rank == 3 and not isinstance(feature, tuple):
                    feature = _of_rank(feature, column.name, rank)
                try:
                    arguments = column._deep_embedding_lookup_arguments(feature)
                    output = embeddings_of(column, arguments, weight_collections, trainable, output_rank=rank)
                except NotImplementedError as unsupported:
                    try:
                        output = column._to_dnn_input_layer(feature, weight_collections, trainable, output_rank=rank)
                    except ValueError as error:
                        text = f"Error creating input layer for column: {column.name}.\n{error}, {unsupported}"
                        raise ValueError(text) from error
                if cols_to_outs is not None:
                    cols_to_outs[column] = output
                outputs.append(output)
        return array.concat(outputs, rank - 1)


@public(*_names("input_from_feature_columns"))
@add_arg_scope
def input_from_feature_columns(
    columns_to_tensors: Any,
    feature_columns: Any,
    weight_collections: Any = None,
    trainable: bool = True,
    scope: Any = None,
    cols_to_outs: dict[Any, Any] | None = None,
) -> Any:
    """The columns' tensors side by side in the order of their keys: float [batch, sum of widths].

    Args:
      columns_to_tensors: feature's name -> tensor or SparseTensor.
      weight_collections: collections that variables are listed in.
      trainable: whether variables are trained.
      cols_to_outs: a dict that gets each column's tensor.

    Raises:
      ValueError: a column that cannot be an input, or two of the same key.
    """
    return _inputs(columns_to_tensors, feature_columns, weight_collections, trainable, scope, 2, "input_from_feature_columns", cols_to_outs)


@public(*_names("sequence_input_from_feature_columns"))
@add_arg_scope
def sequence_input_from_feature_columns(
    columns_to_tensors: Any, feature_columns: Any, weight_collections: Any = None, trainable: bool = True, scope: Any = None
) -> Any:
    """`input_from_feature_columns` for sequences: float [batch, steps, sum of widths].

    Raises:
      ValueError: a column that is not for sequences.
    """
    supported = (_OneHotColumn, _EmbeddingColumn, _RealValuedColumn)
    for column in feature_columns:
        if not isinstance(column, supported):
            raise ValueError(f"FeatureColumn type {type(column).__name__} is not currently supported for sequence data.")
    for column in _with_parents(feature_columns):
        if isinstance(column, _CrossedColumn):
            raise ValueError(f"Column {column.name} is or contains a cross, which is not supported for sequence data.")
    return _inputs(columns_to_tensors, feature_columns, weight_collections, trainable, scope, 3, "sequence_input_from_feature_columns")


def _with_parents(columns: Any) -> list[Any]:
    out: list[Any] = []
    for column in columns:
        out.append(column)
        if isinstance(column, (_WeightedSparseColumn, _OneHotColumn, _EmbeddingColumn)):
            out += _with_parents([column.sparse_id_column])
        elif isinstance(column, _BucketizedColumn):
            out += _with_parents([column.source_column])
        elif isinstance(column, _CrossedColumn):
            out += _with_parents(column.columns)
    return out


# -- linear models -----------------------------------------------------------------------------------------------
def _weights(name: str, shape: list[Any], initializer: Any, trainable: bool, weight_collections: Any) -> Any:
    return model_variable(
        name=name, shape=shape, dtype=dtypes.float32, initializer=initializer, trainable=trainable, collections=weight_collections
    )


def _bias(num_outputs: int, trainable: bool, weight_collections: Any) -> Any:
    return model_variable(
        "bias_weight",
        shape=[num_outputs],
        initializer=Zeros(),
        trainable=trainable,
        collections=with_global_variables(weight_collections),
    )


@public(*_names("weighted_sum_from_feature_columns"))
@add_arg_scope
def weighted_sum_from_feature_columns(
    columns_to_tensors: Any,
    feature_columns: Any,
    num_outputs: int,
    weight_collections: Any = None,
    trainable: bool = True,
    scope: Any = None,
) -> tuple[Any, dict[Any, list[Any]], Any]:
    """A linear prediction from the columns: (float [batch, num_outputs], column -> its variables, the bias).

    Args:
      columns_to_tensors: feature's name -> tensor or SparseTensor.
      weight_collections: collections that variables are listed in.
      trainable: whether variables are trained.

    Raises:
      ValueError: a column that cannot be in a linear model, or two of the same key.
    """
    columns_to_tensors = dict(columns_to_tensors)
    check_feature_columns(feature_columns)
    with variable_scope(scope, default_name="weighted_sum_from_feature_columns", values=list(columns_to_tensors.values())):
        sums, variables = [], {}
        weight_collections = with_global_variables(weight_collections)
        for column in sorted(set(feature_columns), key=lambda c: c.key):
            feature = _transformed(column, columns_to_tensors)
            try:
                arguments = column._wide_embedding_lookup_arguments(feature)
                variable, total = _looked_up(column, columns_to_tensors, arguments, num_outputs, trainable, weight_collections)
            except NotImplementedError:
                with variable_scope(None, default_name=column.name, values=list(columns_to_tensors.values())):
                    tensor = _of_rank(column._to_dense_tensor(feature), column.name, 2)
                    variable = [_weights("weight", [tensor.get_shape()[1], num_outputs], Zeros(), trainable, weight_collections)]
                    total = TABLE["matmul"](tensor, variable[0], name="matmul")
            except ValueError as error:
                raise ValueError(f"Error creating weighted sum for column: {column.name}.\n{error}") from error
            sums.append(array.reshape(total, shape=(-1, num_outputs)))
            variables[column] = variable
            restore_from(column._checkpoint_path(), variable)
        total = TABLE["add_n"](sums)
        bias = _bias(num_outputs, trainable, weight_collections)
        return TABLE["nn.bias_add"](total, bias), variables, bias


def _looked_up(
    column: Any, columns_to_tensors: dict[Any, Any], args: Any, num_outputs: int, trainable: bool, weight_collections: Any
) -> tuple[list[Any], Any]:
    with variable_scope(None, default_name=column.name, values=list(columns_to_tensors.values())):
        variable = _weights("weights", [args.vocab_size, num_outputs], args.initializer, trainable, weight_collections)
        parts = parts_of(variable)
        total = safe_embedding_lookup_sparse(
            parts, args.input_tensor, sparse_weights=args.weight_tensor, combiner=args.combiner, name=column.name + "_weights"
        )
        return parts, total


@public(*_names("joint_weighted_sum_from_feature_columns"))
@add_arg_scope
def joint_weighted_sum_from_feature_columns(
    columns_to_tensors: Any,
    feature_columns: Any,
    num_outputs: int,
    weight_collections: Any = None,
    trainable: bool = True,
    scope: Any = None,
) -> tuple[Any, list[Any], Any]:
    """`weighted_sum_from_feature_columns` with one table for all columns, which must give ids: (prediction, the table's parts, the bias).

    Raises:
      NotImplementedError: a column of numbers.
    """
    columns_to_tensors = dict(columns_to_tensors)
    check_feature_columns(feature_columns)
    with variable_scope(scope, default_name="joint_weighted_sum_from_feature_columns", values=list(columns_to_tensors.values())):
        arguments = []
        for column in sorted(set(feature_columns), key=lambda c: c.key):
            feature = _transformed(column, columns_to_tensors)
            try:
                arguments.append(column._wide_embedding_lookup_arguments(feature))
            except NotImplementedError:
                raise NotImplementedError(
                    "Real-valued columns are not supported. Use weighted_sum_from_feature_columns instead, or bucketize these columns."
                ) from None
        variable, total = _jointly(columns_to_tensors, arguments, num_outputs, trainable, weight_collections)
        bias = _bias(num_outputs, trainable, weight_collections)
        return TABLE["nn.bias_add"](total, bias), variable, bias


def _jointly(
    columns_to_tensors: dict[Any, Any], arguments: list[Any], num_outputs: int, trainable: bool, weight_collections: Any
) -> tuple[Any, Any]:
    for args in arguments:
        if args.weight_tensor is not None:
            raise AssertionError("Joint sums for weighted sparse columns are not supported. Please use weighted_sum_from_feature_columns.")
        if args.combiner != "sum":
            raise AssertionError("Combiners other than sum are not supported for joint sums. Please use weighted_sum_from_feature_columns.")
    if not arguments:
        raise AssertionError("At least one column must be in the model.")
    start, moved = 0, []
    for args in arguments:
        ids = args.input_tensor
        moved.append(SparseTensor(ids.indices, ids.values + start, ids.dense_shape))
        start += args.vocab_size
    together = TABLE["sparse.concat"](1, moved) if len(moved) > 1 else moved[0]
    with variable_scope(None, default_name="linear_weights", values=list(columns_to_tensors.values())):
        variable = _weights("weights", [start, num_outputs], Zeros(), trainable, weight_collections)
        parts = parts_of(variable)
        total = safe_embedding_lookup_sparse(parts, together, sparse_weights=None, combiner="sum", name="_weights")
        return parts, total


# -- parsing --------------------------------------------------------------------------------------------------------
@public(*_names("create_feature_spec_for_parsing"), "contrib.layers.feature_column.create_feature_spec_for_parsing")
def create_feature_spec_for_parsing(feature_columns: Any) -> dict[str, Any]:
    """Feature's name -> description, for all that the columns read, as tf.parse_example takes it."""
    out: dict[str, Any] = {}
    for column in feature_columns:
        out |= config_of(column)
    return out


def _sequence_spec(columns: Any, allow_missing: bool) -> dict[str, Any]:
    out = {}
    for key, feature in create_feature_spec_for_parsing(columns).items():
        if isinstance(feature, FixedLenFeature):
            default_is_set = feature.default_value is not None
            feature = FixedLenSequenceFeature(shape=feature.shape, dtype=feature.dtype, allow_missing=allow_missing or default_is_set)
        out[key] = feature
    return out


@public(*_names("make_place_holder_tensors_for_base_features"), "contrib.layers.feature_column.make_place_holder_tensors_for_base_features")
def make_place_holder_tensors_for_base_features(feature_columns: Any) -> dict[str, Any]:
    """Feature's name -> placeholder, for all that the columns read."""
    out: dict[str, Any] = {}
    for name, feature in create_feature_spec_for_parsing(feature_columns).items():
        if isinstance(feature, FixedLenFeature):
            out[name] = TABLE["placeholder"](feature.dtype, shape=[None, *feature.shape], name=f"Placeholder_{name}")
        else:
            out[name] = TABLE["sparse.placeholder"](feature.dtype, name=f"Placeholder_{name}")
    return out


@public(*_names("parse_feature_columns_from_examples"))
def parse_feature_columns_from_examples(
    serialized: Any, feature_columns: Any, name: str | None = None, example_names: Any = None
) -> dict[Any, Any]:
    """Parses examples and transforms their features: feature's name and column -> tensor."""
    check_feature_columns(feature_columns)
    columns_to_tensors = TABLE["parse_example"](
        serialized=serialized, features=create_feature_spec_for_parsing(feature_columns), name=name, example_names=example_names
    )
    for column in sorted(set(feature_columns), key=lambda c: c.key):
        _transformed(column, columns_to_tensors)
    return columns_to_tensors


@public(*_names("parse_feature_columns_from_sequence_examples"))
def parse_feature_columns_from_sequence_examples(
    serialized: Any,
    context_feature_columns: Any,
    sequence_feature_columns: Any,
    name: str | None = None,
    example_name: Any = None,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Parses one SequenceExample: (context feature's name -> tensor, sequence feature's name -> tensor)."""
    if not (isinstance(context_feature_columns, (list, tuple)) or context_feature_columns is None):
        context_feature_columns = list(context_feature_columns)
    check_feature_columns(context_feature_columns or [])
    check_feature_columns(sequence_feature_columns or [])
    return TABLE["parse_single_sequence_example"](
        serialized=serialized,
        context_features=create_feature_spec_for_parsing(context_feature_columns or []),
        sequence_features=_sequence_spec(sequence_feature_columns or [], allow_missing=False),
        example_name=example_name,
        name=name,
    )


@public(*_names("infer_real_valued_columns"))
def infer_real_valued_columns(features: Any) -> list[_RealValuedColumn]:
    """Columns of numbers for a dict of tensors, or one tensor, by their last dimensions.

    Raises:
      ValueError: a tensor that holds no numbers, or has no known shape.
    """
    if not isinstance(features, dict):
        return [_inferred("", features)]
    return [_inferred(key, value) for key, value in sorted(features.items())]


def _inferred(name: str, tensor: Any) -> _RealValuedColumn:
    if isinstance(tensor, SparseTensor):
        raise ValueError(
            f"SparseTensor is not supported for auto detection. Please define corresponding FeatureColumn for tensor {name} {tensor}."
        )
    if not (tensor.dtype.is_integer or tensor.dtype.is_floating):
        # The reference gives the parts of this text as they are.
        raise ValueError(
            "Non integer or non floating types are not supported for auto detection. Please define corresponding FeatureColumn for tensor "
            "{} {}.",
            name,
            tensor,
        )
    shape = tensor.get_shape().as_list()
    dimension = 1
    for size in shape[1:]:
        dimension *= size
    return real_valued_column(name, dimension=dimension, dtype=tensor.dtype)
