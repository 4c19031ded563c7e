"""Cells that one op computes: LSTMBlockCell, LSTMBlockFusedCell, GRUBlockCell."""

from __future__ import annotations

from typing import Any

from ...graph.conversion import convert_to_tensor
from ...graph.dtypes import int64
from ...graph.operation import Tensor
from ...graph.public import public
from ...layers.input_spec import InputSpec
from ...layers.layer import Layer
from ...layers.rnn.cell import LayerRNNCell
from ...layers.rnn.lstm import LSTMStateTuple
from ...ops import array
from ...ops.casting import cast
from ...ops.recurrent_blocks import block_lstm, gru_block_cell, lstm_block_cell
from ...ops.reduction import reduce_max
from ...variables.initializers import Constant


def _known_size(shape: Any, axis: int) -> int:
    size = shape[axis].value if hasattr(shape[axis], "value") else shape[axis]
    if size is None:
        raise ValueError(f"Expecting inputs_shape[{axis}] to be set: {shape}")
    return size


def _build_lstm(layer: Any, input_size: int, units: int, use_peephole: bool) -> None:
    """Makes the variables of an LSTM in `layer`."""
    layer._kernel = layer.add_variable("kernel", [input_size + units, 4 * units])
    layer._bias = layer.add_variable("bias", [4 * units], initializer=Constant(0.0))
    if use_peephole:
        layer._w_i_diag = layer.add_variable("w_i_diag", [units])
        layer._w_f_diag = layer.add_variable("w_f_diag", [units])
        layer._w_o_diag = layer.add_variable("w_o_diag", [units])
    layer.built = True


def _peepholes(layer: Any, use_peephole: bool, units: int, dtype: Any) -> tuple[Any, Any, Any]:
    if use_peephole:
        return layer._w_i_diag, layer._w_f_diag, layer._w_o_diag
    zeros = array.zeros([units], dtype=dtype)
    return zeros, zeros, zeros


@public("contrib.rnn.LSTMBlockCell")
class LSTMBlockCell(LayerRNNCell):
    """An LSTM step as one op.

    Args:
      num_units: size of cell and output.
      forget_bias: added to the forget gate's bias.
      cell_clip: bound of the cell's elements; gradients pass the bound. None: no bound.
      use_peephole: the gates see the cell, through diagonal weights.
    """

    def __init__(
        self,
        num_units: Any,
        forget_bias: float = 1.0,
        cell_clip: float | None = None,
        use_peephole: bool = False,
        dtype: Any = None,
        reuse: Any = None,
        name: Any = "lstm_cell",
    ):
        super().__init__(_reuse=reuse, dtype=dtype, name=name)
        self._num_units = num_units
        self._forget_bias = forget_bias
        self._cell_clip = cell_clip if cell_clip is not None else -1
        self._use_peephole = use_peephole
        self.input_spec = InputSpec(ndim=2)

    @property
    def state_size(self) -> LSTMStateTuple:
        return LSTMStateTuple(self._num_units, self._num_units)

    @property
    def output_size(self) -> Any:
        return self._num_units

    def build(self, inputs_shape: Any) -> None:
        _build_lstm(self, _known_size(inputs_shape, 1), self._num_units, self._use_peephole)

    def call(self, inputs: Any, state: Any) -> tuple[Tensor, LSTMStateTuple]:
        if len(state) != 2:
            raise ValueError("Expecting state to be a tuple with length 2.")
        wci, wcf, wco = _peepholes(self, self._use_peephole, self._num_units, self.dtype)
        c_before, h_before = state
        _, c, _, _, _, _, h = lstm_block_cell(
            inputs,
            c_before,
            h_before,
            self._kernel,
            wci,
            wcf,
            wco,
            self._bias,
            forget_bias=self._forget_bias,
            cell_clip=self._cell_clip,
            use_peephole=self._use_peephole,
        )
        return h, LSTMStateTuple(c, h)


@public("contrib.rnn.LSTMBlockWrapper")
class LSTMBlockWrapper(Layer):
    """The base of LSTMs that run over whole time-major inputs at once: subclasses define `num_units` and `_call_cell`."""

    @property
    def num_units(self) -> Any:
        """Size of cell and output."""
        raise NotImplementedError("Abstract method")

    def _call_cell(self, inputs: Any, initial_cell_state: Any, initial_output: Any, dtype: Any, sequence_length: Any) -> tuple[Any, Any]:
        """(cells, outputs), each [time, batch, num_units]."""
        raise NotImplementedError("Abstract method")

    def call(self, inputs: Any, initial_state: Any = None, dtype: Any = None, sequence_length: Any = None) -> tuple[Any, LSTMStateTuple]:
        """(outputs [time, batch, num_units], the last state).

        Args:
          inputs: [time, batch, size], or a list of matrices (then the outputs are a list too).
          initial_state: (cell, output), each [batch, num_units]; zeros of `dtype` if None.
          sequence_length: int32 [batch]: where a row's sequence ends its outputs become zero and its state stays.

        Raises:
          ValueError: unknown size, or neither state nor type.
        """
        is_list = isinstance(inputs, list)
        if is_list:
            inputs = array.stack(inputs)
        shape = inputs.shape.with_rank(3)
        if not shape[2].value:
            raise ValueError(f"Expecting inputs_shape[2] to be set: {shape}")
        batch_size = shape[1].value or array.shape(inputs)[1]
        time = shape[0].value or array.shape(inputs)[0]
        if initial_state is None:
            if dtype is None:
                raise ValueError("Either initial_state or dtype needs to be specified")
            zeros = array.zeros(array.stack([batch_size, self.num_units]), dtype=dtype)
            initial_state = zeros, zeros
        else:
            if len(initial_state) != 2:
                raise ValueError("Expecting initial_state to be a tuple with length 2 or None")
            dtype = initial_state[0].dtype if dtype is None else dtype
        if sequence_length is not None:
            sequence_length = convert_to_tensor(sequence_length)
        c_before, h_before = initial_state
        cells, outputs = self._call_cell(inputs, c_before, h_before, dtype, sequence_length)
        if sequence_length is not None:
            mask = array.transpose(array.sequence_mask(sequence_length, time, dtype=dtype), [1, 0])
            outputs *= array.tile(array.expand_dims(mask, [-1]), [1, 1, self.num_units])
            # With the initial state in front, the last valid state is at `sequence_length`.
            all_cells = array.concat([array.expand_dims(c_before, [0]), cells], 0)
            all_outputs = array.concat([array.expand_dims(h_before, [0]), outputs], 0)
            last_cell, last_output = (_at(x, sequence_length, batch_size) for x in (all_cells, all_outputs))
        else:
            last_cell, last_output = cells[-1], outputs[-1]
        return array.unstack(outputs) if is_list else outputs, LSTMStateTuple(last_cell, last_output)


