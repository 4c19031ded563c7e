"""Random tensors: uniform, normal, gamma, Poisson and categorical draws, shuffles and crops; and their stateless forms."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..graph import dtypes
from ..graph.conversion import to_tensor
from ..graph.default_graph import get_seed, name_scope
from ..graph.dtypes import as_dtype
from ..graph.operation import Tensor
from ..graph.public import TABLE, public
from ..graph.tensor_shape import Dimension, Dims
from ..op.checks import check
from ..op.declare import ShapeError, op
from ..op.fold import fold, fold_dims
from ..op.namespace import is_known
from ..op.philox import Generator, stateless
from ..op.shapes import unchanged, with_rank
from .elementwise import add
from .flow import with_dependencies

_FLOATS = "half bfloat16 float double"
_SIZES = "int32 int64"


# -- shapes -------------------------------------------------------------------------
def _sizes(shape: Any) -> tuple[int, ...]:
    sizes = tuple(int(d) for d in shape)
    for d in sizes:
        check(d >= 0, f"Dimension {d} must be >= 0")
    return sizes


def _asked(shape: Tensor) -> Dims:
    """The static shape that the input `shape` asks for."""
    with_rank(shape._dims, 1)
    value = fold(shape)
    if value is not None and value.size and value.min() < -1:
        raise ValueError(f"Invalid value in tensor used for shape: {int(value[value < -1][0])}")
    return fold_dims(shape)


def _asked_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return [_asked(inputs[0])]


def _asked_shape_of_integers(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    with_rank(inputs[1]._dims, 0)
    with_rank(inputs[2]._dims, 0)
    return [_asked(inputs[0])]


def _asked_shape_then_parameter(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    dims, parameter = _asked(inputs[0]), inputs[1]._dims
    return [None if dims is None or parameter is None else dims + parameter]


def _check_seed_dims(seed: Tensor) -> None:
    (size,) = with_rank(seed._dims, 1)
    if size not in (2, None):
        raise ShapeError(f"Dimension must be 2 but is {size}")


def _stateless_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    _check_seed_dims(inputs[1])
    return [_asked(inputs[0])]


def _stateless_shape_of_integers(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    _check_seed_dims(inputs[1])
    with_rank(inputs[2]._dims, 0)
    with_rank(inputs[3]._dims, 0)
    return [_asked(inputs[0])]


def _samples_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    batch, _ = with_rank(inputs[0]._dims, 2)
    with_rank(inputs[1]._dims, 0)
    samples = fold(inputs[1])
    if samples is not None and samples < 0:
        raise ShapeError(f"Dimension size, given by scalar input 1, must be non-negative but is {int(samples)}", values=(1,))
    if len(inputs) > 2:
        _check_seed_dims(inputs[2])
    return [(batch, None if samples is None else int(samples))]


# -- ops -----------------------------------------------------------------------------
@op(
    "RandomUniform",
    "shape: T -> output: dtype",
    dtype=_FLOATS,
    T=_SIZES,
    static="shape",
    random=True,
    differentiable=False,
    shape=_asked_shape,
)
def random_uniform_op(shape, *, dtype, seed: int = 0, seed2: int = 0, rng: Generator):
    """Uniform in [0, 1)."""
    return rng.uniform(_sizes(shape), dtype.np_dtype)


@op(
    "RandomUniformInt", "shape: T, minval: Tout, maxval: Tout -> output: Tout",
    Tout=_SIZES, T=_SIZES, static="shape", random=True, differentiable=False, shape=_asked_shape_of_integers,
)  # fmt: skip
def random_uniform_int(shape, minval, maxval, *, Tout, seed: int = 0, seed2: int = 0, rng: Generator):
    """Integers from `minval` up to but not `maxval`."""
    sizes = _sizes(shape)
    _check_range(sizes, minval, maxval)
    return rng.integers(sizes, minval, maxval, Tout.np_dtype)


def _check_range(sizes: tuple[int, ...], minval: Any, maxval: Any) -> None:
    if math.prod(sizes):
        known = f", got {minval} >= {maxval}" if is_known(minval, maxval) else ""
        check(minval < maxval, f"Need minval < maxval{known}")


@op(
    "RandomStandardNormal",
    "shape: T -> output: dtype",
    dtype=_FLOATS,
    T=_SIZES,
    static="shape",
    random=True,
    differentiable=False,
    shape=_asked_shape,
)
def random_standard_normal(shape, *, dtype, seed: int = 0, seed2: int = 0, rng: Generator):
    """Standard normal."""
    return rng.normal(_sizes(shape), dtype.np_dtype)


@op(
    "TruncatedNormal",
    "shape: T -> output: dtype",
    dtype=_FLOATS,
    T=_SIZES,
    static="shape",
    random=True,
    differentiable=False,
    shape=_asked_shape,
)
def truncated_normal_op(shape, *, dtype, seed: int = 0, seed2: int = 0, rng: Generator):
    """Standard normal within two standard deviations."""
    return rng.truncated_normal(_sizes(shape), dtype.np_dtype)


@op("RandomShuffle", "value: T -> output: T", random=True, shape=unchanged)
def random_shuffle_op(value, *, seed: int = 0, seed2: int = 0, rng: Generator):
    """`value` with its first dimension shuffled."""
    if not value.ndim or not value.size or value.shape[0] < 2:
        return value
    order = rng.permutation(value.shape[0])
    return np.take(value, order, axis=0) if is_known(value, order) else jnp.take(jnp.asarray(value), order, axis=0)


_LOGITS = "float double int32 uint8 int16 int8 int64 bfloat16 uint16 half uint32 uint64"


@op(
    "Multinomial", "logits: T, num_samples: int32 -> output: output_dtype",
    T=_LOGITS, output_dtype="int32 int64 = int64", static="num_samples", random=True, differentiable=False, shape=_samples_shape,
)  # fmt: skip
def multinomial_op(logits, num_samples, *, output_dtype, seed: int = 0, seed2: int = 0, rng: Generator):
    """Classes drawn by their unnormalised log-probabilities [batch, classes]: [batch, num_samples]."""
    return _classes(logits, num_samples, output_dtype, rng)


def _classes(logits: Any, num_samples: Any, dtype: Any, rng: Generator) -> Any:
    n = int(num_samples)
    check(n >= 0, f"num_samples should be nonnegative, got {n}")
    if logits.shape[0] and n:
        check(logits.shape[1] > 0, f"num_classes should be positive, got {logits.shape[1]}")
    return rng.categorical(logits, n, dtype.np_dtype)


@op(
    "RandomGamma", "shape: S, alpha: T -> output: T",
    S=_SIZES, T="half float double", static="shape", random=True, shape=_asked_shape_then_parameter,
)  # fmt: skip
def random_gamma_op(shape, alpha, *, seed: int = 0, seed2: int = 0, rng: Generator):
    """Gamma variates of each shape `alpha` and scale 1: `shape` + the shape of `alpha`."""
    sizes = _sizes(shape)
    return rng.gamma(math.prod(sizes), alpha.reshape(-1)).reshape(sizes + alpha.shape)


@random_gamma_op.gradient
def _random_gamma_gradient(inputs: Any, outputs: Any, grads: Any, **attrs: Any) -> Any:
    """How a variate moves with its shape parameter, its quantile fixed."""
    _, alpha = inputs
    wide = outputs[0]
    slope = jax.lax.random_gamma_grad(jnp.broadcast_to(alpha, wide.shape).astype(wide.dtype), wide)
    return [None, (grads[0] * slope).sum(axis=tuple(range(wide.ndim - alpha.ndim)))]


_RATES = "half float double int32 int64"


@op(
    "RandomPoissonV2", "shape: S, rate: R -> output: dtype",
    S=_SIZES, R=_RATES + " = double", dtype=_RATES + " = int64", static="shape", random=True, shape=_asked_shape_then_parameter,
)  # fmt: skip
def random_poisson_op(shape, rate, *, dtype, seed: int = 0, seed2: int = 0, rng: Generator):
    """Poisson variates of each rate: `shape` + the shape of `rate`."""
    sizes = _sizes(shape)
    return rng.poisson(math.prod(sizes), rate.reshape(-1), dtype.np_dtype).reshape(sizes + rate.shape)


_STATELESS = {"T": "int32 int64 = int32", "Tseed": "int32 int64 = int64", "static": "shape", "differentiable": False}


@op("StatelessRandomUniform", "shape: T, seed: Tseed -> output: dtype", dtype=_FLOATS + " = float", shape=_stateless_shape, **_STATELESS)
def stateless_random_uniform(shape, seed, *, dtype):
    """Uniform in [0, 1), the same for the same `seed`."""
    return stateless(seed).uniform(_sizes(shape), dtype.np_dtype)


@op("StatelessRandomNormal", "shape: T, seed: Tseed -> output: dtype", dtype=_FLOATS + " = float", shape=_stateless_shape, **_STATELESS)
def stateless_random_normal(shape, seed, *, dtype):
    """Standard normal, the same for the same `seed`."""
    return stateless(seed).normal(_sizes(shape), dtype.np_dtype)


@op("StatelessTruncatedNormal", "shape: T, seed: Tseed -> output: dtype", dtype=_FLOATS + " = float", shape=_stateless_shape, **_STATELESS)
def stateless_truncated_normal_op(shape, seed, *, dtype):
    """Standard normal within two standard deviations, the same for the same `seed`."""
    return stateless(seed).truncated_normal(_sizes(shape), dtype.np_dtype)


@op(
    "StatelessRandomUniformInt", "shape: T, seed: Tseed, minval: dtype, maxval: dtype -> output: dtype",
    dtype="int32 int64", shape=_stateless_shape_of_integers, **_STATELESS,
)  # fmt: skip
def stateless_random_uniform_int(shape, seed, minval, maxval, *, dtype):
    """Integers from `minval` up to but not `maxval`, the same for the same `seed`."""
    sizes = _sizes(shape)
    _check_range(sizes, minval, maxval)
    return stateless(seed).integers(sizes, minval, maxval, dtype.np_dtype)


@op(
    "StatelessMultinomial", "logits: T, num_samples: int32, seed: Tseed -> output: output_dtype",
    T=_LOGITS, Tseed="int32 int64 = int64", output_dtype="int32 int64 = int64",
    static="num_samples", differentiable=False, shape=_samples_shape,
)  # fmt: skip
def stateless_multinomial_op(logits, num_samples, seed, *, output_dtype):
    """Classes drawn by their unnormalised log-probabilities, the same for the same `seed`."""
    return _classes(logits, num_samples, output_dtype, stateless(seed))


# -- public functions -------------------------------------------------------------------
def _shape_tensor(shape: Any) -> Tensor:
    if not isinstance(shape, (list, tuple)):
        return to_tensor(shape, None, "shape")
    sizes = tuple([d._value if isinstance(d, Dimension) else d for d in shape])
    return to_tensor(sizes, None if sizes else dtypes.int32, "shape")


def _seeds(seed: Any) -> dict[str, int]:
    first, second = get_seed(seed)
    return {"seed": first or 0, "seed2": second or 0}


def _uniform_type(dtype: Any, maxval: Any) -> tuple[Any, Any]:
    """The type and upper bound that a uniform draw uses; raises ValueError as the reference does."""
    dtype = as_dtype(dtype)
    if dtype not in (dtypes.float16, dtypes.bfloat16, dtypes.float32, dtypes.float64, dtypes.int32, dtypes.int64):
        raise ValueError(f"Invalid dtype {dtype!r}")
    if maxval is None:
        if dtype.is_integer:
            raise ValueError(f"Must specify maxval for integer dtype {dtype!r}")
        maxval = 1
    return dtype, maxval


@public("random_uniform", "random.uniform")
def random_uniform(
    shape: Any, minval: Any = 0, maxval: Any = None, dtype: Any = dtypes.float32, seed: Any = None, name: str | None = None
) -> Tensor:
    """Uniform random numbers from `minval` up to but not `maxval` (by default 1; required for integers).

    Raises:
      ValueError: `dtype` is neither floating nor int32 or int64, or an integer type without `maxval`.
    """
    dtype, maxval = _uniform_type(dtype, maxval)
    with name_scope(name, "random_uniform", [shape, minval, maxval]) as scope:
        shape = _shape_tensor(shape)
        low, high = to_tensor(minval, dtype, "min"), to_tensor(maxval, dtype, "max")
        seeds = _seeds(seed)
        if dtype.is_integer:
            return random_uniform_int(shape, low, high, name=scope, **seeds)
        draw = random_uniform_op(shape, dtype=dtype, **seeds)
        return add(draw * (high - low), low, name=scope)


def _scaled(draw: Any, shape: Any, mean: Any, stddev: Any, dtype: Any, seed: Any, name: str | None, default_name: str) -> Tensor:
    with name_scope(name, default_name, [shape, mean, stddev]) as scope:
        shape = _shape_tensor(shape)
        mean, stddev = to_tensor(mean, dtype, "mean"), to_tensor(stddev, dtype, "stddev")
        return add(draw(shape, dtype=dtype, **_seeds(seed)) * stddev, mean, name=scope)


def _scaled_stateless(draw: Any, shape: Any, seed: Any, mean: Any, stddev: Any, dtype: Any, name: str | None, default_name: str) -> Tensor:
    with name_scope(name, default_name, [shape, seed, mean, stddev]) as scope:
        shape = _shape_tensor(shape)
        mean, stddev = to_tensor(mean, dtype, "mean"), to_tensor(stddev, dtype, "stddev")
        return add(draw(shape, seed, dtype=dtype) * stddev, mean, name=scope)


@public("random_normal", "random.normal")
def random_normal(
    shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = dtypes.float32, seed: Any = None, name: str | None = None
) -> Tensor:
    """Normal random numbers."""
    return _scaled(random_standard_normal, shape, mean, stddev, dtype, seed, name, "random_normal")


@public("truncated_normal", "random.truncated_normal")
def truncated_normal(
    shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = dtypes.float32, seed: Any = None, name: str | None = None
) -> Tensor:
    """Normal random numbers, drawn again where they are more than two standard deviations from the mean."""
    return _scaled(truncated_normal_op, shape, mean, stddev, dtype, seed, name, "truncated_normal")


@public("random_shuffle", "random.shuffle")
def random_shuffle(value: Any, seed: Any = None, name: str | None = None) -> Tensor:
    """`value` with its first dimension in random order."""
    return random_shuffle_op(value, name=name, **_seeds(seed))


@public("random_crop", "image.random_crop")
def random_crop(value: Any, size: Any, seed: Any = None, name: str | None = None) -> Tensor:
    """A slice of `value` of shape `size` at a random place; a size equal to the dimension's keeps it whole."""
    with name_scope(name, "random_crop", [value, size]) as scope:
        value = to_tensor(value, None, "value")
        size = to_tensor(size, dtypes.int32, "size")
        shape = TABLE["shape"](value)
        enough = TABLE["Assert"](TABLE["reduce_all"](shape >= size), ["Need value.shape >= size, got ", shape, size], summarize=1000)
        shape = with_dependencies([enough], shape)
        limit = shape - size + 1
        offset = random_uniform(TABLE["shape"](shape), dtype=size.dtype, maxval=size.dtype.max, seed=seed) % limit
        return TABLE["slice"](value, offset, size, name=scope)


