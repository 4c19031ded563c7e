"""Cells around a cell: dropout, residual connections, a device."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from ...graph import nest
from ...graph.constant_value import constant_value
from ...graph.conversion import convert_to_tensor
from ...graph.default_graph import device, name_scope
from ...graph.operation import Tensor
from ...graph.public import public
from ...graph.shallow_nest import enumerated_map_up_to, get_traverse_shallow_structure
from ...graph.tensor_shape import TensorShape, as_shape
from ...graph.tracking import Trackable
from ...ops import array
from ...ops.elementwise import div, floor
from ...ops.nn.dropout import dropout
from ...ops.random import random_uniform
from ...ops.tensor_array import TensorArray
from .cell import RNNCell, assert_like_rnncell
from .lstm import LSTMStateTuple


@public("python.ops.rnn_cell_impl._RNNCellWrapperV1")
class CellWrapper(RNNCell):
    """A cell that does something around another one's call, in no scope of its own; the variables are the other's alone."""

    def __init__(self, cell: Any, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        assert_like_rnncell("cell", cell)
        self.cell = cell
        if isinstance(cell, Trackable):
            self._track_trackable(cell, name="cell")

    def _around(self, inputs: Any, state: Any, call: Callable[..., Any], **kwargs: Any) -> tuple[Any, Any]:
        raise NotImplementedError

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> tuple[Any, Any]:
        """(output, new state); `scope` is the wrapped cell's."""
        return self._around(inputs, state, self.cell.__call__, scope=scope)

    def call(self, inputs: Any, state: Any, **kwargs: Any) -> tuple[Any, Any]:
        return self._around(inputs, state, self.cell.call, **kwargs)

    def build(self, inputs_shape: Any) -> None:
        self.cell.build(inputs_shape)
        self.built = True

    @property
    def wrapped_cell(self) -> Any:
        return self.cell

    @property
    def state_size(self) -> Any:
        return self.cell.state_size

    @property
    def output_size(self) -> Any:
        return self.cell.output_size

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        with name_scope(type(self).__name__ + "ZeroState", values=[batch_size]):
            return self.cell.zero_state(batch_size, dtype)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "cell": {"class_name": type(self.cell).__name__, "config": self.cell.get_config()}}


def _without_cells(state: Any) -> Any:
    """Which parts of a state dropout is for: not the cell of an LSTM, and not TensorArrays."""
    if isinstance(state, LSTMStateTuple):
        return LSTMStateTuple(c=False, h=True)
    return not isinstance(state, TensorArray)


