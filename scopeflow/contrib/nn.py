"""tf.contrib.nn: losses with their arguments in an older order, dropout for SELUs, a softer softplus."""

from __future__ import annotations

import numbers
from typing import Any

from ..graph import dtypes
from ..graph.constant_value import constant_value
from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.operation import Tensor
from ..graph.public import TABLE, public
from ..ops.casting import cast
from ..ops.creation import zeros
from ..ops.elementwise import minimum
from ..ops.flow import identity, stop_gradient
from ..ops.gathering import gather
from ..ops.matmul import matmul
from ..ops.nn.cross_entropy import sparse_softmax_cross_entropy_with_logits
from ..ops.nn.embedding import embedding_lookup, lookup_and_transform
from ..ops.nn.sampled_losses import logits_of_some, sampled_softmax_loss
from ..ops.random import random_uniform
from ..ops.shaping import reshape, shape, squeeze

#: what a SELU gives for minus infinity, negated
_LOWEST = 1.7580993408473766


@public("contrib.nn.deprecated_flipped_softmax_cross_entropy_with_logits")
def deprecated_flipped_softmax_cross_entropy_with_logits(logits: Any, labels: Any, dim: int = -1, name: str | None = None) -> Tensor:
    """`tf.nn.softmax_cross_entropy_with_logits`, the logits first."""
    return TABLE["nn.softmax_cross_entropy_with_logits"](labels=labels, logits=logits, dim=dim, name=name)


@public("contrib.nn.deprecated_flipped_sparse_softmax_cross_entropy_with_logits")
def deprecated_flipped_sparse_softmax_cross_entropy_with_logits(logits: Any, labels: Any, name: str | None = None) -> Tensor:
    """`tf.nn.sparse_softmax_cross_entropy_with_logits`, the logits first."""
    return sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits, name=name)


@public("contrib.nn.deprecated_flipped_sigmoid_cross_entropy_with_logits")
def deprecated_flipped_sigmoid_cross_entropy_with_logits(logits: Any, targets: Any, name: str | None = None) -> Tensor:
    """`tf.nn.sigmoid_cross_entropy_with_logits`, the logits first."""
    return TABLE["nn.sigmoid_cross_entropy_with_logits"](labels=targets, logits=logits, name=name)


@public("contrib.nn.alpha_dropout")
def alpha_dropout(x: Any, keep_prob: Any, noise_shape: Any = None, seed: Any = None, name: str | None = None) -> Tensor:
    """Dropout that keeps the mean and the variance of what SELUs give (Klambauer et al. 2017).

    Raises:
      ValueError: `keep_prob` outside (0, 1].
    """
    with name_scope(name, "alpha_dropout", [x]):
        x = convert_to_tensor(x, name="x")
        if isinstance(keep_prob, numbers.Real) and not 0 < keep_prob <= 1.0:
            raise ValueError(f"keep_prob must be a scalar tensor or a float in the range (0, 1], got {keep_prob:g}")
        keep_prob = convert_to_tensor(keep_prob, dtype=x.dtype, name="keep_prob")
        keep_prob.shape.assert_has_rank(0)
        if constant_value(keep_prob) == 1:
            return x
        noise = random_uniform(shape(x) if noise_shape is None else noise_shape, seed=seed, dtype=x.dtype)
        kept = cast(noise >= 1 - keep_prob, x.dtype)
        dropped = x * kept + -_LOWEST * (1 - kept)
        # What brings the mean back to 0 and the variance to 1.
        a = (keep_prob + keep_prob * (1 - keep_prob) * _LOWEST**2) ** -0.5
        b = -a * -_LOWEST * (1 - keep_prob)
        return a * dropped + b


