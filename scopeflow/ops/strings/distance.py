"""The edit distance between sequences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...graph.composite import SparseTensor
from ...graph.operation import Tensor
from ...graph.public import public
from ...graph.tensor_shape import Dims
from ...op.checks import check
from ...op.declare import op
from ...op.fold import fold


def _distance(a: list[Any], b: list[Any]) -> int:
    """Insertions, deletions and substitutions that make `b` of `a` (Levenshtein)."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a):
        last, row[0] = row[0], i + 1
        for j, y in enumerate(b):
            last, row[j + 1] = row[j + 1], min(row[j + 1] + 1, row[j] + 1, last + (x != y))
    return row[-1]


def _sequences(indices: np.ndarray, values: np.ndarray) -> dict[tuple[int, ...], list[Any]]:
    out: dict[tuple[int, ...], list[Any]] = {}
    for place, value in zip(indices[:, :-1].tolist(), values.tolist()):
        out.setdefault(tuple(place), []).append(value)
    return out


@op(
    "EditDistance",
    "hypothesis_indices: int64, hypothesis_values: T, hypothesis_shape: int64, truth_indices: int64, truth_values: T, truth_shape: int64 "
    "-> output: float",
    host=True, differentiable=False,
)  # fmt: skip
def edit_distance_op(
    hypothesis_indices, hypothesis_values, hypothesis_shape, truth_indices, truth_values, truth_shape, *, normalize: bool = True
):
    """The distance of each hypothesis to its truth, along the last dimension; over the truth's length if `normalize`."""
    check(len(hypothesis_shape) == len(truth_shape), "hypothesis_shape and truth_shape must have the same length")
    hypotheses = _sequences(hypothesis_indices, hypothesis_values)
    truths = _sequences(truth_indices, truth_values)
    out = np.zeros(np.maximum(hypothesis_shape, truth_shape)[:-1], np.float32)
    for place in hypotheses.keys() | truths.keys():
        guess, truth = hypotheses.get(place, []), truths.get(place, [])
        distance = float(_distance(guess, truth))
        if normalize:
            distance = distance / len(truth) if truth else (np.inf if guess else 0.0)
        out[place] = distance
    return out


@edit_distance_op.shape
def _edit_distance_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    shapes = [fold(inputs[i]) for i in (2, 5)]
    if any(s is None for s in shapes):
        return [None]
    return [tuple(max(a, b) for a, b in zip(*(s.tolist()[:-1] for s in shapes)))]


@public("edit_distance")
def edit_distance(hypothesis: Any, truth: Any, normalize: bool = True, name: str = "edit_distance") -> Tensor:
    """The Levenshtein distance of the sequences along the last dimension of two SparseTensors.

    Args:
      normalize: divide by the truth's length (infinite if that is empty and the hypothesis is not).

    Raises:
      TypeError: an argument is no SparseTensor.
    """
    for what, value in (("Hypothesis", hypothesis), ("Truth", truth)):
        if not isinstance(value, SparseTensor) and type(value).__name__ != "SparseTensorValue":
            raise TypeError(f"{what} must be a SparseTensor.")
    hypothesis, truth = (v if isinstance(v, SparseTensor) else SparseTensor.from_value(v) for v in (hypothesis, truth))
    return edit_distance_op(
        hypothesis.indices, hypothesis.values, hypothesis.dense_shape, truth.indices, truth.values, truth.dense_shape,
        normalize=normalize, name=name,
    )  # fmt: skip
