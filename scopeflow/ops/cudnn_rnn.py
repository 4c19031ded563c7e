"""The recurrent networks of cuDNN, computed without it.

Parameters are one vector: the weights [units, depth] of all layers, in each layer those of the forward and of the backward direction, in
each of these those of the gates for the input, then those for the output of the step before; after the weights, the biases [units] in the
same order. The gates of an LSTM are input, forget, cell, output; those of a GRU are reset, update, candidate.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..graph import errors
from ..graph.operation import Tensor
from ..graph.tensor_shape import Dims
from ..op.declare import ShapeError, op
from ..op.philox import Generator
from ..op.shapes import with_rank

GATES = {"lstm": 4, "gru": 3, "rnn_tanh": 1, "rnn_relu": 1}
_FLOATS = "half float double"


def directions(direction: str) -> int:
    return 2 if direction == "bidirectional" else 1


def weight_shapes(rnn_mode: str, num_layers: int, num_units: int, input_size: int, direction: str) -> list[tuple[int, int]]:
    """Shapes of the weights, in order."""
    n, both = GATES[rnn_mode], directions(direction)
    shapes = []
    for layer in range(num_layers):
        depth = num_units * both if layer else input_size
        shapes += ([(num_units, depth)] * n + [(num_units, num_units)] * n) * both
    return shapes


def _require_linear(input_mode: str, input_size: int, num_units: int) -> None:
    if input_mode == "skip_input" or (input_mode == "auto_select" and input_size == num_units):
        raise errors.UnimplementedError(None, None, "scopeflow has no cuDNN networks whose inputs skip the first layer's weights yet")


def _sizes(num_layers: Any, num_units: Any, input_size: Any) -> tuple[int, int, int]:
    return tuple(int(np.asarray(v).reshape(())) for v in (num_layers, num_units, input_size))  # type: ignore[return-value]


def _shapes_of(num_layers: Any, num_units: Any, input_size: Any, rnn_mode: str, input_mode: str, direction: str) -> list[tuple[int, int]]:
    layers, units, depth = _sizes(num_layers, num_units, input_size)
    _require_linear(input_mode, depth, units)
    return weight_shapes(rnn_mode, layers, units, depth, direction)


def _split(params: Any, shapes: Sequence[tuple[int, int]]) -> tuple[list[Any], list[Any]]:
    """(Weights, biases). Raises InvalidArgumentError if there are not as many parameters as `shapes` take."""
    units = shapes[0][0]
    size = sum(math.prod(s) for s in shapes) + len(shapes) * units
    if params.shape != (size,):
        raise errors.InvalidArgumentError(None, None, f"Params must have {size} elements, got shape {list(params.shape)}")
    weights, at = [], 0
    for s in shapes:
        weights.append(params[at : at + math.prod(s)].reshape(s))
        at += math.prod(s)
    return weights, [params[at + i * units : at + (i + 1) * units] for i in range(len(shapes))]


# -- parameters ----------------------------------------------------------------------------------
_ATTRS_OF_SIZE = "num_layers: int32, num_units: int32, input_size: int32"


def _canonical_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return [(None, None)] * attrs["num_params"] + [(None,)] * attrs["num_params"]


@op("CudnnRNNParamsSize", f"{_ATTRS_OF_SIZE} -> params_size: S", T=_FLOATS, S="int32 int64", static="num_layers num_units input_size",
    differentiable=False, shape=lambda inputs, attrs: [(1,)])  # fmt: skip
def cudnn_rnn_params_size(
    num_layers, num_units, input_size, *, T, S, rnn_mode: str = "lstm", input_mode: str = "linear_input",
    direction: str = "unidirectional", dropout: float = 0.0, seed: int = 0, seed2: int = 0, num_proj: int = 0,
):  # fmt: skip
    """How many parameters there are [1]."""
    shapes = _shapes_of(num_layers, num_units, input_size, rnn_mode, input_mode, direction)
    return np.array([sum(math.prod(s) + s[0] for s in shapes)], S.np_dtype)


@op("CudnnRNNCanonicalToParams", f"{_ATTRS_OF_SIZE}, weights: num_params*T, biases: num_params*T -> params: T", T=_FLOATS,
    static="num_layers num_units input_size", jax_only=True, shape=lambda inputs, attrs: [(None,)])  # fmt: skip
def cudnn_rnn_canonical_to_params(
    num_layers, num_units, input_size, weights, biases, *, rnn_mode: str = "lstm", input_mode: str = "linear_input",
    direction: str = "unidirectional", dropout: float = 0.0, seed: int = 0, seed2: int = 0,
):  # fmt: skip
    """The vector of parameters, from weights and biases in order, each of any shape."""
    shapes = _shapes_of(num_layers, num_units, input_size, rnn_mode, input_mode, direction)
    if len(weights) != len(shapes):
        raise errors.InvalidArgumentError(None, None, f"Number of params mismatch. Expected {len(shapes)}, got {len(weights)}")
    for given, sizes in ((weights, [math.prod(s) for s in shapes]), (biases, [s[0] for s in shapes])):
        for v, size in zip(given, sizes):
            if v.size != size:
                raise errors.InvalidArgumentError(None, None, f"Params size mismatch. Expected {size}, got {v.size}")
    return jnp.concatenate([jnp.ravel(v) for v in [*weights, *biases]])


@op("CudnnRNNParamsToCanonical", f"{_ATTRS_OF_SIZE}, params: T -> weights: num_params*T, biases: num_params*T", T=_FLOATS,
    static="num_layers num_units input_size", jax_only=True, shape=_canonical_shape)  # fmt: skip
def cudnn_rnn_params_to_canonical(
    num_layers, num_units, input_size, params, *, num_params: int, rnn_mode: str = "lstm", input_mode: str = "linear_input",
    direction: str = "unidirectional", dropout: float = 0.0, seed: int = 0, seed2: int = 0,
):  # fmt: skip
    """Weights and biases in order."""
    shapes = _shapes_of(num_layers, num_units, input_size, rnn_mode, input_mode, direction)
    if num_params != len(shapes):
        raise errors.InvalidArgumentError(None, None, f"Number of params mismatch. Expected {len(shapes)}, got {num_params}")
    return _split(jnp.asarray(params), shapes)


# -- networks ------------------------------------------------------------------------------------
def _lstm(x: Any, state: tuple[Any, Any], r: Any, b: Any) -> tuple[Any, Any]:
    h, c = state
    i, f, g, o = jnp.split(x + h @ r + b, 4, axis=1)
    c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
    return jax.nn.sigmoid(o) * jnp.tanh(c), c


def _gru(x: Any, state: tuple[Any, Any], r: Any, b: Any) -> tuple[Any, Any]:
    h, c = state
    before = h @ r + b
    n = h.shape[1]
    gates = jax.nn.sigmoid(x[:, : 2 * n] + before[:, : 2 * n])
    candidate = jnp.tanh(x[:, 2 * n :] + gates[:, :n] * before[:, 2 * n :])
    u = gates[:, n:]
    return (1 - u) * candidate + u * h, c


def _plain(activation: Callable[[Any], Any]) -> Callable[..., tuple[Any, Any]]:
    return lambda x, state, r, b: (activation(x + state[0] @ r + b), state[1])


_CELLS = {"lstm": _lstm, "gru": _gru, "rnn_tanh": _plain(jnp.tanh), "rnn_relu": _plain(jax.nn.relu)}


def _reversed(x: Any, lengths: Any) -> Any:
    """Each sequence of `x` [time, batch, depth] backwards within its length."""
    if lengths is None:
        return x[::-1]
    t = jnp.arange(x.shape[0])[:, None]
    return jnp.take_along_axis(x, jnp.where(t < lengths, lengths - 1 - t, t)[:, :, None], axis=0)


def _direction(cell: Any, x: Any, h: Any, c: Any, weights: Sequence[Any], biases: Sequence[Any], lengths: Any) -> tuple[Any, Any, Any]:
    """(Outputs [time, batch, units], last output, last cell) of one layer in one direction."""
    n = len(weights) // 2
    w, r = jnp.concatenate(weights[:n]).T, jnp.concatenate(weights[n:]).T
    from_input = x @ w + jnp.concatenate(biases[:n])
    b = jnp.concatenate(biases[n:])

    def step(state: tuple[Any, Any], given: Any) -> tuple[tuple[Any, Any], Any]:
        at, t = given
        h, c = cell(at, state, r, b)
        if lengths is None:
            return (h, c), h
        inside = (t < lengths)[:, None]
        return (jnp.where(inside, h, state[0]), jnp.where(inside, c, state[1])), jnp.where(inside, h, jnp.zeros_like(h))

    (h, c), out = jax.lax.scan(step, (h, c), (from_input, jnp.arange(x.shape[0])))
    return out, h, c


def _network(
    x: Any, h: Any, c: Any, params: Any, lengths: Any, rnn_mode: str, input_mode: str, direction: str, dropout: float, rng: Generator
) -> tuple[Any, Any, Any]:
    """(Outputs [time, batch, units or twice that], last outputs, last cells [layers and directions, batch, units])."""
    x, h, params = jnp.asarray(x), jnp.asarray(h), jnp.asarray(params)
    both, n = directions(direction), 2 * GATES[rnn_mode]
    if h.ndim != 3 or h.shape[1] != x.shape[1] or h.shape[0] % both:
        raise errors.InvalidArgumentError(
            None, None, f"Invalid input_h shape: {list(h.shape)}; the inputs have shape {list(x.shape)}, time first"
        )
    units, is_lstm = h.shape[2], rnn_mode == "lstm"
    if is_lstm and jnp.shape(c) != h.shape:
        raise errors.InvalidArgumentError(None, None, f"input_h and input_c must have the same shape: {list(h.shape)} {list(jnp.shape(c))}")
    cells = jnp.asarray(c) if is_lstm else jnp.zeros_like(h)
    _require_linear(input_mode, x.shape[2], units)
    weights, biases = _split(params, weight_shapes(rnn_mode, h.shape[0] // both, units, x.shape[2], direction))
    cell = _CELLS[rnn_mode]
    hs, cs = [], []
    for layer in range(h.shape[0] // both):
        if layer and dropout:
            keep = rng.uniform(x.shape, np.dtype(x.dtype)) >= dropout
            x = jnp.where(keep, x / np.asarray(1 - dropout, x.dtype), jnp.zeros_like(x))
        outs = []
        for backward in range(both):
            at = layer * both + backward
            given = _reversed(x, lengths) if backward else x
            out, last_h, last_c = _direction(
                cell, given, h[at], cells[at], weights[at * n : (at + 1) * n], biases[at * n : (at + 1) * n], lengths
            )
            outs.append(_reversed(out, lengths) if backward else out)
            hs.append(last_h)
            cs.append(last_c)
        x = jnp.concatenate(outs, axis=2)
    return x, jnp.stack(hs), jnp.stack(cs) if is_lstm else jnp.zeros((), x.dtype)


def _network_shape(extra: int) -> Callable[..., list[Dims]]:
    def rule(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
        x, h = with_rank(inputs[0]._dims, 3), with_rank(inputs[1]._dims, 3)
        with_rank(inputs[3]._dims, 1)
        if attrs.get("num_proj"):
            raise ShapeError("scopeflow has no projections of cuDNN networks yet")
        units = None if h[2] is None else h[2] * directions(attrs["direction"])
        return [(x[0], x[1], units), h, h if attrs["rnn_mode"] == "lstm" else (), *[None] * extra]

    return rule


_NETWORK = "input: T, input_h: T, input_c: T, params: T"
_RESULTS = "output: T, output_h: T, output_c: T, reserve_space: T"


@op("CudnnRNN", f"{_NETWORK} -> {_RESULTS}", T=_FLOATS, jax_only=True, random=True, shape=_network_shape(1))
def cudnn_rnn(
    input, input_h, input_c, params, *, rnn_mode: str = "lstm", input_mode: str = "linear_input", direction: str = "unidirectional",
    dropout: float = 0.0, seed: int = 0, seed2: int = 0, is_training: bool = True, rng: Generator,
):  # fmt: skip
    """Outputs of `input` [time, batch, depth], and the last states, from states [layers and directions, batch, units]."""
    dropout = dropout if is_training else 0.0
    x, h, c = _network(input, input_h, input_c, params, None, rnn_mode, input_mode, direction, dropout, rng)
    return x, h, c, jnp.zeros(0, x.dtype)


@op("CudnnRNNV3", f"{_NETWORK}, sequence_lengths: int32 -> {_RESULTS}, host_reserved: int8", T=_FLOATS, jax_only=True, random=True,
    shape=_network_shape(2))  # fmt: skip
def cudnn_rnn_v3(
    input, input_h, input_c, params, sequence_lengths, *, rnn_mode: str = "lstm", input_mode: str = "linear_input",
    direction: str = "unidirectional", dropout: float = 0.0, seed: int = 0, seed2: int = 0, num_proj: int = 0, is_training: bool = True,
    time_major: bool = True, rng: Generator,
):  # fmt: skip
    """The same of sequences of unequal lengths; without `time_major`, inputs, outputs and states have the batch first."""
    dropout = dropout if is_training else 0.0
    x, h, c = jnp.asarray(input), jnp.asarray(input_h), jnp.asarray(input_c)
    if not time_major:
        x, h, c = _swapped(x), _swapped(h), _swapped(c)
    x, h, c = _network(x, h, c, params, jnp.asarray(sequence_lengths), rnn_mode, input_mode, direction, dropout, rng)
    if not time_major:
        x, h, c = _swapped(x), _swapped(h), _swapped(c)
    return x, h, c, jnp.zeros(0, x.dtype), jnp.zeros(0, jnp.int8)


def _swapped(x: Any) -> Any:
    return jnp.swapaxes(x, 0, 1) if x.ndim == 3 else x
