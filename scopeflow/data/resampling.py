"""rejection_resample: elements drawn so that their classes come with given probabilities."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..graph import dtypes
from ..graph.conversion import convert_to_tensor
from ..graph.operation import Tensor
from ..graph.public import TABLE, public
from ..ops import array
from ..ops.casting import cast
from ..ops.control_flow import cond
from ..ops.elementwise import less, truediv
from ..ops.random import random_uniform
from ..ops.reduction import reduce_max, reduce_min, reduce_sum
from .dataset import Dataset, DatasetV2
from .experimental import Transformation, sample_from_datasets, scan

#: how often each class counts as seen before the first element
_FIRST = 10
#: of how many elements classes are counted at a time
_COUNTED = 32


@public("data.experimental.rejection_resample", "contrib.data.rejection_resample")
def rejection_resample(class_func: Callable[..., Any], target_dist: Any, initial_dist: Any = None, seed: Any = None) -> Transformation:
    """(class, element) pairs, the classes with the probabilities `target_dist`.

    Args:
      class_func: the class of an element, an int32 scalar.
      target_dist: [classes].
      initial_dist: with what probabilities the classes come in, [classes]; counted while running if None.
    """

    def resample(dataset: DatasetV2) -> Dataset:
        target = convert_to_tensor(target_dist, name="target_dist")
        classes = dataset.map(class_func)
        if initial_dist is not None:
            initial = convert_to_tensor(initial_dist, name="initial_dist")
            acceptance, share = _mixture(initial, target)
            initials = Dataset.from_tensors(initial).repeat()
            acceptances = Dataset.from_tensors(acceptance).repeat()
            shares = Dataset.from_tensors(share).repeat()
        else:
            initials = _observed(classes, target.shape[0].value or array.shape(target)[0])
            both = initials.map(lambda initial: _mixture(initial, target))
            acceptances = both.map(lambda acceptance, share: acceptance)
            shares = both.map(lambda acceptance, share: share)
        accepted = _accepted(dataset, acceptances, initials, classes, seed)
        every = Dataset.zip((classes, dataset))
        return sample_from_datasets([every, accepted], weights=shares.map(lambda share: [(share, 1.0 - share)]), seed=seed)

    return resample


def _mixture(initial: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """(with what probability each class is accepted, what share of elements is taken as it comes).

    Taking some as they come wastes fewer than accepting alone.
    """
    ratios = truediv(target, initial + np.finfo(initial.dtype.np_dtype).tiny)
    most, least = reduce_max(ratios), reduce_min(ratios)
    return (ratios - least) / (most - least), least


def _observed(classes: DatasetV2, number: Any) -> Dataset:
    """How often each class was seen so far, as shares, one [classes] an element."""
    counts = array.fill([number], np.int64(_FIRST))

    def update_estimate_and_tile(counts: Tensor, found: Tensor) -> tuple[Tensor, Tensor]:
        counts += reduce_sum(array.one_hot(found, number, dtype=dtypes.int64), 0)
        shares = cast(truediv(counts, reduce_sum(counts)), dtypes.float32)
        return counts, array.tile(array.expand_dims(shares, 0), [array.shape(found)[0], 1])

    return classes.batch(_COUNTED).apply(scan(counts, update_estimate_and_tile)).unbatch()


def _accepted(dataset: DatasetV2, acceptances: DatasetV2, initials: DatasetV2, classes: DatasetV2, seed: Any) -> Dataset:
    def maybe_warn_on_large_rejection(acceptance: Tensor, initial: Tensor) -> Tensor:
        rejected = reduce_sum((1 - acceptance) * initial)
        text = "Proportion of examples rejected by sampler is high: "
        return cond(
            less(rejected, 0.5),
            lambda: acceptance,
            lambda: TABLE["Print"](acceptance, [rejected, initial, acceptance], message=text, summarize=100, first_n=10),
        )

    def _gather_and_copy(found: Any, acceptance: Any, element: Any) -> Any:
        return found, array.gather(acceptance, found), element

    warned = Dataset.zip((acceptances, initials)).map(maybe_warn_on_large_rejection)
    with_probability = Dataset.zip((classes, warned, dataset)).map(_gather_and_copy)
    kept = with_probability.filter(lambda _1, p, _2: random_uniform([], seed=seed) < p)
    return kept.map(lambda found, _, element: (found, element)).prefetch(3)
