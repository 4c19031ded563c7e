"""Variants of the LSTM: coupled gates, layer normalization, NAS, phased, grouped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...graph.default_graph import add_to_collection, get_collection
from ...graph.dtypes import float32
from ...graph.graph import GraphKeys
from ...graph.operation import Tensor
from ...graph.public import public
from ...layers.input_spec import InputSpec
from ...layers.rnn.cell import LayerRNNCell, RNNCell, require_depth
from ...layers.rnn.lstm import LSTMStateTuple
from ...ops import array
from ...ops.casting import cast
from ...ops.clipping import clip_by_value
from ...ops.elementwise import exp, floormod, less, log, sigmoid, tanh
from ...ops.matmul import matmul
from ...ops.nn.activation import relu
from ...ops.nn.dropout import dropout
from ...ops.nn.linear import bias_add
from ...ops.nn.normalization import batch_normalization, moments
from ...ops.random import random_uniform
from ...scopes import get_variable, get_variable_scope, variable_scope
from ...variables.initializers import Constant, RandomUniform, Zeros
from .linear import Linear, known_width, linear


# -- variables in parts ----------------------------------------------------------------------------
def concat_variable(name: str, shape: list[int], dtype: Any, num_shards: int) -> Any:
    """The variables `name_0`, `name_1`, ..., which cut `shape` along its first dimension, as one tensor.

    Raises ValueError if there are more of them than rows.
    """
    if num_shards > shape[0]:
        raise ValueError(f"Too many shards: shape={shape}, num_shards={num_shards}")
    size, rest = divmod(shape[0], num_shards)
    parts = [get_variable(f"{name}_{i}", [size + (i < rest), *shape[1:]], dtype=dtype) for i in range(num_shards)]
    if num_shards == 1:
        return parts[0]
    full = f"{get_variable_scope().name}/{name}/concat:0"
    for value in get_collection(GraphKeys.CONCATENATED_VARIABLES):
        if value.name == full:
            return value
    whole = array.concat(parts, 0, name=name + "/concat")
    add_to_collection(GraphKeys.CONCATENATED_VARIABLES, whole)
    return whole


# -- layer normalization --------------------------------------------------------------------------
def normalized(x: Tensor, scope: str, gain: float, shift: float, dtype: Any = None) -> Tensor:
    """`x` [batch, n] with mean 0 and variance 1 in each row, scaled and shifted by variables `gamma` and `beta` of `scope`."""
    shape = x.shape[-1:]
    with variable_scope(scope):
        # Made here with these initial values, used below as the layer's.
        kind = {} if dtype is None else {"dtype": dtype}
        get_variable("gamma", shape=shape, initializer=Constant(gain), **kind)
        get_variable("beta", shape=shape, initializer=Constant(shift), **kind)
    with variable_scope(scope, reuse=True):
        beta = get_variable("beta", shape=shape, dtype=x.dtype.base_dtype)
        gamma = get_variable("gamma", shape=shape, dtype=x.dtype.base_dtype)
        for v in (beta, gamma):
            if all(v is not other for other in get_collection(GraphKeys.MODEL_VARIABLES)):
                add_to_collection(GraphKeys.MODEL_VARIABLES, v)
        mean, variance = moments(x, [1], keep_dims=True)
        out = batch_normalization(x, mean, variance, offset=beta, scale=gamma, variance_epsilon=1e-12)
        out.set_shape(x.shape)
        return out


@public("contrib.rnn.CoupledInputForgetGateLSTMCell")
class CoupledInputForgetGateLSTMCell(RNNCell):
    """An LSTM that takes in as much as it forgets (Greff et al. 2015, arXiv 1503.04069).

    Args:
      num_units: size of the cell.
      use_peepholes: the gates see the cell, through diagonal weights.
      initializer: of the weights; the variable scope's if None.
      num_proj: size of the projected output; no projection if None.
      proj_clip: bound of the projected output's elements.
      num_unit_shards, num_proj_shards: into how many variables the kernels are cut.
      forget_bias: added to the forget gate's bias.
      state_is_tuple: the state is an LSTMStateTuple; else one tensor, cell before output.
      activation: function of new inputs and of the cell.
      layer_norm: normalize gates and cell, in place of biases; scales start at `norm_gain`, shifts at `norm_shift`.
    """

    def __init__(
        self,
        num_units: Any,
        use_peepholes: bool = False,
        initializer: Any = None,
        num_proj: Any = None,
        proj_clip: float | None = None,
        num_unit_shards: int = 1,
        num_proj_shards: int = 1,
        forget_bias: float = 1.0,
        state_is_tuple: bool = True,
        activation: Callable[[Any], Any] = tanh,
        reuse: Any = None,
        layer_norm: bool = False,
        norm_gain: float = 1.0,
        norm_shift: float = 0.0,
    ):
        super().__init__(_reuse=reuse)
        self._num_units = num_units
        self._use_peepholes = use_peepholes
        self._initializer = initializer
        self._num_proj = num_proj
        self._proj_clip = proj_clip
        self._num_unit_shards = num_unit_shards
        self._num_proj_shards = num_proj_shards
        self._forget_bias = forget_bias
        self._state_is_tuple = state_is_tuple
        self._activation = activation
        self._layer_norm = layer_norm
        self._norm_gain = norm_gain
        self._norm_shift = norm_shift

    @property
    def state_size(self) -> Any:
        out = self.output_size
        return LSTMStateTuple(self._num_units, out) if self._state_is_tuple else self._num_units + out

    @property
    def output_size(self) -> Any:
        return self._num_proj if self._num_proj else self._num_units

    def _norm(self, x: Tensor, scope: str) -> Tensor:
        return normalized(x, scope, self._norm_gain, self._norm_shift) if self._layer_norm else x

    def call(self, inputs: Any, state: Any) -> tuple[Tensor, Any]:
        n = self._num_units
        out = n if self._num_proj is None else self._num_proj
        if self._state_is_tuple:
            c_before, h_before = state
        else:
            c_before = array.slice_(state, [0, 0], [-1, n])
            h_before = array.slice_(state, [0, n], [-1, out])
        dtype = inputs.dtype
        width = known_width(inputs)
        kernel = concat_variable("W", [width + out, 3 * n], dtype, self._num_unit_shards)
        bias = get_variable("B", shape=[3 * n], initializer=Zeros(), dtype=dtype)
        gates = matmul(array.concat([inputs, h_before], 1), kernel)
        if not self._layer_norm:
            gates = bias_add(gates, bias)
        j, f, o = array.split(value=gates, num_or_size_splits=3, axis=1)
        j, f, o = self._norm(j, "transform"), self._norm(f, "forget"), self._norm(o, "output")
        if self._use_peepholes:
            w_f = get_variable("W_F_diag", shape=[n], dtype=dtype)
            w_o = get_variable("W_O_diag", shape=[n], dtype=dtype)
            f = sigmoid(f + self._forget_bias + w_f * c_before)
        else:
            f = sigmoid(f + self._forget_bias)
        c = self._norm(f * c_before + (1 - f) * self._activation(j), "state")
        h = sigmoid(o + w_o * c if self._use_peepholes else o) * self._activation(c)
        if self._num_proj is not None:
            h = matmul(h, concat_variable("W_P", [n, self._num_proj], dtype, self._num_proj_shards))
            if self._proj_clip is not None:
                h = clip_by_value(h, -self._proj_clip, self._proj_clip)
        return h, LSTMStateTuple(c, h) if self._state_is_tuple else array.concat([c, h], 1)


@public("contrib.rnn.LayerNormBasicLSTMCell")
class LayerNormBasicLSTMCell(RNNCell):
    """An LSTM with layer normalization (Ba et al. 2016, arXiv 1607.06450) and recurrent dropout (Semeniuta et al. 2016).

    Args:
      num_units: size of cell and output.
      forget_bias: added to the forget gate.
      input_size: not used.
      activation: function of new inputs and of the cell.
      layer_norm: normalize gates and cell; scales start at `norm_gain`, shifts at `norm_shift`. Without it there is a bias.
      dropout_keep_prob: of new inputs; float 1: no dropout.
      dropout_prob_seed: seed of the dropout.
    """

    def __init__(
        self,
        num_units: Any,
        forget_bias: float = 1.0,
        input_size: Any = None,
        activation: Callable[[Any], Any] = tanh,
        layer_norm: bool = True,
        norm_gain: float = 1.0,
        norm_shift: float = 0.0,
        dropout_keep_prob: Any = 1.0,
        dropout_prob_seed: int | None = None,
        reuse: Any = None,
    ):
        super().__init__(_reuse=reuse)
        self._num_units = num_units
        self._activation = activation
        self._forget_bias = forget_bias
        self._keep_prob = dropout_keep_prob
        self._seed = dropout_prob_seed
        self._layer_norm = layer_norm
        self._norm_gain = norm_gain
        self._norm_shift = norm_shift

    @property
    def state_size(self) -> LSTMStateTuple:
        return LSTMStateTuple(self._num_units, self._num_units)

    @property
    def output_size(self) -> Any:
        return self._num_units

    def _linear(self, args: Tensor) -> Tensor:
        out = 4 * self._num_units
        weights = get_variable("kernel", [args.shape[-1].value, out], dtype=args.dtype)
        product = matmul(args, weights)
        return product if self._layer_norm else bias_add(product, get_variable("bias", [out], dtype=args.dtype))

    def _norm(self, x: Tensor, scope: str) -> Tensor:
        return normalized(x, scope, self._norm_gain, self._norm_shift, x.dtype) if self._layer_norm else x

    def call(self, inputs: Any, state: Any) -> tuple[Tensor, LSTMStateTuple]:
        c, h = state
        gates = self._linear(array.concat([inputs, h], 1))
        i, j, f, o = array.split(value=gates, num_or_size_splits=4, axis=1)
        i, j, f, o = self._norm(i, "input"), self._norm(j, "transform"), self._norm(f, "forget"), self._norm(o, "output")
        g = self._activation(j)
        if not isinstance(self._keep_prob, float) or self._keep_prob < 1:
            g = dropout(g, self._keep_prob, seed=self._seed)
        c = self._norm(c * sigmoid(f + self._forget_bias) + sigmoid(i) * g, "state")
        h = self._activation(c) * sigmoid(o)
        return h, LSTMStateTuple(c, h)


@public("contrib.rnn.NASCell")
class NASCell(LayerRNNCell):
    """The cell that neural architecture search found (Zoph & Le 2016, arXiv 1611.01578).

    Args:
      num_units: size of the cell.
      num_proj: size of the projected output; no projection if None.
      use_bias: whether there are biases.
    """

    def __init__(self, num_units: Any, num_proj: Any = None, use_bias: bool = False, reuse: Any = None, **kwargs: Any):
        super().__init__(_reuse=reuse, **kwargs)
        self._num_units = num_units
        self._num_proj = num_proj
        self._use_bias = use_bias
        self.input_spec = InputSpec(ndim=2)

    @property
    def state_size(self) -> LSTMStateTuple:
        return LSTMStateTuple(self._num_units, self.output_size)

    @property
    def output_size(self) -> Any:
        return self._num_units if self._num_proj is None else self._num_proj

    def build(self, inputs_shape: Any) -> None:
        depth, n = require_depth(inputs_shape), self._num_units
        self._recurrent_kernel = self.add_variable("recurrent_kernel", [self.output_size, 8 * n])
        self._kernel = self.add_variable("kernel", [depth, 8 * n])
        if self._use_bias:
            self._bias = self.add_variable("bias", [8 * n], initializer=Zeros())
        if self._num_proj is not None:
            self._projection = self.add_variable("projection_weights", [n, self._num_proj])
        self.built = True

    def call(self, inputs: Any, state: Any) -> tuple[Tensor, LSTMStateTuple]:
        c_before, h_before = state
        from_state = matmul(h_before, self._recurrent_kernel)
        from_input = matmul(inputs, self._kernel)
        if self._use_bias:
            from_state = bias_add(from_state, self._bias)
        m = array.split(axis=1, num_or_size_splits=8, value=from_state)
        x = array.split(axis=1, num_or_size_splits=8, value=from_input)
        first = [
            sigmoid(x[0] + m[0]), relu(x[1] + m[1]), sigmoid(x[2] + m[2]), relu(x[3] * m[3]),
            tanh(x[4] + m[4]), sigmoid(x[5] + m[5]), tanh(x[6] + m[6]), sigmoid(x[7] + m[7]),
        ]  # fmt: skip
        second = [tanh(first[0] * first[1]), tanh(first[2] + first[3]), tanh(first[4] * first[5]), sigmoid(first[6] + first[7])]
        c = tanh(second[0] + c_before) * second[1]
        h = tanh(c * tanh(second[2] + second[3]))
        if self._num_proj is not None:
            h = matmul(h, self._projection)
        return h, LSTMStateTuple(c, h)


@public("contrib.rnn.PhasedLSTMCell")
class PhasedLSTMCell(RNNCell):
    """An LSTM with a time gate: a cell that is open for part of a period (Neil et al. 2016, arXiv 1610.09513).

    Inputs are (times [batch, 1], features [batch, size]).

    Args:
      num_units: size of cell and output.
      use_peepholes: the gates see the cell.
      leak: how far a closed gate is open, at the end of a period.
      ratio_on: part of the period that the gate is open; trained if `trainable_ratio_on`.
      period_init_min, period_init_max: initial periods are between, uniform in their logarithm.
    """

    def __init__(
        self,
        num_units: Any,
        use_peepholes: bool = False,
        leak: float = 0.001,
        ratio_on: float = 0.1,
        trainable_ratio_on: bool = True,
        period_init_min: float = 1.0,
        period_init_max: float = 1000.0,
        reuse: Any = None,
    ):
        super().__init__(_reuse=reuse)
        self._num_units = num_units
        self._use_peepholes = use_peepholes
        self._leak = leak
        self._ratio_on = ratio_on
        self._trainable_ratio_on = trainable_ratio_on
        self._period_init_min = period_init_min
        self._period_init_max = period_init_max
        self._linears: dict[str, Linear] = {}

    @property
    def state_size(self) -> LSTMStateTuple:
        return LSTMStateTuple(self._num_units, self._num_units)

    @property
    def output_size(self) -> Any:
        return self._num_units

    def _mapped(self, scope: str, args: list[Any], size: int, activation: Callable[[Any], Any]) -> Tensor:
        if scope not in self._linears:
            self._linears[scope] = Linear(args, size, True)
        return activation(self._linears[scope](args))

    def _initial_period(self, shape: Any, dtype: Any = float32, partition_info: Any = None) -> Tensor:
        low, high = log(self._period_init_min), log(self._period_init_max)
        return exp(random_uniform(shape, low, high, dtype))

    def call(self, inputs: Any, state: Any) -> tuple[Tensor, LSTMStateTuple]:
        c_before, h_before = state
        time, x = inputs
        n = self._num_units
        seen = [x, h_before, *([c_before] if self._use_peepholes else [])]
        with variable_scope("mask_gates"):
            i, f = array.split(axis=1, num_or_size_splits=2, value=self._mapped("mask_gates", seen, 2 * n, sigmoid))
        with variable_scope("new_input"):
            new_input = self._mapped("new_input", [x, h_before], n, tanh)
        c = c_before * f + i * new_input
        seen = [x, h_before, *([c] if self._use_peepholes else [])]
        with variable_scope("output_gate"):
            o = self._mapped("output_gate", seen, n, sigmoid)
        h = tanh(c) * o
        k = self._openness(time)
        return _between(k, h, h_before, c, c_before)

    def _openness(self, time: Any) -> Tensor:
        """How far the cell is open at each of the times."""
        n = self._num_units
        period = get_variable("period", [n], initializer=self._initial_period)
        phase = get_variable("phase", [n], initializer=RandomUniform(0.0, period.initial_value))
        ratio_on = get_variable("ratio_on", [n], initializer=Constant(self._ratio_on), trainable=self._trainable_ratio_on)
        shifted = time - cast(phase, time.dtype)
        period = cast(period, time.dtype)
        # The remainder, with the gradient of the identity.
        remainder = array.stop_gradient(floormod(shifted, period) - shifted) + shifted
        ratio = cast(remainder / period, float32)
        up = 2 * ratio / ratio_on
        down = 2 - up
        closed = self._leak * ratio
        k = array.where(less(ratio, ratio_on), down, closed)
        return array.where(less(ratio, 0.5 * ratio_on), up, k)


def _between(k: Tensor, h: Tensor, h_before: Tensor, c: Tensor, c_before: Tensor) -> tuple[Tensor, LSTMStateTuple]:
    c = k * c + (1 - k) * c_before
    h = k * h + (1 - k) * h_before
    return h, LSTMStateTuple(c, h)


@public("contrib.rnn.GLSTMCell")
class GLSTMCell(RNNCell):
    """An LSTM in groups that do not see each other (Kuchaiev & Ginsburg 2017, arXiv 1703.10722).

    Args:
      num_units: size of the cell.
      initializer: of its variables; the variable scope's if None.
      num_proj: size of the projected output; no projection if None.
      number_of_groups: divides all sizes.
      forget_bias: added to the forget gate's bias.
      activation: function of the cell.

    Raises:
      ValueError: sizes that are no multiples of the number of groups.
    """

    def __init__(
        self,
        num_units: Any,
        initializer: Any = None,
        num_proj: Any = None,
        number_of_groups: int = 1,
        forget_bias: float = 1.0,
        activation: Callable[[Any], Any] = tanh,
        reuse: Any = None,
    ):
        super().__init__(_reuse=reuse)
        self._num_units = num_units
        self._initializer = initializer
        self._num_proj = num_proj
        self._forget_bias = forget_bias
        self._activation = activation
        self._groups = number_of_groups
        if num_units % number_of_groups != 0:
            raise ValueError("num_units must be divisible by number_of_groups")
        if num_proj:
            if num_proj % number_of_groups != 0:
                raise ValueError("num_proj must be divisible by number_of_groups")
        self._group_shape = [(num_proj or num_units) // number_of_groups, num_units // number_of_groups]

    @property
    def state_size(self) -> LSTMStateTuple:
        return LSTMStateTuple(self._num_units, self.output_size)

    @property
    def output_size(self) -> Any:
        return self._num_proj if self._num_proj else self._num_units

    def call(self, inputs: Any, state: Any) -> tuple[Tensor, LSTMStateTuple]:
        c_before, h_before = state
        batch_size = inputs.shape[0].value or array.shape(inputs)[0]
        width = known_width(inputs)
        dtype = inputs.dtype

        def part(x: Any, group: int, size: int) -> Tensor:
            name = f"GLSTM_group{group}_input_generation"
            return array.slice_(input_=x, begin=[0, group * size], size=[batch_size, size], name=name)

        with variable_scope(get_variable_scope(), initializer=self._initializer):
            parts = []
            for group in range(self._groups):
                with variable_scope(f"group{group}"):
                    x = array.concat([part(inputs, group, width // self._groups), part(h_before, group, self._group_shape[0])], axis=1)
                    mapped = linear(x, 4 * self._group_shape[1], bias=False)
                    parts.append(array.split(mapped, 4, 1))
            biases = [
                get_variable("bias_" + gate, shape=[self._num_units], dtype=dtype, initializer=Constant(0.0, dtype=dtype))
                for gate in "ijfo"
            ]
            i, j, f, o = (bias_add(array.concat(list(gate), axis=1), bias) for gate, bias in zip(zip(*parts), biases))
        c = sigmoid(f + self._forget_bias) * c_before + sigmoid(i) * tanh(j)
        h = sigmoid(o) * self._activation(c)
        if self._num_proj is not None:
            with variable_scope("projection"):
                h = linear(h, self._num_proj, bias=False)
        return h, LSTMStateTuple(c, h)
