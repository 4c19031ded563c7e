"""Means and variances, and normalizing with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ...graph import dtypes
from ...graph.conversion import constant, convert_to_tensor
from ...graph.default_graph import name_scope
from ...graph.operation import Tensor
from ...graph.public import export, public
from ...graph.tensor_shape import Dims
from ...op import shapes
from ...op.declare import ShapeError, op
from .. import array
from ..casting import cast
from ..elementwise import add, maximum, multiply, reciprocal, rsqrt, square, squared_difference, subtract
from ..reduction import reduce_mean, reduce_prod, reduce_sum
from .window import either, one_of


# -- moments --------------------------------------------------------------------------
@public("nn.sufficient_statistics")
def sufficient_statistics(
    x: Any, axes: Any, shift: Any = None, keep_dims: bool | None = None, name: str | None = None, keepdims: bool | None = None
) -> Any:
    """(count, sum of x - shift, sum of (x - shift) ** 2, shift) over `axes`; shift is None if not given."""
    axes = list(set(axes))
    keepdims = either("keepdims", keepdims, "keep_dims", keep_dims) or False
    with name_scope(name, "sufficient_statistics", [x, shift]):
        x = convert_to_tensor(x, name="x")
        dims = x._dims
        if dims is not None and all(dims[a] is not None for a in axes):
            count = 1
            for a in axes:
                count *= dims[a]
            counts = constant(count, dtype=x.dtype)
        else:
            sizes = array.gather(cast(array.shape(x), x.dtype), axes)
            counts = reduce_prod(sizes, name="count")
        if shift is not None:
            shift = convert_to_tensor(shift, name="shift")
            means, squares = subtract(x, shift), squared_difference(x, shift)
        else:
            means, squares = x, square(x)
        mean_ss = reduce_sum(means, axes, keepdims=keepdims, name="mean_ss")
        var_ss = reduce_sum(squares, axes, keepdims=keepdims, name="var_ss")
    return counts, mean_ss, var_ss, shift


@public("nn.normalize_moments")
def normalize_moments(counts: Any, mean_ss: Any, variance_ss: Any, shift: Any, name: str | None = None) -> tuple[Tensor, Tensor]:
    """(mean, variance) from `sufficient_statistics`."""
    with name_scope(name, "normalize", [counts, mean_ss, variance_ss, shift]):
        divisor = reciprocal(counts, name="divisor")
        if shift is not None:
            shifted = multiply(mean_ss, divisor, name="shifted_mean")
            mean = add(shifted, shift, name="mean")
        else:
            shifted = mean = multiply(mean_ss, divisor, name="mean")
        return mean, subtract(multiply(variance_ss, divisor), square(shifted), name="variance")


@public("nn.moments")
def moments(
    x: Any, axes: Any, shift: Any = None, name: str | None = None, keep_dims: bool | None = None, keepdims: bool | None = None
) -> tuple[Tensor, Tensor]:
    """(mean, variance) of `x` over `axes`; computed in float32 for float16. `shift` is ignored."""
    keepdims = either("keepdims", keepdims, "keep_dims", keep_dims) or False
    with name_scope(name, "moments", [x, axes]):
        half = x.dtype.base_dtype is dtypes.float16
        y = cast(x, dtypes.float32) if half else x
        mean = reduce_mean(y, axes, keepdims=True, name="mean")
        variance = reduce_mean(squared_difference(y, array.stop_gradient(mean)), axes, keepdims=True, name="variance")
        if not keepdims:
            mean, variance = array.squeeze(mean, axes), array.squeeze(variance, axes)
        return (cast(mean, dtypes.float16), cast(variance, dtypes.float16)) if half else (mean, variance)


@public("nn.weighted_moments")
def weighted_moments(
    x: Any, axes: Any, frequency_weights: Any, name: str | None = None, keep_dims: bool | None = None, keepdims: bool | None = None
) -> tuple[Tensor, Tensor]:
    """(mean, variance) of `x` over `axes`, each element counted `frequency_weights` times."""
    keepdims = either("keepdims", keepdims, "keep_dims", keep_dims) or False
    with name_scope(name, "weighted_moments", [x, frequency_weights, axes]):
        x = convert_to_tensor(x, name="x")
        weights = convert_to_tensor(frequency_weights, name="frequency_weights")
        half = x.dtype.base_dtype is dtypes.float16
        if half:
            x = cast(x, dtypes.float32)
        weights = cast(weights, x.dtype)
        total = reduce_sum(weights * x, axes, name="weighted_input_sum", keepdims=True)
        # Brought to the shape of x, so that a weight that broadcasts counts for each element.
        sum_of_weights = reduce_sum(weights + array.zeros_like(x), axes, name="sum_of_weights", keepdims=True)
        divisor = reciprocal(sum_of_weights, name="inv_weight_sum")
        mean = multiply(total, divisor)
        squares = reduce_sum(weights * squared_difference(x, mean), axes, name="weighted_distsq", keepdims=True)
        variance = multiply(squares, divisor)
        if not keepdims:
            mean = array.squeeze(mean, axis=axes)
            variance = array.squeeze(variance, axis=axes)
        return (cast(mean, dtypes.float16), cast(variance, dtypes.float16)) if half else (mean, variance)


# -- batch normalization --------------------------------------------------------------
@public("nn.batch_normalization")
def batch_normalization(
    x: Any, mean: Any, variance: Any, offset: Any, scale: Any, variance_epsilon: Any, name: str | None = None
) -> Tensor:
    """(x - mean) / sqrt(variance + variance_epsilon) * scale + offset; `scale` and `offset` may be None."""
    with name_scope(name, "batchnorm", [x, mean, variance, scale, offset]):
        factor = rsqrt(variance + variance_epsilon)
        if scale is not None:
            factor *= scale
        scaled = x * cast(factor, x.dtype)
        return scaled + cast(offset - mean * factor if offset is not None else -mean * factor, x.dtype)


@public("nn.batch_norm_with_global_normalization")
def batch_norm_with_global_normalization(
    t: Any = None,
    m: Any = None,
    v: Any = None,
    beta: Any = None,
    gamma: Any = None,
    variance_epsilon: Any = None,
    scale_after_normalization: Any = None,
    name: str | None = None,
    input: Any = None,
    mean: Any = None,
    variance: Any = None,
) -> Tensor:
    """`batch_normalization` with the arguments of before; `gamma` counts only under `scale_after_normalization`."""
    t = either("input", input, "t", t)
    m = either("mean", mean, "m", m)
    v = either("variance", variance, "v", v)
    return batch_normalization(t, m, v, beta, gamma if scale_after_normalization else None, variance_epsilon, name)


def _batch_norm_shape(op_type: str, outputs: int) -> Any:
    def rule(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
        one_of(attrs["data_format"], ("NHWC", "NCHW"), "data_format", op_type)
        x = shapes.with_rank(inputs[0]._dims, 4)
        at = 1 if attrs["data_format"] == "NCHW" else 3
        depth = x[at]
        for t in inputs[1:] if not attrs["is_training"] else inputs[1:3]:
            (size,) = shapes.with_rank(t._dims, 1)
            if size is not None and depth is not None and size != depth:
                raise ShapeError(f"Dimensions must be equal, but are {depth} and {size}")
            depth = size if depth is None else depth
        rows: list[Dims] = [x[:at] + (depth,) + x[at + 1 :]]
        return rows + [(depth,)] * 4 + [None] * (outputs - 5)

    return rule


def _normalized(x: Any, scale: Any, offset: Any, mean: Any, variance: Any, epsilon: float, depth_at: int) -> Any:
    along = tuple(-1 if i == depth_at else 1 for i in range(x.ndim))
    wide = x.astype(scale.dtype)
    factor = jax.lax.rsqrt(variance + np.asarray(epsilon, scale.dtype)) * scale
    return ((wide - mean.reshape(along)) * factor.reshape(along) + offset.reshape(along)).astype(x.dtype)


def _batch_moments(x: Any, dtype: Any, depth_at: int) -> tuple[Any, Any, int]:
    axes = tuple(i for i in range(x.ndim) if i != depth_at)
    wide = x.astype(dtype)
    mean = wide.mean(axis=axes)
    along = tuple(-1 if i == depth_at else 1 for i in range(x.ndim))
    return mean, jnp.square(wide - mean.reshape(along)).mean(axis=axes), int(np.prod([x.shape[i] for i in axes]))


def _fused(
    x: Any, scale: Any, offset: Any, mean: Any, variance: Any, epsilon: float, data_format: str, is_training: bool
) -> tuple[Any, ...]:
    x, scale, offset = jnp.asarray(x), jnp.asarray(scale), jnp.asarray(offset)
    depth_at = 1 if data_format == "NCHW" else x.ndim - 1
    if not is_training:
        mean, variance = jnp.asarray(mean), jnp.asarray(variance)
        return _normalized(x, scale, offset, mean, variance, epsilon, depth_at), mean, variance, mean, variance
    mean, variance, n = _batch_moments(x, scale.dtype, depth_at)
    y = _normalized(x, scale, offset, mean, variance, epsilon, depth_at)
    # The variance handed out, for moving averages, is the unbiased one.
    return y, mean, variance * np.asarray(n / max(n - 1, 1), scale.dtype), mean, variance


def _fused_gradient(inputs: Any, outputs: Any, grads: Any, *, epsilon: float, data_format: str, is_training: bool) -> list[Any]:
    # Gradients come through the normalized values alone, not through the moments given beside them.
    mean, variance = inputs[3:]
    _, pull = jax.vjp(
        lambda x, s, o: _fused(x, s, o, mean, variance, epsilon, data_format, is_training)[0], *(jnp.asarray(v) for v in inputs[:3])
    )
    return [*pull(grads[0]), None, None]


_INPUTS = (
    "x: T, scale: U, offset: U, mean: U, variance: U -> y: T, batch_mean: U, batch_variance: U, reserve_space_1: U, reserve_space_2: U"
)
_EPSILON = float(np.float32(0.0001))


@op(
    "FusedBatchNorm",
    _INPUTS.replace(": U", ": T"),
    T="float",
    jax_only=True,
    no_gradient="mean variance",
    shape=_batch_norm_shape("FusedBatchNorm", 5),
)
def fused_batch_norm_v1(
    x, scale, offset, mean, variance, *, epsilon: float = _EPSILON, data_format: str = "NHWC", is_training: bool = True
):
    """Batch normalization of [batch, height, width, depth], with the batch's moments or (not is_training) the given ones."""
    return _fused(x, scale, offset, mean, variance, epsilon, data_format, is_training)


