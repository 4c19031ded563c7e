"""The ops that TensorFlow's gradients of tf.nn are made of. scopeflow makes none of them: graphs that TensorFlow wrote hold them.

Each is the backward pass of the forward op's own kernel, so that both sides agree on equals, edges and padding.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ...graph.operation import Tensor
from ...graph.tensor_shape import Dims
from ...op import shapes
from ...op.declare import Op, op
from ...op.fold import fold_dims
from ...op.namespace import xp
from ..elementwise import softplus
from .activation import FLOAT, REAL, SELU_ALPHA, SELU_SCALE, leaky_relu_op
from .convolution import transposed
from .fractional import _inside, _largest_in_regions
from .morphology import dilation2d_op
from .normalization import _EPSILON, _fused_gradient, local_response_normalization
from .pooling import average_pooled, gradient_of_max

_MAX = REAL


def _pulled(kernel: Any, at: Any, gradient: Any) -> Any:
    """The gradient at `at` of `kernel(at)`, where its result has `gradient`."""
    _, pull = jax.vjp(kernel, jnp.asarray(at))
    return pull(jnp.asarray(gradient))[0]


def _second(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return [inputs[1]._dims]


# -- activations ------------------------------------------------------------------------
@op("ReluGrad", "gradients: T, features: T -> backprops: T", T=REAL, shape=shapes.merge_all)
def relu_grad(gradients, features):
    """The gradient of relu: `gradients` where `features` (or the outputs) are positive."""
    return xp(gradients, features).where(features > 0, gradients, np.zeros((), gradients.dtype))


@op("Relu6Grad", "gradients: T, features: T -> backprops: T", T=REAL, shape=shapes.merge_all)
def relu6_grad(gradients, features):
    """The gradient of relu6: `gradients` where `features` (or the outputs) are between 0 and 6."""
    return xp(gradients, features).where((features > 0) & (features < 6), gradients, np.zeros((), gradients.dtype))


@op("EluGrad", "gradients: T, outputs: T -> backprops: T", T=FLOAT, shape=shapes.merge_all)
def elu_grad(gradients, outputs):
    """The gradient of elu, from its outputs."""
    return xp(gradients, outputs).where(outputs < 0, gradients * (outputs + 1), gradients)


@op("SeluGrad", "gradients: T, outputs: T -> backprops: T", T=FLOAT, shape=shapes.merge_all)
def selu_grad(gradients, outputs):
    """The gradient of selu, from its outputs."""
    scale, scale_alpha = (np.asarray(v, outputs.dtype) for v in (SELU_SCALE, SELU_SCALE * SELU_ALPHA))
    return gradients * xp(gradients, outputs).where(outputs < 0, outputs + scale_alpha, scale)


@op("LeakyReluGrad", "gradients: T, features: T -> backprops: T", T=FLOAT + " = float", shape=shapes.merge_all)
def leaky_relu_grad(gradients, features, *, alpha: float = float(np.float32(0.2))):
    """The gradient of leaky_relu."""
    return _pulled(lambda x: leaky_relu_op.kernel(x, alpha=alpha), features, gradients)


@op("SoftplusGrad", "gradients: T, features: T -> backprops: T", T=FLOAT, shape=shapes.merge_all)
def softplus_grad(gradients, features):
    """The gradient of softplus."""
    return _pulled(softplus.kernel, features, gradients)


@op("SoftsignGrad", "gradients: T, features: T -> backprops: T", T=FLOAT, shape=shapes.merge_all)
def softsign_grad(gradients, features):
    """The gradient of softsign."""
    return gradients / xp(gradients, features).square(1 + xp(features).abs(features))


# -- pooling ----------------------------------------------------------------------------
def _pooling_gradients(max_op: str, average_op: str, rank: int, first: bool, data_format: str) -> None:
    """Declares the gradients of max and average pooling. `first`: max pooling's goes to the first of equals, else to all."""
    layout = data_format
    largest = "orig_input: TInput, orig_output: TInput, grad: T -> output: T" if rank == 5 else None
    largest = largest or "orig_input: T, orig_output: T, grad: T -> output: T"
    types: dict[str, str] = {"T": "half bfloat16 float = float", "TInput": "half bfloat16 float = float"} if rank == 5 else {}

    def like_input(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
        return [shapes.with_rank(inputs[0]._dims, rank)]

    @op(max_op, largest, **(types or {"T": _MAX + " = float"}), jax_only=True, shape=like_input)
    def max_grad(orig_input, orig_output, grad, *, ksize: list[int], strides: list[int], padding: str, data_format: str = layout):
        return gradient_of_max(orig_input, orig_output, grad, ksize, strides, padding, data_format, first)

    @op(max_op + "Grad", "orig_input: T, orig_output: T, grad: T -> output: T", T=_MAX, jax_only=True, shape=_second)
    def max_grad_grad(orig_input, orig_output, grad, *, ksize: list[int], strides: list[int], padding: str, data_format: str = layout):
        def backward(g: Any) -> Any:
            return gradient_of_max(orig_input, orig_output, g, ksize, strides, padding, data_format, first)

        return transposed(backward, orig_output.shape, grad, max_op + "Grad", "output of")

    def sized(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
        return [shapes.with_rank(fold_dims(inputs[0]), rank)]

    @op(average_op, "orig_input_shape: int32, grad: T -> output: T", T=FLOAT, jax_only=True, static="orig_input_shape", shape=sized)
    def average_grad(orig_input_shape, grad, *, ksize: list[int], strides: list[int], padding: str, data_format: str = layout):
        return transposed(lambda x: average_pooled(x, ksize, strides, padding), orig_input_shape, grad, average_op, "input of")

    max_grad.__doc__ = "The gradient of max pooling."
    max_grad_grad.__doc__ = "The gradient of max pooling's gradient with respect to what flows into it."
    average_grad.__doc__ = "The gradient of average pooling, for an input of shape `orig_input_shape`."


_pooling_gradients("MaxPoolGrad", "AvgPoolGrad", 4, True, "NHWC")
_pooling_gradients("MaxPool3DGrad", "AvgPool3DGrad", 5, False, "NDHWC")


@op("MaxPoolGradV2", "orig_input: T, orig_output: T, grad: T, ksize: int32, strides: int32 -> output: T", T=_MAX + " = float",
    jax_only=True, static="ksize strides", shape=shapes.unchanged)  # fmt: skip
def max_pool_grad_v2(orig_input, orig_output, grad, ksize, strides, *, padding: str, data_format: str = "NHWC"):
    """The gradient of max pooling whose sizes are tensors."""
    sizes, steps = [int(k) for k in ksize], [int(s) for s in strides]
    return gradient_of_max(orig_input, orig_output, grad, sizes, steps, padding, data_format, True)


@op("MaxPoolGradWithArgmax", "input: T, grad: T, argmax: Targmax -> output: T", T=_MAX, Targmax="int32 int64", jax_only=True,
    shape=shapes.unchanged)  # fmt: skip
def max_pool_grad_with_argmax(
    input, grad, argmax, *, ksize: list[int], strides: list[int], padding: str, include_batch_in_index: bool = False
):
    """The gradient of max_pool_with_argmax: each gradient goes to where the largest was."""
    return _by_argmax(input.shape, argmax, include_batch_in_index)(jnp.asarray(grad))


@op("MaxPoolGradGradWithArgmax", "input: T, grad: T, argmax: Targmax -> output: T", T=_MAX, Targmax="int32 int64", jax_only=True)
def max_pool_grad_grad_with_argmax(
    input, grad, argmax, *, ksize: list[int], strides: list[int], padding: str, include_batch_in_index: bool = False
):
    """The gradient of MaxPoolGradWithArgmax with respect to what flows into it."""
    scatter = _by_argmax(input.shape, argmax, include_batch_in_index)
    return transposed(scatter, argmax.shape, grad, "MaxPoolGradGradWithArgmax", "output of")


def _by_argmax(shape: Sequence[int], argmax: Any, include_batch: bool) -> Any:
    size = int(np.prod(shape))
    at = jnp.asarray(argmax)
    if not include_batch:
        at = at + (jnp.arange(shape[0]) * (size // max(shape[0], 1))).astype(at.dtype).reshape(-1, 1, 1, 1)
    return lambda grad: jnp.zeros(size, grad.dtype).at[at.reshape(-1)].add(grad.reshape(-1)).reshape(shape)


_SEQUENCES = "out_backprop: T, row_pooling_sequence: int64, col_pooling_sequence: int64 -> output: T"


@op("FractionalMaxPoolGrad", "orig_input: T, orig_output: T, " + _SEQUENCES, T="float double int32 int64", jax_only=True,
    shape=shapes.unchanged)  # fmt: skip
def fractional_max_pool_grad(
    orig_input, orig_output, out_backprop, row_pooling_sequence, col_pooling_sequence, *, overlapping: bool = False
):
    """The gradient of fractional_max_pool, whose regions begin at the given rows and columns."""
    rows, columns = jnp.asarray(row_pooling_sequence), jnp.asarray(col_pooling_sequence)

    def forward(x: Any) -> Any:
        out = _largest_in_regions(x, _inside(columns, x.shape[2], overlapping), 2)
        return _largest_in_regions(out, _inside(rows, x.shape[1], overlapping), 1)

    return _pulled(forward, orig_input, out_backprop)


def _sized_by_first(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return [shapes.with_rank(fold_dims(inputs[0]), 4)]


@op("FractionalAvgPoolGrad", "orig_input_tensor_shape: int64, " + _SEQUENCES, T="float double int32 int64", jax_only=True,
    static="orig_input_tensor_shape", shape=_sized_by_first)  # fmt: skip
def fractional_avg_pool_grad(
    orig_input_tensor_shape, out_backprop, row_pooling_sequence, col_pooling_sequence, *, overlapping: bool = False
):
    """The gradient of fractional_avg_pool, whose regions begin at the given rows and columns."""
    g = jnp.asarray(out_backprop)
    sizes = [int(d) for d in orig_input_tensor_shape]
    by_row, by_column = (
        _inside(jnp.asarray(b), n, overlapping).astype(g.dtype)
        for b, n in ((row_pooling_sequence, sizes[1]), (col_pooling_sequence, sizes[2]))
    )
    counts = by_row.sum(1)[:, None, None] * by_column.sum(1)[:, None]
    return jnp.einsum("brsc,rh,sw->bhwc", g / counts, by_row, by_column, precision="highest")


# -- convolution, normalization ------------------------------------------------------------
@op("Dilation2DBackpropInput", "input: T, filter: T, out_backprop: T -> in_backprop: T", T=REAL, jax_only=True, shape=shapes.unchanged)
def dilation2d_backprop_input(input, filter, out_backprop, *, strides: list[int], rates: list[int], padding: str):
    """The gradient of dilation2d's input."""
    sizes = {"strides": strides, "rates": rates, "padding": padding}
    return _pulled(lambda x: dilation2d_op.kernel(x, filter, **sizes), input, out_backprop)


@op("Dilation2DBackpropFilter", "input: T, filter: T, out_backprop: T -> filter_backprop: T", T=REAL, jax_only=True, shape=_second)
def dilation2d_backprop_filter(input, filter, out_backprop, *, strides: list[int], rates: list[int], padding: str):
    """The gradient of dilation2d's filter."""
    sizes = {"strides": strides, "rates": rates, "padding": padding}
    return _pulled(lambda w: dilation2d_op.kernel(input, w, **sizes), filter, out_backprop)


@op("LRNGrad", "input_grads: T, input_image: T, output_image: T -> output: T", T="half bfloat16 float = float", jax_only=True,
    shape=shapes.merge_all)  # fmt: skip
def lrn_grad(input_grads, input_image, output_image, *, depth_radius: int = 5, bias: float = 1.0, alpha: float = 1.0, beta: float = 0.5):
    """The gradient of local_response_normalization."""
    settings = {"depth_radius": depth_radius, "bias": bias, "alpha": alpha, "beta": beta}
    return _pulled(lambda x: local_response_normalization.kernel(x, **settings).astype(x.dtype), input_image, jnp.asarray(input_grads))


def _batch_norm_gradient(op_type: str, moments: str, reserved: int, **types: str) -> Op:
    """Declares the gradient of a FusedBatchNorm: with the batch's moments, or (not is_training) those it was given."""
    first = 3 + reserved - 2
    scale = "float" if moments == "U" else "T"
    taken = "".join(f", reserve_space_{i + 1}: {moments}" for i in range(reserved))
    given = f", reserve_space_{first}: {moments}, reserve_space_{first + 1}: {moments}"
    signature = f"y_backprop: T, x: T, scale: {scale}{taken} -> x_backprop: T, scale_backprop: {moments}, offset_backprop: {moments}{given}"

    def rule(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
        x = shapes.with_rank(shapes.merge(inputs[0]._dims, inputs[1]._dims), 4)
        at = 1 if attrs["data_format"] == "NCHW" else 3
        depth = x[at] if x[at] is not None else shapes.with_rank(inputs[2]._dims, 1)[0]
        rest = (0,) if attrs["is_training"] else (depth,)
        return [x[:at] + (depth,) + x[at + 1 :], (depth,), (depth,), rest, rest]

    def gradient(y_backprop: Any, x: Any, scale: Any, moments: Sequence[Any], settings: dict[str, Any]) -> Any:
        scale = jnp.asarray(scale)
        found = _fused_gradient([x, scale, jnp.zeros_like(scale), *moments[:2]], None, [jnp.asarray(y_backprop)], **settings)
        rest = jnp.zeros(0 if settings["is_training"] else scale.shape, scale.dtype)
        return (*found[:3], rest, rest)

    flags: dict[str, Any] = {"jax_only": True, "shape": rule, **types}
    if reserved == 3:

        @op(op_type, signature, **flags)
        def with_three(
            y_backprop,
            x,
            scale,
            reserve_space_1,
            reserve_space_2,
            reserve_space_3,
            *,
            epsilon: float = _EPSILON,
            data_format: str = "NHWC",
            is_training: bool = True,
        ):
            """The gradient of batch normalization."""
            settings = {"epsilon": epsilon, "data_format": data_format, "is_training": is_training}
            return gradient(y_backprop, x, scale, (reserve_space_1, reserve_space_2), settings)

        return with_three

    @op(op_type, signature, **flags)
    def with_two(
        y_backprop,
        x,
        scale,
        reserve_space_1,
        reserve_space_2,
        *,
        epsilon: float = _EPSILON,
        data_format: str = "NHWC",
        is_training: bool = True,
    ):
        """The gradient of batch normalization."""
        settings = {"epsilon": epsilon, "data_format": data_format, "is_training": is_training}
        return gradient(y_backprop, x, scale, (reserve_space_1, reserve_space_2), settings)

    return with_two


fused_batch_norm_grad = _batch_norm_gradient("FusedBatchNormGrad", "T", 2, T="float")
fused_batch_norm_grad_v2 = _batch_norm_gradient("FusedBatchNormGradV2", "U", 2, T="half bfloat16 float", U="float")
fused_batch_norm_grad_v3 = _batch_norm_gradient("FusedBatchNormGradV3", "U", 3, T="half bfloat16 float", U="float")
