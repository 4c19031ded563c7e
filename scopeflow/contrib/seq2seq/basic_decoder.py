"""BasicDecoder: a cell, a helper that feeds it, and a layer for its outputs."""

from __future__ import annotations

import collections
from typing import Any

from ...graph import nest
from ...graph.default_graph import name_scope
from ...graph.public import public
from ...graph.tensor_shape import TensorShape
from ...layers.layer import Layer
from ...layers.rnn.cell import assert_like_rnncell
from ...layers.rnn.step import static_shape
from .decoding import Decoder
from .feeding import Helper


@public("contrib.seq2seq.BasicDecoderOutput")
class BasicDecoderOutput(collections.namedtuple("BasicDecoderOutput", ("rnn_output", "sample_id"))):
    """A step's output, and the ids picked by it."""


def layer_output_size(cell_output_size: Any, layer: Any) -> Any:
    """The sizes of a cell's outputs after `layer` (None: as they are)."""
    if layer is None:
        return cell_output_size
    shapes = nest.map_structure(lambda s: TensorShape([None]).concatenate(static_shape(s)), cell_output_size)
    return nest.map_structure(lambda s: s[1:], layer.compute_output_shape(shapes))


def require_output_layer(layer: Any) -> None:
    """Raises TypeError for something that is neither None nor a layer."""
    if layer is not None and not isinstance(layer, Layer):
        raise TypeError(f"output_layer must be a Layer, received: {type(layer)}")


@public("contrib.seq2seq.BasicDecoder")
class BasicDecoder(Decoder):
    """A decoder that samples.

    Args:
      cell: an RNNCell.
      helper: gives inputs and picks ids.
      initial_state: of the cell.
      output_layer: applied to the cell's outputs, if given.

    Raises:
      TypeError: something is no cell, no helper or no layer.
    """

    def __init__(self, cell: Any, helper: Any, initial_state: Any, output_layer: Any = None):
        assert_like_rnncell("cell", cell)
        if not isinstance(helper, Helper):
            raise TypeError(f"helper must be a Helper, received: {type(helper)}")
        require_output_layer(output_layer)
        self._cell = cell
        self._helper = helper
        self._initial_state = initial_state
        self._output_layer = output_layer

    @property
    def batch_size(self) -> Any:
        return self._helper.batch_size

    @property
    def output_size(self) -> BasicDecoderOutput:
        return BasicDecoderOutput(
            rnn_output=layer_output_size(self._cell.output_size, self._output_layer), sample_id=self._helper.sample_ids_shape
        )

    @property
    def output_dtype(self) -> BasicDecoderOutput:
        dtype = nest.flatten(self._initial_state)[0].dtype
        sizes = layer_output_size(self._cell.output_size, self._output_layer)
        return BasicDecoderOutput(nest.map_structure(lambda _: dtype, sizes), self._helper.sample_ids_dtype)

    def initialize(self, name: Any = None) -> tuple[Any, Any, Any]:
        return (*self._helper.initialize(), self._initial_state)

    def step(self, time: Any, inputs: Any, state: Any, name: Any = None) -> tuple[Any, Any, Any, Any]:
        with name_scope(name, "BasicDecoderStep", (time, inputs, state)):
            outputs, cell_state = self._cell(inputs, state)
            if self._output_layer is not None:
                outputs = self._output_layer(outputs)
            sample_ids = self._helper.sample(time=time, outputs=outputs, state=cell_state)
            finished, next_inputs, next_state = self._helper.next_inputs(
                time=time, outputs=outputs, state=cell_state, sample_ids=sample_ids
            )
        return BasicDecoderOutput(outputs, sample_ids), next_state, next_inputs, finished