@op(
    "FusedBatchNormV2",
    _INPUTS,
    T="half bfloat16 float",
    U="float",
    jax_only=True,
    no_gradient="mean variance",
    shape=_batch_norm_shape("FusedBatchNormV2", 5),
)
def fused_batch_norm_v2(
    x, scale, offset, mean, variance, *, epsilon: float = _EPSILON, data_format: str = "NHWC", is_training: bool = True
):
    """FusedBatchNorm whose `x` may be of less precision."""
    return _fused(x, scale, offset, mean, variance, epsilon, data_format, is_training)


@op(
    "FusedBatchNormV3", _INPUTS + ", reserve_space_3: U",
    T="half bfloat16 float", U="float", jax_only=True, no_gradient="mean variance", shape=_batch_norm_shape("FusedBatchNormV3", 6),
)  # fmt: skip
def fused_batch_norm_v3(
    x, scale, offset, mean, variance, *, epsilon: float = _EPSILON, data_format: str = "NHWC", is_training: bool = True
):
    """FusedBatchNormV2 with one more output, which is empty."""
    return *_fused(x, scale, offset, mean, variance, epsilon, data_format, is_training), np.zeros(0, np.float32)


for _spec in (fused_batch_norm_v1, fused_batch_norm_v2, fused_batch_norm_v3):
    _spec.gradient(_fused_gradient)


