"""Recurrent networks called with a whole time-major input: FusedRNNCell, its adaptor, and running backwards."""

from __future__ import annotations

import abc
from typing import Any

from ...graph.public import public
from ...layers.rnn.dynamic import dynamic_rnn
from ...layers.rnn.static import static_rnn
from ...ops import array


@public("contrib.rnn.FusedRNNCell")
class FusedRNNCell(abc.ABC):
    """What is called once for all steps: (inputs [time, batch, size]) -> (outputs, last state)."""

    @abc.abstractmethod
    def __call__(
        self, inputs: Any, initial_state: Any = None, dtype: Any = None, sequence_length: Any = None, scope: Any = None
    ) -> tuple[Any, Any]:
        """(outputs, the last state) of a time-major tensor or a list of matrices."""


@public("contrib.rnn.FusedRNNCellAdaptor")
class FusedRNNCellAdaptor(FusedRNNCell):
    """An RNNCell run by `static_rnn`, or by `dynamic_rnn` if `use_dynamic_rnn`."""

    def __init__(self, cell: Any, use_dynamic_rnn: bool = False):
        self._cell = cell
        self._use_dynamic_rnn = use_dynamic_rnn

    def __call__(
        self, inputs: Any, initial_state: Any = None, dtype: Any = None, sequence_length: Any = None, scope: Any = None
    ) -> tuple[Any, Any]:
        is_list = isinstance(inputs, list)
        options = {"sequence_length": sequence_length, "initial_state": initial_state, "dtype": dtype, "scope": scope}
        if self._use_dynamic_rnn:
            outputs, state = dynamic_rnn(self._cell, array.stack(inputs) if is_list else inputs, time_major=True, **options)
            return array.unstack(outputs) if is_list else outputs, state
        outputs, state = static_rnn(self._cell, inputs if is_list else array.unstack(inputs), **options)
        return outputs if is_list else array.stack(outputs), state


@public("contrib.rnn.TimeReversedFusedRNN")
class TimeReversedFusedRNN(FusedRNNCell):
    """A FusedRNNCell that reads its input backwards."""

    def __init__(self, cell: Any):
        self._cell = cell

    def __call__(
        self, inputs: Any, initial_state: Any = None, dtype: Any = None, sequence_length: Any = None, scope: Any = None
    ) -> tuple[Any, Any]:
        inputs = _reversed(inputs, sequence_length)
        outputs, state = self._cell(inputs, initial_state=initial_state, dtype=dtype, sequence_length=sequence_length, scope=scope)
        return _reversed(outputs, sequence_length), state


def _reversed(t: Any, lengths: Any) -> Any:
    if isinstance(t, list):
        return t[::-1]
    return array.reverse(t, [0]) if lengths is None else array.reverse_sequence(t, lengths, 0, 1)
