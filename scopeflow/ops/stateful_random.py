"""Random numbers whose generator's state is a variable: [two words of counter, a word of key], int64."""

from __future__ import annotations

import math
import secrets
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..graph import errors
from ..graph.operation import Tensor
from ..graph.tensor_shape import Dims
from ..op.checks import check
from ..op.declare import op
from ..op.fold import fold_dims
from ..op.namespace import xp
from ..op.philox import Generator
from ..op.shapes import at_most, with_rank

#: Philox, the one algorithm that TensorFlow 1.15 has kernels for on a CPU
PHILOX, THREEFRY = 1, 2
_LOW, _WORD = np.uint64(0xFFFFFFFF), np.uint64(32)


def _generator(state: Any, algorithm: Any) -> Generator:
    if int(algorithm) != PHILOX:
        raise errors.InvalidArgumentError(None, None, f"Unsupported algorithm id: {int(algorithm)}")
    check(state.shape == (3,), f"The state of a Philox generator must have 3 elements, got {list(state.shape)}")
    n = xp(state)
    words = state.astype(np.uint64)
    halves = n.stack([words & _LOW, words >> _WORD], -1).astype(np.uint32).reshape(-1)
    return Generator(halves[4:], halves[:4])


def _moved(state: Any, steps: Any) -> Any:
    """The state, its counter of 128 bits moved on."""
    n = xp(state, steps)
    words, steps = state.astype(np.uint64), n.asarray(steps).astype(np.uint64).reshape(1)
    low = words[0:1] + steps
    high = words[1:2] + (low < steps).astype(np.uint64)
    return n.concatenate([low, high, words[2:]]).astype(np.int64)


def _drawn(state: Any, algorithm: Any, draw: Any) -> tuple[Any, Any]:
    rng = _generator(state, algorithm)
    out = draw(rng)
    return _moved(state, rng.advance), out


def _sizes(shape: Any) -> tuple[int, ...]:
    return tuple(int(s) for s in shape)


def _asked(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    with_rank(inputs[1]._dims, 0)
    with_rank(inputs[2]._dims, 1)
    return [fold_dims(inputs[2])]


_STATEFUL: dict[str, Any] = {"writes": "resource", "static": "algorithm shape", "differentiable": False, "shape": _asked}
_SIGNATURE = "resource: resource, algorithm: int64, shape: shape_dtype"
_FLOATS = {"dtype": "half bfloat16 float double = float", "shape_dtype": "int32 int64 = int64"}


@op("StatefulStandardNormalV2", f"{_SIGNATURE} -> output: dtype", **_FLOATS, **_STATEFUL)
def stateful_standard_normal(resource, algorithm, shape, *, dtype):
    """Standard normal."""
    return _drawn(resource, algorithm, lambda rng: rng.normal(_sizes(shape), dtype.np_dtype))


@op("StatefulUniform", f"{_SIGNATURE} -> output: dtype", **_FLOATS, **_STATEFUL)
def stateful_uniform(resource, algorithm, shape, *, dtype):
    """Uniform in [0, 1)."""
    return _drawn(resource, algorithm, lambda rng: rng.uniform(_sizes(shape), dtype.np_dtype))


@op("StatefulTruncatedNormal", f"{_SIGNATURE} -> output: dtype", **_FLOATS, **_STATEFUL)
def stateful_truncated_normal(resource, algorithm, shape, *, dtype):
    """Standard normal within two standard deviations."""
    return _drawn(resource, algorithm, lambda rng: rng.truncated_normal(_sizes(shape), dtype.np_dtype))


@op(
    "StatefulUniformInt", f"{_SIGNATURE}, minval: dtype, maxval: dtype -> output: dtype",
    dtype="int32 int64 uint32 uint64 = int64", shape_dtype="int32 int64 = int64", **_STATEFUL,
)  # fmt: skip
def stateful_uniform_int(resource, algorithm, shape, minval, maxval, *, dtype):
    """Integers from `minval` up to but not `maxval`."""
    if math.prod(_sizes(shape)):
        check(minval < maxval, "Need minval < maxval")
    return _drawn(resource, algorithm, lambda rng: rng.integers(_sizes(shape), minval, maxval, dtype.np_dtype))


@op(
    "StatefulUniformFullInt", f"{_SIGNATURE} -> output: dtype",
    dtype="int32 int64 uint32 uint64 = uint64", shape_dtype="int32 int64 = int64", **_STATEFUL,
)  # fmt: skip
def stateful_uniform_full_int(resource, algorithm, shape, *, dtype):
    """Integers, any of their type."""
    kind = dtype.np_dtype
    unsigned = np.dtype(np.uint32 if kind.itemsize == 4 else np.uint64)
    return _drawn(resource, algorithm, lambda rng: rng.integers_of_all_bits(_sizes(shape), unsigned).astype(kind))


def _binomial_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    with_rank(inputs[1]._dims, 0)
    with_rank(inputs[2]._dims, 1)
    for parameter in inputs[3:]:
        at_most(parameter._dims, 1)
    return [fold_dims(inputs[2])]


@op(
    "StatefulRandomBinomial", "resource: resource, algorithm: int64, shape: S, counts: T, probs: T -> output: dtype",
    S="int32 int64", T="half float double int32 int64 = double", dtype="half float double int32 int64 = int64",
    **{**_STATEFUL, "shape": _binomial_shape},
)  # fmt: skip
def stateful_random_binomial(resource, algorithm, shape, counts, probs, *, dtype):
    """How many of `counts` trials succeed that each do with probability `probs`: one of each for a row of the result, or one for all."""
    sizes = _sizes(shape)
    rows = sizes[0] if sizes else 1
    for name, parameter in (("counts", counts), ("probs", probs)):
        check(
            parameter.size == 1 or (parameter.ndim == 1 and parameter.size == rows),
            f"Input {name} should have length 1 or shape[0], got shape: {list(parameter.shape)}",
        )
    counts, probs = counts.reshape(-1), probs.reshape(-1)
    samples = math.prod(sizes) // max(counts.size, probs.size)
    return _drawn(resource, algorithm, lambda rng: rng.binomial(samples, counts, probs, dtype.np_dtype).reshape(sizes))


@op("RngSkip", "resource: resource, algorithm: int64, delta: int64 -> ", writes="resource", static="algorithm", shape=lambda i, a: [])
def rng_skip(resource, algorithm, delta):
    """Moves the state on as drawing `delta` numbers would, were each to take one."""
    _generator(resource, algorithm)
    return _moved(resource, delta)


@op(
    "NonDeterministicInts", "shape: shape_dtype -> output: dtype",
    dtype="int32 int64 uint32 uint64 = int64", shape_dtype="int32 int64 = int64", host=True, stateful=True, differentiable=False,
)  # fmt: skip
def non_deterministic_ints(shape, *, dtype):
    """Integers that nobody can foresee."""
    kind = np.dtype(dtype.np_dtype)
    sizes = _sizes(shape)
    return np.frombuffer(secrets.token_bytes(math.prod(sizes) * kind.itemsize), kind).reshape(sizes)


@non_deterministic_ints.shape
def _ints_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    with_rank(inputs[0]._dims, 1)
    return [fold_dims(inputs[0])]
