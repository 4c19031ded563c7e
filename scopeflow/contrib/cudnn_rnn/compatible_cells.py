"""Cells that compute what cuDNN's LSTM and GRU compute, so that they run models trained with those."""

from __future__ import annotations

from typing import Any

from ...graph.operation import Tensor
from ...graph.public import public
from ...layers.rnn.cell import linear, require_depth, require_floating
from ...layers.rnn.gru import GRUCell
from ...ops import array
from ...ops.elementwise import sigmoid
from ...ops.matmul import matmul
from ...ops.nn.linear import bias_add
from ...variables.initializers import Constant, Zeros
from ..rnn.block_cells import LSTMBlockCell


@public("contrib.cudnn_rnn.CudnnCompatibleLSTMCell")
class CudnnCompatibleLSTMCell(LSTMBlockCell):
    """The LSTM of cuDNN: no forget bias, no clipping, no peepholes."""

    def __init__(self, num_units: Any, reuse: Any = None):
        super().__init__(num_units, forget_bias=0, cell_clip=None, use_peephole=False, reuse=reuse, name="cudnn_compatible_lstm_cell")


@public("contrib.cudnn_rnn.CudnnCompatibleGRUCell")
class CudnnCompatibleGRUCell(GRUCell):
    """The GRU of cuDNN: the reset gate applies after the recurrent map of the candidate, which has a bias of its own."""

    def __init__(self, num_units: Any, reuse: Any = None, kernel_initializer: Any = None):
        super().__init__(num_units, activation=None, reuse=reuse, kernel_initializer=kernel_initializer, name="cudnn_compatible_gru_cell")

    def build(self, inputs_shape: Any) -> None:
        depth, n = require_depth(inputs_shape), self._num_units
        kernel = self._kernel_initializer
        ones = Constant(1.0, dtype=self.dtype) if self._bias_initializer is None else self._bias_initializer
        zeros = Zeros(dtype=self.dtype) if self._bias_initializer is None else self._bias_initializer
        self._gate_kernel, self._gate_bias = self._add_linear("gates/", [depth + n, 2 * n], kernel, ones)
        self._input_kernel = self.add_variable("candidate/input_projection/kernel", shape=[depth, n], initializer=kernel)
        self._hidden_kernel = self.add_variable("candidate/hidden_projection/kernel", shape=[n, n], initializer=kernel)
        self._input_bias = self.add_variable("candidate/input_projection/bias", shape=[n], initializer=zeros)
        self._hidden_bias = self.add_variable("candidate/hidden_projection/bias", shape=[n], initializer=zeros)
        self.built = True

    def call(self, inputs: Any, state: Any) -> tuple[Tensor, Tensor]:
        require_floating([inputs, state])
        gates = sigmoid(linear([inputs, state], self._gate_kernel, self._gate_bias))
        r, u = array.split(value=gates, num_or_size_splits=2, axis=1)
        from_input = bias_add(matmul(inputs, self._input_kernel), self._input_bias)
        from_state = bias_add(matmul(state, self._hidden_kernel), self._hidden_bias)
        candidate = self._activation(from_input + r * from_state)
        new = (1 - u) * candidate + u * state
        return new, new
