"""Cells around a cell: embeddings and projections of its inputs and outputs, highway connections."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ...graph import nest
from ...graph.default_graph import device, name_scope
from ...graph.public import public
from ...layers.rnn.cell import RNNCell, assert_like_rnncell
from ...ops import array
from ...ops.elementwise import sigmoid
from ...ops.nn.embedding import embedding_lookup
from ...ops.nn.linear import xw_plus_b
from ...scopes import get_variable, get_variable_scope
from ...variables.initializers import Constant, RandomUniform
from .linear import Linear


class _Around(RNNCell):
    """A cell with another one inside, whose states and outputs it hands on."""

    def __init__(self, cell: Any, **kwargs: Any):
        super().__init__(**kwargs)
        assert_like_rnncell("cell", cell)
        self._cell = cell

    @property
    def state_size(self) -> Any:
        return self._cell.state_size

    @property
    def output_size(self) -> Any:
        return self._cell.output_size

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        with name_scope(type(self).__name__ + "ZeroState", values=[batch_size]):
            return self._cell.zero_state(batch_size, dtype)


@public("contrib.rnn.EmbeddingWrapper")
class EmbeddingWrapper(_Around):
    """A cell whose inputs are numbers of rows in an embedding.

    Args:
      cell: the cell.
      embedding_classes, embedding_size: the embedding's shape.
      initializer: of the embedding; the variable scope's, or uniform in +-sqrt(3), if None.
    """

    def __init__(self, cell: Any, embedding_classes: int, embedding_size: int, initializer: Any = None, reuse: Any = None):
        super().__init__(cell, _reuse=reuse)
        if embedding_classes <= 0 or embedding_size <= 0:
            raise ValueError(f"Both embedding_classes and embedding_size must be > 0: {embedding_classes}, {embedding_size}.")
        self._shape = [embedding_classes, embedding_size]
        self._initializer = initializer

    def call(self, inputs: Any, state: Any) -> tuple[Any, Any]:
        with device("/cpu:0"):
            initializer = self._initializer or get_variable_scope().initializer
            if not initializer:
                initializer = RandomUniform(-math.sqrt(3), math.sqrt(3))
            dtype = (state[0] if isinstance(state, tuple) else state).dtype
            embedding = get_variable("embedding", self._shape, initializer=initializer, dtype=dtype)
            embedded = embedding_lookup(embedding, array.reshape(inputs, [-1]))
            return self._cell(embedded, state)


@public("contrib.rnn.InputProjectionWrapper")
class InputProjectionWrapper(_Around):
    """A cell whose inputs go through a linear map to `num_proj` elements, and `activation` if given, first."""

    def __init__(self, cell: Any, num_proj: int, activation: Callable[[Any], Any] | None = None, input_size: Any = None, reuse: Any = None):
        super().__init__(cell, _reuse=reuse)
        self._num_proj = num_proj
        self._activation = activation
        self._linear: Linear | None = None

    def call(self, inputs: Any, state: Any) -> tuple[Any, Any]:
        if self._linear is None:
            self._linear = Linear(inputs, self._num_proj, True)
        projected = self._linear(inputs)
        return self._cell(self._activation(projected) if self._activation else projected, state)


@public("contrib.rnn.OutputProjectionWrapper")
class OutputProjectionWrapper(_Around):
    """A cell whose outputs go through a linear map to `output_size` elements, and `activation` if given."""

    def __init__(self, cell: Any, output_size: int, activation: Callable[[Any], Any] | None = None, reuse: Any = None):
        super().__init__(cell, _reuse=reuse)
        if output_size < 1:
            raise ValueError(f"Parameter output_size must be > 0: {output_size}.")
        self._output_size = output_size
        self._activation = activation
        self._linear: Linear | None = None

    @property
    def output_size(self) -> int:
        return self._output_size

    def call(self, inputs: Any, state: Any) -> tuple[Any, Any]:
        output, new_state = self._cell(inputs, state)
        if self._linear is None:
            self._linear = Linear(output, self._output_size, True)
        projected = self._linear(output)
        return self._activation(projected) if self._activation else projected, new_state


@public("contrib.rnn.HighwayWrapper")
class HighwayWrapper(_Around):
    """A cell whose inputs are carried past it by a gate (Srivastava et al. 2015, arXiv 1505.00387).

    Args:
      cell: the cell; outputs must be shaped as inputs.
      couple_carry_transform_gates: what is not carried is transformed; else a gate of its own says how much is.
      carry_bias_init: initial bias of the carry gate, and minus that of the other.
    """

    def __init__(self, cell: Any, couple_carry_transform_gates: bool = True, carry_bias_init: float = 1.0):
        super().__init__(cell)
        self._couple = couple_carry_transform_gates
        self._carry_bias_init = carry_bias_init

    def _gate(self, name: str, x: Any, bias: float) -> Any:
        size = x.shape.with_rank(2)[1].value
        weight = get_variable(name + "_w", [size, size])
        offset = get_variable(name + "_b", [size], initializer=Constant(bias))
        return sigmoid(xw_plus_b(x, weight, offset))

    def _highway(self, x: Any, out: Any) -> Any:
        carry = self._gate("carry", x, self._carry_bias_init)
        transform = 1 - carry if self._couple else self._gate("transform", x, -self._carry_bias_init)
        return x * carry + out * transform

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> tuple[Any, Any]:
        outputs, new_state = self._cell(inputs, state, scope=scope)
        nest.assert_same_structure(inputs, outputs)
        for i, o in zip(nest.flatten(inputs), nest.flatten(outputs)):
            i.shape.assert_is_compatible_with(o.shape)
        return nest.map_structure(self._highway, inputs, outputs), new_state


@public("contrib.rnn.CompiledWrapper")
class CompiledWrapper(_Around):
    """A cell whose ops the reference compiles with XLA; here all are, so the cell is called as it is."""

    def __init__(self, cell: Any, compile_stateful: bool = False):
        super().__init__(cell)
        self._compile_stateful = compile_stateful

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> tuple[Any, Any]:
        return self._cell(inputs, state, scope=scope)
