"""The ops that TensorFlow's gradients of math and arrays are made of. scopeflow makes none of them: graphs that TensorFlow wrote
hold them. (Those of tf.nn are in nn/imported_gradients.py.)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from ..graph import errors
from ..graph.operation import Operation, Tensor
from ..graph.tensor_shape import Dims
from ..op import shapes
from ..op.declare import Op, ShapeError, op
from ..op.fold import fold, fold_dims
from ..op.namespace import is_known
from .joining import mirror_pad
from .slicing import known_bounds, strided_slice_op

_FIELD = "bfloat16 half float double complex64 complex128"
_INDEX = "int32 int64"


# -- elementwise --------------------------------------------------------------------------
def _from_output(op_type: str, of: str, kernel: Callable[[Any, Any], Any]) -> Op:
    """An elementwise gradient computed from the function's value y and the gradient dy."""

    def array_function(y: Any, dy: Any) -> Any:
        return kernel(y, dy)

    array_function.__name__, array_function.__doc__ = of + "_grad", f"The gradient of {of}, from its value y."
    return op(op_type, "y: T, dy: T -> z: T", T=_FIELD, shape=shapes.unchanged)(array_function)


def _conj(y: Any) -> Any:
    # Who calls SigmoidGrad and TanhGrad takes the conjugate, the others do it themselves.
    return y.conj() if np.iscomplexobj(y) else y


sqrt_grad = _from_output("SqrtGrad", "sqrt", lambda y, dy: dy * np.asarray(0.5, y.dtype) / _conj(y))
rsqrt_grad = _from_output("RsqrtGrad", "rsqrt", lambda y, dy: dy * np.asarray(-0.5, y.dtype) * _conj(y) * _conj(y) * _conj(y))
reciprocal_grad = _from_output("ReciprocalGrad", "reciprocal", lambda y, dy: -dy * _conj(y) * _conj(y))
inv_grad = _from_output("InvGrad", "inv", lambda y, dy: -dy * _conj(y) * _conj(y))
sigmoid_grad = _from_output("SigmoidGrad", "sigmoid", lambda y, dy: dy * y * (1 - y))
tanh_grad = _from_output("TanhGrad", "tanh", lambda y, dy: dy * (1 - y * y))


@op("IgammaGradA", "a: T, x: T -> z: T", T="float double", shape=shapes.broadcast, jax_only=True, differentiable=False)
def igamma_grad_a(a, x):
    """The derivative of igamma(a, x) with respect to `a`."""
    a, x = jnp.broadcast_arrays(a, x)
    return lax.igamma_grad_a(a, x)


@op("RandomGammaGrad", "alpha: T, sample: T -> output: T", T="float double", shape=shapes.broadcast, jax_only=True, differentiable=False)
def random_gamma_grad(alpha, sample):
    """The derivative of a gamma variate with respect to its shape `alpha`, its quantile fixed."""
    alpha, sample = jnp.broadcast_arrays(alpha, sample)
    return lax.random_gamma_grad(alpha, sample)


# -- broadcasting -------------------------------------------------------------------------
@op("BroadcastGradientArgs", "s0: T, s1: T -> r0: T, r1: T", T="int32 int64 = int32", static="s0 s1", differentiable=False)
def broadcast_gradient_args(s0, s1):
    """For shapes that broadcast against each other: the dimensions to sum the gradient of each over."""
    sizes = [[int(d) for d in s] for s in (s0, s1)]
    rank = max(map(len, sizes))
    out: tuple[list[int], list[int]] = ([], [])
    padded = [[1] * (rank - len(s)) + s for s in sizes]
    for i, (a, b) in enumerate(zip(*padded)):
        if a != b and 1 not in (a, b):
            raise errors.InvalidArgumentError(None, None, f"Incompatible shapes: {sizes[0]} vs. {sizes[1]}")
        # Where both are 1 the sum does nothing, and the reference sums both.
        for mine, one in ((out[0], a), (out[1], b)):
            if one == 1:
                mine.append(i)
    if padded[0] == padded[1] and len(sizes[0]) == len(sizes[1]):
        out = ([], [])
    return tuple(np.asarray(r, s0.dtype) for r in out)


