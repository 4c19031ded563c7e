"""What the feature columns of tf.contrib.layers are: the class they are made of, and their tables.

A column reads features by name from a dict, puts what it makes of them there under itself (`insert_transformed_feature`), and says by its
lookup arguments which table of weights or embeddings it needs.
"""

from __future__ import annotations

import collections
from typing import Any

from ...graph import dtypes
from ...graph.default_graph import get_default_graph
from ...graph.graph import GraphKeys
from ...graph.public import TABLE, export
from ...variables import PartitionedVariable, Variable
from ..framework.creating import model_variable
from .embedding import safe_embedding_lookup_sparse
from .flattening import inner_flatten
from .hashed_embeddings import scattered_embedding_lookup_sparse

#: the table of a column's weights in a linear model
LinearLookup = collections.namedtuple(
    "_LinearEmbeddingLookupArguments", ["input_tensor", "weight_tensor", "vocab_size", "initializer", "combiner"]
)
#: the table of a column's embeddings
DeepLookup = collections.namedtuple(
    "_DeepEmbeddingLookupArguments",
    [
        "input_tensor", "weight_tensor", "vocab_size", "initializer", "combiner", "dimension", "shared_embedding_name", "hash_key",
        "max_norm", "trainable",
    ],
)  # fmt: skip


class LayersColumn:
    """A feature column of tf.contrib.layers."""

    @property
    def name(self) -> str:
        """Its name, after which variable scopes are named."""
        raise NotImplementedError

    @property
    def config(self) -> dict[str, Any]:
        """Feature's name -> its description for parsing."""
        raise NotImplementedError

    @property
    def key(self) -> str:
        """By which columns are told apart and sorted."""
        raise NotImplementedError

    def insert_transformed_feature(self, columns_to_tensors: dict[Any, Any]) -> None:
        """Puts the transformed feature into the dict, under the column itself."""
        raise NotImplementedError

    def _wide_embedding_lookup_arguments(self, input_tensor: Any) -> LinearLookup:
        raise NotImplementedError(f"Not implemented for {type(self).__name__}.")

    def _deep_embedding_lookup_arguments(self, input_tensor: Any) -> DeepLookup:
        raise NotImplementedError(f"Not implemented for {type(self).__name__}.")

    def _to_dnn_input_layer(self, input_tensor: Any, weight_collections: Any = None, trainable: bool = True, output_rank: int = 2) -> Any:
        raise ValueError(f"Calling an abstract method: {type(self).__name__} gives no input layer.")

    def _to_dense_tensor(self, input_tensor: Any) -> Any:
        raise ValueError(f"Calling an abstract method: {type(self).__name__} gives no dense tensor.")

    def _checkpoint_path(self) -> tuple[str, str] | None:
        """(checkpoint, tensor in it) of its table's initial value, or None."""
        return None

    def __lt__(self, other: Any) -> bool:
        return str(self) < str(other)

    def __gt__(self, other: Any) -> bool:
        return str(self) > str(other)

    def _key_without_properties(self, properties: Any) -> str:
        fields = (f"{k}={getattr(self, k)}" for k in self._fields if k not in properties)
        return f"{type(self).__name__}({', '.join(fields)})"


export(LayersColumn, "contrib.layers.feature_column._FeatureColumn", "contrib.layers.python.layers.feature_column._FeatureColumn")


def parts_of(variable: Any) -> list[Any]:
    """A variable, or the parts of a partitioned one, as a list."""
    return list(variable) if isinstance(variable, PartitionedVariable) else [variable]


def is_variable(value: Any) -> bool:
    """True for a variable that is not partitioned."""
    return isinstance(value, Variable)


def restore_from(path: tuple[str, str] | None, variable: Any) -> None:
    """Makes a checkpoint's tensor the variable's initial value, if there is a path."""
    if path is not None:
        checkpoint, tensor = path
        parts = variable._get_variable_list() if isinstance(variable, PartitionedVariable) else variable
        if isinstance(variable, list) and len(variable) == 1:
            parts = variable[0]
        TABLE["contrib.framework.init_from_checkpoint"](checkpoint, {tensor: parts})


def require_checkpoint_pair(ckpt_to_load_from: Any, tensor_name_in_ckpt: Any) -> None:
    """Raises ValueError unless both or none are given."""
    if (ckpt_to_load_from is None) != (tensor_name_in_ckpt is None):
        raise ValueError("Must specify both `ckpt_to_load_from` and `tensor_name_in_ckpt` or none of them.")


def embeddings_of(column: LayersColumn, args: DeepLookup, weight_collections: Any, trainable: bool, output_rank: int = 2) -> Any:
    """The embeddings of a column's values, from a table made here or shared."""
    ids = inner_flatten(args.input_tensor, output_rank)
    weights = None if args.weight_tensor is None else inner_flatten(args.weight_tensor, output_rank)
    if args.hash_key is not None:
        table = _table("weights", [args.vocab_size], args, weight_collections, trainable)
        return scattered_embedding_lookup_sparse(table, ids, args.dimension, hash_key=args.hash_key, combiner=args.combiner, name="lookup")
    shape = [args.vocab_size, args.dimension]
    if args.shared_embedding_name is None:
        table = _table("weights", shape, args, weight_collections, trainable)
    else:
        graph = get_default_graph()
        key = f"SHARED_EMBEDDING_COLLECTION_{args.shared_embedding_name.upper()}"
        found = graph.get_collection(key)
        if len(found) > 1:
            raise ValueError(f"Collection {key} can only contain one (partitioned) variable.")
        if found:
            table = found[0]
            if table.get_shape().as_list() != shape:
                raise ValueError(
                    f"The embedding variable with name {args.shared_embedding_name} already exists, but its shape does not match required "
                    f"embedding shape here. Please make sure to use different shared_embedding_name for different shared embeddings."
                )
        else:
            table = _table(args.shared_embedding_name, shape, args, weight_collections, trainable)
            graph.add_to_collection(key, table)
    if is_variable(table):
        table = [table]
    else:
        table = table._get_variable_list()
    restore_from(column._checkpoint_path(), table)
    return safe_embedding_lookup_sparse(
        table, ids, sparse_weights=weights, combiner=args.combiner, name=column.name + "weights", max_norm=args.max_norm
    )


def _table(name: str, shape: list[int], args: DeepLookup, weight_collections: Any, trainable: bool) -> Any:
    return model_variable(
        name=name,
        shape=shape,
        dtype=dtypes.float32,
        initializer=args.initializer,
        trainable=trainable and args.trainable,
        collections=weight_collections,
    )


def with_global_variables(weight_collections: Any) -> Any:
    """The collections, the global variables' among them if there are any."""
    if weight_collections:
        weight_collections = list({*weight_collections, GraphKeys.GLOBAL_VARIABLES})
    return weight_collections
