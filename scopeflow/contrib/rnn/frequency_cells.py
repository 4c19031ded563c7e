"""LSTMs over time and frequency: TimeFreqLSTMCell, GridLSTMCell (Li et al. 2015 and 2016, after Kalchbrenner et al., arXiv 1507.01526)."""

from __future__ import annotations

import collections
from typing import Any

from ...graph.dtypes import int32
from ...graph.operation import Tensor
from ...graph.public import public
from ...layers.rnn.cell import RNNCell
from ...ops import array
from ...ops.clipping import clip_by_value
from ...ops.elementwise import sigmoid, tanh
from ...ops.matmul import matmul
from ...ops.nn.linear import bias_add
from ...scopes import get_variable, variable_scope
from ...variables.initializers import Zeros
from .lstm_variants import concat_variable


def _known_width(inputs: Tensor) -> int:
    size = inputs.shape.with_rank(2)[-1].value
    if size is None:
        raise ValueError("Cannot infer input_size from static shape inference.")
    return size


def _batch_size(inputs: Tensor) -> Any:
    return inputs.shape.with_rank(2)[0].value or array.shape(inputs)[0]


@public("contrib.rnn.TimeFreqLSTMCell")
class TimeFreqLSTMCell(RNNCell):
    """An LSTM that goes through windows of its input, which is along frequency, at each step.

    Args:
      num_units: size of the cell, for each window.
      use_peepholes: the gates see the cell, through diagonal weights.
      cell_clip: bound of the cell's elements.
      initializer: of the weights; the variable scope's if None.
      num_unit_shards: into how many variables the kernel is cut.
      forget_bias: added to the forget gate's bias.
      feature_size, frequency_skip: size of the windows, and how far they are apart.
    """

    def __init__(
        self,
        num_units: Any,
        use_peepholes: bool = False,
        cell_clip: float | None = None,
        initializer: Any = None,
        num_unit_shards: int = 1,
        forget_bias: float = 1.0,
        feature_size: Any = None,
        frequency_skip: int = 1,
        reuse: Any = None,
    ):
        super().__init__(_reuse=reuse)
        self._num_units = num_units
        self._use_peepholes = use_peepholes
        self._cell_clip = cell_clip
        self._initializer = initializer
        self._num_unit_shards = num_unit_shards
        self._forget_bias = forget_bias
        self._feature_size = feature_size
        self._frequency_skip = frequency_skip

    @property
    def output_size(self) -> Any:
        return self._num_units

    @property
    def state_size(self) -> Any:
        return 2 * self._num_units

    def call(self, inputs: Any, state: Any) -> tuple[Tensor, Tensor]:
        n = self._num_units
        windows = self._make_tf_features(inputs)
        dtype = inputs.dtype
        width = windows[0].shape.as_list()[1]
        kernel = concat_variable("W", [width + 2 * n, 4 * n], dtype, self._num_unit_shards)
        bias = get_variable("B", shape=[4 * n], initializer=Zeros(), dtype=dtype)
        if self._use_peepholes:
            w_f, w_i, w_o = (get_variable(f"W_{gate}_diag", shape=[n], dtype=dtype) for gate in "FIO")
        h_below = array.zeros([_batch_size(inputs), n], dtype=dtype)
        for at, window in enumerate(windows):
            c_before = array.slice_(state, [0, 2 * at * n], [-1, n])
            h_before = array.slice_(state, [0, (2 * at + 1) * n], [-1, n])
            gates = bias_add(matmul(array.concat([window, h_before, h_below], 1), kernel), bias)
            i, j, f, o = array.split(value=gates, num_or_size_splits=4, axis=1)
            if self._use_peepholes:
                c = sigmoid(f + self._forget_bias + w_f * c_before) * c_before + sigmoid(i + w_i * c_before) * tanh(j)
            else:
                c = sigmoid(f + self._forget_bias) * c_before + sigmoid(i) * tanh(j)
            if self._cell_clip is not None:
                c = clip_by_value(c, -self._cell_clip, self._cell_clip)
            h_below = h = sigmoid(o + w_o * c if self._use_peepholes else o) * tanh(c)
            if at == 0:
                new_state, output = array.concat([c, h], 1), h
            else:
                new_state, output = array.concat([new_state, c, h], 1), array.concat([output, h], 1)
        return output, new_state

    def _make_tf_features(self, x: Tensor) -> list[Tensor]:
        count = int((_known_width(x) - self._feature_size) / self._frequency_skip) + 1
        return [array.slice_(x, [0, i * self._frequency_skip], [-1, self._feature_size]) for i in range(count)]


