"""AttentionWrapper: a cell that attends to memories."""

from __future__ import annotations

import collections
from collections.abc import Callable, Sequence
from typing import Any

from ...graph import nest
from ...graph.default_graph import control_dependencies, name_scope
from ...graph.dtypes import int32
from ...graph.operation import Operation, Tensor
from ...graph.public import public
from ...graph.tensor_shape import TensorShape
from ...layers.rnn.cell import RNNCell, assert_like_rnncell, zero_state_tensors
from ...layers.rnn.static import initial_state_of
from ...ops import array
from ...ops.asserts import assert_equal
from ...ops.matmul import matmul
from ...ops.tensor_array import TensorArray
from ..framework.checks import with_same_shape
from .attention import AttentionMechanism, dense

_State = collections.namedtuple(
    "AttentionWrapperState", ("cell_state", "attention", "time", "alignments", "alignment_history", "attention_state")
)


@public("contrib.seq2seq.AttentionWrapperState")
class AttentionWrapperState(_State):
    """The state of an AttentionWrapper.

    Fields:
      cell_state: the wrapped cell's.
      attention: what the last step gave [batch, size].
      time: number of steps, int32 scalar.
      alignments: of the last step [batch, memory time]; a tuple for several mechanisms.
      alignment_history: TensorArray of the alignments of all steps, or (); a tuple for several mechanisms.
      attention_state: of the mechanism; a tuple for several.
    """

    def clone(self, **kwargs: Any) -> AttentionWrapperState:
        """The state with other fields. Raises ValueError for tensors of other shapes."""

        def checked(old: Any, new: Any) -> Any:
            return with_same_shape(old, new) if isinstance(old, Tensor) and isinstance(new, Tensor) else new

        return nest.map_structure(checked, self, self._replace(**kwargs))


_TILE = "via the tf.contrib.seq2seq.tile_batch function with argument multiple=beam_width."
_MEMORY = "Non-matching batch sizes between the memory (encoder output) and"


@public("contrib.seq2seq.python.ops.attention_wrapper._compute_attention")
def _compute_attention(mechanism: Any, cell_output: Any, attention_state: Any, attention_layer: Any) -> tuple[Tensor, Tensor, Any]:
    """(attention, alignments, next state of the mechanism) for a cell's output."""
    alignments, next_state = mechanism(cell_output, state=attention_state)
    context = array.squeeze(matmul(array.expand_dims(alignments, 1), mechanism.values), [1])
    attention = attention_layer(array.concat([cell_output, context], 1)) if attention_layer is not None else context
    return attention, alignments, next_state


