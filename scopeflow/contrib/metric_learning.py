"""tf.contrib.losses.metric_learning: losses of embeddings whose distances say what belongs together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

from ..graph import dtypes
from ..graph.default_graph import name_scope
from ..graph.errors import UnimplementedError
from ..graph.operation import Tensor
from ..graph.public import TABLE, public
from ..ops import array
from ..ops.casting import cast
from ..ops.elementwise import (
    equal,
    exp,
    greater,
    less_equal,
    log,
    logical_and,
    logical_not,
    maximum,
    multiply,
    sqrt,
    square,
    squared_difference,
    truediv,
)
from ..ops.matmul import matmul
from ..ops.reduction import reduce_max, reduce_mean, reduce_min, reduce_sum

add, diag = TABLE["add"], TABLE["diag"]


# -- distances --------------------------------------------------------------------------------------
def _pairwise_distances(embeddings: Tensor, squared: bool = False) -> Tensor:
    """Between all rows of embeddings [batch, d]: [batch, batch]; exactly 0 from a row to itself."""
    distances = add(
        reduce_sum(square(embeddings), axis=[1], keepdims=True),
        reduce_sum(square(array.transpose(embeddings)), axis=[0], keepdims=True),
    ) - 2.0 * matmul(embeddings, array.transpose(embeddings))
    distances = maximum(distances, 0.0)
    is_zero = less_equal(distances, 0.0)
    if not squared:
        # The root has no gradient at 0.
        distances = sqrt(distances + cast(is_zero, dtypes.float32) * 1e-16)
    distances = multiply(distances, cast(logical_not(is_zero), dtypes.float32))
    n = array.shape(embeddings)[0]
    return multiply(distances, array.ones_like(distances) - diag(array.ones([n])))


def _largest(data: Tensor, mask: Tensor) -> Tensor:
    """The largest of each row where `mask` is 1: [rows, 1]."""
    least = reduce_min(data, 1, keepdims=True)
    return reduce_max(multiply(data - least, mask), 1, keepdims=True) + least


def _smallest(data: Tensor, mask: Tensor) -> Tensor:
    """The smallest of each row where `mask` is 1: [rows, 1]."""
    most = reduce_max(data, 1, keepdims=True)
    return reduce_min(multiply(data - most, mask), 1, keepdims=True) + most


def _as_column(labels: Tensor) -> Tensor:
    size = array.shape(labels)
    assert size.shape == 1, f"labels have shape {labels.shape}, not [batch]"
    return array.reshape(labels, [size[0], 1])


# -- losses --------------------------------------------------------------------------------------------
@public("contrib.losses.metric_learning.contrastive_loss")
def contrastive_loss(labels: Any, embeddings_anchor: Any, embeddings_positive: Any, margin: float = 1.0) -> Tensor:
    """Brings pairs with label 1 together and moves those with label 0 `margin` apart (Hadsell et al., 2006).

    Args:
      labels: [batch], 0 or 1.
      embeddings_anchor, embeddings_positive: the pairs, [batch, d].
    """
    distances = sqrt(reduce_sum(squared_difference(embeddings_anchor, embeddings_positive), 1))
    return reduce_mean(
        cast(labels, dtypes.float32) * square(distances) + (1.0 - cast(labels, dtypes.float32)) * square(maximum(margin - distances, 0.0)),
        name="contrastive_loss",
    )


@public("contrib.losses.metric_learning.triplet_semihard_loss")
def triplet_semihard_loss(labels: Any, embeddings: Any, margin: float = 1.0) -> Tensor:
    """The triplet loss with semi-hard negatives of the batch (Schroff et al., 2015).

    The negative of a pair is the nearest one that is farther than the positive; if there is none, the farthest negative.

    Args:
      labels: [batch], int.
      embeddings: [batch, d], of length 1.
    """
    labels = _as_column(labels)
    distances = _pairwise_distances(embeddings, squared=True)
    is_same = equal(labels, array.transpose(labels))
    is_other = logical_not(is_same)
    n = array.size(labels)
    # Row i * n + j is for the pair of anchor j and positive i.
    tiled = array.tile(distances, [n, 1])
    is_farther = logical_and(array.tile(is_other, [n, 1]), greater(tiled, array.reshape(array.transpose(distances), [-1, 1])))
    has_farther = array.reshape(greater(reduce_sum(cast(is_farther, dtypes.float32), 1, keepdims=True), 0.0), [n, n])
    has_farther = array.transpose(has_farther)
    is_other = cast(is_other, dtypes.float32)
    is_farther = cast(is_farther, dtypes.float32)
    outside = array.transpose(array.reshape(_smallest(tiled, is_farther), [n, n]))
    inside = array.tile(_largest(distances, is_other), [1, n])
    losses = add(margin, distances - array.where(has_farther, outside, inside))
    positives = cast(is_same, dtypes.float32) - diag(array.ones([n]))
    number = reduce_sum(positives)
    return truediv(reduce_sum(maximum(multiply(losses, positives), 0.0)), number, name="triplet_semihard_loss")


@public("contrib.losses.metric_learning.lifted_struct_loss")
def lifted_struct_loss(labels: Any, embeddings: Any, margin: float = 1.0) -> Tensor:
    """The lifted structured loss (Song et al., 2016): each pair against all negatives of both; arguments as of `triplet_semihard_loss`."""
    labels = _as_column(labels)
    distances = _pairwise_distances(embeddings)
    is_same = equal(labels, array.transpose(labels))
    is_other = logical_not(is_same)
    n = array.size(labels)
    closeness = margin - distances
    is_other = cast(is_other, dtypes.float32)
    # For stable exponentials the largest of both rows is taken off and put back.
    row_most = _largest(closeness, is_other)
    most = maximum(row_most, array.transpose(row_most))
    tiled = array.tile(closeness, [n, 1])
    others = array.tile(is_other, [n, 1])
    flat = array.reshape(array.transpose(most), [-1, 1])
    sums = array.reshape(reduce_sum(multiply(exp(tiled - flat), others), 1, keepdims=True), [n, n])
    losses = most + log(sums + array.transpose(sums))
    losses += distances
    positives = cast(is_same, dtypes.float32) - diag(array.ones([n]))
    # Each pair is there twice.
    number = reduce_sum(positives) / 2.0
    return truediv(0.25 * reduce_sum(square(maximum(multiply(losses, positives), 0.0))), number, name="liftedstruct_loss")


def _length_penalty(anchor: Any, positive: Any, reg_lambda: float) -> Tensor:
    lengths = reduce_mean(reduce_sum(square(anchor), 1))
    return multiply(0.25 * reg_lambda, lengths + reduce_mean(reduce_sum(square(positive), 1)), name="l2loss")


def _npairs(penalty: Tensor, similarity: Tensor, shared: Tensor, print_losses: bool) -> Tensor:
    """Cross entropy of similarities [batch, batch] with the shares of labels that pairs have in common, and `penalty`."""
    shares = shared / reduce_sum(shared, 1, keepdims=True)
    entropy = TABLE["nn.softmax_cross_entropy_with_logits"](logits=similarity, labels=shares)
    entropy = reduce_mean(entropy, name="xentropy")
    if print_losses:
        entropy = TABLE["Print"](entropy, ["cross entropy:", entropy, "l2loss:", penalty])
    return penalty + entropy


@public("contrib.losses.metric_learning.npairs_loss")
def npairs_loss(
    labels: Any, embeddings_anchor: Any, embeddings_positive: Any, reg_lambda: float = 0.002, print_losses: bool = False
) -> Tensor:
    """The N-pairs loss (Sohn, 2016): each anchor's positive against those of all others.

    Args:
      labels: [batch], int.
      embeddings_anchor, embeddings_positive: [batch, d].
      reg_lambda: weight of the penalty on the embeddings' lengths.
    """
    penalty = _length_penalty(embeddings_anchor, embeddings_positive, reg_lambda)
    similarity = matmul(embeddings_anchor, embeddings_positive, transpose_a=False, transpose_b=True)
    labels = _as_column(labels)
    return _npairs(penalty, similarity, cast(equal(labels, array.transpose(labels)), dtypes.float32), print_losses)


@public("contrib.losses.metric_learning.npairs_loss_multilabel")
def npairs_loss_multilabel(
    sparse_labels: Sequence[Any], embeddings_anchor: Any, embeddings_positive: Any, reg_lambda: float = 0.002, print_losses: bool = False
) -> Tensor:
    """`npairs_loss` for examples with several labels: one SparseTensor [classes] an example."""
    with name_scope("NpairsLossMultiLabel"):
        penalty = _length_penalty(embeddings_anchor, embeddings_positive, reg_lambda)
        similarity = matmul(embeddings_anchor, embeddings_positive, transpose_a=False, transpose_b=True)
        n = len(sparse_labels)
        shared = array.zeros([n, n])
        for i in range(n):
            for j in range(n):
                common = TABLE["sparse_minimum"](sparse_labels[i], sparse_labels[j])
                number = cast(TABLE["sparse_reduce_sum"](common), dtypes.float32)
                cell = array.expand_dims(array.expand_dims(number, 0), 1)
                shared += array.pad(cell, [[i, n - i - 1], [j, n - j - 1]])
        return _npairs(penalty, similarity, shared, print_losses)


@public("contrib.losses.metric_learning.cluster_loss")
def cluster_loss(
    labels: Any,
    embeddings: Any,
    margin_multiplier: float,
    enable_pam_finetuning: bool = True,
    margin_type: str = "nmi",
    print_losses: bool = False,
) -> NoReturn:
    """Not there: in TensorFlow 1.15 it needs scikit-learn at run time."""
    raise UnimplementedError(
        None,
        None,
        "tf.contrib.losses.metric_learning.cluster_loss scores clusterings with scikit-learn inside the graph, which scopeflow has "
        "not. Use triplet_semihard_loss, lifted_struct_loss or npairs_loss.",
    )