@public("multinomial", "random.multinomial")
def multinomial(logits: Any, num_samples: Any, seed: Any = None, name: str | None = None, output_dtype: Any = None) -> Tensor:
    """Classes drawn by their unnormalised log-probabilities `logits` [batch, classes]: [batch, num_samples], int64."""
    with name_scope(name, "multinomial", [logits]):
        return _drawn_classes(logits, num_samples, output_dtype, seed)


@public("random.categorical")
def categorical(logits: Any, num_samples: Any, dtype: Any = None, seed: Any = None, name: str | None = None) -> Tensor:
    """Classes drawn by their unnormalised log-probabilities `logits` [batch, classes]: [batch, num_samples], int64."""
    with name_scope(name, "categorical", [logits]):
        return _drawn_classes(logits, num_samples, dtype, seed)


def _drawn_classes(logits: Any, num_samples: Any, dtype: Any, seed: Any) -> Tensor:
    logits = to_tensor(logits, None, "logits")
    return multinomial_op(logits, num_samples, output_dtype=dtype or dtypes.int64, **_seeds(seed))


@public("random_gamma", "random.gamma")
def random_gamma(
    shape: Any, alpha: Any, beta: Any = None, dtype: Any = dtypes.float32, seed: Any = None, name: str | None = None
) -> Tensor:
    """Gamma variates: `shape` of them for each pair of shape `alpha` and inverse scale `beta` (broadcast)."""
    with name_scope(name, "random_gamma", [shape, alpha, beta]):
        shape = to_tensor(shape, dtypes.int32, "shape")
        alpha = to_tensor(alpha, dtype, "alpha")
        beta = to_tensor(1 if beta is None else beta, dtype, "beta")
        wide = alpha + TABLE["zeros_like"](beta)
        seeds = _seeds(seed)
        smallest = np.finfo(alpha.dtype.np_dtype).tiny
        return TABLE["maximum"](smallest, random_gamma_op(shape, wide, **seeds) / beta)


