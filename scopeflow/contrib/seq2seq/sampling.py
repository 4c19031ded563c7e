"""Draws from Bernoulli and categorical distributions, with a sample shape in front."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...graph.conversion import convert_to_tensor
from ...graph.default_graph import name_scope
from ...graph.dtypes import int32, int64
from ...graph.operation import Tensor
from ...ops import array
from ...ops.casting import cast
from ...ops.elementwise import equal, less, sigmoid
from ...ops.random import multinomial, random_uniform
from ...ops.reduction import reduce_prod


def _drawn(sample: Callable[[Any], Tensor], sample_shape: Any) -> Tensor:
    """sample(n), which has n draws along its first dimension, with that dimension shaped as `sample_shape`."""
    with name_scope(None, "call_sampler"):
        sample_shape = convert_to_tensor(sample_shape, dtype=int32, name="sample_shape")
        # A scalar becomes a vector of one.
        is_scalar = cast(equal(array.rank(sample_shape), 0), dtype=int32)
        shape = array.pad(array.shape(sample_shape), paddings=[[is_scalar, 0]], constant_values=1)
        sample_shape = array.reshape(sample_shape, shape)
        draws = sample(reduce_prod(sample_shape))
        final = array.concat([sample_shape, array.shape(draws)[1:]], 0)
        return array.reshape(draws, final)


def bernoulli_sample(probs: Any = None, logits: Any = None, dtype: Any = int32, sample_shape: Any = (), seed: Any = None) -> Tensor:
    """1 with probability `probs`, or sigmoid(logits), else 0. Raises ValueError unless one of them is given."""
    if (probs is None) == (logits is None):
        raise ValueError("Exactly one of probs and logits must be passed")
    if probs is None:
        logits = convert_to_tensor(logits, name="logits")
        batch_shape = array.shape(logits)
        probs = sigmoid(logits)
    else:
        probs = convert_to_tensor(probs, name="probs")
        batch_shape = array.shape(probs)

    def sample(n: Any) -> Tensor:
        shape = array.concat([[n], batch_shape], 0)
        return cast(less(random_uniform(shape, seed=seed, dtype=probs.dtype), probs), dtype)

    return _drawn(sample, sample_shape)


def categorical_sample(logits: Any, dtype: Any = int32, sample_shape: Any = (), seed: Any = None) -> Tensor:
    """Numbers of classes drawn from the distributions of `logits` [..., classes]."""
    logits = convert_to_tensor(logits, name="logits")
    classes = array.shape(logits)[-1]
    batch_shape = array.shape(logits)[:-1]

    def sample(n: Any) -> Tensor:
        flat = logits if logits.shape.ndims == 2 else array.reshape(logits, [-1, classes])
        kind = int64 if logits.dtype.size > 4 else int32
        draws = array.transpose(multinomial(flat, n, seed=seed, output_dtype=kind))
        draws = array.reshape(draws, array.concat([[n], batch_shape], 0))
        return cast(draws, dtype)

    return _drawn(sample, sample_shape)
