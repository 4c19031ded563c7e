"""Dropout."""

from __future__ import annotations

import numbers
from typing import Any

from ...graph.constant_value import constant_value
from ...graph.conversion import convert_to_tensor
from ...graph.default_graph import name_scope
from ...graph.operation import Tensor
from ...graph.public import public
from ...graph.tensor_shape import TensorShape, as_shape
from .. import array
from ..casting import cast


@public("nn.dropout")
def dropout(
    x: Any, keep_prob: Any = None, noise_shape: Any = None, seed: int | None = None, name: str | None = None, rate: Any = None
) -> Tensor:
    """`x` with each element zeroed with probability `rate` (1 - `keep_prob`), the others scaled by 1 / (1 - rate).

    Args:
      noise_shape: the shape of the independent choices, which broadcasts to that of `x`; None in it means the size of `x`.
      seed: of the op; see `set_random_seed`.

    Raises:
      ValueError: both or neither of the probabilities given, `rate` outside [0, 1), or `x` not of floats.
    """
    try:
        dropped = 1.0 - keep_prob if keep_prob is not None else None
    except TypeError:
        raise ValueError(f"keep_prob must be a floating point number or Tensor (got {keep_prob!r})") from None
    if rate is not None and keep_prob is not None:
        raise ValueError("Cannot specify both 'keep_prob' and 'rate'")
    rate = dropped if rate is None else rate
    if rate is None:
        raise ValueError("You must provide a rate to dropout.")
    return _dropout(x, rate, noise_shape, seed, name)


def _dropout(x: Any, rate: Any, noise_shape: Any, seed: int | None, name: str | None) -> Tensor:
    from ..random import random_uniform

    with name_scope(name, "dropout", [x]):
        x = convert_to_tensor(x, name="x")
        if not x.dtype.is_floating:
            raise ValueError(f"x has to be a floating point tensor since it's going to be scaled. Got a {x.dtype} tensor instead.")
        if isinstance(rate, numbers.Real):
            if not 0 <= rate < 1:
                raise ValueError(f"rate must be a scalar tensor or a float in the range [0, 1), got {rate:g}")
            if rate == 0:
                return x
        probability = convert_to_tensor(rate, dtype=x.dtype, name="rate")
        probability.shape.assert_has_rank(0)
        if constant_value(probability) == 0:
            return x
        noise = random_uniform(_noise_shape(x, noise_shape), seed=seed, dtype=x.dtype)
        scale = 1 / (1 - probability)
        # The uniform numbers include 0 and not 1: below `rate` lie exactly that part of them.
        kept = noise >= probability
        result = x * scale * cast(kept, x.dtype)
        result.set_shape(x.shape)
        return result


def _noise_shape(x: Tensor, noise_shape: Any) -> Any:
    if noise_shape is None:
        return array.shape(x)
    if isinstance(noise_shape, Tensor):
        return noise_shape
    try:
        given = as_shape(noise_shape)
    except (TypeError, ValueError):
        return noise_shape
    if given.ndims is not None and x._dims is not None and len(x._dims) == given.ndims:
        return TensorShape([d if d is not None else size for d, size in zip(given.as_list(), x._dims)])
    return noise_shape