@public("contrib.seq2seq.AttentionWrapper")
class AttentionWrapper(RNNCell):
    """A cell that sees what it attended to in the step before, and attends anew with its output.

    Args:
      cell: the cell.
      attention_mechanism: one, or a list of them.
      attention_layer_size: size of a linear layer of output and context, which gives the attention (a list for a list of mechanisms);
        None: the attention is the context.
      alignment_history: keep the alignments of all steps in the state.
      cell_input_fn: of (inputs, attention): the cell's inputs; their concatenation if None.
      output_attention: the output is the attention; else the cell's.
      initial_cell_state: what `zero_state` starts the cell with; zeros if None.
      attention_layer: a layer (or a list of them) in place of `attention_layer_size`.
      attention_fn: of (mechanism, cell output, mechanism's state, layer): (attention, alignments, next state).

    Raises:
      TypeError: something is no cell, no mechanism, or not callable.
      ValueError: both a layer and its size, or not one for each mechanism.
    """

    def __init__(
        self,
        cell: Any,
        attention_mechanism: Any,
        attention_layer_size: Any = None,
        alignment_history: bool = False,
        cell_input_fn: Callable[[Any, Any], Any] | None = None,
        output_attention: bool = True,
        initial_cell_state: Any = None,
        name: Any = None,
        attention_layer: Any = None,
        attention_fn: Callable[..., Any] | None = None,
        dtype: Any = None,
    ):
        super().__init__(name=name, dtype=dtype)
        assert_like_rnncell("cell", cell)
        self._is_multi = isinstance(attention_mechanism, (list, tuple))
        mechanisms = list(attention_mechanism) if self._is_multi else [attention_mechanism]
        for m in mechanisms:
            if not isinstance(m, AttentionMechanism):
                wanted = (
                    "contain only instances of AttentionMechanism"
                    if self._is_multi
                    else "be an AttentionMechanism or list of multiple AttentionMechanism instances"
                )
                raise TypeError(f"attention_mechanism must {wanted}, saw type: {type(m).__name__}")
        if cell_input_fn is None:
            cell_input_fn = _beside
        elif not callable(cell_input_fn):
            raise TypeError(f"cell_input_fn must be callable, saw type: {type(cell_input_fn).__name__}")
        self._set_layers(mechanisms, attention_layer_size, attention_layer, cell)
        self._cell = cell
        self._attention_mechanisms = mechanisms
        self._cell_input_fn = cell_input_fn
        self._attention_fn = attention_fn or _compute_attention
        self._output_attention = output_attention
        self._alignment_history = alignment_history
        with name_scope(name, "AttentionWrapperInit"):
            self._initial_cell_state = None
            if initial_cell_state is not None:
                last = nest.flatten(initial_cell_state)[-1]
                batch_size = last.shape[0].value or array.shape(last)[0]
                message = (
                    f"When constructing AttentionWrapper {self._base_name}: {_MEMORY} initial_cell_state.  Are you using the "
                    f"BeamSearchDecoder?  You may need to tile your initial state {_TILE}"
                )
                with control_dependencies(self._batch_size_checks(batch_size, message)):
                    self._initial_cell_state = nest.map_structure(
                        lambda s: array.identity(s, name="check_initial_cell_state"), initial_cell_state
                    )

    def _set_layers(self, mechanisms: Sequence[Any], size: Any, layer: Any, cell: Any) -> None:
        if size is not None and layer is not None:
            raise ValueError("Only one of attention_layer_size and attention_layer should be set")
        given = size if layer is None else layer
        if given is None:
            self._attention_layers = None
            self._attention_layer_size = sum(m.values.shape[-1].value for m in mechanisms)
            return
        each = tuple(given if isinstance(given, (list, tuple)) else (given,))
        if len(each) != len(mechanisms):
            what, kind = ("attention_layer_size", "integer") if layer is None else ("attention_layer", "layer")
            raise ValueError(
                f"If provided, {what} must contain exactly one {kind} per attention_mechanism, saw: {len(each)} vs {len(mechanisms)}"
            )
        if layer is None:
            self._attention_layers = [dense(n, "attention_layer", m.dtype) for n, m in zip(each, mechanisms)]
            self._attention_layer_size = sum(each)
        else:
            self._attention_layers = list(each)
            self._attention_layer_size = sum(
                one.compute_output_shape([None, cell.output_size + m.values.shape[-1].value])[-1].value for one, m in zip(each, mechanisms)
            )

    def _batch_size_checks(self, batch_size: Any, message: str) -> list[Operation]:
        return [assert_equal(batch_size, m.batch_size, message=message) for m in self._attention_mechanisms]

    def _item_or_tuple(self, values: Any) -> Any:
        """A tuple of the values, one a mechanism, or the value if there is one mechanism that was not in a list."""
        values = tuple(values)
        return values if self._is_multi else values[0]

    @property
    def output_size(self) -> Any:
        return self._attention_layer_size if self._output_attention else self._cell.output_size

    @property
    def state_size(self) -> AttentionWrapperState:
        mechanisms = self._attention_mechanisms
        return AttentionWrapperState(
            cell_state=self._cell.state_size,
            time=TensorShape([]),
            attention=self._attention_layer_size,
            alignments=self._item_or_tuple(m.alignments_size for m in mechanisms),
            attention_state=self._item_or_tuple(m.state_size for m in mechanisms),
            alignment_history=self._item_or_tuple(m.alignments_size if self._alignment_history else () for m in mechanisms),
        )

    def zero_state(self, batch_size: Any, dtype: Any) -> AttentionWrapperState:
        """The state to start from. A run raises InvalidArgumentError if the memory's batch size is another."""
        with name_scope(type(self).__name__ + "ZeroState", values=[batch_size]):
            cell_state = self._initial_cell_state
            if cell_state is None:
                cell_state = initial_state_of(self._cell, batch_size, dtype)
            message = (
                f"When calling zero_state of AttentionWrapper {self._base_name}: {_MEMORY} the requested batch size.  Are you using the "
                "BeamSearchDecoder?  If so, make sure your encoder output has been tiled to beam_width via "
                "tf.contrib.seq2seq.tile_batch, and the batch_size= argument passed to zero_state is batch_size * beam_width."
            )
            with control_dependencies(self._batch_size_checks(batch_size, message)):
                cell_state = nest.map_structure(lambda s: array.identity(s, name="checked_cell_state"), cell_state)
            alignments = [m.initial_alignments(batch_size, dtype) for m in self._attention_mechanisms]
            return AttentionWrapperState(
                cell_state=cell_state,
                time=array.zeros([], dtype=int32),
                attention=zero_state_tensors(self._attention_layer_size, batch_size, dtype),
                alignments=self._item_or_tuple(alignments),
                attention_state=self._item_or_tuple([m.initial_state(batch_size, dtype) for m in self._attention_mechanisms]),
                alignment_history=self._item_or_tuple(
                    [
                        TensorArray(dtype, size=0, dynamic_size=True, element_shape=a.shape) if self._alignment_history else ()
                        for a in alignments
                    ]
                ),
            )

    def call(self, inputs: Any, state: Any) -> tuple[Any, AttentionWrapperState]:
        if not isinstance(state, AttentionWrapperState):
            raise TypeError(f"Expected state to be instance of AttentionWrapperState. Received type {type(state)} instead.")
        cell_output, next_cell_state = self._cell(self._cell_input_fn(inputs, state.attention), state.cell_state)
        batch_size = cell_output.shape[0].value or array.shape(cell_output)[0]
        message = (
            f"When applying AttentionWrapper {self.name}: {_MEMORY} the query (decoder output).  Are you using the BeamSearchDecoder?  "
            f"You may need to tile your memory input {_TILE}"
        )
        with control_dependencies(self._batch_size_checks(batch_size, message)):
            cell_output = array.identity(cell_output, name="checked_cell_output")
        states, histories = state.attention_state, state.alignment_history
        if not self._is_multi:
            states, histories = [states], [histories]
        layers = self._attention_layers or [None] * len(self._attention_mechanisms)
        attentions, all_alignments, next_states, next_histories = [], [], [], []
        for mechanism, before, layer, history in zip(self._attention_mechanisms, states, layers, histories):
            attention, alignments, next_state = self._attention_fn(mechanism, cell_output, before, layer)
            next_histories.append(history.write(state.time, alignments) if self._alignment_history else ())
            next_states.append(next_state)
            all_alignments.append(alignments)
            attentions.append(attention)
        attention = array.concat(attentions, 1)
        next_wrapper_state = AttentionWrapperState(
            time=state.time + 1,
            cell_state=next_cell_state,
            attention=attention,
            attention_state=self._item_or_tuple(next_states),
            alignments=self._item_or_tuple(all_alignments),
            alignment_history=self._item_or_tuple(next_histories),
        )
        return attention if self._output_attention else cell_output, next_wrapper_state


def _beside(inputs: Any, attention: Any) -> Tensor:
    return array.concat([inputs, attention], -1)
