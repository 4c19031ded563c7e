"""Sampling of examples: by acceptance, by class, and as often as a rate says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ...graph import dtypes
from ...graph.default_graph import name_scope
from ...graph.graph import GraphKeys
from ...graph.operation import Tensor
from ...graph.public import TABLE, public
from ...ops import array
from ...ops.casting import cast
from ...ops.control_flow import cond
from ...ops.elementwise import equal, is_nan, less, logical_or, not_equal
from ...ops.flow import with_dependencies
from ...ops.loops import while_loop
from ...ops.random import random_poisson, random_uniform
from ...ops.reduction import reduce_all, reduce_max, reduce_mean, reduce_sum
from ...ops.tensor_array import TensorArray
from ...scopes import get_variable, variable_scope
from ...train.input import batch, maybe_batch
from ...train.moving_averages import assign_moving_average
from ...variables.assignment import assign_add

#: how often each class counts as seen before the first example
_FIRST = 10


# -- by acceptance -----------------------------------------------------------------------------------
@public("contrib.training.rejection_sample")
def rejection_sample(
    tensors: Sequence[Any],
    accept_prob_fn: Callable[[list[Any]], Any],
    batch_size: int,
    queue_threads: int = 1,
    enqueue_many: bool = False,
    prebatch_capacity: int = 16,
    prebatch_threads: int = 1,
    runtime_checks: bool = False,
    name: str | None = None,
) -> list[Any]:
    """Batches of examples, each of which counts with the probability accept_prob_fn(its tensors).

    Args:
      tensors: one example; with `enqueue_many` several, one a row.
      queue_threads: threads that sample.
      prebatch_capacity, prebatch_threads: of the queue that takes rows apart.
      runtime_checks: check that probabilities are in [0, 1].
    """
    with name_scope(name, "rejection_sample", tensors):
        tensors = [array.convert_to_tensor(t) for t in tensors]
        if enqueue_many:
            rows = batch(tensors, batch_size=1, num_threads=prebatch_threads, capacity=prebatch_capacity, enqueue_many=True)
            tensors = [array.squeeze(t, [0]) for t in rows]
        probability = accept_prob_fn(tensors)
        if runtime_checks:
            at_most = TABLE["assert_less_equal"]
            checks = [at_most(0.0, probability), at_most(probability, 1.0)]
            probability = array.identity(with_dependencies(checks, probability), name="prob_with_checks")
        is_kept = less(random_uniform([]), probability)
        out = maybe_batch(tensors, is_kept, batch_size, num_threads=queue_threads)
        return out if isinstance(out, list) else [out]


# -- by class ------------------------------------------------------------------------------------------
@public("contrib.training.stratified_sample")
def stratified_sample(
    tensors: Sequence[Any],
    labels: Any,
    target_probs: Any,
    batch_size: int,
    init_probs: Any = None,
    enqueue_many: bool = False,
    queue_capacity: int = 16,
    threads_per_queue: int = 1,
    name: str | None = None,
) -> tuple[list[Tensor], Tensor]:
    """(batches of the tensors, of the labels) in which classes come with the probabilities `target_probs`.

    Args:
      tensors, labels: one example; with `enqueue_many` several, one a row.
      target_probs: [classes].
      init_probs: with what probabilities the classes come in, [classes]; counted while running if None.
    """
    with name_scope(name, "stratified_sample", [*tensors, labels]):
        tensors = [array.convert_to_tensor(t) for t in tensors]
        labels = array.convert_to_tensor(labels)
        target_probs = array.convert_to_tensor(target_probs, dtype=dtypes.float32)
        if not enqueue_many:
            tensors = [array.expand_dims(t, 0) for t in tensors]
            labels = array.expand_dims(labels, 0)
        if init_probs is None:
            init_probs = _observed_shares(labels, target_probs.shape.num_elements())
        else:
            init_probs = array.convert_to_tensor(init_probs, dtype=dtypes.float32)
        tensors, labels, (init_probs, target_probs) = _checked(tensors, labels, [init_probs, target_probs])
        acceptance, init_probs = _acceptance(init_probs, target_probs)
        rejected = reduce_sum((1 - acceptance) * init_probs)
        acceptance = cond(
            less(rejected, 0.5),
            lambda: acceptance,
            lambda: TABLE["Print"](acceptance, [acceptance], message="Proportion of examples rejected by sampler is high.", first_n=10),
        )
        rows = batch([*tensors, labels], batch_size=1, num_threads=threads_per_queue, capacity=queue_capacity, enqueue_many=True)
        *values, label = [array.squeeze(t, [0]) for t in rows]
        probability = array.gather(acceptance, label)
        is_kept = less(random_uniform([]), probability)
        *values, label = maybe_batch([*values, label], is_kept, batch_size, num_threads=threads_per_queue)
        return values, label


def _observed_shares(labels: Tensor, classes: int) -> Tensor:
    """How often each class was seen so far, as shares, [classes]."""
    counts = TABLE["Variable"](initial_value=[_FIRST] * classes, trainable=False, name="class_count", dtype=dtypes.int64)
    seen = assign_add(counts, reduce_sum(array.one_hot(labels, classes, dtype=dtypes.int64), 0))
    smoothed = seen + 0
    return cast(smoothed / reduce_sum(smoothed), dtypes.float32)


def _checked(tensors: list[Tensor], labels: Tensor, probabilities: list[Tensor]) -> tuple[list[Tensor], Tensor, list[Tensor]]:
    """The same, checked when they are used."""
    checked = []
    for p in probabilities:
        p.get_shape().assert_has_rank(1)
        p.get_shape().assert_is_compatible_with(probabilities[0].get_shape())
        total = reduce_sum(p)
        checks = [
            TABLE["assert_non_negative"](p),
            TABLE["assert_less"](total, 1.000001),
            TABLE["assert_less"](0.999999, total),
        ]
        checked.append(with_dependencies(checks, p))
    classes = checked[0].get_shape().num_elements()
    n = array.shape(labels)[0]
    is_positive = TABLE["assert_positive"](n)
    labels = with_dependencies([is_positive], labels)
    tensors = [with_dependencies([is_positive, TABLE["assert_equal"](array.shape(t)[0], n)], t) for t in tensors]
    checks = [
        TABLE["assert_integer"](labels),
        TABLE["assert_non_negative"](labels),
        TABLE["assert_less"](labels, cast(classes, labels.dtype)),
    ]
    return tensors, with_dependencies(checks, labels), checked


def _acceptance(init_probs: Tensor, target_probs: Tensor) -> tuple[Tensor, Tensor]:
    """(with what probability each class must be kept, `init_probs` checked)."""
    is_reachable = TABLE["Assert"](
        reduce_all(logical_or(not_equal(init_probs, 0.0), equal(target_probs, 0.0))),
        ["All classes with zero initial probability must also have zero target probability: ", init_probs, target_probs],
    )
    init_probs = with_dependencies([is_reachable], init_probs)
    ratios = target_probs / init_probs
    ratios = TABLE["where_v2"](is_nan(ratios), array.zeros_like(ratios), ratios)
    return ratios / reduce_max(ratios), init_probs


# -- as often as a rate says ----------------------------------------------------------------------------
@public("contrib.training.resample_at_rate")
def resample_at_rate(
    inputs: Sequence[Any], rates: Any, scope: str | None = None, seed: Any = None, back_prop: bool = False
) -> list[Tensor]:
    """Rows of the inputs, each repeated a random number of times (Poisson) with the mean that `rates` [rows] says.

    Args:
      back_prop: let gradients flow back to `rates`' counts (they have none).
    """
    with name_scope(scope, "resample_at_rate", [*inputs]):
        rates = array.convert_to_tensor(rates, name="rates")
        counts = cast(random_poisson(rates, (), rates.dtype, seed=seed), dtypes.int32)
        rows = _repeat_range(counts)
        if not back_prop:
            rows = array.stop_gradient(rows)
        return [array.gather(x, rows) for x in inputs]


def _repeat_range(counts: Tensor) -> Tensor:
    """0 counts[0] times, 1 counts[1] times, ..., int32."""
    with name_scope("repeat_range", values=[counts]) as scope:
        n = array.shape(counts)[0]
        parts = TensorArray(dtype=dtypes.int32, size=n, infer_shape=False)
        parts, number = while_loop(
            lambda parts, i: less(i, n),
            lambda parts, i: (parts.write(i, array.fill(counts[i : i + 1], i)), i + 1),
            [parts, 0],
        )
        return cond(number > 0, parts.concat, lambda: array.zeros([0], dtype=dtypes.int32), name=scope)


@public("contrib.training.weighted_resample")
def weighted_resample(
    inputs: Sequence[Any], weights: Any, overall_rate: Any, scope: str | None = None, mean_decay: float = 0.999, seed: Any = None
) -> tuple[list[Tensor], Tensor]:
    """(rows of the inputs repeated in proportion to `weights` [rows], `overall_rate` times each on average; the rate of each).

    Args:
      mean_decay: of the moving average of the weights.
    """
    with name_scope(scope, "weighted_resample", inputs) as opened:
        with variable_scope(scope, "estimate_mean", [weights]):
            mean = get_variable(
                "estimated_mean", initializer=cast(0, weights.dtype), trainable=False, collections=[GraphKeys.LOCAL_VARIABLES]
            )
            mean = assign_moving_average(mean, reduce_mean(weights), mean_decay)
        rates = weights * overall_rate / mean
        rates, *resampled = resample_at_rate([rates, *inputs], rates, scope=opened, seed=seed, back_prop=False)
        return resampled, rates