@public("random_poisson", "random.poisson")
def random_poisson(lam: Any, shape: Any, dtype: Any = dtypes.float32, seed: Any = None, name: str | None = None) -> Tensor:
    """Poisson variates: `shape` of them for each rate `lam`."""
    with name_scope(name, "random_poisson", [lam, shape]):
        shape = to_tensor(shape, dtypes.int32, "shape")
        return random_poisson_op(shape, lam, dtype=dtype, **_seeds(seed))


@public("random.stateless_uniform", "contrib.stateless.stateless_random_uniform")
def stateless_uniform(
    shape: Any, seed: Any, minval: Any = 0, maxval: Any = None, dtype: Any = dtypes.float32, name: str | None = None
) -> Tensor:
    """As `random_uniform`, the same numbers for the same `seed` (two integers)."""
    dtype, maxval = _uniform_type(dtype, maxval)
    with name_scope(name, "stateless_random_uniform", [shape, seed, minval, maxval]) as scope:
        shape = _shape_tensor(shape)
        low, high = to_tensor(minval, dtype, "min"), to_tensor(maxval, dtype, "max")
        if dtype.is_integer:
            return stateless_random_uniform_int(shape, seed, low, high, name=scope)
        draw = stateless_random_uniform(shape, seed, dtype=dtype)
        return add(draw * (high - low), low, name=scope)


