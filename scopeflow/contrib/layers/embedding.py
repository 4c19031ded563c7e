"""Embeddings of integer ids."""

from __future__ import annotations

from typing import Any

from ...graph.conversion import convert_to_tensor
from ...graph.default_graph import name_scope
from ...graph.operation import Tensor
from ...graph.public import TABLE, public
from ...ops.casting import cast
from ...ops.elementwise import not_equal
from ...ops.gathering import gather, gather_nd, where
from ...ops.grouping import unique
from ...ops.joining import concat
from ...ops.nn import embedding
from ...ops.reduction import reduce_mean, reduce_prod
from ...ops.shaping import reshape
from ...ops.shaping import shape as shape_of
from ...scopes import variable_scope
from ..framework.creating import model_variable


@public("contrib.layers.embed_sequence", "contrib.slim.embed_sequence")
def embed_sequence(
    ids: Any,
    vocab_size: int | None = None,
    embed_dim: int | None = None,
    unique: bool = False,
    initializer: Any = None,
    regularizer: Any = None,
    trainable: bool = True,
    scope: Any = None,
    reuse: Any = None,
) -> Tensor:
    """The embeddings of `ids`, [..., embed_dim], from the variable "embeddings" [vocab_size, embed_dim].

    Args:
      ids: integers.
      vocab_size, embed_dim: may be left out when sharing.
      unique: looks up each id once; faster if few differ.
      initializer, regularizer, trainable: of the variable.
      scope: variable scope; "EmbedSequence", uniquified, if None.
      reuse: whether to share the variable of `scope`.

    Raises:
      ValueError: no size, though the variable is not shared.
    """
    if not (reuse or (vocab_size and embed_dim)):
        raise ValueError(
            f"Must specify vocab size and embedding dimension when not reusing. Got vocab_size={vocab_size} and embed_dim={embed_dim}"
        )
    with variable_scope(scope, "EmbedSequence", [ids], reuse=reuse):
        shape = [vocab_size, embed_dim] if not (reuse and vocab_size is None or reuse and embed_dim is None) else None
        table = model_variable("embeddings", shape=shape, initializer=initializer, regularizer=regularizer, trainable=trainable)
        return embedding_lookup_unique(table, ids) if unique else embedding.embedding_lookup(table, ids)


@public("contrib.layers.embedding_lookup_unique", "contrib.slim.embedding_lookup_unique")
def embedding_lookup_unique(params: Any, ids: Any, partition_strategy: str = "mod", name: str | None = None) -> Tensor:
    """`embedding_lookup` that looks up each id once."""
    with name_scope(name, "EmbeddingLookupUnique", [params, ids]):
        ids = convert_to_tensor(ids)
        shape = shape_of(ids)
        flat = reshape(ids, reduce_prod(shape, keepdims=True))
        found, at = unique(flat)
        rows = embedding.embedding_lookup(params, found, partition_strategy)
        out = gather(rows, at)
        out = reshape(out, concat([shape, shape_of(rows)[1:]], 0))
        out.set_shape(ids.get_shape().concatenate(rows.get_shape()[1:]))
        return out


@public("contrib.layers.safe_embedding_lookup_sparse", "contrib.slim.safe_embedding_lookup_sparse")
def safe_embedding_lookup_sparse(
    embedding_weights: Any,
    sparse_ids: Any,
    sparse_weights: Any = None,
    combiner: str | None = None,
    default_id: int | None = None,
    name: str | None = None,
    partition_strategy: str = "div",
    max_norm: float | None = None,
) -> Tensor:
    """See `tf.nn.safe_embedding_lookup_sparse`; the combiner is "mean" if None, and resource variables are read whole."""
    dtype = None if sparse_weights is None else sparse_weights.dtype
    tables = None if embedding_weights is None else [convert_to_tensor(t, dtype) for t in embedding.parts_of_table(embedding_weights)]
    return embedding.safe_embedding_lookup_sparse(
        tables, sparse_ids, sparse_weights, combiner or "mean", default_id, name, partition_strategy, max_norm
    )


@public("contrib.layers.bow_encoder", "contrib.slim.bow_encoder")
def bow_encoder(
    ids: Any,
    vocab_size: int,
    embed_dim: int,
    sparse_lookup: bool = True,
    initializer: Any = None,
    regularizer: Any = None,
    trainable: bool = True,
    scope: Any = None,
    reuse: Any = None,
) -> Tensor:
    """The mean embedding of each row of ids, [batch, embed_dim]: a bag of words.

    Args:
      ids: integers [batch, words], dense, in which 0 fills up shorter rows, or a SparseTensor.
      vocab_size, embed_dim: sizes of the variable "embeddings".
      sparse_lookup: leaves out the zeros; False: they are words like others.
      initializer, regularizer, trainable: of the variable.
      scope: variable scope; "bow_encoder", uniquified, if None.
      reuse: whether to share the variable of `scope`.

    Raises:
      TypeError: a SparseTensor without `sparse_lookup`.
    """
    with variable_scope(scope, "bow_encoder", [ids], reuse=reuse):
        table = model_variable(
            "embeddings", shape=[vocab_size, embed_dim], initializer=initializer, regularizer=regularizer, trainable=trainable
        )
        if sparse_lookup:
            if not hasattr(ids, "dense_shape"):
                ids = dense_to_sparse_tensor(ids)
            return embedding.safe_embedding_lookup_sparse([table], ids, combiner="mean", default_id=0)
        if hasattr(ids, "dense_shape"):
            raise TypeError(f"ids are expected to be dense Tensor, got: {ids}")
        return reduce_mean(embedding.embedding_lookup(table, ids), axis=1)


@public("contrib.layers.python.ops.sparse_ops.dense_to_sparse_tensor")
def dense_to_sparse_tensor(dense_tensor: Any, ignore_value: Any = None) -> Any:
    """The elements of a dense tensor that are not `ignore_value` (0, "" or False, if None), as a SparseTensor."""
    with name_scope("DenseToSparseTensor"):
        dense = convert_to_tensor(dense_tensor)
        if ignore_value is None:
            ignore_value = "" if dense.dtype.base_dtype is TABLE["string"] else dense.dtype.as_numpy_dtype()
        indices = where(not_equal(dense, cast(ignore_value, dense.dtype, name="ignore_value")), name="indices")
        values = gather_nd(dense, indices, name="values")
        return TABLE["SparseTensor"](indices, values, shape_of(dense, out_type=TABLE["int64"], name="dense_shape"))
