"""Batch normalization (Ioffe and Szegedy, arXiv:1502.03167) and renormalization (Ioffe, arXiv:1702.03275)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..graph.conversion import constant, convert_to_tensor
from ..graph.default_graph import control_dependencies, get_default_graph, name_scope
from ..graph.dtypes import as_dtype, float32
from ..graph.operation import Tensor
from ..graph.public import public
from ..graph.tensor_shape import as_shape
from ..ops import array
from ..ops.casting import cast
from ..ops.elementwise import maximum, minimum, sqrt
from ..ops.flow import identity
from ..ops.nn import normalization
from ..ops.nn.activation import relu
from ..ops.reduction import reduce_mean
from ..variables.assignment import assign, assign_sub
from ..variables.initializers import Ones, Zeros
from ..variables.modes import VariableAggregation, VariableSynchronization
from .configuration import described
from .input_spec import InputSpec
from .keras_functions import constraint_for, initializer_for, regularizer_for
from .layer import Layer
from .learning_phase import learning_phase
from .smart_condition import condition, constant_condition

_CLIPPINGS = ["rmax", "rmin", "dmax"]


@public("layers.BatchNormalization")
class BatchNormalization(Layer):
    """(inputs - mean) / sqrt(variance + epsilon) * gamma + beta: with the batch's moments in training, else with their moving averages.

    The updates of the moving averages are in tf.GraphKeys.UPDATE_OPS: run them with each training step.

    Args:
      axis: the axis, or list of axes, that keeps its own moments: the channels.
      momentum: of the moving averages.
      epsilon: added to the variance.
      center, scale: whether there is a beta, a gamma.
      renorm: batch renormalization; `renorm_clipping` may have "rmax", "rmin" and "dmax", `renorm_momentum` is of its own averages.
      fused: True or None: one fused op where that is possible (four dimensions, channels first or last, none of the extras).
      virtual_batch_size: moments are those of so many examples at a time; it must divide the batch.
      adjustment: function of the inputs' shape that gives a (scale, bias) to apply in training before gamma and beta.

    Raises:
      TypeError: `axis` is neither an int nor a list.
      ValueError: unknown keys in `renorm_clipping`.
    """

    def __init__(
        self,
        axis: Any = -1,
        momentum: Any = 0.99,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = Zeros(),  # noqa: B008
        gamma_initializer: Any = Ones(),  # noqa: B008
        moving_mean_initializer: Any = Zeros(),  # noqa: B008
        moving_variance_initializer: Any = Ones(),  # noqa: B008
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        renorm: bool = False,
        renorm_clipping: dict[str, Any] | None = None,
        renorm_momentum: Any = 0.99,
        fused: bool | None = None,
        trainable: bool = True,
        virtual_batch_size: int | None = None,
        adjustment: Callable[[Tensor], Any] | None = None,
        name: Any = None,
        **kwargs: Any,
    ):
        super().__init__(trainable=trainable, name=name, **kwargs)
        if not isinstance(axis, (list, int)):
            raise TypeError(f"axis must be int or list, type given: {type(axis)}")
        self.axis = list(axis) if isinstance(axis, list) else axis
        self.momentum, self.epsilon, self.center, self.scale = momentum, epsilon, center, scale
        self.beta_initializer = initializer_for(beta_initializer)
        self.gamma_initializer = initializer_for(gamma_initializer)
        self.moving_mean_initializer = initializer_for(moving_mean_initializer)
        self.moving_variance_initializer = initializer_for(moving_variance_initializer)
        self.beta_regularizer = regularizer_for(beta_regularizer)
        self.gamma_regularizer = regularizer_for(gamma_regularizer)
        self.beta_constraint = constraint_for(beta_constraint)
        self.gamma_constraint = constraint_for(gamma_constraint)
        self.renorm, self.fused = renorm, fused
        self.virtual_batch_size, self.adjustment = virtual_batch_size, adjustment
        self.supports_masking = True
        if renorm:
            renorm_clipping = renorm_clipping or {}
            if set(renorm_clipping) - set(_CLIPPINGS):
                raise ValueError(f"renorm_clipping {renorm_clipping} contains keys not in {_CLIPPINGS}")
            self.renorm_clipping = renorm_clipping
            self.renorm_momentum = renorm_momentum

    # -- variables ------------------------------------------------------------------------
    @property
    def _param_dtype(self) -> Any:
        """The type of the variables: float32 for inputs of less precision."""
        dtype = as_dtype(self.dtype or float32)
        return float32 if dtype.name in ("float16", "bfloat16") else dtype

    def build(self, input_shape: Any) -> None:
        """Makes gamma, beta, the moving averages and those of renormalization.

        Raises:
          ValueError: axes that the inputs do not have, or arguments that exclude each other.
        """
        shape = as_shape(input_shape)
        if shape.ndims is None:
            raise ValueError("Input has undefined rank:", input_shape)
        rank = shape.ndims
        axes = [self.axis] if isinstance(self.axis, int) else self.axis
        self.axis = axes = [rank + a if a < 0 else a for a in axes]
        for a in axes:
            if a < 0 or a >= rank:
                raise ValueError(f"Invalid axis: {a}")
        if len(axes) != len(set(axes)):
            raise ValueError(f"Duplicate axis: {axes}")
        self._check_virtual_batches()
        if self.fused is None or self.fused:
            extras = self.renorm or self.virtual_batch_size is not None or self.adjustment is not None
            self.fused = rank == 4 and axes in ([1], [3]) and not extras
        if self.fused:
            self._data_format = "NCHW" if axes == [1] else "NHWC"
        sizes = {a: shape[a].value for a in axes}
        if None in sizes.values():
            raise ValueError("Input has undefined `axis` dimension. Input shape: ", shape)
        self.input_spec = InputSpec(ndim=rank, axes=sizes)
        if len(sizes) == 1 and self.virtual_batch_size is None:
            param_shape: Any = tuple(sizes.values())
        else:
            param_shape = [sizes.get(i, 1) for i in range(rank)]
            if self.virtual_batch_size is not None:
                # The batch is split in two dimensions.
                param_shape.insert(1, 1)
                self.axis = [a + 1 if a else a for a in axes]
        self._add_variables(param_shape)
        self.built = True

    def _check_virtual_batches(self) -> None:
        if self.virtual_batch_size is None:
            return
        if self.virtual_batch_size <= 0:
            raise ValueError("virtual_batch_size must be a positive integer that divides the true batch size of the input Tensor")
        if self.adjustment is not None:
            raise ValueError("When using virtual_batch_size, adjustment cannot be specified")

    def _add_variables(self, shape: Any) -> None:
        dtype = self._param_dtype
        self.gamma = self.beta = None
        if self.scale:
            self.gamma = self.add_weight("gamma", shape, dtype, self.gamma_initializer, self.gamma_regularizer, True, self.gamma_constraint)
        elif self.fused:
            self._gamma_const = constant(1.0, dtype=dtype, shape=shape)
        if self.center:
            self.beta = self.add_weight("beta", shape, dtype, self.beta_initializer, self.beta_regularizer, True, self.beta_constraint)
        elif self.fused:
            self._beta_const = constant(0.0, dtype=dtype, shape=shape)
        scope = self._scope
        partitioner = scope.partitioner if scope is not None else None
        if scope is not None:
            # Moving averages are never cut into parts.
            scope.set_partitioner(None)
        try:
            self.moving_mean = self._add_average("moving_mean", shape, self.moving_mean_initializer)
            self.moving_variance = self._add_average("moving_variance", shape, self.moving_variance_initializer)
            if self.renorm:

                def initial_stddev(shape: Any, dtype: Any = None, partition_info: Any = None) -> Any:
                    return sqrt(self.moving_variance_initializer(shape, dtype=dtype))

                self.moving_stddev = self._add_average("moving_stddev", shape, initial_stddev)
                self.renorm_mean = self._add_average("renorm_mean", shape, self.moving_mean_initializer)
                self.renorm_stddev = self._add_average("renorm_stddev", shape, initial_stddev)
        finally:
            if partitioner is not None:
                scope.set_partitioner(partitioner)

    def _add_average(self, name: str, shape: Any, initializer: Any) -> Any:
        return self.add_weight(
            name, shape, self._param_dtype, initializer, trainable=False, synchronization=VariableSynchronization.ON_READ,
            aggregation=VariableAggregation.MEAN,
        )  # fmt: skip

    # -- updates --------------------------------------------------------------------------
    def _assign_moving_average(self, variable: Any, value: Any, momentum: Any) -> Any:
        """Variable - (variable - value) * (1 - momentum), assigned."""
        with name_scope(None, "AssignMovingAvg", [variable, value, momentum]) as scope, get_default_graph().colocate_with(variable):
            decay = convert_to_tensor(1.0 - momentum, name="decay")
            if decay.dtype is not variable.dtype.base_dtype:
                decay = cast(decay, variable.dtype.base_dtype)
            change = (variable - cast(value, variable.dtype.base_dtype)) * decay
            return assign_sub(variable, change, name=scope)

    def _assign_new_value(self, variable: Any, value: Any) -> Any:
        with name_scope(None, "AssignNewValue", [variable, value]) as scope, get_default_graph().colocate_with(variable):
            return assign(variable, value, name=scope)

    # -- calling ----------------------------------------------------------------------------
    def call(self, inputs: Any, training: Any = False) -> Any:
        """`inputs`, normalized.

        Args:
          training: whether with the batch's moments: a bool, a tensor, or None for Keras' learning phase.
        """
        training = learning_phase() if training is None else training
        if self.virtual_batch_size is None:
            return self._fused_call(inputs, training) if self.fused else self._normalized(inputs, training)
        rest = inputs.shape.as_list()[1:]
        split = array.reshape(inputs, [self.virtual_batch_size, -1, *rest])
        return array.reshape(self._normalized(split, training), [-1, *rest])

    def _fused_call(self, inputs: Any, training: Any) -> Any:
        beta = self.beta if self.center else self._beta_const
        gamma = self.gamma if self.scale else self._gamma_const

        def with_batch() -> Any:
            return normalization.fused_batch_norm(inputs, gamma, beta, epsilon=self.epsilon, data_format=self._data_format)

        def with_averages() -> Any:
            return normalization.fused_batch_norm(
                inputs, gamma, beta, self.moving_mean, self.moving_variance, self.epsilon, self._data_format, is_training=False
            )

        output, mean, variance = condition(training, with_batch, with_averages)
        known = constant_condition(training)
        if known is None:
            momentum = condition(training, lambda: self.momentum, lambda: 1.0)
        else:
            momentum = convert_to_tensor(self.momentum)
        if known is not False:
            self.add_update(self._assign_moving_average(self.moving_mean, mean, momentum))
            self.add_update(self._assign_moving_average(self.moving_variance, variance, momentum))
        return output

    def _normalized(self, inputs: Any, training: Any) -> Any:
        rank = inputs.shape.ndims
        reduced = [i for i in range(rank) if i not in self.axis]
        along = [1] * rank
        along[self.axis[0]] = inputs.shape[self.axis[0]].value
        if self.virtual_batch_size is not None:
            # Each virtual batch keeps its own moments.
            del reduced[1]

        def wide(v: Any) -> Any:
            """A variable, so that it broadcasts along the inputs."""
            if v is not None and v.get_shape().ndims != rank and reduced != list(range(rank - 1)):
                return array.reshape(v, along)
            return v

        scale, offset = wide(self.gamma), wide(self.beta)
        if constant_condition(training) is False:
            mean, variance = self.moving_mean, self.moving_variance
        else:
            mean, variance, scale, offset = self._batch_moments(inputs, training, reduced, scale, offset)
        mean, variance = cast(mean, inputs.dtype), cast(variance, inputs.dtype)
        offset = None if offset is None else cast(offset, inputs.dtype)
        scale = None if scale is None else cast(scale, inputs.dtype)
        outputs = normalization.batch_normalization(inputs, wide(mean), wide(variance), offset, scale, self.epsilon)
        outputs.set_shape(inputs.shape)
        return outputs

    def _batch_moments(self, inputs: Any, training: Any, reduced: list[int], scale: Any, offset: Any) -> tuple[Any, Any, Any, Any]:
        """(mean, variance, scale, offset) in training, or as `training` will say; adds the updates of the averages."""
        if self.adjustment is not None:
            adjust_scale, adjust_bias = self.adjustment(array.shape(inputs))
            adjust_scale = condition(training, lambda: adjust_scale, lambda: array.ones_like(adjust_scale))
            adjust_bias = condition(training, lambda: adjust_bias, lambda: array.zeros_like(adjust_bias))
            scale, offset = _composed(adjust_scale, adjust_bias, scale, offset)
        keep = self.virtual_batch_size is not None or len(self.axis) > 1
        batch_mean, batch_variance = normalization.moments(cast(inputs, self._param_dtype), reduced, keepdims=keep)
        mean = condition(training, lambda: batch_mean, lambda: self.moving_mean)
        variance = condition(training, lambda: batch_variance, lambda: self.moving_variance)
        new_mean, new_variance = mean, variance
        if self.virtual_batch_size is not None:
            new_mean, new_variance = reduce_mean(mean, axis=1, keepdims=True), reduce_mean(variance, axis=1, keepdims=True)
        if self.renorm:
            r, d, new_mean, new_variance = self._renorm_correction(new_mean, new_variance, training)
            r, d = array.stop_gradient(r, name="renorm_r"), array.stop_gradient(d, name="renorm_d")
            scale, offset = _composed(r, d, scale, offset)
        self.add_update(self._updated(self.moving_mean, new_mean, self.momentum, training))
        self.add_update(self._updated_variance(new_variance, training))
        return mean, variance, scale, offset

    def _updated(self, variable: Any, value: Any, momentum: Any, training: Any) -> Any:
        return condition(training, lambda: self._assign_moving_average(variable, value, momentum), lambda: variable)

    def _updated_variance(self, value: Any, training: Any) -> Any:
        if not self.renorm:
            return self._updated(self.moving_variance, value, self.momentum, training)

        def from_stddev() -> Any:
            stddev = self._assign_moving_average(self.moving_stddev, sqrt(value + self.epsilon), self.momentum)
            return self._assign_new_value(self.moving_variance, relu(stddev * stddev - self.epsilon))

        return condition(training, from_stddev, lambda: self.moving_variance)

    def _renorm_correction(self, mean: Any, variance: Any, training: Any) -> tuple[Any, Any, Any, Any]:
        """(r, d, mean, variance) of batch renormalization; the moments come after its averages are updated."""
        stddev = sqrt(variance + self.epsilon)
        floor = maximum(self.renorm_stddev, sqrt(float(self.epsilon)))
        r = stddev / floor
        d = (mean - self.renorm_mean) / floor
        with control_dependencies([r, d]):
            # The averages are read before they are updated.
            mean, stddev = identity(mean), identity(stddev)
        clip = self.renorm_clipping
        if clip.get("rmin"):
            r = maximum(r, clip["rmin"])
        if clip.get("rmax"):
            r = minimum(r, clip["rmax"])
        if clip.get("dmax"):
            d = minimum(maximum(d, -clip["dmax"]), clip["dmax"])
        corrections = r, d
        r = condition(training, lambda: corrections[0], lambda: array.ones_like(corrections[0]))
        d = condition(training, lambda: corrections[1], lambda: array.zeros_like(corrections[1]))
        updates = []
        for average, value in ((self.renorm_mean, mean), (self.renorm_stddev, stddev)):
            value = identity(value)
            updates.append(
                condition(
                    training,
                    lambda average=average, value=value: self._assign_moving_average(average, value, self.renorm_momentum),
                    lambda average=average: identity(average),
                )
            )
        with control_dependencies(updates):
            return r, d, identity(mean), identity(variance)

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        names = "axis momentum epsilon center scale beta_initializer gamma_initializer moving_mean_initializer"
        more = "moving_variance_initializer beta_regularizer gamma_regularizer beta_constraint gamma_constraint"
        return described(self, f"{names} {more}" + (" renorm renorm_clipping renorm_momentum" if self.renorm else ""))


def _composed(scale: Any, offset: Any, then_scale: Any, then_offset: Any) -> tuple[Any, Any]:
    """(scale, offset) of one transform after another; those of the second may be None."""
    if then_scale is not None:
        scale, offset = scale * then_scale, offset * then_scale
    return scale, offset if then_offset is None else offset + then_offset


@public("layers.batch_normalization")
def batch_normalization(
    inputs: Any,
    axis: Any = -1,
    momentum: Any = 0.99,
    epsilon: float = 1e-3,
    center: bool = True,
    scale: bool = True,
    beta_initializer: Any = Zeros(),  # noqa: B008
    gamma_initializer: Any = Ones(),  # noqa: B008
    moving_mean_initializer: Any = Zeros(),  # noqa: B008
    moving_variance_initializer: Any = Ones(),  # noqa: B008
    beta_regularizer: Any = None,
    gamma_regularizer: Any = None,
    beta_constraint: Any = None,
    gamma_constraint: Any = None,
    training: Any = False,
    trainable: bool = True,
    name: Any = None,
    reuse: Any = None,
    renorm: bool = False,
    renorm_clipping: dict[str, Any] | None = None,
    renorm_momentum: Any = 0.99,
    fused: bool | None = None,
    virtual_batch_size: int | None = None,
    adjustment: Callable[[Tensor], Any] | None = None,
) -> Any:
    """`tf.layers.BatchNormalization`, called once on `inputs`; with `reuse`, it shares the variables of that name.

    In training, run the ops of tf.GraphKeys.UPDATE_OPS with each step: they keep the moving averages.
    """
    layer = BatchNormalization(
        axis, momentum, epsilon, center, scale, beta_initializer, gamma_initializer, moving_mean_initializer,
        moving_variance_initializer, beta_regularizer, gamma_regularizer, beta_constraint, gamma_constraint, renorm, renorm_clipping,
        renorm_momentum, fused, trainable, virtual_batch_size, adjustment, name, _reuse=reuse, _scope=name,
    )  # fmt: skip
    return layer.apply(inputs, training=training)
