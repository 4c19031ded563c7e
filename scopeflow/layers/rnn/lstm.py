"""Long short-term memory (Hochreiter & Schmidhuber 1997; forget gate: Gers et al. 1999; peepholes: Sak et al. 2014)."""

from __future__ import annotations

import collections
from typing import Any

from ...graph.dtypes import int32
from ...graph.operation import Tensor
from ...graph.public import public
from ...ops import array
from ...ops.clipping import clip_by_value
from ...ops.elementwise import add, multiply, sigmoid
from ...ops.matmul import matmul
from ...scopes.partitioning import fixed_size_partitioner
from ...variables import initializers as initializers_
from .cell import FloatCell, linear, require_depth, require_floating, require_floating_type

_StatePair = collections.namedtuple("LSTMStateTuple", ("c", "h"))


@public("nn.rnn_cell.LSTMStateTuple", "contrib.rnn.LSTMStateTuple")
class LSTMStateTuple(_StatePair):
    """The state of an LSTM: `c`, the cell, and `h`, the output."""

    __slots__ = ()

    @property
    def dtype(self) -> Any:
        """The type of both. Raises TypeError if they differ."""
        c, h = self
        if c.dtype != h.dtype:
            raise TypeError(f"Inconsistent internal state: {c.dtype} vs {h.dtype}")
        return c.dtype


@public("nn.rnn_cell.BasicLSTMCell", "contrib.rnn.BasicLSTMCell")
class BasicLSTMCell(FloatCell):
    """An LSTM without peepholes, clipping and projection.

    Args:
      num_units: size of the output, and of the cell.
      forget_bias: added to the forget gate's bias.
      state_is_tuple: the state is an LSTMStateTuple; else one tensor [batch, 2 * num_units], cell before output.
      activation: function, or its name; tanh if None.
    """

    def __init__(
        self,
        num_units: Any,
        forget_bias: float = 1.0,
        state_is_tuple: bool = True,
        activation: Any = None,
        reuse: Any = None,
        name: Any = None,
        dtype: Any = None,
        **kwargs: Any,
    ):
        super().__init__(reuse, name, dtype, activation, **kwargs)
        self._num_units = num_units
        self._forget_bias = forget_bias
        self._state_is_tuple = state_is_tuple

    @property
    def state_size(self) -> Any:
        return LSTMStateTuple(self._num_units, self._num_units) if self._state_is_tuple else 2 * self._num_units

    @property
    def output_size(self) -> Any:
        return self._num_units

    def build(self, inputs_shape: Any) -> None:
        depth = require_depth(inputs_shape)
        require_floating_type(self.dtype)
        self._kernel, self._bias = self._add_linear("", [depth + self._num_units, 4 * self._num_units])
        self.built = True

    def call(self, inputs: Any, state: Any) -> tuple[Tensor, Any]:
        require_floating([inputs, state])
        one = array.constant(1, dtype=int32)
        c, h = state if self._state_is_tuple else array.split(value=state, num_or_size_splits=2, axis=one)
        gates = linear([inputs, h], self._kernel, self._bias)
        # Input gate, new input, forget gate, output gate.
        i, j, f, o = array.split(value=gates, num_or_size_splits=4, axis=one)
        forget_bias = array.constant(self._forget_bias, dtype=f.dtype)
        c = add(multiply(c, sigmoid(add(f, forget_bias))), multiply(sigmoid(i), self._activation(j)))
        h = multiply(self._activation(c), sigmoid(o))
        return h, LSTMStateTuple(c, h) if self._state_is_tuple else array.concat([c, h], 1)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "num_units": self._num_units,
            "forget_bias": self._forget_bias,
            "state_is_tuple": self._state_is_tuple,
            "activation": self._activation.__name__,
            "reuse": self._reuse,
        }


