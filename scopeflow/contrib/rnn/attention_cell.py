"""AttentionCellWrapper: a cell that looks back at its latest outputs (Bahdanau et al. 2014, arXiv 1409.0473)."""

from __future__ import annotations

from typing import Any

from ...graph import nest
from ...graph.operation import Tensor
from ...graph.public import public
from ...layers.rnn.cell import RNNCell, assert_like_rnncell
from ...ops import array
from ...ops.elementwise import tanh
from ...ops.nn.activation import softmax
from ...ops.nn.convolution import conv2d
from ...ops.reduction import reduce_sum
from ...scopes import get_variable, variable_scope
from .linear import Linear


@public("contrib.rnn.AttentionCellWrapper")
class AttentionCellWrapper(RNNCell):
    """A cell that attends to its last `attn_length` outputs.

    Args:
      cell: the cell.
      attn_length: how many outputs are kept.
      attn_size: size of the outputs; the cell's output size if None.
      attn_vec_size: size of the features compared; `attn_size` if None.
      input_size: size of the cell's inputs; as the wrapper's if None.
      state_is_tuple: the state is (the cell's, attention, outputs kept); else they are concatenated.

    Raises:
      TypeError: `cell` is no cell.
      ValueError: a length that is not positive, or a tuple state that should be concatenated.
    """

    def __init__(
        self,
        cell: Any,
        attn_length: int,
        attn_size: int | None = None,
        attn_vec_size: int | None = None,
        input_size: int | None = None,
        state_is_tuple: bool = True,
        reuse: Any = None,
    ):
        super().__init__(_reuse=reuse)
        assert_like_rnncell("cell", cell)
        if nest.is_nested(cell.state_size) and not state_is_tuple:
            raise ValueError(f"Cell returns tuple of states, but the flag state_is_tuple is not set. State size is: {cell.state_size}")
        if attn_length <= 0:
            raise ValueError(f"attn_length should be greater than zero, got {attn_length}")
        self._state_is_tuple = state_is_tuple
        self._cell = cell
        self._attn_length = attn_length
        self._attn_size = cell.output_size if attn_size is None else attn_size
        self._attn_vec_size = self._attn_size if attn_vec_size is None else attn_vec_size
        self._input_size = input_size
        self._input_linear: Linear | None = None
        self._output_linear: Linear | None = None
        self._query_linear: Linear | None = None

    @property
    def state_size(self) -> Any:
        size = (self._cell.state_size, self._attn_size, self._attn_size * self._attn_length)
        return size if self._state_is_tuple else sum(size)

    @property
    def output_size(self) -> Any:
        return self._attn_size

    def call(self, inputs: Any, state: Any) -> tuple[Any, Any]:
        n, length = self._attn_size, self._attn_length
        if self._state_is_tuple:
            state, attention, kept = state
        else:
            states, first = state, self._cell.state_size
            state = array.slice_(states, [0, 0], [-1, first])
            attention = array.slice_(states, [0, first], [-1, n])
            kept = array.slice_(states, [0, first + n], [-1, n * length])
        kept = array.reshape(kept, [-1, length, n])
        size = self._input_size
        if size is None:
            size = inputs.shape.as_list()[1]
        if self._input_linear is None:
            self._input_linear = Linear([inputs, attention], size, True)
        inputs = self._input_linear([inputs, attention])
        cell_output, new_state = self._cell(inputs, state)
        query = array.concat(nest.flatten(new_state), 1) if self._state_is_tuple else new_state
        new_attention, rest = self._attend(query, kept)
        with variable_scope("attn_output_projection"):
            if self._output_linear is None:
                self._output_linear = Linear([cell_output, new_attention], n, True)
            output = self._output_linear([cell_output, new_attention])
        kept = array.concat([rest, array.expand_dims(output, 1)], 1)
        kept = array.reshape(kept, [-1, length * n])
        new_state = (new_state, new_attention, kept)
        return output, new_state if self._state_is_tuple else array.concat(list(new_state), 1)

    def _attend(self, query: Any, kept: Any) -> tuple[Tensor, Tensor]:
        """(what is attended to [batch, attn_size], the outputs kept without the oldest)."""
        n, length = self._attn_size, self._attn_length
        with variable_scope("attention"):
            k = get_variable("attn_w", [1, 1, n, self._attn_vec_size])
            v = get_variable("attn_v", [self._attn_vec_size])
            hidden = array.reshape(kept, [-1, length, 1, n])
            features = conv2d(hidden, k, [1, 1, 1, 1], "SAME")
            if self._query_linear is None:
                self._query_linear = Linear(query, self._attn_vec_size, True)
            y = array.reshape(self._query_linear(query), [-1, 1, 1, self._attn_vec_size])
            a = softmax(reduce_sum(v * tanh(features + y), [2, 3]))
            d = reduce_sum(array.reshape(a, [-1, length, 1, 1]) * hidden, [1, 2])
            return array.reshape(d, [-1, n]), array.slice_(kept, [0, 1, 0], [-1, -1, -1])