@public("contrib.rnn.GridLSTMCell")
class GridLSTMCell(RNNCell):
    """A grid LSTM: at each step one LSTM along frequency and one along time, over windows of the input, in blocks.

    Args:
      num_units: size of the cells, for each window.
      use_peepholes: the gates see the cells, through diagonal weights.
      share_time_frequency_weights: both LSTMs have the same weights.
      cell_clip: bound of the cells' elements.
      initializer: of the weights; the variable scope's if None.
      num_unit_shards: into how many variables the kernels are cut.
      forget_bias: added to the forget gates' biases.
      feature_size, frequency_skip: size of the windows, and how far they are apart.
      num_frequency_blocks: number of windows of each block.
      start_freqindex_list, end_freqindex_list: where each block starts and ends; one block over all if None.
      couple_input_forget_gates: take in as much as is forgotten.
      state_is_tuple: the state is a named tuple, (cell, output) for each window; else they are concatenated.
    """

    _prefixes: tuple[str, ...] = ("state",)
    _tuple_name = "GridLSTMStateTuple"

    def __init__(
        self,
        num_units: Any,
        use_peepholes: bool = False,
        share_time_frequency_weights: bool = False,
        cell_clip: float | None = None,
        initializer: Any = None,
        num_unit_shards: int = 1,
        forget_bias: float = 1.0,
        feature_size: Any = None,
        frequency_skip: Any = None,
        num_frequency_blocks: Any = None,
        start_freqindex_list: Any = None,
        end_freqindex_list: Any = None,
        couple_input_forget_gates: bool = False,
        state_is_tuple: bool = True,
        reuse: Any = None,
    ):
        super().__init__(_reuse=reuse)
        self._num_units = num_units
        self._use_peepholes = use_peepholes
        self._share = share_time_frequency_weights
        self._couple = couple_input_forget_gates
        self._state_is_tuple = state_is_tuple
        self._cell_clip = cell_clip
        self._initializer = initializer
        self._num_unit_shards = num_unit_shards
        self._forget_bias = forget_bias
        self._feature_size = feature_size
        self._frequency_skip = frequency_skip
        self._starts = start_freqindex_list
        self._ends = end_freqindex_list
        self._blocks = num_frequency_blocks
        fields = [
            f"{prefix}_f{f:02d}_b{b:02d}_{part}"
            for prefix in self._prefixes
            for b, count in enumerate(num_frequency_blocks)
            for f in range(count)
            for part in "cm"
        ]
        self._size = len(fields) * num_units
        self._state_tuple_type = collections.namedtuple(self._tuple_name, fields) if state_is_tuple else None

    @property
    def output_size(self) -> Any:
        return self._size

    @property
    def state_size(self) -> Any:
        if self._state_tuple_type is None:
            return self._size
        return self._state_tuple_type(*[self._num_units] * len(self._state_tuple_type._fields))

    @property
    def state_tuple_type(self) -> Any:
        """The named tuple of the states, or None."""
        return self._state_tuple_type

    def call(self, inputs: Any, state: Any) -> tuple[Tensor, Any]:
        batch_size = _batch_size(inputs)
        outputs: list[Tensor] = []
        states: list[Tensor] = []
        for block, windows in enumerate(self._make_tf_features(inputs)):
            out, new = self._compute(windows, block, state, batch_size)
            outputs += out
            states += new
        new_state = self._state_tuple_type(*states) if self._state_tuple_type else array.concat(states, 1)
        return array.concat(outputs, 1), new_state

    def _diagonals(self, kind: str, block: int, dtype: Any) -> dict[str, tuple[Any, Any]]:
        """Gate -> its peephole weights of the (frequency, time) cell, for the LSTM along `kind`."""
        gates = "IO" if self._couple else "FIO"
        return {
            gate: tuple(get_variable(f"W_{gate}_diag_{kind}{x}_{block}", shape=[self._num_units], dtype=dtype) for x in "ft")
            for gate in gates
        }

    def _compute(
        self, windows: list[Tensor], block: int, state: Any, batch_size: Any, prefix: str = "state"
    ) -> tuple[list[Tensor], list[Tensor]]:
        """([outputs], [states]) of a block: for each window time before frequency."""
        n = self._num_units
        gates = 3 if self._couple else 4
        width = windows[0].shape.as_list()[1]
        dtype = windows[0].dtype
        kernels = {}
        for kind in "f" if self._share else "ft":
            kernel = concat_variable(f"W_{kind}_{block}", [width + 2 * n, gates * n], dtype, self._num_unit_shards)
            kernels[kind] = kernel, get_variable(f"B_{kind}_{block}", shape=[gates * n], initializer=Zeros(), dtype=dtype)
        diagonals: dict[str, Any] = {}
        if self._use_peepholes:
            diagonals["f"] = self._diagonals("freq", block, dtype)
            diagonals["t"] = diagonals["f"] if self._share else self._diagonals("time", block, dtype)
        h_freq = array.zeros([batch_size, n], dtype)
        c_freq = array.zeros([batch_size, n], dtype)
        outputs: list[Tensor] = []
        states: list[Tensor] = []
        for at, window in enumerate(windows):
            if self._state_is_tuple:
                name = f"{prefix}_f{at:02d}_b{block:02d}"
                c_time, h_time = getattr(state, name + "_c"), getattr(state, name + "_m")
            else:
                c_time = array.slice_(state, [0, 2 * at * n], [-1, n])
                h_time = array.slice_(state, [0, (2 * at + 1) * n], [-1, n])
            x = array.concat([window, h_time, h_freq], 1)
            split = {k: self._split(x, *w) for k, w in kernels.items()}
            split["t"] = split.get("t", split["f"])
            new_c_freq = self._cell(split["f"], diagonals.get("f"), c_freq, c_freq, c_time)
            new_c_time = self._cell(split["t"], diagonals.get("t"), c_time, c_freq, c_time)
            h_freq = self._output(split["f"], diagonals.get("f"), new_c_freq, new_c_freq, new_c_time)
            h_time = self._output(split["t"], diagonals.get("t"), new_c_time, new_c_freq, new_c_time)
            c_freq = new_c_freq
            states += [new_c_time, h_time]
            outputs += [h_time, h_freq]
        return outputs, states

    def _split(self, x: Tensor, kernel: Any, bias: Any) -> list[Any]:
        """[input gate, new input, forget gate (not if coupled), output gate] before activation."""
        mapped = bias_add(matmul(x, kernel), bias)
        return list(array.split(axis=1, num_or_size_splits=3 if self._couple else 4, value=mapped))

    def _gate(self, gate: str, x: Tensor, diagonals: Any, c_freq: Tensor, c_time: Tensor) -> Tensor:
        if diagonals is None:
            return sigmoid(x)
        w_freq, w_time = diagonals[gate]
        return sigmoid(x + w_freq * c_freq + w_time * c_time)

    def _cell(self, split: list[Any], diagonals: Any, c_before: Tensor, c_freq: Tensor, c_time: Tensor) -> Tensor:
        take = self._gate("I", split[0], diagonals, c_freq, c_time)
        keep = 1.0 - take if self._couple else self._gate("F", split[2] + self._forget_bias, diagonals, c_freq, c_time)
        c = keep * c_before + take * tanh(split[1])
        return c if self._cell_clip is None else clip_by_value(c, -self._cell_clip, self._cell_clip)

    def _output(self, split: list[Any], diagonals: Any, c: Tensor, c_freq: Tensor, c_time: Tensor) -> Tensor:
        return self._gate("O", split[-1], diagonals, c_freq, c_time) * tanh(c)

    def _make_tf_features(self, x: Tensor, slice_offset: int = 0) -> list[list[Tensor]]:
        """The windows of each block, `slice_offset` later (with zeros for what is outside)."""
        width = _known_width(x)
        if slice_offset > 0:
            x = array.pad(x, array.constant([0, 0, 0, slice_offset], shape=[2, 2], dtype=int32), "CONSTANT")
        elif slice_offset < 0:
            x = array.pad(x, array.constant([0, 0, -slice_offset, 0], shape=[2, 2], dtype=int32), "CONSTANT")
            slice_offset = 0
        if not self._starts:
            if len(self._blocks) != 1:
                raise ValueError(f"Length of num_frequency_blocks is not 1, but instead is {len(self._blocks)}")
            ranges = [(0, width)]
        else:
            if len(self._starts) != len(self._ends):
                raise ValueError(f"Length of start and end freqindex_list does not match {len(self._starts)} {len(self._ends)}")
            if len(self._blocks) != len(self._starts):
                raise ValueError(
                    f"Length of num_frequency_blocks is not equal to start_freqindex_list {len(self._blocks)} {len(self._starts)}"
                )
            ranges = list(zip(self._starts, self._ends))
        out = []
        for (start, end), expected in zip(ranges, self._blocks):
            count = int((end - start - self._feature_size) / self._frequency_skip) + 1
            if count != expected:
                raise ValueError(
                    f"Invalid num_frequency_blocks, requires {expected} but gets {count}, please check the input size and filter "
                    "config are correct."
                )
            out.append(
                [array.slice_(x, [0, start + slice_offset + i * self._frequency_skip], [-1, self._feature_size]) for i in range(count)]
            )
        return out


