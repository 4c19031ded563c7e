"""Recurrent cells as single ops: LSTMBlockCell, BlockLSTM, GRUBlockCell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..graph.operation import Tensor
from ..graph.tensor_shape import Dims
from ..op.declare import op
from ..op.shapes import with_rank


def _lstm_step(x: Any, c_prev: Any, h_prev: Any, weights: Any, forget_bias: float, cell_clip: float, use_peephole: bool) -> tuple[Any, ...]:
    """One step: (input gate, cell, forget gate, output gate, cell input, activated cell, output)."""
    w, wci, wcf, wco, b = weights
    gates = jnp.concatenate([x, h_prev], 1) @ w + b
    i, ci, f, o = jnp.split(gates, 4, axis=1)
    f = f + np.asarray(forget_bias, f.dtype)
    if use_peephole:
        i, f = i + c_prev * wci, f + c_prev * wcf
    i, ci, f = jax.nn.sigmoid(i), jnp.tanh(ci), jax.nn.sigmoid(f)
    c = ci * i + c_prev * f
    if cell_clip > 0:
        # Gradients pass the clipping as if it were not there, as the reference's kernel has it.
        c = c + jax.lax.stop_gradient(jnp.clip(c, -cell_clip, cell_clip) - c)
    if use_peephole:
        o = o + c * wco
    o, co = jax.nn.sigmoid(o), jnp.tanh(c)
    # The parts beside the cell and the output are for the backward op alone: no gradient comes through them.
    return *_constants(i), c, *_constants(f, o, ci, co), co * o


def _constants(*values: Any) -> tuple[Any, ...]:
    return tuple(jax.lax.stop_gradient(v) for v in values)


def _lstm_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    x, c = with_rank(inputs[0]._dims, 2), with_rank(inputs[1]._dims, 2)
    return [(x[0], c[1])] * 7


_WEIGHTS = "w: T, wci: T, wcf: T, wco: T, b: T"
_PARTS = "i: T, cs: T, f: T, o: T, ci: T, co: T, h: T"


@op(
    "LSTMBlockCell",
    f"x: T, cs_prev: T, h_prev: T, {_WEIGHTS} -> {_PARTS}",
    T="half float",
    jax_only=True,
    shape=_lstm_shape,
)
def lstm_block_cell(
    x, cs_prev, h_prev, w, wci, wcf, wco, b, *, forget_bias: float = 1.0, cell_clip: float = 3.0, use_peephole: bool = False
):
    """One LSTM step of `x` [batch, inputs] from cell and output [batch, units]; the gates in `w` are input, cell, forget, output."""
    return _lstm_step(x, cs_prev, h_prev, (w, wci, wcf, wco, b), forget_bias, cell_clip, use_peephole)


def _lstm_sequence_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    x, b = with_rank(inputs[1]._dims, 3), with_rank(inputs[8]._dims, 1)
    return [(x[0], x[1], None if b[0] is None else b[0] // 4)] * 7


@op(
    "BlockLSTM",
    f"seq_len_max: int64, x: T, cs_prev: T, h_prev: T, {_WEIGHTS} -> {_PARTS}",
    T="half float",
    jax_only=True,
    shape=_lstm_sequence_shape,
)
def block_lstm(
    seq_len_max, x, cs_prev, h_prev, w, wci, wcf, wco, b, *, forget_bias: float = 1.0, cell_clip: float = 3.0, use_peephole: bool = False
):
    """LSTM steps over `x` [time, batch, inputs], of which the first `seq_len_max` count; what follows is zero."""
    weights = tuple(jnp.asarray(v) for v in (w, wci, wcf, wco, b))

    def step(carry: Any, given: Any) -> tuple[Any, Any]:
        at, t = given
        parts = _lstm_step(at, *carry, weights, forget_bias, cell_clip, use_peephole)
        inside = t < seq_len_max
        parts = tuple(jnp.where(inside, p, jnp.zeros_like(p)) for p in parts)
        return (jnp.where(inside, parts[1], carry[0]), jnp.where(inside, parts[6], carry[1])), parts

    x = jnp.asarray(x)
    _, parts = jax.lax.scan(step, (jnp.asarray(cs_prev), jnp.asarray(h_prev)), (x, jnp.arange(x.shape[0])))
    return parts


def _gru_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    x, h = with_rank(inputs[0]._dims, 2), with_rank(inputs[1]._dims, 2)
    return [(x[0], h[1])] * 4


@op(
    "GRUBlockCell",
    "x: T, h_prev: T, w_ru: T, w_c: T, b_ru: T, b_c: T -> r: T, u: T, c: T, h: T",
    T="float",
    jax_only=True,
    shape=_gru_shape,
)
def gru_block_cell(x, h_prev, w_ru, w_c, b_ru, b_c):
    """One GRU step of `x` [batch, inputs] from output [batch, units]: (reset gate, update gate, candidate, output)."""
    r, u = jnp.split(jax.nn.sigmoid(jnp.concatenate([x, h_prev], 1) @ w_ru + b_ru), 2, axis=1)
    c = jnp.tanh(jnp.concatenate([x, h_prev * r], 1) @ w_c + b_c)
    return *_constants(r, u, c), u * h_prev + (1 - u) * c
