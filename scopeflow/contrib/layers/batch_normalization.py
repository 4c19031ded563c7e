"""batch_norm: by tf.layers' class where that can do it, else by a fused op, else by moments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...graph.conversion import constant, convert_to_tensor
from ...graph.default_graph import add_to_collections, control_dependencies
from ...graph.operation import Tensor
from ...graph.public import TABLE, public
from ...layers.batch_normalization import BatchNormalization
from ...ops.flow import identity
from ...ops.nn.normalization import batch_normalization, fused_batch_norm, moments, weighted_moments
from ...ops.shaping import reshape
from ...ops.shaping import shape as shape_of
from ...scopes import get_variable_scope, variable_scope
from ...variables.initializers import Ones, Zeros
from ..framework.arg_scope import add_arg_scope
from ..framework.creating import model_variable
from .arguments import constant_value, smart_cond
from .scoping import UPDATE_OPS, collections_for, finish, layer_scope, list_variables, require_format


@public("contrib.layers.batch_norm", "contrib.slim.batch_norm")
@add_arg_scope
def batch_norm(
    inputs: Any,
    decay: float = 0.999,
    center: bool = True,
    scale: bool = False,
    epsilon: float = 0.001,
    activation_fn: Callable[[Any], Any] | None = None,
    param_initializers: dict[str, Any] | None = None,
    param_regularizers: dict[str, Any] | None = None,
    updates_collections: Any = UPDATE_OPS,
    is_training: Any = True,
    reuse: Any = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    batch_weights: Any = None,
    fused: bool | None = None,
    data_format: str = "NHWC",
    zero_debias_moving_mean: bool = False,
    scope: Any = None,
    renorm: bool = False,
    renorm_clipping: dict[str, Any] | None = None,
    renorm_decay: float = 0.99,
    adjustment: Callable[..., Any] | None = None,
) -> Tensor:
    """Normalizes each channel by its mean and variance: over the batch in training, else by their moving averages.

    The moving averages change only if their updates, in `updates_collections`, are run: `create_train_op` sees to that. With None there
    they are part of the layer instead, which is slower.

    Args:
      inputs: of rank 2 or more, with a known number of channels.
      decay: of the moving averages: 0.999, 0.99, 0.9: less for little data.
      center: adds `beta`.
      scale: multiplies with `gamma`; not needed before something linear, such as relu.
      epsilon: added to the variance.
      activation_fn: function of the result.
      param_initializers: initializers of "beta", "gamma", "moving_mean", "moving_variance".
      param_regularizers: regularizers of "beta" and "gamma".
      updates_collections: where the updates are listed; None: they are made with each run of the layer.
      is_training: bool or bool tensor.
      reuse: whether to share the variables of `scope`.
      variables_collections: collections for all variables, or a dict from their names to collections.
      outputs_collections: collections for the result.
      trainable: whether `beta` and `gamma` are trained.
      batch_weights: weights [batch] of the examples in the mean and the variance.
      fused: whether to use the fused op where it can do it; None: True.
      data_format: "NHWC" or "NCHW".
      zero_debias_moving_mean: corrects the moving mean for its start at zero.
      scope: variable scope; "BatchNorm", uniquified, if None.
      renorm: batch renormalization, with `renorm_clipping` ("rmax", "rmin", "dmax") and `renorm_decay`.
      adjustment: function of the shape of `inputs` that gives a (scale, bias) in training.

    Raises:
      ValueError: an unknown format, rank or number of channels; `renorm` with what it cannot be combined with.
    """
    fused = True if fused is None else fused
    inputs = convert_to_tensor(inputs)
    rank = inputs.get_shape().ndims
    fusible = batch_weights is None and not renorm and rank in (2, 4) and adjustment is None
    parameters = _Parameters(param_initializers or {}, param_regularizers or {}, variables_collections, trainable)
    updating = updates_collections is not UPDATE_OPS and updates_collections != UPDATE_OPS
    if fused and fusible and (zero_debias_moving_mean or rank == 2 or updating):
        return _fused(
            inputs, decay, center, scale, epsilon, activation_fn, parameters, updates_collections, is_training, reuse,
            outputs_collections, data_format, zero_debias_moving_mean, scope,
        )  # fmt: skip
    require_format(data_format)
    with layer_scope(scope, "BatchNorm", inputs, reuse) as sc:
        inputs = convert_to_tensor(inputs)
        if batch_weights is None and not updating and not zero_debias_moving_mean:
            layer = BatchNormalization(
                axis=1 if data_format == "NCHW" else -1,
                momentum=decay,
                epsilon=epsilon,
                center=center,
                scale=scale,
                beta_initializer=parameters.initializer("beta", Zeros()),
                gamma_initializer=parameters.initializer("gamma", Ones()),
                moving_mean_initializer=parameters.initializer("moving_mean", Zeros()),
                moving_variance_initializer=parameters.initializer("moving_variance", Ones()),
                beta_regularizer=parameters.regularizers.get("beta"),
                gamma_regularizer=parameters.regularizers.get("gamma"),
                trainable=trainable,
                renorm=renorm,
                renorm_clipping=renorm_clipping,
                renorm_momentum=renorm_decay,
                adjustment=adjustment,
                name=sc.name,
                _scope=sc,
                _reuse=reuse,
                fused=fused,
            )
            outputs = layer.apply(inputs, training=is_training)
            names = ("moving_mean", "moving_variance", "beta", "gamma")
            list_variables(layer, {name: name for name in names}, variables_collections)
            return finish(outputs, sc, outputs_collections, activation=activation_fn)
        if renorm:
            raise ValueError("renorm is not supported with batch_weights, updates_collections or zero_debias_moving_mean")
        outputs = _by_moments(
            inputs, decay, center, scale, epsilon, parameters, updates_collections, is_training, batch_weights, data_format,
            zero_debias_moving_mean,
        )  # fmt: skip
        return finish(outputs, sc, outputs_collections, activation=activation_fn)


class _Parameters:
    """What the variables of a layer are made with."""

    def __init__(self, initializers: dict[str, Any], regularizers: dict[str, Any], collections: Any, trainable: bool):
        self.initializers, self.regularizers, self.collections, self.trainable = initializers, regularizers, collections, trainable

    def initializer(self, name: str, default: Any) -> Any:
        """The initializer of a variable."""
        return self.initializers.get(name, default)

    def offset_or_factor(self, name: str, shape: Any, dtype: Any, default: Any, regularized: bool = True) -> Any:
        """`beta` or `gamma`."""
        return model_variable(
            name,
            shape=shape,
            dtype=dtype,
            initializer=self.initializer(name, default),
            regularizer=self.regularizers.get(name) if regularized else None,
            collections=collections_for(self.collections, name),
            trainable=self.trainable,
        )

    def moving_averages(self, shape: Any, dtype: Any) -> tuple[Any, Any]:
        """`moving_mean` and `moving_variance`, which are never cut into parts."""
        scope = get_variable_scope()
        partitioner = scope.partitioner
        try:
            scope.set_partitioner(None)
            return tuple(  # type: ignore[return-value]
                model_variable(
                    name,
                    shape=shape,
                    dtype=dtype,
                    initializer=self.initializer(name, default),
                    trainable=False,
                    collections=collections_for(self.collections, name),
                )
                for name, default in (("moving_mean", Zeros()), ("moving_variance", Ones()))
            )
        finally:
            scope.set_partitioner(partitioner)


def _require_known(shape: Any, inputs: Tensor) -> None:
    if not shape.is_fully_defined():
        raise ValueError(f"Inputs {inputs.name} has undefined channels dimension {shape}.")


class _Updates:
    """The updates of the moving averages, and when they happen."""

    def __init__(self, moving: tuple[Any, Any], decay: Any, zero_debias: bool, collections: Any, is_training: Any):
        self._moving, self._decay, self._zero_debias = moving, decay, zero_debias
        self._collections, self._is_training = collections, is_training

    def _make(self, moments: tuple[Tensor, Tensor]) -> tuple[Any, Any]:
        assign = TABLE["python.training.moving_averages.assign_moving_average"]
        return (
            assign(self._moving[0], moments[0], self._decay, zero_debias=self._zero_debias),
            assign(self._moving[1], moments[1], self._decay, zero_debias=False),
        )

    def forced(self, moments: tuple[Tensor, Tensor], results: Callable[[], Any], otherwise: Callable[[], Any]) -> Any:
        """`results()`, made after the updates, in training; else `otherwise()`."""

        def after_updates() -> Any:
            with control_dependencies(list(self._make(moments))):
                return results()

        return smart_cond(self._is_training, after_updates, otherwise)

    def listed(self, moments: tuple[Tensor, Tensor]) -> None:
        """Makes the updates and lists them; outside training they are the averages as they are."""
        for update in smart_cond(self._is_training, lambda: self._make(moments), lambda: self._moving):
            add_to_collections(self._collections, update)


# -- the fused op ---------------------------------------------------------------------
def _fused(
    inputs: Tensor,
    decay: float,
    center: bool,
    scale: bool,
    epsilon: float,
    activation_fn: Any,
    parameters: _Parameters,
    updates_collections: Any,
    is_training: Any,
    reuse: Any,
    outputs_collections: Any,
    data_format: str,
    zero_debias: bool,
    scope: Any,
) -> Tensor:
    require_format(data_format)
    with variable_scope(scope, "BatchNorm", [inputs], reuse=reuse) as sc:
        inputs = convert_to_tensor(inputs)
        original, rank = inputs, inputs.get_shape().ndims
        if rank not in (2, 4):
            raise ValueError(f"Inputs {inputs.name} has unsupported rank. Expected 2 or 4 but got {rank}")
        if rank == 2:
            channels = inputs.get_shape().dims[-1].value
            if channels is None:
                raise ValueError("`C` dimension must be known but is None")
            inputs = reshape(inputs, [-1, channels, 1, 1] if data_format == "NCHW" else [-1, 1, 1, channels])
        dtype = inputs.dtype.base_dtype
        shape = inputs.get_shape()[1:2] if data_format == "NCHW" else inputs.get_shape()[-1:]
        _require_known(shape, inputs)
        # Statistics of half precision are kept in single.
        kept = TABLE["float32"] if dtype in (TABLE["float16"], TABLE["bfloat16"]) else dtype
        beta = parameters.offset_or_factor("beta", shape, kept, Zeros()) if center else constant(0.0, dtype=kept, shape=shape)
        gamma = parameters.offset_or_factor("gamma", shape, kept, Ones()) if scale else constant(1.0, dtype=kept, shape=shape)
        moving = parameters.moving_averages(shape, kept)

        def by_batch() -> Any:
            return fused_batch_norm(inputs, gamma, beta, epsilon=epsilon, data_format=data_format)

        def by_averages() -> Any:
            return fused_batch_norm(
                inputs, gamma, beta, mean=moving[0], variance=moving[1], epsilon=epsilon, is_training=False, data_format=data_format
            )

        outputs, mean, variance = smart_cond(is_training, by_batch, by_averages)
        known = constant_value(is_training)
        if known is None or known:
            updates = _Updates(moving, decay, zero_debias, updates_collections, is_training)
            if updates_collections is None:
                before = outputs
                outputs = updates.forced((mean, variance), lambda: identity(before), lambda: before)
            else:
                updates.listed((mean, variance))
        outputs.set_shape(inputs.get_shape())
        if rank == 2:
            outputs = reshape(outputs, shape_of(original))
        return finish(outputs, sc, outputs_collections, activation=activation_fn)


# -- moments --------------------------------------------------------------------------
def _by_moments(
    inputs: Tensor,
    decay: float,
    center: bool,
    scale: bool,
    epsilon: float,
    parameters: _Parameters,
    updates_collections: Any,
    is_training: Any,
    batch_weights: Any,
    data_format: str,
    zero_debias: bool,
) -> Tensor:
    # The reference enters the variable scope once more, which takes a name: names hang on it, since they may not differ by case alone.
    with variable_scope(get_variable_scope()):
        pass
    whole = inputs.get_shape()
    rank = whole.ndims
    if rank is None:
        raise ValueError(f"Inputs {inputs.name} has undefined rank.")
    dtype = inputs.dtype.base_dtype
    if batch_weights is not None:
        batch_weights = convert_to_tensor(batch_weights)
        whole[0:1].assert_is_compatible_with(batch_weights.get_shape())
        batch_weights = reshape(batch_weights, [-1] + [1] * (rank - 1))
    along: list[int] | None = None
    if data_format == "NCHW":
        axes = [0, *range(2, rank)]
        shape = whole[1:2]
        along = [1, whole.dims[1].value] + [1] * (rank - 2)
    else:
        axes = list(range(rank - 1))
        shape = whole[-1:]
    _require_known(shape, inputs)
    # Regularizers have no effect here, as in the reference.
    beta = parameters.offset_or_factor("beta", shape, dtype, Zeros(), regularized=False) if center else None
    gamma = parameters.offset_or_factor("gamma", shape, dtype, Ones(), regularized=False) if scale else None
    moving_mean, moving_variance = parameters.moving_averages(shape, dtype)
    known = constant_value(is_training)
    if known is None or known:
        keep = along is not None
        if batch_weights is None:
            mean, variance = moments(inputs, axes, keepdims=keep)
        else:
            mean, variance = weighted_moments(inputs, axes, batch_weights, keepdims=keep)
        if keep:
            mean, variance = reshape(mean, [-1]), reshape(variance, [-1])
        updates = _Updates((moving_mean, moving_variance), decay, zero_debias, updates_collections, is_training)
        if updates_collections is None:
            batch_moments = (mean, variance)
            mean, variance = updates.forced(
                batch_moments,
                lambda: (identity(batch_moments[0]), identity(batch_moments[1])),
                lambda: (moving_mean, moving_variance),
            )
        else:
            updates.listed((mean, variance))
            batch = (mean, variance)
            mean, variance = smart_cond(is_training, lambda: batch, lambda: (moving_mean, moving_variance))
    else:
        mean, variance = moving_mean, moving_variance
    if along is not None:
        mean, variance = reshape(mean, along), reshape(variance, along)
        beta = None if beta is None else reshape(beta, along)
        gamma = None if gamma is None else reshape(gamma, along)
    outputs = batch_normalization(inputs, mean, variance, beta, gamma, epsilon)
    outputs.set_shape(whole)
    return outputs
