"""tf.contrib.grid_rnn: cells with a state along each of several dimensions (Kalchbrenner et al., Grid Long Short-Term Memory, 2015)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ..graph.operation import Tensor
from ..graph.public import public
from ..layers.rnn.cell import BasicRNNCell, RNNCell
from ..layers.rnn.gru import GRUCell
from ..layers.rnn.lstm import BasicLSTMCell, LSTMCell, LSTMStateTuple
from ..ops import array
from ..ops.matmul import matmul
from ..scopes import get_variable, variable_scope


def _listed(dims: Any) -> list[int]:
    if dims is None:
        return []
    return [dims] if isinstance(dims, int) else list(dims)


@public("contrib.grid_rnn.GridRNNCell")
class GridRNNCell(RNNCell):
    """A cell of several dimensions, with a cell of its own for each.

    Each step the dimensions that have no priority go first, from the outputs of all at the last step; then those that have.

    Args:
      num_units: of each dimension.
      num_dims: the dimensions.
      input_dims: those that the input is projected on: their state of the last step does not count.
      output_dims: those that give output.
      priority_dims: those that go last.
      non_recurrent_dims, non_recurrent_fn: dimensions without state; they do not work in TensorFlow 1.15 and are not here.
      tied: the dimensions share one cell.
      cell_fn: makes a cell from a number of units; LSTMCell if None.
      state_is_tuple, output_is_tuple: a tuple with an entry for each dimension, rather than one tensor.

    Raises:
      ValueError: dimensions that there are not.
      AttributeError: dimensions without state.
    """

    def __init__(
        self,
        num_units: int,
        num_dims: int = 1,
        input_dims: Any = None,
        output_dims: Any = None,
        priority_dims: Any = None,
        non_recurrent_dims: Any = None,
        tied: bool = False,
        cell_fn: Callable[[int], RNNCell] | None = None,
        non_recurrent_fn: Any = None,
        state_is_tuple: bool = True,
        output_is_tuple: bool = True,
    ):
        super().__init__(_reuse=None)
        if num_dims < 1:
            raise ValueError(f"dims must be >= 1: {num_dims}")
        self._inputs, self._outputs = _listed(input_dims), _listed(output_dims)
        first = _listed(priority_dims)
        for dims in (self._inputs, self._outputs, first):
            if any(not 0 <= d < num_dims for d in dims):
                raise ValueError(f"Invalid dims: {dims}. Must be in [0, {num_dims})")
        if _listed(non_recurrent_dims):
            # TensorFlow 1.15 looks for tf.contrib.layers.initializers, which is not there.
            raise AttributeError(
                "module 'tensorflow.contrib.layers' has no attribute 'initializers': dimensions without state work neither in TensorFlow "
                "1.15 nor here. Leave out non_recurrent_dims and non_recurrent_fn."
            )
        self._num_units, self._num_dims, self._tied = num_units, num_dims, tied
        self._priority = first
        self._state_is_tuple, self._output_is_tuple = state_is_tuple, output_is_tuple
        make = (lambda n: LSTMCell(num_units=n, state_is_tuple=state_is_tuple)) if cell_fn is None else cell_fn
        cell = make(num_units)
        self._cells = [cell] * num_dims if tied else [cell, *(make(num_units) for _ in range(num_dims - 1))]
        if not isinstance(self._cells[0], RNNCell):
            raise TypeError("cell_fn must return an RNNCell instance")
        size = cell.state_size
        if state_is_tuple:
            self._state_size: Any = tuple(c.state_size for c in self._cells)
        else:
            self._state_size = num_dims * (sum(size) if isinstance(size, tuple) else size)
        n_outputs = len(self._outputs)
        self._output_size: Any = (num_units,) * n_outputs if output_is_tuple else num_units * n_outputs

    @property
    def output_size(self) -> Any:
        """Of each output dimension."""
        return self._output_size

    @property
    def state_size(self) -> Any:
        """Of each dimension."""
        return self._state_size

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> tuple[Any, Any]:
        """(output, new state); inputs [batch, n], divided evenly over the input dimensions, or None."""
        memories, outputs = self._states(state)
        with variable_scope(scope or type(self).__name__):
            if inputs is not None and self._inputs:
                self._project(inputs, memories, outputs)
            new_outputs: list[Any] = [None] * self._num_dims
            new_states: list[Any] = [None] * self._num_dims
            others = [d for d in range(self._num_dims) if d not in self._priority]
            for first, dims in ((True, others), (not others, self._priority)):
                self._propagate(dims, memories, outputs, new_outputs, new_states, first)
            found = [new_outputs[d] for d in self._outputs]
            output = tuple(found) if self._output_is_tuple else array.concat(found, 1)
            if self._state_is_tuple:
                return output, tuple(new_states)
            flat = [t for s in new_states for t in (s if isinstance(s, tuple) else (s,))]
            return output, array.concat(flat, 1)

    def _states(self, state: Any) -> tuple[list[Any], list[Any]]:
        """(the memory of each dimension, None for cells without, its output) at the last step."""
        has_memory = isinstance(self._cells[0].state_size, tuple)
        if self._state_is_tuple:
            if has_memory:
                return [s[0] for s in state], [s[1] for s in state]
            return [None] * self._num_dims, list(state)
        n = self._num_units
        parts = [array.slice_(state, [0, i * n], [-1, n]) for i in range(self._num_dims * (2 if has_memory else 1))]
        return (parts[::2], parts[1::2]) if has_memory else ([None] * self._num_dims, parts)

    def _project(self, inputs: Tensor, memories: list[Any], outputs: list[Any]) -> None:
        """Puts the projected input in the place of the states of the input dimensions."""
        for d, part in zip(self._inputs, array.split(value=inputs, num_or_size_splits=len(self._inputs), axis=1)):
            shape = [part.get_shape().as_list()[1], self._num_units]
            outputs[d] = matmul(part, get_variable(f"project_m_{d}", shape, dtype=inputs.dtype))
            if memories[d] is not None:
                memories[d] = matmul(part, get_variable(f"project_c_{d}", shape, dtype=inputs.dtype))

    def _propagate(
        self, dims: Iterable[int], memories: list[Any], outputs: list[Any], new_outputs: list[Any], new_states: list[Any], first: bool
    ) -> None:
        dims = list(dims)
        if not dims:
            return
        latest = [old if new is None else new for old, new in zip(outputs, new_outputs)]
        if self._num_dims > 1:
            cell_inputs = array.concat(latest[:-1], 1)
        else:
            cell_inputs = array.zeros([outputs[0].get_shape().as_list()[0], 0], outputs[0].dtype)
        for i, d in enumerate(dims):
            with variable_scope("recurrent" if self._tied else f"recurrent/cell_{d}") as scope:
                if self._tied and not (first and i == 0):
                    scope.reuse_variables()
                state = latest[-1] if memories[d] is None else LSTMStateTuple(memories[d], latest[-1])
                new_outputs[d], new_states[d] = self._cells[d](cell_inputs, state)


def _grid(name: str, dims: int, doc: str, cell: Callable[..., Callable[[int], RNNCell]], **extra: Any) -> type:
    """A GridRNNCell with the input, the output and the priority on dimension 0; `extra` are the cell's arguments and their defaults."""
    own = {"tied": False, "non_recurrent_fn": None} if dims > 1 else {}
    defaults = {**own, **extra, "state_is_tuple": True, "output_is_tuple": True}

    def __init__(self: Any, num_units: int, *args: Any, **kwargs: Any) -> None:  # noqa: N807
        if len(args) > len(defaults) or set(kwargs) - set(defaults):
            raise TypeError(f"{name}(num_units, {', '.join(f'{k}={v!r}' for k, v in defaults.items())}): got {args}, {kwargs}")
        given = {**defaults, **dict(zip(defaults, args)), **kwargs}
        GridRNNCell.__init__(
            self,
            num_units,
            dims,
            input_dims=0,
            output_dims=0,
            priority_dims=0,
            non_recurrent_dims=None if given.get("non_recurrent_fn") is None else 0,
            tied=given.get("tied", False),
            cell_fn=cell(**{k: given[k] for k in extra}),
            non_recurrent_fn=given.get("non_recurrent_fn"),
            state_is_tuple=given["state_is_tuple"],
            output_is_tuple=given["output_is_tuple"],
        )

    made = type(name, (GridRNNCell,), {"__init__": __init__, "__doc__": doc, "__module__": __name__})
    return public(f"contrib.grid_rnn.{name}")(made)