@public("random.stateless_normal", "contrib.stateless.stateless_random_normal")
def stateless_normal(
    shape: Any, seed: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = dtypes.float32, name: str | None = None
) -> Tensor:
    """As `random_normal`, the same numbers for the same `seed` (two integers)."""
    return _scaled_stateless(stateless_random_normal, shape, seed, mean, stddev, dtype, name, "stateless_random_normal")


@public("random.stateless_truncated_normal", "contrib.stateless.stateless_truncated_normal")
def stateless_truncated_normal(
    shape: Any, seed: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = dtypes.float32, name: str | None = None
) -> Tensor:
    """As `truncated_normal`, the same numbers for the same `seed` (two integers)."""
    return _scaled_stateless(stateless_truncated_normal_op, shape, seed, mean, stddev, dtype, name, "stateless_truncated_normal")


@public("random.stateless_multinomial", "contrib.stateless.stateless_multinomial")
def stateless_multinomial(logits: Any, num_samples: Any, seed: Any, output_dtype: Any = dtypes.int64, name: str | None = None) -> Tensor:
    """As `multinomial`, the same classes for the same `seed` (two integers)."""
    with name_scope(name, "stateless_multinomial", [logits, seed]):
        return stateless_multinomial_op(to_tensor(logits, None, "logits"), num_samples, seed, output_dtype=output_dtype or dtypes.int64)


@public("random.stateless_categorical")
def stateless_categorical(logits: Any, num_samples: Any, seed: Any, dtype: Any = dtypes.int64, name: str | None = None) -> Tensor:
    """As `random.categorical`, the same classes for the same `seed` (two integers)."""
    with name_scope(name, "stateless_categorical", [logits, seed]):
        return stateless_multinomial_op(to_tensor(logits, None, "logits"), num_samples, seed, output_dtype=dtype or dtypes.int64)
