"""Cells whose units do not see each other's states: IndRNN, IndyGRU, IndyLSTM (Li et al. 2018, arXiv 1803.04831; Gonnet 2019)."""

from __future__ import annotations

from typing import Any

from ...graph.dtypes import int32
from ...graph.operation import Tensor
from ...graph.public import public
from ...layers.input_spec import InputSpec
from ...layers.rnn.cell import LayerRNNCell, require_depth
from ...layers.rnn.lstm import LSTMStateTuple
from ...ops import array
from ...ops.elementwise import add, multiply, sigmoid, tanh
from ...ops.matmul import matmul
from ...ops.nn.linear import bias_add
from ...variables.initializers import Constant, RandomUniform, Zeros


class _Independent(LayerRNNCell):
    """What the three have in common."""

    def __init__(self, num_units: Any, activation: Any, reuse: Any, name: Any, dtype: Any):
        super().__init__(_reuse=reuse, name=name, dtype=dtype)
        self.input_spec = InputSpec(ndim=2)
        self._num_units = num_units
        self._activation = activation or tanh

    @property
    def output_size(self) -> Any:
        return self._num_units

    @property
    def state_size(self) -> Any:
        return self._num_units

    def _weights(self, names: tuple[str, str, str], depth: int, width: int, kernel: Any, bias: Any) -> tuple[Any, ...]:
        """(kernel [depth, width], recurrent weights [1, width], bias [width])."""
        w, u, b = names
        return (
            self.add_variable(w, shape=[depth, width], initializer=kernel),
            self.add_variable(u, shape=[1, width], initializer=RandomUniform(-1, 1, dtype=self.dtype)),
            self.add_variable(b, shape=[width], initializer=Zeros(dtype=self.dtype) if bias is None else bias),
        )


def _apply(inputs: Any, state: Any, weights: tuple[Any, ...], repeat: int = 1) -> Tensor:
    kernel, recurrent, bias = weights
    product = matmul(inputs, kernel)
    state = array.tile(state, [1, repeat]) if repeat > 1 else state
    return bias_add(product + state * recurrent, bias)


@public("contrib.rnn.IndRNNCell")
class IndRNNCell(_Independent):
    """output = state = activation(W input + u * state + b).

    Args:
      num_units: size of output and state.
      activation: tanh if None.
    """

    def __init__(self, num_units: Any, activation: Any = None, reuse: Any = None, name: Any = None, dtype: Any = None):
        super().__init__(num_units, activation, reuse, name, dtype)

    def build(self, inputs_shape: Any) -> None:
        depth = require_depth(inputs_shape)
        self._parts = self._weights(("kernel_w", "kernel_u", "bias"), depth, self._num_units, None, None)
        self.built = True

    def call(self, inputs: Any, state: Any) -> tuple[Tensor, Tensor]:
        output = self._activation(_apply(inputs, state, self._parts))
        return output, output


@public("contrib.rnn.IndyGRUCell")
class IndyGRUCell(_Independent):
    """A GRU with diagonal recurrent weights.

    Args:
      num_units: size of output and state.
      activation: tanh if None.
      kernel_initializer: of the weights of the inputs; those of the state are uniform in +-1.
      bias_initializer: of the biases; one for the gates and zero for the candidate if None.
    """

    def __init__(
        self,
        num_units: Any,
        activation: Any = None,
        reuse: Any = None,
        kernel_initializer: Any = None,
        bias_initializer: Any = None,
        name: Any = None,
        dtype: Any = None,
    ):
        super().__init__(num_units, activation, reuse, name, dtype)
        self._kernel_initializer = kernel_initializer
        self._bias_initializer = bias_initializer

    def build(self, inputs_shape: Any) -> None:
        depth, n = require_depth(inputs_shape), self._num_units
        ones = Constant(1.0, dtype=self.dtype) if self._bias_initializer is None else self._bias_initializer
        kernel = self._kernel_initializer
        names = ("gates/kernel_w", "gates/kernel_u", "gates/bias")
        self._gates = self._weights(names, depth, 2 * n, kernel, ones)
        names = ("candidate/kernel", "candidate/kernel_u", "candidate/bias")
        self._candidate = self._weights(names, depth, n, kernel, self._bias_initializer)
        self.built = True

    def call(self, inputs: Any, state: Any) -> tuple[Tensor, Tensor]:
        gates = sigmoid(_apply(inputs, state, self._gates, 2))
        r, u = array.split(value=gates, num_or_size_splits=2, axis=1)
        r_state = r * state
        candidate = self._activation(_apply(inputs, r_state, self._candidate))
        new = u * state + (1 - u) * candidate
        return new, new


@public("contrib.rnn.IndyLSTMCell")
class IndyLSTMCell(_Independent):
    """An LSTM with diagonal recurrent weights.

    Args:
      num_units: size of cell and output.
      forget_bias: added to the forget gate's bias.
      activation: tanh if None.
      kernel_initializer: of the weights of the inputs; those of the state are uniform in +-1.
      bias_initializer: of the bias; zero if None.
    """

    def __init__(
        self,
        num_units: Any,
        forget_bias: float = 1.0,
        activation: Any = None,
        reuse: Any = None,
        kernel_initializer: Any = None,
        bias_initializer: Any = None,
        name: Any = None,
        dtype: Any = None,
    ):
        super().__init__(num_units, activation, reuse, name, dtype)
        self._forget_bias = forget_bias
        self._kernel_initializer = kernel_initializer
        self._bias_initializer = bias_initializer

    @property
    def state_size(self) -> LSTMStateTuple:
        return LSTMStateTuple(self._num_units, self._num_units)

    def build(self, inputs_shape: Any) -> None:
        depth = require_depth(inputs_shape)
        kernel = self._kernel_initializer
        self._parts = self._weights(("kernel_w", "kernel_u", "bias"), depth, 4 * self._num_units, kernel, self._bias_initializer)
        self.built = True

    def call(self, inputs: Any, state: Any) -> tuple[Tensor, LSTMStateTuple]:
        one = array.constant(1, dtype=int32)
        c, h = state
        gates = _apply(inputs, h, self._parts, 4)
        i, j, f, o = array.split(value=gates, num_or_size_splits=4, axis=one)
        forget_bias = array.constant(self._forget_bias, dtype=f.dtype)
        c = add(multiply(c, sigmoid(add(f, forget_bias))), multiply(sigmoid(i), self._activation(j)))
        h = multiply(self._activation(c), sigmoid(o))
        return h, LSTMStateTuple(c, h)
