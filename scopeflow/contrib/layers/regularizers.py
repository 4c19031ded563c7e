"""tf.contrib.layers' regularizers: functions from a weight to its penalty, a scalar, or None."""

from __future__ import annotations

import numbers
from collections.abc import Callable, Sequence
from typing import Any

from ...graph.conversion import constant, to_tensor
from ...graph.default_graph import add_to_collection, get_collection, name_scope
from ...graph.graph import GraphKeys
from ...graph.operation import Tensor
from ...graph.public import public
from ...ops.elementwise import abs_, multiply
from ...ops.nn.linear import l2_loss
from ...ops.reduction import reduce_sum
from ...ops.sums import add_n

Regularizer = Callable[[Any], Tensor | None]


def _checked(scale: Any, end: str) -> bool:
    """Whether `scale` regularizes at all. Raises ValueError for an integer or a negative number."""
    if isinstance(scale, numbers.Integral):
        raise ValueError(f"scale cannot be an integer: {scale}")
    if isinstance(scale, numbers.Real):
        if scale < 0.0:
            raise ValueError(f"Setting a scale less than 0 on a regularizer: {scale:g}{end}")
        return scale != 0.0
    return True


def _scaled(scope: str | None, name: str, scale: Any, weights: Any, norm: Callable[[Any], Tensor]) -> Tensor:
    with name_scope(scope, name, [weights]) as path:
        factor = to_tensor(scale, weights.dtype.base_dtype, "scale")
        return multiply(factor, norm(weights), name=path)


@public("contrib.layers.l1_regularizer", "contrib.slim.l1_regularizer")
def l1_regularizer(scale: Any, scope: str | None = None) -> Regularizer:
    """The penalty scale * sum(|weights|); none at all for a scale of 0.

    Raises:
      ValueError: `scale` is negative or an integer.
    """
    if not _checked(scale, ""):
        return lambda _: None
    return lambda weights: _scaled(scope, "l1_regularizer", scale, weights, lambda w: reduce_sum(abs_(w)))


@public("contrib.layers.l2_regularizer", "contrib.slim.l2_regularizer")
def l2_regularizer(scale: Any, scope: str | None = None) -> Regularizer:
    """The penalty scale * sum(weights ** 2) / 2; none at all for a scale of 0.

    Raises:
      ValueError: `scale` is negative or an integer.
    """
    if not _checked(scale, "."):
        return lambda _: None
    return lambda weights: _scaled(scope, "l2_regularizer", scale, weights, l2_loss)


@public("contrib.layers.l1_l2_regularizer", "contrib.slim.l1_l2_regularizer")
def l1_l2_regularizer(scale_l1: Any = 1.0, scale_l2: Any = 1.0, scope: str | None = None) -> Regularizer:
    """The sum of an L1 and an L2 penalty.

    Raises:
      ValueError: a scale is negative or an integer.
    """
    for name, scale in (("scale_l1", scale_l1), ("scale_l2", scale_l2)):
        if isinstance(scale, numbers.Integral):
            raise ValueError(f"{name} cannot be an integer: {scale}")
    scope = scope or "l1_l2_regularizer"
    if scale_l1 == 0.0:
        return l2_regularizer(scale_l2, scope)
    if scale_l2 == 0.0:
        return l1_regularizer(scale_l1, scope)
    return sum_regularizer([l1_regularizer(scale_l1), l2_regularizer(scale_l2)], scope=scope)


@public("contrib.layers.sum_regularizer", "contrib.slim.sum_regularizer")
def sum_regularizer(regularizer_list: Sequence[Regularizer | None], scope: str | None = None) -> Regularizer | None:
    """The sum of the penalties of several regularizers; None if there are none."""
    chosen = [r for r in regularizer_list if r is not None]
    if not chosen:
        return None

    def penalty(weights: Any) -> Tensor | None:
        with name_scope(scope, "sum_regularizer", [weights]) as path:
            found = [p for p in (r(weights) for r in chosen) if p is not None]
            return add_n(found, name=path) if found else None

    return penalty


@public("contrib.layers.apply_regularization", "contrib.slim.apply_regularization")
def apply_regularization(regularizer: Regularizer, weights_list: Sequence[Any] | None = None) -> Tensor:
    """The summed penalty of `weights_list` (the collection "weights" if None), added to the regularization losses.

    Raises:
      ValueError: there are no weights, or the regularizer gives something else than a scalar.
    """
    weights = weights_list or get_collection(GraphKeys.WEIGHTS)
    if not weights:
        raise ValueError("No weights to regularize.")
    with name_scope("get_regularization_penalty", values=weights) as path:
        penalties = [regularizer(w) for w in weights]
        penalties = [constant(0.0) if p is None else p for p in penalties]
        for p in penalties:
            if p.get_shape().ndims != 0:
                raise ValueError(f"regularizer must return a scalar Tensor instead of a Tensor with rank {p.get_shape().ndims}.")
        total = add_n(penalties, name=path)
        add_to_collection(GraphKeys.REGULARIZATION_LOSSES, total)
    return total