@public("nn.rnn_cell.DropoutWrapper", "contrib.rnn.DropoutWrapper")
class DropoutWrapper(CellWrapper):
    """A cell with dropout on inputs, outputs and states.

    Args:
      cell: the cell.
      input_keep_prob, output_keep_prob, state_keep_prob: in (0, 1], floats or tensors; float 1: none there.
      variational_recurrent: the same masks at all steps (Gal & Ghahramani 2015, arXiv 1512.05287).
      input_size: structure of the inputs' shapes without batch; needed for variational dropout of inputs.
      dtype: of inputs, states and outputs; needed for variational dropout.
      seed: of the ops.
      dropout_state_filter_visitor: of a part of the state: True if dropout is for it, False if not, or a structure of these. By
        default, everything except an LSTM's cell.

    Raises:
      TypeError: `cell` is no cell, or the filter not callable.
      ValueError: a probability outside [0, 1], or arguments missing for variational dropout.
    """

    def __init__(
        self,
        cell: Any,
        input_keep_prob: Any = 1.0,
        output_keep_prob: Any = 1.0,
        state_keep_prob: Any = 1.0,
        variational_recurrent: bool = False,
        input_size: Any = None,
        dtype: Any = None,
        seed: Any = None,
        dropout_state_filter_visitor: Callable[[Any], Any] | None = None,
        **kwargs: Any,
    ):
        super().__init__(cell, dtype=dtype, **kwargs)
        if dropout_state_filter_visitor is not None and not callable(dropout_state_filter_visitor):
            raise TypeError("dropout_state_filter_visitor must be callable")
        self._dropout_state_filter = dropout_state_filter_visitor or _without_cells
        with name_scope("DropoutWrapperInit"):
            self._input_keep_prob = _probability("input_keep_prob", input_keep_prob)
            self._state_keep_prob = _probability("state_keep_prob", state_keep_prob)
            self._output_keep_prob = _probability("output_keep_prob", output_keep_prob)
        self._variational_recurrent = variational_recurrent
        self._input_size = input_size
        self._seed = seed
        self._input_noise = self._state_noise = self._output_noise = None
        if variational_recurrent:
            self._make_noise(input_size, dtype)

    def _make_noise(self, input_size: Any, dtype: Any) -> None:
        if dtype is None:
            raise ValueError("When variational_recurrent=True, dtype must be provided")

        def noise(salt: str, sizes: Any) -> Any:
            def one(i: int, size: Any) -> Tensor:
                dims = as_shape(size) if isinstance(size, (TensorShape, list, tuple)) else TensorShape([size])
                shape = array.concat(([1], dims.as_list()), 0)
                return random_uniform(shape, seed=self._seed_for(salt, i), dtype=dtype)

            return enumerated_map_up_to(sizes, one, sizes) if not isinstance(sizes, TensorShape) else one(0, sizes)

        if _drops(self._input_keep_prob):
            if input_size is None:
                raise ValueError("When variational_recurrent=True and input_keep_prob < 1.0 or is unknown, input_size must be provided")
            self._input_noise = noise("input", input_size)
        self._state_noise = noise("state", self.cell.state_size)
        self._output_noise = noise("output", self.cell.output_size)

    def _seed_for(self, salt: str, index: int) -> int | None:
        """The op seed of one dropout, as the reference derives it from the wrapper's seed."""
        if self._seed is None:
            return None
        digest = hashlib.md5(f"{self._seed}{salt}_{index}".encode(), usedforsecurity=False).hexdigest()
        return int(digest[:8], 16) & 0x7FFFFFFF

    def _dropped(self, values: Any, salt: str, noise: Any, keep_prob: Any, filtered: Any = None) -> Any:
        """`values` with dropout at the leaves of `filtered` that are not False."""
        shallow = values if filtered is None else filtered

        def plain(i: int, wanted: Any, v: Any) -> Any:
            if isinstance(wanted, bool) and not wanted:
                return v
            return dropout(v, rate=1.0 - keep_prob, seed=self._seed_for(salt, i))

        def variational(i: int, wanted: Any, v: Any, n: Any) -> Any:
            if isinstance(wanted, bool) and not wanted:
                return v
            mask = floor(keep_prob + n)
            out = div(v, keep_prob) * mask
            out.set_shape(v.shape)
            return out

        if not self._variational_recurrent:
            return enumerated_map_up_to(shallow, plain, shallow, values)
        return enumerated_map_up_to(shallow, variational, shallow, values, noise)

    def _around(self, inputs: Any, state: Any, call: Callable[..., Any], **kwargs: Any) -> tuple[Any, Any]:
        if _drops(self._input_keep_prob):
            inputs = self._dropped(inputs, "input", self._input_noise, self._input_keep_prob)
        output, new_state = call(inputs, state, **kwargs)
        if _drops(self._state_keep_prob):
            wanted = get_traverse_shallow_structure(self._dropout_state_filter, new_state)
            new_state = self._dropped(new_state, "state", self._state_noise, self._state_keep_prob, wanted)
        if _drops(self._output_keep_prob):
            output = self._dropped(output, "output", self._output_noise, self._output_keep_prob)
        return output, new_state

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "input_keep_prob": self._input_keep_prob,
            "output_keep_prob": self._output_keep_prob,
            "state_keep_prob": self._state_keep_prob,
            "variational_recurrent": self._variational_recurrent,
            "input_size": self._input_size,
            "seed": self._seed,
        }


def _probability(name: str, value: Any) -> Any:
    """A probability of keeping: a float where it is known, else a tensor. Raises ValueError if it is outside [0, 1]."""
    t = convert_to_tensor(value)
    known = constant_value(t)
    if known is None:
        return t
    if known < 0 or known > 1:
        raise ValueError(f"Parameter {name} must be between 0 and 1: {int(known)}")
    return float(known)


def _drops(keep_prob: Any) -> bool:
    return not isinstance(keep_prob, float) or keep_prob < 1


@public("nn.rnn_cell.ResidualWrapper", "contrib.rnn.ResidualWrapper")
class ResidualWrapper(CellWrapper):
    """A cell whose inputs are added to its outputs.

    Args:
      cell: the cell.
      residual_fn: of (inputs, outputs): what is given out, instead of their sum.

    Raises:
      ValueError, TypeError: at the call, inputs and outputs that do not fit.
    """

    def __init__(self, cell: Any, residual_fn: Callable[[Any, Any], Any] | None = None, **kwargs: Any):
        super().__init__(cell, **kwargs)
        self._residual_fn = residual_fn

    def _around(self, inputs: Any, state: Any, call: Callable[..., Any], **kwargs: Any) -> tuple[Any, Any]:
        outputs, new_state = call(inputs, state, **kwargs)
        return (self._residual_fn or _sum)(inputs, outputs), new_state


def _sum(inputs: Any, outputs: Any) -> Any:
    nest.assert_same_structure(inputs, outputs)
    for i, o in zip(nest.flatten(inputs), nest.flatten(outputs)):
        i.shape.assert_is_compatible_with(o.shape)
    return nest.map_structure(lambda i, o: i + o, inputs, outputs)


@public("nn.rnn_cell.DeviceWrapper", "contrib.rnn.DeviceWrapper")
class DeviceWrapper(CellWrapper):
    """A cell on a device.

    Args:
      cell: the cell.
      device: a device, or a function of an op that gives one.
    """

    def __init__(self, cell: Any, device: Any, **kwargs: Any):
        super().__init__(cell, **kwargs)
        self._device = device

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        with name_scope(type(self).__name__ + "ZeroState", values=[batch_size]), device(self._device):
            return self.cell.zero_state(batch_size, dtype)

    def _around(self, inputs: Any, state: Any, call: Callable[..., Any], **kwargs: Any) -> tuple[Any, Any]:
        with device(self._device):
            return call(inputs, state, **kwargs)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "device": self._device}