def _at(data: Tensor, indices: Any, batch_size: Any) -> Tensor:
    """data[indices[b], b] for each b."""
    return array.gather_nd(data, array.stack([indices, array.range_(batch_size)], axis=1))


@public("contrib.rnn.LSTMBlockFusedCell")
class LSTMBlockFusedCell(LSTMBlockWrapper):
    """An LSTM over a whole time-major input as one op. The arguments are `LSTMBlockCell`'s."""

    def __init__(
        self,
        num_units: Any,
        forget_bias: float = 1.0,
        cell_clip: float | None = None,
        use_peephole: bool = False,
        reuse: Any = None,
        dtype: Any = None,
        name: Any = "lstm_fused_cell",
    ):
        super().__init__(_reuse=reuse, name=name, dtype=dtype)
        self._num_units = num_units
        self._forget_bias = forget_bias
        self._cell_clip = cell_clip if cell_clip is not None else -1
        self._use_peephole = use_peephole
        self.input_spec = InputSpec(ndim=3)

    @property
    def num_units(self) -> Any:
        return self._num_units

    def build(self, input_shape: Any) -> None:
        _build_lstm(self, _known_size(input_shape, 2), self._num_units, self._use_peephole)

    def _call_cell(self, inputs: Any, initial_cell_state: Any, initial_output: Any, dtype: Any, sequence_length: Any) -> tuple[Any, Any]:
        shape = inputs.shape.with_rank(3)
        time = shape[0].value or array.shape(inputs)[0]
        wci, wcf, wco = _peepholes(self, self._use_peephole, self._num_units, dtype)
        longest = cast(time if sequence_length is None else reduce_max(sequence_length), int64)
        _, cells, _, _, _, _, outputs = block_lstm(
            longest,
            inputs,
            initial_cell_state,
            initial_output,
            self._kernel,
            wci,
            wcf,
            wco,
            self._bias,
            forget_bias=self._forget_bias,
            cell_clip=self._cell_clip,
            use_peephole=self._use_peephole,
        )
        return cells, outputs


@public("contrib.rnn.GRUBlockCell")
class GRUBlockCell(LayerRNNCell):
    """A GRU step as one op, with variables `w_ru`, `b_ru`, `w_c` and `b_c`.

    Args:
      num_units: size of output and state; `cell_size` is its old name.

    Raises:
      ValueError: both names given, or none.
    """

    _names = ("w_ru", "b_ru", "w_c", "b_c")

    def __init__(self, num_units: Any = None, cell_size: Any = None, reuse: Any = None, name: Any = "gru_cell"):
        super().__init__(_reuse=reuse, name=name)
        if num_units is not None and cell_size is not None:
            raise ValueError("Cannot specify both 'cell_size' and 'num_units'")
        num_units = cell_size if num_units is None else num_units
        if num_units is None:
            raise ValueError("num_units must be provided")
        self._cell_size = num_units
        self.input_spec = InputSpec(ndim=2)

    @property
    def state_size(self) -> Any:
        return self._cell_size

    @property
    def output_size(self) -> Any:
        return self._cell_size

    def build(self, input_shape: Any) -> None:
        n = self._cell_size
        depth = _known_size(input_shape, 1)
        w_ru, b_ru, w_c, b_c = self._names
        self._gate_kernel = self.add_variable(w_ru, [depth + n, 2 * n])
        self._gate_bias = self.add_variable(b_ru, [2 * n], initializer=Constant(1.0))
        self._candidate_kernel = self.add_variable(w_c, [depth + n, n])
        self._candidate_bias = self.add_variable(b_c, [n], initializer=Constant(0.0))
        self.built = True

    def call(self, inputs: Any, h_prev: Any) -> tuple[Tensor, Tensor]:
        _, _, _, h = gru_block_cell(inputs, h_prev, self._gate_kernel, self._candidate_kernel, self._gate_bias, self._candidate_bias)
        return h, h


@public("contrib.rnn.GRUBlockCellV2")
class GRUBlockCellV2(GRUBlockCell):
    """GRUBlockCell whose variables have the names of GRUCell's."""

    _names = ("gates/kernel", "gates/bias", "candidate/kernel", "candidate/bias")
