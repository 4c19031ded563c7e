"""The gated recurrent unit (Cho et al. 2014, arXiv 1406.1078)."""

from __future__ import annotations

from typing import Any

from ...graph.operation import Tensor
from ...graph.public import public
from ...ops import array
from ...ops.elementwise import sigmoid
from ...variables import initializers as initializers_
from .cell import FloatCell, linear, require_depth, require_floating, require_floating_type


@public("nn.rnn_cell.GRUCell", "contrib.rnn.GRUCell")
class GRUCell(FloatCell):
    """output = state = u * state + (1 - u) * activation(W [input, r * state] + b), with gates r and u.

    Args:
      num_units: size of output and state.
      activation: function, or its name; tanh if None.
      kernel_initializer: of both kernels; the variable scope's if None.
      bias_initializer: of both biases; one for the gates and zero for the candidate if None.
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
        **kwargs: Any,
    ):
        super().__init__(reuse, name, dtype, activation, **kwargs)
        self._num_units = num_units
        self._kernel_initializer = initializers_.get(kernel_initializer)
        self._bias_initializer = initializers_.get(bias_initializer)

    @property
    def state_size(self) -> Any:
        return self._num_units

    @property
    def output_size(self) -> Any:
        return self._num_units

    def build(self, inputs_shape: Any) -> None:
        depth = require_depth(inputs_shape)
        require_floating_type(self.dtype)
        n = self._num_units
        ones = initializers_.Constant(1.0, dtype=self.dtype or "float32") if self._bias_initializer is None else self._bias_initializer
        self._gate_kernel, self._gate_bias = self._add_linear("gates/", [depth + n, 2 * n], self._kernel_initializer, ones)
        self._candidate_kernel, self._candidate_bias = self._add_linear(
            "candidate/", [depth + n, n], self._kernel_initializer, self._bias_initializer
        )
        self.built = True

    def call(self, inputs: Any, state: Any) -> tuple[Tensor, Tensor]:
        require_floating([inputs, state])
        gates = sigmoid(linear([inputs, state], self._gate_kernel, self._gate_bias))
        r, u = array.split(value=gates, num_or_size_splits=2, axis=1)
        candidate = self._activation(linear([inputs, r * state], self._candidate_kernel, self._candidate_bias))
        output = u * state + (1 - u) * candidate
        return output, output

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "num_units": self._num_units,
            "kernel_initializer": self._kernel_initializer,
            "bias_initializer": self._bias_initializer,
            "activation": self._activation.__name__,
            "reuse": self._reuse,
        }