@public("contrib.rnn.BidirectionalGridLSTMCell")
class BidirectionalGridLSTMCell(GridLSTMCell):
    """A grid LSTM that goes through the frequencies in both directions, in variable scopes `fwd` and `bwd`.

    The arguments are GridLSTMCell's, and `backward_slice_offset`: how much later the windows of the backward direction start.
    """

    _prefixes = ("fwd_state", "bwd_state")
    _tuple_name = "BidirectionalGridLSTMStateTuple"

    def __init__(
        self,
        num_units: Any,
        use_peepholes: bool = False,
        share_time_frequency_weights: bool = False,
        cell_clip: float | None = None,
        initializer: Any = None,
        num_unit_shards: int = 1,
        forget_bias: float = 1.0,
        feature_size: Any = None,
        frequency_skip: Any = None,
        num_frequency_blocks: Any = None,
        start_freqindex_list: Any = None,
        end_freqindex_list: Any = None,
        couple_input_forget_gates: bool = False,
        backward_slice_offset: int = 0,
        reuse: Any = None,
    ):
        super().__init__(
            num_units,
            use_peepholes,
            share_time_frequency_weights,
            cell_clip,
            initializer,
            num_unit_shards,
            forget_bias,
            feature_size,
            frequency_skip,
            num_frequency_blocks,
            start_freqindex_list,
            end_freqindex_list,
            couple_input_forget_gates,
            True,
            reuse,
        )
        self._backward_slice_offset = int(backward_slice_offset)

    def call(self, inputs: Any, state: Any) -> tuple[Tensor, Any]:
        batch_size = _batch_size(inputs)
        forward = self._make_tf_features(inputs)
        backward = self._make_tf_features(inputs, self._backward_slice_offset) if self._backward_slice_offset else forward
        outputs: list[Tensor] = []
        states: list[Tensor] = []
        for scope, blocks in (("fwd", forward), ("bwd", [windows[::-1] for windows in backward])):
            with variable_scope(scope):
                for block, windows in enumerate(blocks):
                    out, new = self._compute(windows, block, state, batch_size, scope + "_state")
                    outputs += out
                    states += new
        return array.concat(outputs, 1), self._state_tuple_type(*states)