def _lstm(use_peepholes: bool, forget_bias: float) -> Callable[[int], RNNCell]:
    return lambda n: LSTMCell(num_units=n, use_peepholes=use_peepholes, forget_bias=forget_bias)


def _basic_lstm(forget_bias: float) -> Callable[[int], RNNCell]:
    return lambda n: BasicLSTMCell(num_units=n, forget_bias=forget_bias)


Grid1BasicRNNCell = _grid("Grid1BasicRNNCell", 1, "BasicRNNCell in one dimension.", lambda: lambda n: BasicRNNCell(num_units=n))
Grid2BasicRNNCell = _grid("Grid2BasicRNNCell", 2, "BasicRNNCell in two dimensions.", lambda: lambda n: BasicRNNCell(num_units=n))
Grid1BasicLSTMCell = _grid("Grid1BasicLSTMCell", 1, "BasicLSTMCell in one dimension.", _basic_lstm, forget_bias=1)
Grid2BasicLSTMCell = _grid("Grid2BasicLSTMCell", 2, "BasicLSTMCell in two dimensions.", _basic_lstm, forget_bias=1)
Grid1LSTMCell = _grid("Grid1LSTMCell", 1, "LSTMCell in one dimension.", _lstm, use_peepholes=False, forget_bias=1.0)
Grid2LSTMCell = _grid("Grid2LSTMCell", 2, "LSTMCell in two dimensions.", _lstm, use_peepholes=False, forget_bias=1.0)
Grid3LSTMCell = _grid("Grid3LSTMCell", 3, "LSTMCell in three dimensions.", _lstm, use_peepholes=False, forget_bias=1.0)
Grid2GRUCell = _grid("Grid2GRUCell", 2, "GRUCell in two dimensions.", lambda: lambda n: GRUCell(num_units=n))