@broadcast_gradient_args.shape
def _(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    for t in inputs:
        shapes.with_rank(t._dims, 1)
    return [(None,), (None,)]


# -- slicing and padding --------------------------------------------------------------------
def _sized_by_first(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return [fold_dims(inputs[0])]


@op("StridedSliceGrad", "shape: Index, begin: Index, end: Index, strides: Index, dy: T -> output: T", Index=_INDEX,
    static="shape begin end strides", shape=_sized_by_first)  # fmt: skip
def strided_slice_grad(
    shape,
    begin,
    end,
    strides,
    dy,
    *,
    begin_mask: int = 0,
    end_mask: int = 0,
    ellipsis_mask: int = 0,
    new_axis_mask: int = 0,
    shrink_axis_mask: int = 0,
    known=None,
):
    """Zeros of the given shape with `dy` in the place of the slice."""
    masks = {
        "begin_mask": begin_mask,
        "end_mask": end_mask,
        "ellipsis_mask": ellipsis_mask,
        "new_axis_mask": new_axis_mask,
        "shrink_axis_mask": shrink_axis_mask,
    }
    sizes = tuple(int(d) for d in shape)
    if is_known(begin, end, strides, dy):
        out = np.zeros(sizes, dy.dtype)
        places = np.arange(out.size).reshape(sizes)
        out.reshape(-1)[strided_slice_op.kernel(places, begin, end, strides, **masks)] = dy
        return out
    dy = jnp.asarray(dy)

    def taken(x: Any) -> Any:
        return strided_slice_op.kernel(x, begin, end, strides, known=known, **masks)

    _, pull = jax.vjp(taken, jnp.zeros(sizes, dy.dtype))
    return pull(dy)[0]


@strided_slice_grad.dynamic
def _(o: Operation) -> Any:
    # Its shape must be known all the same, which a shape is.
    return known_bounds(o, 1) if fold_dims(o._inputs[0]) is not None and None not in fold_dims(o._inputs[0]) else None


def _unpadded(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    dims, paddings = inputs[0]._dims, fold(inputs[1])
    if dims is None or paddings is None:
        n = shapes.with_rank(inputs[1]._dims, 2)[0] if dims is None else len(dims)
        return [None if n is None else (None,) * n]
    out = tuple(None if d is None else d - int(a) - int(b) for d, (a, b) in zip(dims, paddings))
    if any(d is not None and d < 0 for d in out):
        raise ShapeError("Paddings are larger than the input", values=(1,))
    return [out]


@op("MirrorPadGrad", "input: T, paddings: Tpaddings -> output: T", Tpaddings="int32 int64 = int32", static="paddings", jax_only=True,
    shape=_unpadded)  # fmt: skip
def mirror_pad_grad(input, paddings, *, mode: str):
    """The gradient of mirror padding: what was repeated at the edges is added up."""
    g = jnp.asarray(input)
    like = jax.ShapeDtypeStruct(tuple(d - int(a) - int(b) for d, (a, b) in zip(g.shape, paddings)), g.dtype)
    return jax.linear_transpose(lambda x: mirror_pad.kernel(x, paddings, mode=mode), like)(g)[0]


# -- segments -------------------------------------------------------------------------------
def _rows_of_table(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    dims, rows = shapes.at_least(inputs[0]._dims, 1), fold(inputs[3])
    return [None if dims is None else (None if rows is None else int(rows), *dims[1:])]


def _segment_gradient(op_type: str, power: float) -> Op:
    @op(op_type, "grad: T, indices: Tidx, segment_ids: int32, output_dim0: int32 -> output: T", T="float double",
        Tidx="int32 int64 = int32", static="output_dim0", jax_only=True, shape=_rows_of_table)  # fmt: skip
    def kernel(grad, indices, segment_ids, output_dim0):
        """The gradient of the segments' rows, each divided by a power of its segment's length."""
        grad, ids = jnp.asarray(grad), jnp.asarray(segment_ids)
        counts = jnp.zeros(grad.shape[0], grad.dtype).at[ids].add(1)
        rows = grad[ids] / (jnp.maximum(counts, 1)[ids] ** power).reshape((-1,) + (1,) * (grad.ndim - 1))
        return jnp.zeros((int(output_dim0),) + grad.shape[1:], grad.dtype).at[jnp.asarray(indices)].add(rows)

    return kernel


sparse_segment_mean_grad = _segment_gradient("SparseSegmentMeanGrad", 1.0)
sparse_segment_sqrt_n_grad = _segment_gradient("SparseSegmentSqrtNGrad", 0.5)


# -- sparse tensors -------------------------------------------------------------------------
def _places(indices: Any) -> dict[tuple[int, ...], int]:
    return {tuple(row): i for i, row in enumerate(np.asarray(indices).tolist())}


def _gathered(indices: Any, places: dict[tuple[int, ...], int], grad: Any) -> Any:
    """For each of `indices`, the gradient at the same place of another sparse tensor; 0 where that has none."""
    out = np.zeros(len(indices), grad.dtype)
    for i, row in enumerate(np.asarray(indices).tolist()):
        at = places.get(tuple(row))
        if at is not None:
            out[i] = grad[at]
    return out


def _length_of(*which: int) -> Callable[[Sequence[Tensor], dict[str, Any]], list[Dims]]:
    return lambda inputs, attrs: [(shapes.with_rank(inputs[i]._dims, 2)[0],) for i in which]


_NUMBER = "float double int32 uint8 int16 int8 complex64 int64 qint8 quint8 qint32 bfloat16 uint16 complex128 half uint32 uint64"


@op("SparseAddGrad", "backprop_val_grad: T, a_indices: int64, b_indices: int64, sum_indices: int64 -> a_val_grad: T, b_val_grad: T",
    T=_NUMBER, host=True, differentiable=False, shape=_length_of(1, 2))  # fmt: skip
def sparse_add_grad(backprop_val_grad, a_indices, b_indices, sum_indices):
    """The gradients of the values of two sparse tensors, from that of the values of their sum."""
    places = _places(sum_indices)
    return tuple(_gathered(i, places, backprop_val_grad) for i in (a_indices, b_indices))


@op("SparseSliceGrad", "backprop_val_grad: T, input_indices: int64, input_start: int64, output_indices: int64 -> val_grad: T",
    T=_NUMBER, host=True, differentiable=False, shape=_length_of(1))  # fmt: skip
def sparse_slice_grad(backprop_val_grad, input_indices, input_start, output_indices):
    """The gradient of a sparse tensor's values, from that of a slice's, which begins at `input_start`."""
    return _gathered(input_indices - input_start, _places(output_indices), backprop_val_grad)


@op("SparseFillEmptyRowsGrad", "reverse_index_map: int64, grad_values: T -> d_values: T, d_default_value: T", jax_only=True)
def sparse_fill_empty_rows_grad(reverse_index_map, grad_values):
    """The gradients of the values that were there, and of the value that empty rows were filled with."""
    grad, at = jnp.asarray(grad_values), jnp.asarray(reverse_index_map)
    return grad[at], jnp.sum(grad.at[at].set(0))


@sparse_fill_empty_rows_grad.shape
def _(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return [shapes.with_rank(inputs[0]._dims, 1), ()]


# -- recurrent cells --------------------------------------------------------------------------
_LSTM_SAVED = "x: T, cs_prev: T, h_prev: T, w: T, wci: T, wcf: T, wco: T, b: T, i: T, cs: T, f: T, o: T, ci: T, co: T"


def _lstm_step_back(
    c_prev: Any, peepholes: Sequence[Any], parts: Sequence[Any], c_grad: Any, h_grad: Any, use_peephole: bool
) -> tuple[Any, Any, Any]:
    """(gradient of the cell before, of the four gates' inputs side by side, of the three peepholes) of one LSTM step."""
    i, c, f, o, ci, co = parts
    wci, wcf, wco = peepholes
    into_o = o * (1 - o) * h_grad * co
    into_c = (1 - co * co) * h_grad * o + c_grad
    if use_peephole:
        into_c = into_c + into_o * wco
    into_ci = (1 - ci * ci) * into_c * i
    into_f = f * (1 - f) * into_c * c_prev
    into_i = i * (1 - i) * into_c * ci
    before = into_c * f
    peephole_grads = tuple(jnp.zeros_like(w) for w in peepholes)
    if use_peephole:
        before = before + into_i * wci + into_f * wcf
        peephole_grads = ((into_i * c_prev).sum(0), (into_f * c_prev).sum(0), (into_o * c).sum(0))
    return before, jnp.concatenate([into_i, into_ci, into_f, into_o], 1), peephole_grads


@op("LSTMBlockCellGrad", f"{_LSTM_SAVED}, cs_grad: T, h_grad: T -> cs_prev_grad: T, dicfo: T, wci_grad: T, wcf_grad: T, wco_grad: T",
    T="half float", jax_only=True)  # fmt: skip
def lstm_block_cell_grad(x, cs_prev, h_prev, w, wci, wcf, wco, b, i, cs, f, o, ci, co, cs_grad, h_grad, *, use_peephole: bool):
    """The gradients of one LSTM step, from what it handed out."""
    peepholes, parts = tuple(map(jnp.asarray, (wci, wcf, wco))), tuple(map(jnp.asarray, (i, cs, f, o, ci, co)))
    before, gates, peephole_grads = _lstm_step_back(jnp.asarray(cs_prev), peepholes, parts, cs_grad, h_grad, use_peephole)
    return before, gates, *peephole_grads


@lstm_block_cell_grad.shape
def _(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    batch, units = shapes.with_rank(inputs[1]._dims, 2)
    return [(batch, units), (batch, None if units is None else 4 * units), *(t._dims for t in inputs[4:7])]


@op("BlockLSTMGrad", f"seq_len_max: int64, {_LSTM_SAVED}, h: T, cs_grad: T, h_grad: T -> x_grad: T, cs_prev_grad: T, h_prev_grad: T, "
    "w_grad: T, wci_grad: T, wcf_grad: T, wco_grad: T, b_grad: T", T="half float", jax_only=True)  # fmt: skip
def block_lstm_grad(seq_len_max, x, cs_prev, h_prev, w, wci, wcf, wco, b, i, cs, f, o, ci, co, h, cs_grad, h_grad, *, use_peephole: bool):
    """The gradients of LSTM steps over time, of which the first `seq_len_max` count, from what they handed out."""
    x, w, cs_prev, h_prev = (jnp.asarray(v) for v in (x, w, cs_prev, h_prev))
    peepholes = tuple(map(jnp.asarray, (wci, wcf, wco)))
    cells_before = jnp.concatenate([cs_prev[None], jnp.asarray(cs)[:-1]])
    outputs_before = jnp.concatenate([h_prev[None], jnp.asarray(h)[:-1]])

    def step(carry: Any, given: Any) -> tuple[Any, Any]:
        c_grad, h_back, totals = carry
        t, at, c_before, h_before, parts, into_c, into_h = given
        before, gates, peephole_grads = _lstm_step_back(c_before, peepholes, parts, into_c + c_grad, into_h + h_back, use_peephole)
        inputs = gates @ w.T
        inside = t < seq_len_max
        added = (jnp.concatenate([at, h_before], 1).T @ gates, *peephole_grads, gates.sum(0))
        totals = tuple(jnp.where(inside, total + a, total) for total, a in zip(totals, added))
        carry = jnp.where(inside, before, c_grad), jnp.where(inside, inputs[:, at.shape[1] :], h_back), totals
        return carry, jnp.where(inside, inputs[:, : at.shape[1]], 0)

    zeros = tuple(jnp.zeros_like(v) for v in (w, *peepholes, jnp.asarray(b)))
    parts = tuple(map(jnp.asarray, (i, cs, f, o, ci, co)))
    given = (jnp.arange(x.shape[0]), x, cells_before, outputs_before, parts, jnp.asarray(cs_grad), jnp.asarray(h_grad))
    start = (jnp.zeros_like(cs_prev), jnp.zeros_like(h_prev), zeros)
    (c_grad, h_back, totals), x_grad = lax.scan(step, start, given, reverse=True)
    return x_grad, c_grad, h_back, *totals


@block_lstm_grad.shape
def _(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return [inputs[n]._dims for n in (1, 2, 3, 4, 5, 6, 7, 8)]


@op("GRUBlockCellGrad", "x: T, h_prev: T, w_ru: T, w_c: T, b_ru: T, b_c: T, r: T, u: T, c: T, d_h: T -> d_x: T, d_h_prev: T, d_c_bar: T, "
    "d_r_bar_u_bar: T", T="float", jax_only=True)  # fmt: skip
def gru_block_cell_grad(x, h_prev, w_ru, w_c, b_ru, b_c, r, u, c, d_h):
    """The gradients of one GRU step, from what it handed out."""
    h_prev, w_ru, w_c, r, u, c, d_h = (jnp.asarray(v) for v in (h_prev, w_ru, w_c, r, u, c, d_h))
    n = x.shape[1]
    into_c = d_h * (1 - u) * (1 - c * c)
    into_u = d_h * (h_prev - c) * u * (1 - u)
    from_c = into_c @ w_c.T
    into_r = from_c[:, n:] * h_prev * r * (1 - r)
    gates = jnp.concatenate([into_r, into_u], 1)
    from_gates = gates @ w_ru.T
    return from_gates[:, :n] + from_c[:, :n], from_gates[:, n:] + from_c[:, n:] * r + d_h * u, into_c, gates


@gru_block_cell_grad.shape
def _(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    x, h = shapes.with_rank(inputs[0]._dims, 2), shapes.with_rank(inputs[1]._dims, 2)
    return [x, h, h, (h[0], None if h[1] is None else 2 * h[1])]


# -- control flow ---------------------------------------------------------------------------
@op("ControlTrigger", " -> ", stateful=True, shape=lambda inputs, attrs: [])
def control_trigger():
    """Nothing; it runs also where what it waits for lies in a branch not taken."""
    return ()