@public("nn.fused_batch_norm")
def fused_batch_norm(
    x: Any,
    scale: Any,
    offset: Any,
    mean: Any = None,
    variance: Any = None,
    epsilon: float = 0.001,
    data_format: str = "NHWC",
    is_training: bool = True,
    name: str | None = None,
) -> tuple[Tensor, Tensor, Tensor]:
    """(normalized x, mean, variance) of `x` [batch, height, width, depth], or [batch, depth, height, width] for "NCHW".

    In training the batch's moments are used (and the variance given back is unbiased), else `mean` and `variance` [depth].

    Raises:
      ValueError: moments given for training, or sizes that do not fit.
    """
    if is_training and (mean is not None or variance is not None):
        raise ValueError("Both 'mean' and 'variance' must be None if is_training is True.")
    x = convert_to_tensor(x, name="input")
    scale = convert_to_tensor(scale, name="scale")
    offset = convert_to_tensor(offset, name="offset")
    mean = constant([], dtype=dtypes.float32) if mean is None else mean
    variance = constant([], dtype=dtypes.float32) if variance is None else variance
    # cuDNN does not take less, so neither does the reference.
    epsilon = float(np.float32(max(epsilon, 1.001e-5)))
    y, batch_mean, batch_variance, *_ = fused_batch_norm_v3(
        x, scale, offset, mean, variance, epsilon=epsilon, data_format=data_format, is_training=is_training, name=name
    )
    return y, batch_mean, batch_variance


# -- others -----------------------------------------------------------------------------
@public("nn.l2_normalize", "math.l2_normalize", "linalg.l2_normalize")
def l2_normalize(x: Any, axis: Any = None, epsilon: float = 1e-12, name: str | None = None, dim: Any = None) -> Tensor:
    """`x` divided by its Euclidean norm along `axis` (all dimensions if None); the square of the norm counts as `epsilon` at least."""
    axis = either("axis", axis, "dim", dim)
    with name_scope(name, "l2_normalize", [x]) as scope:
        x = convert_to_tensor(x, name="x")
        squares = reduce_sum(square(x), axis, keepdims=True)
        return multiply(x, rsqrt(maximum(squares, epsilon)), name=scope)


def _image_batch(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return [shapes.with_rank(inputs[0]._dims, 4)]


@op("LRN", "input: T -> output: T", T="half bfloat16 float = float", jax_only=True, shape=_image_batch)
def local_response_normalization(input, *, depth_radius: int = 5, bias: float = 1.0, alpha: float = 1.0, beta: float = 0.5):
    """`input` / (bias + alpha * the sum of squares over channels up to `depth_radius` away) ** beta, for [batch, height, width, depth]."""
    x = jnp.asarray(input)
    wide = x.astype(jnp.float32)
    n = 2 * depth_radius + 1
    squares = jax.lax.reduce_window(
        jnp.square(wide), np.float32(0), jax.lax.add, (1, 1, 1, n), (1, 1, 1, 1), [(0, 0)] * 3 + [(depth_radius, depth_radius)]
    )
    return wide * jnp.power(np.float32(bias) + np.float32(alpha) * squares, np.float32(-beta))


export(local_response_normalization, "nn.local_response_normalization", "nn.lrn")
