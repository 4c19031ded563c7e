"""Losses over many classes, of which some are drawn: noise-contrastive estimation and sampled softmax."""

from __future__ import annotations

from typing import Any

from ...graph import dtypes
from ...graph.default_graph import name_scope
from ...graph.operation import Tensor
from ...graph.public import TABLE, public
from ..candidate_sampling import compute_accidental_hits, log_uniform_candidate_sampler
from ..casting import cast
from ..creation import ones, ones_like, zeros_like
from ..elementwise import log, multiply
from ..flow import stop_gradient
from ..joining import concat
from ..matmul import matmul
from ..packing import stack
from ..shaping import expand_dims, reshape, shape
from ..slicing import slice_
from .cross_entropy import sigmoid_cross_entropy_with_logits, softmax_cross_entropy_with_logits_v2
from .embedding import embedding_lookup


def _row_sums(x: Tensor) -> Tensor:
    """The sums of the rows of a matrix, by a product."""
    columns = shape(x)[1]
    return reshape(matmul(x, ones(stack([columns, 1]), x.dtype)), [-1])


def logits_of_some(
    weights: Any,
    biases: Any,
    labels: Any,
    inputs: Any,
    num_sampled: int,
    num_classes: int,
    num_true: int,
    sampled_values: Any,
    subtract_log_q: bool,
    remove_accidental_hits: bool,
    partition_strategy: str,
    name: str | None,
    seed: Any,
) -> tuple[Tensor, Tensor]:
    """(logits, labels), each [batch, num_true + num_sampled]: true classes first."""
    if not isinstance(weights, (list, tuple)):
        weights = list(weights) if type(weights).__name__ == "PartitionedVariable" else [weights]
    with name_scope(name, "compute_sampled_logits", [*weights, biases, inputs, labels]):
        if labels.dtype != dtypes.int64:
            labels = cast(labels, dtypes.int64)
        flat = reshape(labels, [-1])
        if sampled_values is None:
            sampled_values = log_uniform_candidate_sampler(
                true_classes=labels, num_true=num_true, num_sampled=num_sampled, unique=True, range_max=num_classes, seed=seed
            )
        sampled, true_expected, sampled_expected = (stop_gradient(s) for s in sampled_values)
        sampled = cast(sampled, dtypes.int64)
        ids = concat([flat, sampled], 0)

        rows = embedding_lookup(weights, ids, partition_strategy=partition_strategy)
        true_rows = slice_(rows, [0, 0], stack([shape(flat)[0], -1]))
        sampled_rows = slice_(rows, stack([shape(flat)[0], 0]), [-1, -1])
        sampled_logits = matmul(inputs, sampled_rows, transpose_b=True)

        all_biases = embedding_lookup(biases, ids, partition_strategy=partition_strategy)
        true_biases = slice_(all_biases, [0], shape(flat))
        sampled_biases = slice_(all_biases, shape(flat), [-1])

        size = shape(true_rows)[1:2]
        a_row = concat([[-1, num_true], size], 0)
        products = multiply(expand_dims(inputs, 1), reshape(true_rows, a_row), name="Mul")
        true_logits = reshape(_row_sums(reshape(products, concat([[-1], size], 0))), [-1, num_true])
        true_logits = true_logits + reshape(true_biases, [-1, num_true])
        sampled_logits = sampled_logits + sampled_biases

        if remove_accidental_hits:
            rows_hit, places, lowest = compute_accidental_hits(labels, sampled, num_true=num_true)
            where = concat([reshape(rows_hit, [-1, 1]), reshape(cast(places, dtypes.int32), [-1, 1])], 1, "sparse_indices")
            dims = concat([shape(labels)[:1], expand_dims(num_sampled, 0)], 0)
            if sampled_logits.dtype != lowest.dtype:
                lowest = cast(lowest, sampled_logits.dtype)
            sampled_logits = sampled_logits + TABLE["sparse_to_dense"](where, dims, lowest, default_value=0.0, validate_indices=False)
        if subtract_log_q:
            # How often a class is to be expected among those drawn must not count.
            true_logits = true_logits - log(true_expected)
            sampled_logits = sampled_logits - log(sampled_expected)
        out = concat([true_logits, sampled_logits], 1)
        return out, concat([ones_like(true_logits) / num_true, zeros_like(sampled_logits)], 1)


@public("nn.nce_loss")
def nce_loss(
    weights: Any,
    biases: Any,
    labels: Any,
    inputs: Any,
    num_sampled: int,
    num_classes: int,
    num_true: int = 1,
    sampled_values: Any = None,
    remove_accidental_hits: bool = False,
    partition_strategy: str = "mod",
    name: str = "nce_loss",
) -> Tensor:
    """The noise-contrastive estimation loss of each input, [batch] (Gutmann and Hyvärinen 2010).

    Args:
      weights: [num_classes, size], or parts of it; biases: [num_classes].
      labels: the true classes, int [batch, num_true]; inputs: [batch, size].
      num_sampled: classes drawn for the batch, by `log_uniform_candidate_sampler` unless `sampled_values` gives them.
      remove_accidental_hits: leave out classes drawn that are true.
    """
    logits, targets = logits_of_some(
        weights, biases, labels, inputs, num_sampled, num_classes, num_true, sampled_values, True, remove_accidental_hits,
        partition_strategy, name, None,
    )  # fmt: skip
    return _row_sums(sigmoid_cross_entropy_with_logits(labels=targets, logits=logits, name="sampled_losses"))


@public("nn.sampled_softmax_loss")
def sampled_softmax_loss(
    weights: Any,
    biases: Any,
    labels: Any,
    inputs: Any,
    num_sampled: int,
    num_classes: int,
    num_true: int = 1,
    sampled_values: Any = None,
    remove_accidental_hits: bool = True,
    partition_strategy: str = "mod",
    name: str = "sampled_softmax_loss",
    seed: Any = None,
) -> Tensor:
    """The cross entropy of each input, [batch], with a softmax over its true classes and some drawn ones; arguments as of `nce_loss`."""
    logits, targets = logits_of_some(
        weights, biases, labels, inputs, num_sampled, num_classes, num_true, sampled_values, True, remove_accidental_hits,
        partition_strategy, name, seed,
    )  # fmt: skip
    targets = stop_gradient(targets, name="labels_stop_gradient")
    return softmax_cross_entropy_with_logits_v2(labels=targets, logits=logits)
