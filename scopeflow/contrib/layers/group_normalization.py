"""layer_norm, instance_norm and group_norm: normalizing within each example."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ...graph.conversion import convert_to_tensor
from ...graph.operation import Tensor
from ...graph.public import TABLE, public
from ...ops.elementwise import rsqrt
from ...ops.nn.normalization import batch_normalization, moments, normalize_moments, sufficient_statistics
from ...ops.shaping import reshape
from ...ops.shaping import shape as shape_of
from ...scopes import variable_scope
from ...variables.initializers import Ones, Zeros
from ..framework.arg_scope import add_arg_scope
from ..framework.creating import model_variable
from .scoping import collections_for, finish, require_format


def _known_rank(inputs: Tensor) -> int:
    rank = inputs.shape.ndims
    if rank is None:
        raise ValueError(f"Inputs {inputs.name} has undefined rank.")
    return rank


class _Parameters:
    """How `beta` and `gamma` of a layer are made."""

    def __init__(self, shape: Any, dtype: Any, initializers: dict[str, Any] | None, collections: Any, trainable: bool, along: Any = None):
        self._shape, self._dtype, self._initializers = shape, dtype, initializers or {}
        self._collections, self._trainable, self._along = collections, trainable, along

    def _make(self, name: str, default: Any) -> Tensor:
        variable = model_variable(
            name,
            shape=self._shape,
            dtype=self._dtype,
            initializer=self._initializers.get(name, default),
            collections=collections_for(self._collections, name),
            trainable=self._trainable,
        )
        return variable if self._along is None else reshape(variable, self._along)

    def both(self, center: bool, scale: bool) -> tuple[Any, Any]:
        """(beta, gamma), None for what is not wanted."""
        return self._make("beta", Zeros()) if center else None, self._make("gamma", Ones()) if scale else None


@public("contrib.layers.layer_norm", "contrib.slim.layer_norm")
@add_arg_scope
def layer_norm(
    inputs: Any,
    center: bool = True,
    scale: bool = True,
    activation_fn: Callable[[Any], Any] | None = None,
    reuse: Any = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    begin_norm_axis: int = 1,
    begin_params_axis: int = -1,
    scope: Any = None,
) -> Tensor:
    """Normalizes each example by its mean and variance over the dimensions from `begin_norm_axis` on.

    Args:
      inputs: [batch, ...].
      center: adds `beta`, of the shape from `begin_params_axis` on.
      scale: multiplies with `gamma`, of that shape.
      activation_fn: function of the result.
      reuse: whether to share the variables of `scope`.
      variables_collections: collections for the variables, or a dict from their names to collections.
      outputs_collections: collections for the result.
      trainable: whether `beta` and `gamma` are trained.
      begin_norm_axis: the first dimension normalized over.
      begin_params_axis: the first dimension of `beta` and `gamma`.
      scope: variable scope; "LayerNorm", uniquified, if None.

    Raises:
      ValueError: unknown rank or sizes, or an axis that is not there.
    """
    with variable_scope(scope, "LayerNorm", [inputs], reuse=reuse) as sc:
        inputs = convert_to_tensor(inputs)
        whole = inputs.shape
        rank = _known_rank(inputs)
        dtype = inputs.dtype.base_dtype
        first = begin_norm_axis if begin_norm_axis >= 0 else rank + begin_norm_axis
        if begin_params_axis >= rank or first >= rank:
            raise ValueError(f"begin_params_axis ({begin_params_axis}) and begin_norm_axis ({first}) must be < rank(inputs) ({rank})")
        shape = whole[begin_params_axis:]
        if not shape.is_fully_defined():
            raise ValueError(f"Inputs {inputs.name}: shape(inputs)[{begin_params_axis}:] is not fully defined: {whole}")
        beta, gamma = _Parameters(shape, dtype, None, variables_collections, trainable).both(center, scale)
        mean, variance = moments(inputs, list(range(first, rank)), keepdims=True)
        # the least that changes a variance of half precision
        epsilon = 1e-3 if dtype is TABLE["float16"] else 1e-12
        outputs = batch_normalization(inputs, mean, variance, offset=beta, scale=gamma, variance_epsilon=epsilon)
        outputs.set_shape(whole)
        return finish(outputs, sc, outputs_collections, activation=activation_fn)


@public("contrib.layers.instance_norm", "contrib.slim.instance_norm")
@add_arg_scope
def instance_norm(
    inputs: Any,
    center: bool = True,
    scale: bool = True,
    epsilon: float = 1e-06,
    activation_fn: Callable[[Any], Any] | None = None,
    param_initializers: dict[str, Any] | None = None,
    reuse: Any = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    data_format: str = "NHWC",
    scope: Any = None,
) -> Tensor:
    """Normalizes each channel of each example by its mean and variance over space.

    Args:
      inputs: rank 2 or more, [batch, ..., channels] or [batch, channels, ...].
      epsilon: added to the variance.
      param_initializers: initializers of "beta" and "gamma".
      data_format: "NHWC" or "NCHW".
      scope: variable scope; "InstanceNorm", uniquified, if None.

    See `layer_norm` for the others.

    Raises:
      ValueError: an unknown format, rank or number of channels.
    """
    inputs = convert_to_tensor(inputs)
    whole = inputs.shape
    rank = _known_rank(inputs)
    require_format(data_format)
    with variable_scope(scope, "InstanceNorm", [inputs], reuse=reuse) as sc:
        at = 1 if data_format == "NCHW" else rank - 1
        axes = [i for i in range(1, rank) if i != at]
        shape = whole[at : at + 1]
        if not shape.is_fully_defined():
            raise ValueError(f"Inputs {inputs.name} has undefined channels dimension {shape}.")
        along = None
        if data_format == "NCHW":
            along = [1] * rank
            along[1] = whole.dims[1].value
        parameters = _Parameters(shape, inputs.dtype.base_dtype, param_initializers, variables_collections, trainable, along)
        beta, gamma = parameters.both(center, scale)
        mean, variance = moments(inputs, axes, keepdims=True)
        outputs = batch_normalization(inputs, mean, variance, beta, gamma, epsilon, name="instancenorm")
        outputs.set_shape(whole)
        return finish(outputs, sc, outputs_collections, activation=activation_fn)


@public("contrib.layers.group_norm", "contrib.slim.group_norm")
@add_arg_scope
def group_norm(
    inputs: Any,
    groups: int = 32,
    channels_axis: int = -1,
    reduction_axes: Sequence[int] = (-3, -2),
    center: bool = True,
    scale: bool = True,
    epsilon: float = 1e-06,
    activation_fn: Callable[[Any], Any] | None = None,
    param_initializers: dict[str, Any] | None = None,
    reuse: Any = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    scope: Any = None,
    mean_close_to_zero: bool = False,
) -> Tensor:
    """Normalizes groups of channels of each example by their mean and variance (Wu and He, arXiv:1803.08494).

    Args:
      inputs: a tensor with a dimension of channels.
      groups: how many groups the channels make.
      channels_axis: the dimension of the channels.
      reduction_axes: the dimensions normalized over, beside the channels of a group.
      epsilon: added to the variance.
      param_initializers: initializers of "beta" and "gamma".
      scope: variable scope; "GroupNorm", uniquified, if None.
      mean_close_to_zero: computes mean and variance in one pass, which is faster and exact enough if the mean is small.

    See `layer_norm` for the others.

    Raises:
      ValueError: an axis that is not there or twice, an unknown number of channels, or one that the groups do not divide.
    """
    inputs = convert_to_tensor(inputs)
    if inputs.shape.ndims is None:
        raise ValueError(f"Inputs {inputs.name} has undefined rank.")
    rank = inputs.shape.ndims
    if channels_axis > rank - 1:
        raise ValueError("Axis is out of bounds.")
    # Sizes that are not known now are taken from the tensor.
    dynamic = shape_of(inputs)
    sizes = [dynamic[i] if n is None else n for i, n in enumerate(inputs.shape.as_list())]
    at = channels_axis + rank if channels_axis < 0 else channels_axis
    channels = inputs.shape.dims[at].value
    if channels is None:
        raise ValueError(f"Inputs {inputs.name} has undefined channel dimension: {at}.")
    axes = [axis + rank if axis < 0 else axis for axis in reduction_axes]
    for axis in axes:
        if axis > rank - 1:
            raise ValueError("Axis is out of bounds.")
        if inputs.shape.dims[axis].value is None:
            raise ValueError(f"Inputs {inputs.name} has undefined dimensions {axis}.")
        if axis == at:
            raise ValueError("reduction_axis must be mutually exclusive with channels_axis")
    if groups > channels:
        raise ValueError(f"Invalid groups {groups} for {channels} channels.")
    if channels % groups != 0:
        raise ValueError(f"{channels} channels is not commensurate with {groups} groups.")
    original = list(sizes)
    # The channels become two dimensions, [groups, channels of a group].
    before, after = sizes[:at], sizes[at + 1 :]
    inputs = reshape(inputs, [*before, groups, channels // groups, *after])
    along = [1] * at + [groups, channels // groups] + [1] * len(after)
    over = [axis if axis < at else axis + 1 for axis in axes]
    return _grouped(
        inputs, original, along, at + 1, over, channels, center, scale, epsilon, activation_fn, param_initializers, reuse,
        variables_collections, outputs_collections, trainable, scope, mean_close_to_zero,
    )  # fmt: skip


def _grouped(
    inputs: Tensor,
    original: list[Any],
    along: list[int],
    group_axis: int,
    axes: list[int],
    channels: int,
    center: bool,
    scale: bool,
    epsilon: float,
    activation_fn: Any,
    param_initializers: Any,
    reuse: Any,
    variables_collections: Any,
    outputs_collections: Any,
    trainable: bool,
    scope: Any,
    mean_close_to_zero: bool,
) -> Tensor:
    with variable_scope(scope, "GroupNorm", [inputs], reuse=reuse) as sc:
        dtype = inputs.dtype.base_dtype
        parameters = _Parameters([channels], dtype, param_initializers, variables_collections, trainable, along)
        beta, gamma = parameters.both(center, scale)
        over = [group_axis, *axes]
        if mean_close_to_zero:
            counts, means, squares, _ = sufficient_statistics(inputs, over, keep_dims=True)
            mean, variance = normalize_moments(counts, means, squares, shift=None)
        else:
            mean, variance = moments(inputs, over, keepdims=True)
        factor = rsqrt(variance + epsilon)
        offset = -mean * factor
        if gamma is not None:
            factor = factor * gamma
            offset = offset * gamma
        if beta is not None:
            offset = offset + beta
        outputs = reshape(inputs * factor + offset, original)
        return finish(outputs, sc, outputs_collections, activation=activation_fn)
