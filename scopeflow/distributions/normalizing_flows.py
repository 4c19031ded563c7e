"""Bijectors of networks: RealNVP and masked autoregressive flows, and their default networks."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph.default_graph import name_scope
from ..graph.operation import Tensor
from ..graph.public import TABLE, public
from ..ops import array
from ..ops.elementwise import exp
from ..ops.reduction import reduce_sum
from .bijectors_of_vectors import ConditionalBijector


@public("contrib.distributions.bijectors.RealNVP")
class RealNVP(ConditionalBijector):
    """Affine maps of the last elements of vectors, whose shifts and log scales depend on the first `num_masked`.

    Args:
      shift_and_log_scale_fn: (the first elements, how many others, **conditions) -> (shift, log scale); None for a log scale of 0.

    Raises:
      ValueError: a negative `num_masked`.
    """

    def __init__(
        self, num_masked: int, shift_and_log_scale_fn: Any, is_constant_jacobian: bool = False, validate_args: bool = False,
        name: str | None = None,
    ):  # fmt: skip
        if num_masked <= 0:
            raise ValueError("num_masked must be a positive integer.")
        self._num_masked, self._input_depth = num_masked, None
        self._shift_and_log_scale_fn = shift_and_log_scale_fn
        super().__init__(
            forward_min_event_ndims=1, is_constant_jacobian=is_constant_jacobian, validate_args=validate_args, name=name or "real_nvp"
        )

    def _shift_and_log_scale(self, x: Tensor, kept: Tensor, conditions: Any) -> Any:
        if self._input_depth is None:
            self._input_depth = x.shape.with_rank_at_least(1)[-1].value
            if self._input_depth is None:
                raise NotImplementedError("Rightmost dimension must be known prior to graph execution.")
            if self._num_masked >= self._input_depth:
                raise ValueError("Number of masked units must be smaller than the event size.")
        return self._shift_and_log_scale_fn(kept, self._input_depth - self._num_masked, **conditions)

    def _forward(self, x: Tensor, **condition_kwargs: Any) -> Tensor:
        kept, moved = x[..., : self._num_masked], x[..., self._num_masked :]
        shift, log_scale = self._shift_and_log_scale(x, kept, condition_kwargs)
        if log_scale is not None:
            moved *= exp(log_scale)
        if shift is not None:
            moved += shift
        return array.concat([kept, moved], axis=-1)

    def _inverse(self, y: Tensor, **condition_kwargs: Any) -> Tensor:
        kept, moved = y[..., : self._num_masked], y[..., self._num_masked :]
        shift, log_scale = self._shift_and_log_scale(y, kept, condition_kwargs)
        if shift is not None:
            moved -= shift
        if log_scale is not None:
            moved *= exp(-log_scale)
        return array.concat([kept, moved], axis=-1)

    def _log_scales(self, x: Tensor, conditions: Any) -> Any:
        _, log_scale = self._shift_and_log_scale(x, x[..., : self._num_masked], conditions)
        return None if log_scale is None else reduce_sum(log_scale, axis=-1)

    def _inverse_log_det_jacobian(self, y: Tensor, **condition_kwargs: Any) -> Tensor:
        total = self._log_scales(y, condition_kwargs)
        return array.constant(0.0, dtype=y.dtype, name="ildj") if total is None else -total

    def _forward_log_det_jacobian(self, x: Tensor, **condition_kwargs: Any) -> Tensor:
        total = self._log_scales(x, condition_kwargs)
        return array.constant(0.0, dtype=x.dtype, name="fldj") if total is None else total


def _layers(x: Tensor, hidden_layers: Any, units: int, activation: Any, args: Any, kwargs: Any, dense: Any) -> Tensor:
    for i, size in enumerate(hidden_layers):
        x = dense(x, size, i == 0, activation)
    return dense(x, units, False, None)


@public("contrib.distributions.bijectors.real_nvp_default_template")
def real_nvp_default_template(
    hidden_layers: Any, shift_only: bool = False, activation: Any = None, name: str | None = None, *args: Any, **kwargs: Any
) -> Any:
    """A function for `RealNVP` of dense layers of so many units, whose variables are shared by its calls."""
    activation = TABLE["nn.relu"] if activation is None else activation

    with name_scope(name, "real_nvp_default_template"):

        def network(x: Tensor, output_units: int, **condition_kwargs: Any) -> Any:
            if condition_kwargs:
                raise NotImplementedError("Conditioning not implemented in the default template.")
            vector = x.shape.ndims == 1
            if vector:
                x = x[None, ...]

            def dense(y: Tensor, units: int, first: bool, function: Any) -> Tensor:
                return TABLE["layers.dense"](y, units, *args, activation=function, **kwargs)

            x = _layers(x, hidden_layers, (1 if shift_only else 2) * output_units, activation, args, kwargs, dense)
            if shift_only:
                return (x[0] if vector else x), None
            shift, log_scale = array.split(x, 2, axis=-1)
            return (shift[0], log_scale[0]) if vector else (shift, log_scale)

        return TABLE["make_template"]("real_nvp_default_template", network)


def _mask(num_blocks: int, n_in: int, n_out: int, exclusive: bool) -> np.ndarray:
    """[n_out, n_in]: which outputs may depend on which inputs, block by block."""
    mask = np.zeros([n_out, n_in], dtype=np.float32)
    d_in, d_out = n_in // num_blocks, n_out // num_blocks
    row = d_out if exclusive else 0
    for i in range(num_blocks):
        mask[row:, i * d_in : (i + 1) * d_in] = 1
        row += d_out
    return mask


@public("contrib.distributions.bijectors.masked_dense")
def masked_dense(
    inputs: Any, units: int, num_blocks: Any = None, exclusive: bool = False, kernel_initializer: Any = None, reuse: Any = None,
    name: str | None = None, *args: Any, **kwargs: Any,
) -> Tensor:  # fmt: skip
    """A dense layer whose outputs depend only on inputs of their own block and of those before (only those before if `exclusive`).

    Raises:
      NotImplementedError: a last dimension that is not known.
    """
    depth = inputs.shape.with_rank_at_least(1)[-1].value
    if depth is None:
        raise NotImplementedError("Rightmost dimension must be known prior to graph execution.")
    mask = _mask(num_blocks, depth, units, exclusive).T
    if kernel_initializer is None:
        kernel_initializer = TABLE["glorot_normal_initializer"]()

    def masked_initializer(shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        return mask * kernel_initializer(shape, dtype, partition_info)

    with name_scope(name, "masked_dense", values=[inputs, units, num_blocks]):
        return TABLE["layers.dense"](
            inputs,
            units,
            *args,
            kernel_initializer=masked_initializer,
            kernel_constraint=lambda x: mask * x,
            name=name,
            reuse=reuse,
            **kwargs,
        )


@public("contrib.distributions.bijectors.masked_autoregressive_default_template")
def masked_autoregressive_default_template(
    hidden_layers: Any, shift_only: bool = False, activation: Any = None, log_scale_min_clip: float = -5.0, log_scale_max_clip: float = 3.0,
    log_scale_clip_gradient: bool = False, name: str | None = None, *args: Any, **kwargs: Any,
) -> Any:  # fmt: skip
    """A function for `MaskedAutoregressiveFlow` of masked dense layers, whose variables are shared by its calls."""
    activation = TABLE["nn.relu"] if activation is None else activation
    with name_scope(name, "masked_autoregressive_default_template", values=[log_scale_min_clip, log_scale_max_clip]):

        def network(x: Tensor) -> Any:
            depth = x.shape.with_rank_at_least(1)[-1].value
            if depth is None:
                raise NotImplementedError("Rightmost dimension must be known prior to graph execution.")
            shape = x.shape.as_list() if x.shape.is_fully_defined() else array.shape(x)
            vector = x.shape.ndims == 1
            if vector:
                x = x[None, ...]

            def dense(y: Tensor, units: int, first: bool, function: Any) -> Tensor:
                return masked_dense(y, units, depth, first, *args, activation=function, **kwargs)

            x = _layers(x, hidden_layers, (1 if shift_only else 2) * depth, activation, args, kwargs, dense)
            if shift_only:
                return array.reshape(x, shape), None
            x = array.reshape(x, array.concat([shape, [2]], axis=0))
            shift, log_scale = array.unstack(x, num=2, axis=-1)
            low, high = log_scale_min_clip, log_scale_max_clip
            clipped = TABLE["clip_by_value"](log_scale, low, high)
            if not log_scale_clip_gradient:
                # The gradient passes as if nothing was cut.
                clipped = log_scale + array.stop_gradient(clipped - log_scale)
            return shift, clipped

        return TABLE["make_template"]("masked_autoregressive_default_template", network)


@public("contrib.distributions.bijectors.MaskedAutoregressiveFlow")
class MaskedAutoregressiveFlow(ConditionalBijector):
    """Affine maps of each element of vectors, whose shifts and log scales depend on the elements before.

    The inverse is one pass of the function, the forward direction one for each element.

    Args:
      shift_and_log_scale_fn: (vectors, **conditions) -> (shift, log scale), autoregressive; None for a log scale of 0.
      unroll_loop: whether the passes are made one by one in the graph, or in a loop.
    """

    def __init__(
        self, shift_and_log_scale_fn: Any, is_constant_jacobian: bool = False, validate_args: bool = False, unroll_loop: bool = False,
        name: str | None = None,
    ):  # fmt: skip
        self._shift_and_log_scale_fn, self._unroll_loop = shift_and_log_scale_fn, unroll_loop
        super().__init__(
            forward_min_event_ndims=1, is_constant_jacobian=is_constant_jacobian, validate_args=validate_args,
            name=name or "masked_autoregressive_flow",
        )  # fmt: skip

    def _pass(self, x: Tensor, y: Tensor, conditions: Any) -> Tensor:
        shift, log_scale = self._shift_and_log_scale_fn(y, **conditions)
        if log_scale is not None:
            x *= exp(log_scale)
        return x if shift is None else x + shift

    def _forward(self, x: Tensor, **condition_kwargs: Any) -> Tensor:
        size = x.shape.with_rank_at_least(1)[-1].value
        if self._unroll_loop:
            if size is None:
                raise ValueError("The final dimension of `x` must be known at graph construction time if `unroll_loop=True`.")
            y = array.zeros_like(x, name="y0")
            for _ in range(size):
                y = self._pass(x, y, condition_kwargs)
            return y
        # One pass makes the variables, outside of the loop.
        first = self._pass(x, array.zeros_like(x, name="y0"), condition_kwargs)
        count = size if size is not None else array.shape(x)[-1]
        _, y = TABLE["while_loop"](
            lambda i, y: i < count, lambda i, y: (i + 1, self._pass(x, y, condition_kwargs)), (array.constant(1), first)
        )
        return y

    def _inverse(self, y: Tensor, **condition_kwargs: Any) -> Tensor:
        shift, log_scale = self._shift_and_log_scale_fn(y, **condition_kwargs)
        x = y if shift is None else y - shift
        return x if log_scale is None else x * exp(-log_scale)

    def _inverse_log_det_jacobian(self, y: Tensor, **condition_kwargs: Any) -> Tensor:
        _, log_scale = self._shift_and_log_scale_fn(y, **condition_kwargs)
        if log_scale is None:
            return array.constant(0.0, dtype=y.dtype, name="ildj")
        return -reduce_sum(log_scale, axis=-1)
