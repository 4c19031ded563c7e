"""MultiRNNCell: cells on top of each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...graph import nest
from ...graph.default_graph import name_scope
from ...graph.public import public
from ...graph.tracking import Trackable
from ...ops import array
from ...scopes import variable_scope
from ..layer import Layer
from .cell import RNNCell


@public("nn.rnn_cell.MultiRNNCell", "contrib.rnn.MultiRNNCell")
class MultiRNNCell(RNNCell):
    """Cells one on the other: the output of one is the input of the next, in variable scopes `cell_0`, `cell_1`, ...

    Args:
      cells: the cells, lowest first.
      state_is_tuple: the state is a tuple of the cells' states; else they are concatenated (none may be a tuple then).

    Raises:
      ValueError: no cells, or cells whose states cannot be concatenated.
      TypeError: `cells` is no list.
    """

    def __init__(self, cells: Sequence[Any], state_is_tuple: bool = True):
        super().__init__()
        if not cells:
            raise ValueError("Must specify at least one cell for MultiRNNCell.")
        if not nest.is_nested(cells):
            raise TypeError(f"cells must be a list or tuple, but saw: {cells}.")
        self._cells = cells
        for i, cell in enumerate(cells):
            if isinstance(cell, Trackable):
                self._track_trackable(cell, name=f"cell-{i}")
        self._state_is_tuple = state_is_tuple
        if not state_is_tuple and any(nest.is_nested(c.state_size) for c in cells):
            raise ValueError(
                "Some cells return tuples of states, but the flag state_is_tuple is not set.  State sizes are: "
                f"{[c.state_size for c in cells]}"
            )

    @property
    def state_size(self) -> Any:
        sizes = [cell.state_size for cell in self._cells]
        return tuple(sizes) if self._state_is_tuple else sum(sizes)

    @property
    def output_size(self) -> Any:
        return self._cells[-1].output_size

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        with name_scope(type(self).__name__ + "ZeroState", values=[batch_size]):
            if self._state_is_tuple:
                return tuple(cell.zero_state(batch_size, dtype) for cell in self._cells)
            return super().zero_state(batch_size, dtype)

    @property
    def trainable_weights(self) -> list[Any]:
        if not self.trainable:
            return []
        return [w for cell in self._cells if isinstance(cell, Layer) for w in cell.trainable_weights]

    @property
    def non_trainable_weights(self) -> list[Any]:
        cells = [cell for cell in self._cells if isinstance(cell, Layer)]
        weights = [w for cell in cells for w in cell.non_trainable_weights]
        return weights if self.trainable else [w for cell in cells for w in cell.trainable_weights] + weights

    def call(self, inputs: Any, state: Any) -> tuple[Any, Any]:
        at = 0
        states = []
        for i, cell in enumerate(self._cells):
            with variable_scope(f"cell_{i}"):
                if self._state_is_tuple:
                    if not nest.is_nested(state):
                        raise ValueError(f"Expected state to be a tuple of length {len(self.state_size)}, but received: {state}")
                    before = state[i]
                else:
                    before = array.slice_(state, [0, at], [-1, cell.state_size])
                    at += cell.state_size
                inputs, new = cell(inputs, before)
                states.append(new)
        return inputs, tuple(states) if self._state_is_tuple else array.concat(states, 1)