@public("contrib.nn.scaled_softplus")
def scaled_softplus(x: Any, alpha: Any, clip: Any = None, name: str | None = None) -> Tensor:
    """Alpha * TABLE["nn.softplus"](x / alpha), at most `clip`: the smaller `alpha`, the closer to a ReLU."""
    with name_scope(name, "scaled_softplus", [x, alpha] if clip is None else [x, alpha, clip]):
        x = convert_to_tensor(x, name="x")
        alpha = convert_to_tensor(alpha, dtype=x.dtype, name="alpha")
        y = alpha * TABLE["nn.softplus"](x / alpha)
        if clip is None:
            return identity(y, f"ScaledSoftplusHelper_{x.dtype.base_dtype.name}")
        clip = convert_to_tensor(clip, dtype=x.dtype, name="clip")
        return identity(minimum(y, clip), f"ScaledSoftplusHelper_clip_{x.dtype.base_dtype.name}")


@public("contrib.nn.sampled_sparse_softmax_loss")
def sampled_sparse_softmax_loss(
    weights: Any,
    biases: Any,
    labels: Any,
    inputs: Any,
    num_sampled: int,
    num_classes: int,
    sampled_values: Any = None,
    remove_accidental_hits: bool = True,
    partition_strategy: str = "mod",
    name: str = "sampled_sparse_softmax_loss",
) -> Tensor:
    """`tf.nn.sampled_softmax_loss` for one true class of each input, labels [batch, 1]."""
    logits, _ = logits_of_some(
        weights, biases, labels, inputs, num_sampled, num_classes, 1, sampled_values, True, remove_accidental_hits,
        partition_strategy, name, None,
    )  # fmt: skip
    # The true class comes first.
    first = squeeze(zeros([shape(logits)[0], 1], dtypes.int64))
    return sparse_softmax_cross_entropy_with_logits(labels=first, logits=logits)


@public("contrib.nn.rank_sampled_softmax_loss")
def rank_sampled_softmax_loss(
    weights: Any,
    biases: Any,
    labels: Any,
    inputs: Any,
    num_sampled: int,
    num_resampled: int,
    num_classes: int,
    num_true: int,
    sampled_values: Any,
    resampling_temperature: float,
    remove_accidental_hits: bool,
    partition_strategy: str,
    name: str | None = None,
) -> Tensor:
    """The sampled softmax loss, [batch], with the hardest of the sampled classes: those that the whole batch scores highest.

    Args:
      num_sampled: how many classes are drawn (from a learned unigram distribution), `num_resampled` how many of them are kept.
      sampled_values: what a candidate sampler gave, to draw nothing.
      resampling_temperature: what scores are divided by before the batch's are added up (as logarithms of sums of exponentials).
      the rest: as of `tf.nn.sampled_softmax_loss`.

    Raises:
      ValueError: more are kept than drawn, or drawn than there are.
    """
    if num_sampled > num_classes:
        raise ValueError(f"num_sampled ({num_sampled}) cannot be greater than num_classes ({num_classes})")
    if num_resampled > num_sampled:
        raise ValueError(f"num_resampled ({num_resampled}) must be less than num_sampled ({num_sampled})")
    with name_scope(name, "rank_sampled_softmax_loss", [weights, biases, labels, inputs]) as scope:
        if sampled_values is None:
            sampled_values = TABLE["nn.learned_unigram_candidate_sampler"](
                true_classes=labels, num_true=num_true, num_sampled=num_sampled, unique=True, range_max=num_classes
            )
        sampled, true_expected, sampled_expected = (stop_gradient(s) for s in sampled_values)
        scaled = inputs / resampling_temperature

        def score(rows: Tensor) -> Tensor:
            return TABLE["reduce_logsumexp"](matmul(rows, scaled, transpose_b=True), axis=1)

        scores = lookup_and_transform(weights, sampled, partition_strategy, transform=score)
        some_biases = reshape(embedding_lookup(biases, sampled, partition_strategy), [-1])
        _, hardest = TABLE["nn.top_k"](scores + some_biases / resampling_temperature, k=num_resampled, sorted=False)
        kept = gather(sampled, hardest), true_expected, gather(sampled_expected, hardest)
        return sampled_softmax_loss(
            weights, biases, labels, inputs, num_resampled, num_classes, num_true, kept, remove_accidental_hits, partition_strategy, scope
        )
