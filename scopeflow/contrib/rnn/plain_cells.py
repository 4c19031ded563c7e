"""Cells with one state vector: UGRNN, the intersection RNN, the simple recurrent unit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...graph.operation import Tensor
from ...graph.public import public
from ...layers.input_spec import InputSpec
from ...layers.rnn.cell import LayerRNNCell, RNNCell, require_depth
from ...ops import array
from ...ops.elementwise import sigmoid, tanh
from ...ops.matmul import matmul
from ...ops.nn.activation import relu
from ...ops.nn.linear import bias_add
from ...scopes import get_variable_scope, variable_scope
from ...variables.initializers import Zeros
from .linear import Linear, known_width


@public("contrib.rnn.UGRNNCell")
class UGRNNCell(RNNCell):
    """The update-gate RNN (Collins et al. 2016, arXiv 1611.09913).

    Args:
      num_units: size of output and state.
      initializer: of its variables; the variable scope's if None.
      forget_bias: added to the gate's bias.
      activation: function of the candidate.
    """

    def __init__(
        self,
        num_units: Any,
        initializer: Any = None,
        forget_bias: float = 1.0,
        activation: Callable[[Any], Any] = tanh,
        reuse: Any = None,
    ):
        super().__init__(_reuse=reuse)
        self._num_units = num_units
        self._initializer = initializer
        self._forget_bias = forget_bias
        self._activation = activation
        self._linear: Linear | None = None

    @property
    def state_size(self) -> Any:
        return self._num_units

    @property
    def output_size(self) -> Any:
        return self._num_units

    def call(self, inputs: Any, state: Any) -> tuple[Tensor, Tensor]:
        known_width(inputs)
        with variable_scope(get_variable_scope(), initializer=self._initializer):
            both = array.concat([inputs, state], 1)
            if self._linear is None:
                self._linear = Linear(both, 2 * self._num_units, True)
            g, c = array.split(axis=1, num_or_size_splits=2, value=self._linear(both))
            c = self._activation(c)
            g = sigmoid(g + self._forget_bias)
            new = g * state + (1.0 - g) * c
        return new, new


@public("contrib.rnn.IntersectionRNNCell")
class IntersectionRNNCell(RNNCell):
    """The intersection RNN, with gates in time and in depth (Collins et al. 2016, arXiv 1611.09913).

    Args:
      num_units: size of output and state, and of the inputs.
      num_in_proj: project inputs of another size to this one first; must be `num_units`.
      initializer: of its variables; the variable scope's if None.
      forget_bias: added to the gates' biases.
      y_activation: function of the output's candidate.
    """

    def __init__(
        self,
        num_units: Any,
        num_in_proj: Any = None,
        initializer: Any = None,
        forget_bias: float = 1.0,
        y_activation: Callable[[Any], Any] = relu,
        reuse: Any = None,
    ):
        super().__init__(_reuse=reuse)
        self._num_units = num_units
        self._initializer = initializer
        self._forget_bias = forget_bias
        self._num_input_proj = num_in_proj
        self._y_activation = y_activation
        self._projection: Linear | None = None
        self._linear: Linear | None = None

    @property
    def state_size(self) -> Any:
        return self._num_units

    @property
    def output_size(self) -> Any:
        return self._num_units

    def call(self, inputs: Any, state: Any) -> tuple[Tensor, Tensor]:
        n = self._num_units
        size = known_width(inputs)
        with variable_scope(get_variable_scope(), initializer=self._initializer):
            if size != n:
                if not self._num_input_proj:
                    raise ValueError(
                        "Must have input size == output size for Intersection RNN. To fix, num_in_proj should be set to num_units "
                        "at cell init."
                    )
                with variable_scope("in_projection"):
                    if self._projection is None:
                        self._projection = Linear(inputs, self._num_input_proj, True)
                    inputs = self._projection(inputs)
            both = array.concat([inputs, state], 1)
            if self._linear is None:
                self._linear = Linear(both, 4 * n, True)
            out = self._linear(both)
            gh, h, gy, y = out[:, :n], out[:, n : 2 * n], out[:, 2 * n : 3 * n], out[:, 3 * n : 4 * n]
            h, y = tanh(h), self._y_activation(y)
            gh, gy = sigmoid(gh + self._forget_bias), sigmoid(gy + self._forget_bias)
            new_state = gh * state + (1.0 - gh) * h
            new_y = gy * inputs + (1.0 - gy) * y
        return new_y, new_state


@public("contrib.rnn.SRUCell")
class SRUCell(LayerRNNCell):
    """The simple recurrent unit (Lei et al. 2017, arXiv 1709.02755); inputs of `num_units` elements are meant.

    Args:
      num_units: size of output and state.
      activation: function of the state; tanh if None.
    """

    def __init__(self, num_units: Any, activation: Any = None, reuse: Any = None, name: Any = None, **kwargs: Any):
        super().__init__(_reuse=reuse, name=name, **kwargs)
        self._num_units = num_units
        self._activation = activation or tanh
        self.input_spec = InputSpec(ndim=2)

    @property
    def state_size(self) -> Any:
        return self._num_units

    @property
    def output_size(self) -> Any:
        return self._num_units

    def build(self, inputs_shape: Any) -> None:
        depth = require_depth(inputs_shape)
        self._kernel = self.add_variable("kernel", shape=[depth, 4 * self._num_units])
        self._bias = self.add_variable("bias", shape=[2 * self._num_units], initializer=Zeros())
        self.built = True

    def call(self, inputs: Any, state: Any) -> tuple[Tensor, Tensor]:
        u = matmul(inputs, self._kernel)
        x_bar, f, r, x_tx = array.split(value=u, num_or_size_splits=4, axis=1)
        gates = sigmoid(bias_add(array.concat([f, r], 1), self._bias))
        f, r = array.split(value=gates, num_or_size_splits=2, axis=1)
        c = f * state + (1.0 - f) * x_bar
        h = r * self._activation(c) + (1.0 - r) * x_tx
        return h, c