@public("nn.rnn_cell.LSTMCell", "contrib.rnn.LSTMCell")
class LSTMCell(FloatCell):
    """An LSTM with peepholes, clipping and a projection of the output, each if wanted.

    Args:
      num_units: size of the cell.
      use_peepholes: the gates see the cell, through diagonal weights.
      cell_clip: bound of the cell's elements.
      initializer: of all weights; the variable scope's if None.
      num_proj: size of the output, which is a linear map of `num_units` elements; `num_units` and no map if None.
      proj_clip: bound of the projected output's elements.
      num_unit_shards, num_proj_shards: into how many parts to cut the kernels; better a partitioner of the scope.
      forget_bias: added to the forget gate's bias.
      state_is_tuple: the state is an LSTMStateTuple; else one tensor, cell before output.
      activation: function, or its name; tanh if None.
    """

    def __init__(
        self,
        num_units: Any,
        use_peepholes: bool = False,
        cell_clip: float | None = None,
        initializer: Any = None,
        num_proj: Any = None,
        proj_clip: float | None = None,
        num_unit_shards: int | None = None,
        num_proj_shards: int | None = None,
        forget_bias: float = 1.0,
        state_is_tuple: bool = True,
        activation: Any = None,
        reuse: Any = None,
        name: Any = None,
        dtype: Any = None,
        **kwargs: Any,
    ):
        super().__init__(reuse, name, dtype, activation, **kwargs)
        self._num_units = num_units
        self._use_peepholes = use_peepholes
        self._cell_clip = cell_clip
        self._initializer = initializers_.get(initializer)
        self._num_proj = num_proj
        self._proj_clip = proj_clip
        self._num_unit_shards = num_unit_shards
        self._num_proj_shards = num_proj_shards
        self._forget_bias = forget_bias
        self._state_is_tuple = state_is_tuple

    @property
    def state_size(self) -> Any:
        out = self.output_size
        return LSTMStateTuple(self._num_units, out) if self._state_is_tuple else self._num_units + out

    @property
    def output_size(self) -> Any:
        return self._num_proj if self._num_proj else self._num_units

    def build(self, inputs_shape: Any) -> None:
        depth = require_depth(inputs_shape)
        require_floating_type(self.dtype)
        h_depth = self._num_units if self._num_proj is None else self._num_proj
        shards = None if self._num_unit_shards is None else fixed_size_partitioner(self._num_unit_shards)
        self._kernel, self._bias = self._add_linear("", [depth + h_depth, 4 * self._num_units], self._initializer, partitioner=shards)
        if self._use_peepholes:
            self._w_f_diag, self._w_i_diag, self._w_o_diag = (
                self.add_variable(f"w_{gate}_diag", shape=[self._num_units], initializer=self._initializer) for gate in "fio"
            )
        if self._num_proj is not None:
            shards = None if self._num_proj_shards is None else fixed_size_partitioner(self._num_proj_shards)
            self._proj_kernel = self.add_variable(
                "projection/kernel", shape=[self._num_units, self._num_proj], initializer=self._initializer, partitioner=shards
            )
        self.built = True

    def call(self, inputs: Any, state: Any) -> tuple[Tensor, Any]:
        require_floating([inputs, state])
        out = self._num_units if self._num_proj is None else self._num_proj
        if self._state_is_tuple:
            c_before, h_before = state
        else:
            c_before = array.slice_(state, [0, 0], [-1, self._num_units])
            h_before = array.slice_(state, [0, self._num_units], [-1, out])
        if inputs.shape.with_rank(2)[1].value is None:
            raise ValueError("Could not infer input size from inputs.get_shape()[-1]")
        gates = linear([inputs, h_before], self._kernel, self._bias)
        # Input gate, new input, forget gate, output gate.
        i, j, f, o = array.split(value=gates, num_or_size_splits=4, axis=1)
        if self._use_peepholes:
            c = sigmoid(f + self._forget_bias + self._w_f_diag * c_before) * c_before + sigmoid(
                i + self._w_i_diag * c_before
            ) * self._activation(j)
        else:
            c = sigmoid(f + self._forget_bias) * c_before + sigmoid(i) * self._activation(j)
        if self._cell_clip is not None:
            c = clip_by_value(c, -self._cell_clip, self._cell_clip)
        h = sigmoid(o + self._w_o_diag * c if self._use_peepholes else o) * self._activation(c)
        if self._num_proj is not None:
            h = matmul(h, self._proj_kernel)
            if self._proj_clip is not None:
                h = clip_by_value(h, -self._proj_clip, self._proj_clip)
        return h, LSTMStateTuple(c, h) if self._state_is_tuple else array.concat([c, h], 1)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "num_units": self._num_units,
            "use_peepholes": self._use_peepholes,
            "cell_clip": self._cell_clip,
            "initializer": self._initializer,
            "num_proj": self._num_proj,
            "proj_clip": self._proj_clip,
            "num_unit_shards": self._num_unit_shards,
            "num_proj_shards": self._num_proj_shards,
            "forget_bias": self._forget_bias,
            "state_is_tuple": self._state_is_tuple,
            "activation": self._activation.__name__,
            "reuse": self._reuse,
        }
