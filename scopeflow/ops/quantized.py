"""Arithmetic on numbers kept in few bits: each integer stands for a float between the ends of a range that goes with the tensor.

Computed on the host: XLA has no quantized types. Frozen graphs that TensorFlow's graph transforms quantized use these ops.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..graph.dtypes import DType
from ..graph.operation import Tensor
from ..graph.public import public
from ..graph.tensor_shape import Dims
from ..op.checks import check
from ..op.declare import OPS, op
from ..op.shapes import unchanged

_Q = "qint8 quint8 qint32 qint16 quint16"
_F32 = np.float32
_LARGEST = np.finfo(np.float32).max


def _integers(values: np.ndarray) -> np.ndarray:
    """The integers in an array of a quantized type."""
    return values.view(values.dtype[0]) if values.dtype.names else values


def _as_type(integers: np.ndarray, dtype: DType) -> np.ndarray:
    kind = dtype.np_dtype
    return np.ascontiguousarray(integers).astype(kind[0]).view(kind)


def _limits(kind: Any) -> tuple[int, int]:
    """The least and the largest integer of a quantized type, or of the array's."""
    info = np.iinfo(kind.np_dtype[0] if isinstance(kind, DType) else kind)
    return int(info.min), int(info.max)


def _away(x: Any) -> Any:
    """Rounded, halves away from zero."""
    return np.trunc(x + np.copysign(np.asarray(0.5, x.dtype), x))


def _cast_saturating_badly(x: np.ndarray, kind: np.dtype) -> np.ndarray:
    """Floats as integers as C casts them on x86: beyond 32 bits comes the least one."""
    low, high = _limits(kind)
    wide = x.astype(np.float64)
    return np.where((wide < low) | (wide > high), low, wide).astype(np.int64).astype(kind)


# -- floats to quantized and back ------------------------------------------------------------------------
def _usable_range(low: Any, high: Any) -> tuple[np.float32, np.float32]:
    """The range, with 0 in it and not too narrow."""
    low, high = _F32(np.asarray(low).item()), _F32(np.asarray(high).item())
    check(not low > high, f"input_max_range must be larger than input_min_range: {low} > {high}")
    bottom = min(_F32(0), low)
    epsilon = max(_F32(1), max(abs(low), abs(high))) / _F32(100)
    return _F32(bottom), _F32(max(_F32(0), max(high, bottom + epsilon)))


def _min_first(x: Any, low: Any, high: Any, kind: Any) -> np.ndarray:
    """Integers that stand for `x`: steps counted from the rounded end of the range."""
    least, most = _limits(kind)
    if low == high:
        return np.zeros(np.shape(x), np.int64)
    count = float(most) - least + 1
    scale = count / ((float(high) - float(low)) * (count / (count - 1)))
    steps = _away(np.asarray(x, np.float64) * scale) - _away(np.float64(low) * scale) + least
    return np.clip(steps, least, most).astype(np.int64)


def _min_first_float(q: np.ndarray, low: Any, high: Any, single: bool = False) -> np.ndarray:
    """The floats that integers stand for, in double precision; with `single`, in steps of single precision, as Dequantize has it."""
    least, most = _limits(q.dtype)
    low, high = float(low), float(high)
    if low == high:
        return np.full(q.shape, low)
    count = float(most) - least + 1
    scale = (high - low) * (count / (count - 1)) / count
    # The lower end counts steps of single precision: of 32 bit numbers, that decides between two of them.
    step = _F32(scale)
    start = float(_F32(_away(_F32(_F32(low) / step)) * step))
    return start + (q.astype(np.float64) - least) * (float(step) if single else scale)


_QUANTIZE_MODES = ("MIN_COMBINED", "MIN_FIRST", "SCALED")


@op(
    "QuantizeV2",
    "input: float, min_range: float, max_range: float -> output: T, output_min: float, output_max: float",
    T=_Q,
    host=True,
    differentiable=False,
    shape=lambda inputs, attrs: [inputs[0]._dims, (), ()],
)
def quantize_v2_op(input, min_range, max_range, *, T: Any, mode: str = "MIN_COMBINED", round_mode: str = "HALF_AWAY_FROM_ZERO"):
    """`input` in the type T, and the range that was used: it holds 0, and is not too narrow."""
    check(mode in _QUANTIZE_MODES, f"Mode string must be 'MIN_COMBINED', 'MIN_FIRST', or 'SCALED', is '{mode}'")
    check(
        round_mode == "HALF_AWAY_FROM_ZERO" or mode == "SCALED",
        f"Round mode '{round_mode}' only supported for mode 'SCALED', but mode is '{mode}'.",
    )
    low, high = _usable_range(min_range, max_range)
    least, most = _limits(T)
    kind = T.np_dtype[0]
    if mode == "MIN_FIRST":
        return _as_type(_min_first(input, low, high, T), T), low, high
    if mode == "MIN_COMBINED":
        scale = _F32((float(most) - least) / (float(high) - float(low)))
        steps = (np.clip(input, low, high) - low) * scale
        if least < 0:
            steps = steps - _F32((float(most) - least + 1) / 2)
        return _cast_saturating_badly(_away(steps), kind).view(T.np_dtype), low, high
    # SCALED: 0 stays 0; the end that needs the coarser steps decides.
    sides = [_F32(_F32(t) / r) if t * r > 0 else _LARGEST for t, r in ((least, low), (most, high))]
    scale = min(sides)
    low, high = _F32(_F32(least) / scale), _F32(_F32(most) / scale)
    steps = np.clip(input, low, high) * scale
    rounded = np.rint(steps) if round_mode == "HALF_TO_EVEN" else _away(steps)
    return _cast_saturating_badly(rounded, kind).view(T.np_dtype), low, high


@public("quantize_v2")
def quantize_v2(
    input: Any,
    min_range: Any,
    max_range: Any,
    T: Any,
    mode: str = "MIN_COMBINED",
    name: str | None = None,
    round_mode: str = "HALF_AWAY_FROM_ZERO",
) -> Any:
    """`input` in the quantized type T: (values, least and largest number of the range used). See `tf.quantization.quantize`."""
    return quantize_v2_op(input, min_range, max_range, T=T, mode=mode, name=name, round_mode=round_mode)


@public("quantization.quantize", "quantize")
def quantize(
    input: Any,
    min_range: Any,
    max_range: Any,
    T: Any,
    mode: str = "MIN_COMBINED",
    round_mode: str = "HALF_AWAY_FROM_ZERO",
    name: str | None = None,
) -> Any:
    """`input` in the quantized type T: (values, least and largest number of the range used).

    Args:
      mode: "MIN_COMBINED" (the type's range over the given one), "MIN_FIRST" (the same, with 0 kept exact), "SCALED" (no offset).
      round_mode: "HALF_AWAY_FROM_ZERO" or, for SCALED, "HALF_TO_EVEN".
    """
    return quantize_v2(input, min_range, max_range, T, mode=mode, round_mode=round_mode, name=name)


@public("quantization.dequantize", "dequantize")
@op(
    "Dequantize", "input: T, min_range: float, max_range: float -> output: float", T=_Q, host=True, differentiable=False,
    shape=lambda inputs, attrs: [inputs[0]._dims],
)  # fmt: skip
def dequantize(input, min_range, max_range, *, mode: str = "MIN_COMBINED"):
    """The floats that quantized numbers stand for."""
    check(mode in _QUANTIZE_MODES, f"Mode string must be 'MIN_COMBINED', 'MIN_FIRST', or 'SCALED', is '{mode}'")
    q = _integers(input)
    low, high = _F32(np.asarray(min_range).item()), _F32(np.asarray(max_range).item())
    least, most = _limits(q.dtype)
    if mode == "MIN_FIRST":
        return _min_first_float(q, low, high, single=True).astype(np.float32)
    if mode == "MIN_COMBINED":
        half = _F32(0 if least == 0 else (float(most) - least + 1) / 2)
        scale = _F32((high - low) / _F32(float(most) - least))
        return (q.astype(np.float32) + half) * scale + low
    scale = _F32(high / _F32(most)) if least == 0 else max(_F32(low / _F32(least)), _F32(high / _F32(most)))
    return q.astype(np.float32) * scale


# -- from one range to another ---------------------------------------------------------------------------
def _ranged(shape: Any) -> Any:
    """A shape rule: that of the values, then two scalars."""
    return lambda inputs, attrs: [shape(inputs, attrs)[0], (), ()]


_RANGED = "min_output: float, max_output: float"
_HOST: dict[str, Any] = {"host": True, "differentiable": False}


def _requantized(q: np.ndarray, low: Any, high: Any, new_low: Any, new_high: Any, kind: Any) -> np.ndarray:
    if q.dtype == np.int32 and _limits(kind) == (0, 255):
        return _to_bytes(q, _F32(low), _F32(high), _F32(new_low), _F32(new_high))
    return _min_first(_min_first_float(q, low, high), new_low, new_high, kind)


def _to_bytes(q: np.ndarray, low: Any, high: Any, new_low: Any, new_high: Any) -> np.ndarray:
    """32 bit numbers as bytes of another range, in fixed point with 16 bits behind the point, as the reference computes them."""
    if new_high == new_low:
        return np.zeros(q.shape, np.int64)
    one = 1 << 16
    width = _F32(new_high - new_low)
    factor = int(255.0 * one * float(_F32(high - low)) / float(width))
    shift = int(float(_F32((low + high) / _F32(2))) * float(_F32(255) / width) * one)
    start = int(one * (float(new_low) * 255.0) / float(width))
    steps = ((q.astype(np.int64) * factor) >> 32) + shift - start
    return np.clip((steps + one // 2) >> 16, 0, 255)


def _used_range(q: np.ndarray, low: Any, high: Any) -> tuple[np.float32, np.float32]:
    """The range of the values there are, with 0 in it."""
    ends = _min_first_float(np.array([q.min(), q.max()], q.dtype), low, high).astype(np.float32)
    return _F32(min(_F32(0), ends[0])), _F32(ends[1])


@op(
    "Requantize",
    "input: Tinput, input_min: float, input_max: float, requested_output_min: float, requested_output_max: float"
    " -> output: out_type, output_min: float, output_max: float",
    Tinput=_Q, out_type=_Q, shape=_ranged(unchanged), **_HOST,
)  # fmt: skip
def requantize(input, input_min, input_max, requested_output_min, requested_output_max, *, out_type: Any):
    """The same numbers in another type and range."""
    low, high = _F32(requested_output_min), _F32(requested_output_max)
    check(low <= 0, f"requested_output_min must be <= 0, but got {low}")
    check(high >= low, f"requested_output_max must be >= requested_output_min, but got {high} and {low}")
    return _as_type(_requantized(_integers(input), input_min, input_max, low, high, out_type), out_type), low, high


@op(
    "RequantizationRange", "input: Tinput, input_min: float, input_max: float -> output_min: float, output_max: float",
    Tinput=_Q, shape=lambda inputs, attrs: [(), ()], **_HOST,
)  # fmt: skip
def requantization_range(input, input_min, input_max):
    """The range of the numbers there are."""
    return _used_range(_integers(input), input_min, input_max)


@op(
    "QuantizeDownAndShrinkRange",
    "input: Tinput, input_min: float, input_max: float -> output: out_type, output_min: float, output_max: float",
    Tinput=_Q, out_type=_Q, shape=_ranged(unchanged), **_HOST,
)  # fmt: skip
def quantize_down_and_shrink_range(input, input_min, input_max, *, out_type: Any):
    """The same numbers in a smaller type, over the range of those there are."""
    q = _integers(input)
    low, high = _used_range(q, input_min, input_max)
    return _as_type(_requantized(q, input_min, input_max, low, high, out_type), out_type), low, high


# -- shapes -----------------------------------------------------------------------------------------------
@op(
    "QuantizedReshape",
    "tensor: T, shape: Tshape, input_min: float, input_max: float -> output: T, output_min: float, output_max: float",
    Tshape="int32 int64 = int32", **_HOST,
)  # fmt: skip
def quantized_reshape(tensor, shape, input_min, input_max):
    """Another shape, the same range."""
    return tensor.reshape(tuple(shape)), _F32(input_min), _F32(input_max)


@quantized_reshape.shape
def _(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return [OPS["Reshape"].shape_rule(inputs[:2], attrs)[0], (), ()]


# -- arithmetic ---------------------------------------------------------------------------------------------
def _zero(low: Any, high: Any, kind: Any) -> int:
    """The integer that stands for 0."""
    return int(_min_first(np.float64(0), low, high, kind))


def _level(low: Any, high: Any, kind: Any) -> np.float32:
    least, most = _limits(kind)
    return _F32((_F32(high) - _F32(low)) / (_F32(most) - _F32(least)))


def _product_range(a: np.ndarray, a_range: Any, b: np.ndarray, b_range: Any, out: DType) -> tuple[np.float32, np.float32]:
    """The range of products and their sums: one step is the product of the factors' steps."""
    step = _level(*a_range, a.dtype) * _level(*b_range, b.dtype)
    least, most = _limits(out)
    return _F32(step * _F32(least)), _F32(step * _F32(most))


def _shifted(q: np.ndarray, low: Any, high: Any) -> np.ndarray:
    return q.astype(np.int64) - _zero(low, high, q.dtype)


@op(
    "QuantizedMatMul",
    "a: T1, b: T2, min_a: float, max_a: float, min_b: float, max_b: float -> out: Toutput, min_out: float, max_out: float",
    T1=_Q, T2=_Q, Toutput=f"{_Q} = qint32", Tactivation=f"{_Q} = quint8", **_HOST,
)  # fmt: skip
def quantized_mat_mul(a, b, min_a, max_a, min_b, max_b, *, Toutput: Any, transpose_a: bool = False, transpose_b: bool = False):
    """The product of two quantized matrices."""
    p, q = _integers(a), _integers(b)
    left, right = _shifted(p, min_a, max_a), _shifted(q, min_b, max_b)
    product = (left.T if transpose_a else left) @ (right.T if transpose_b else right)
    return _as_type(product, Toutput), *_product_range(p, (min_a, max_a), q, (min_b, max_b), Toutput)


@quantized_mat_mul.shape
def _(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return [OPS["MatMul"].infer(inputs[:2], {"transpose_a": attrs["transpose_a"], "transpose_b": attrs["transpose_b"]}, 1)[0], (), ()]


def _product(x, y, min_x, max_x, min_y, max_y, *, Toutput: Any):
    """The products of two quantized tensors, elementwise."""
    p, q = _integers(x), _integers(y)
    return _as_type(_shifted(p, min_x, max_x) * _shifted(q, min_y, max_y), Toutput), *_product_range(
        p, (min_x, max_x), q, (min_y, max_y), Toutput
    )


def _added(x: Any, y: Any, ends: Sequence[Any], bits: int, out: DType) -> Any:
    """The sums in a range of 2 ** bits times the largest magnitude, so that precision and room are left."""
    high = _F32(max(abs(_F32(e)) for e in ends) * _F32(1 << bits))
    low = -high
    min_x, max_x, min_y, max_y = ends
    parts = [_requantized(_integers(q), a, b, low, high, out) for q, a, b in ((x, min_x, max_x), (y, min_y, max_y))]
    return _as_type(parts[0] + parts[1], out), low, high


def _sum(x, y, min_x, max_x, min_y, max_y, *, Toutput: Any):
    """The sums of two quantized tensors, elementwise."""
    return _added(x, y, (min_x, max_x, min_y, max_y), 14, Toutput)


_PAIR = "x: T1, y: T2, min_x: float, max_x: float, min_y: float, max_y: float -> z: Toutput, min_z: float, max_z: float"
for _type, _kernel in (("QuantizedAdd", _sum), ("QuantizedMul", _product)):
    op(
        _type, _PAIR, T1=_Q, T2=_Q, Toutput=f"{_Q} = qint32",
        shape=_ranged(lambda inputs, attrs: OPS["Add"].shape_rule(inputs[:2], attrs)), **_HOST,
    )(_kernel)  # fmt: skip


@op(
    "QuantizedBiasAdd",
    "input: T1, bias: T2, min_input: float, max_input: float, min_bias: float, max_bias: float"
    " -> output: out_type, min_out: float, max_out: float",
    T1=_Q, T2=_Q, out_type=_Q, shape=_ranged(unchanged), **_HOST,
)  # fmt: skip
def quantized_bias_add(input, bias, min_input, max_input, min_bias, max_bias, *, out_type: Any):
    """A bias added along the last dimension."""
    return _added(input, bias, (min_input, max_input, min_bias, max_bias), 17, out_type)


# -- layers ----------------------------------------------------------------------------------------------------
_FEATURES = (
    "features: Tinput, {}min_features: float, max_features: float -> activations: out_type, min_activations: float, max_activations: float"
)


def _cut(features: np.ndarray, low: Any, high: Any, top: float | None, out_type: DType) -> Any:
    q = _integers(features)
    out = np.maximum(q, _zero(low, high, q.dtype))
    if top is not None:
        out = np.minimum(out, int(_min_first(np.float64(top), low, high, q.dtype)))
    return _as_type(out, out_type), _F32(low), _F32(high)


_RELU: dict[str, Any] = {"Tinput": _Q, "out_type": f"{_Q} = quint8", "shape": _ranged(unchanged), **_HOST}


@op("QuantizedRelu", _FEATURES.format(""), **_RELU)
def quantized_relu(features, min_features, max_features, *, out_type: Any):
    """max(features, 0)."""
    return _cut(features, min_features, max_features, None, out_type)


@op("QuantizedRelu6", _FEATURES.format(""), **_RELU)
def quantized_relu6(features, min_features, max_features, *, out_type: Any):
    """min(max(features, 0), 6)."""
    return _cut(features, min_features, max_features, 6.0, out_type)


@public("nn.quantized_relu_x")
@op("QuantizedReluX", _FEATURES.format("max_value: float, "), **_RELU)
def quantized_relu_x(features, max_value, min_features, max_features, *, out_type: Any):
    """min(max(features, 0), max_value)."""
    return _cut(features, min_features, max_features, float(max_value), out_type)


def _windows(q: np.ndarray, size: Sequence[int], strides: Sequence[int], padding: str) -> tuple[np.ndarray, np.ndarray]:
    """The parts [batch, rows, columns, height, width, channels] under a moving window, and which of their places lie inside."""
    pads = []
    for n, k, s in zip(q.shape[1:3], size, strides):
        out = -(-n // s) if padding == "SAME" else (n - k) // s + 1
        total = max((out - 1) * s + k - n, 0) if padding == "SAME" else 0
        pads.append((total // 2, total - total // 2))

    def moved(x: np.ndarray) -> np.ndarray:
        padded = np.pad(x, [(0, 0), *pads, (0, 0)])
        view = np.lib.stride_tricks.sliding_window_view(padded, tuple(size), axis=(1, 2))[:, :: strides[0], :: strides[1]]
        return view.transpose(0, 1, 2, 4, 5, 3)

    return moved(q), moved(np.ones((1, *q.shape[1:3], 1), bool))


def _pooled(input: Any, low: Any, high: Any, ksize: list[int], strides: list[int], padding: str, dtype: DType, mean: bool) -> Any:
    check(ksize[0] == 1 and ksize[3] == 1, "Pooling is only over rows and columns")
    q = _integers(input).astype(np.int64)
    parts, inside = _windows(q, ksize[1:3], strides[1:3], padding)
    if mean:
        # As the reference: whole numbers, the quotient cut off.
        out = np.fix(np.where(inside, parts, 0).sum((3, 4)) / inside.sum((3, 4)))
    else:
        out = np.where(inside, parts, np.iinfo(np.int64).min).max((3, 4))
    return _as_type(out, dtype), _F32(low), _F32(high)


_POOL: dict[str, Any] = {"T": _Q, **_HOST}


def _pool_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    dims = inputs[0]._dims
    if dims is None:
        return [(None,) * 4, (), ()]
    return [(dims[0], *_spatial(dims[1:3], attrs["ksize"][1:3], attrs["strides"][1:3], attrs["padding"]), dims[3]), (), ()]


def _spatial(sizes: Any, kernel: Any, strides: Any, padding: str) -> list[int | None]:
    out = []
    for n, k, s in zip(sizes, kernel, strides):
        out.append(None if n is None or k is None else -(-n // s) if padding == "SAME" else (n - k) // s + 1)
    return out


_POOLED = f"input: T, min_input: float, max_input: float -> output: T, {_RANGED}"


@public("nn.quantized_max_pool")
@op("QuantizedMaxPool", _POOLED, shape=_pool_shape, **_POOL)
def quantized_max_pool(input, min_input, max_input, *, T: Any, ksize: list[int], strides: list[int], padding: str):
    """The largest number under each window."""
    return _pooled(input, min_input, max_input, ksize, strides, padding, T, mean=False)


@public("nn.quantized_avg_pool")
@op("QuantizedAvgPool", _POOLED, shape=_pool_shape, **_POOL)
def quantized_avg_pool(input, min_input, max_input, *, T: Any, ksize: list[int], strides: list[int], padding: str):
    """The mean of the numbers under each window."""
    return _pooled(input, min_input, max_input, ksize, strides, padding, T, mean=True)


@public("nn.quantized_conv2d")
@op(
    "QuantizedConv2D",
    "input: Tinput, filter: Tfilter, min_input: float, max_input: float, min_filter: float, max_filter: float"
    f" -> output: out_type, {_RANGED}",
    Tinput=_Q, Tfilter=_Q, out_type=f"{_Q} = qint32", **_HOST,
)  # fmt: skip
def quantized_conv2d(
    input, filter, min_input, max_input, min_filter, max_filter, *, out_type: Any, strides: list[int], padding: str,
    dilations: list[int] = [1, 1, 1, 1],  # noqa: B006
):  # fmt: skip
    """The convolution of quantized images [batch, height, width, channels]; beyond their edges is 0."""
    check(dilations == [1, 1, 1, 1], "Current implementation does not yet support dilations larger than one.")
    check(strides[1] == strides[2], "Current implementation only supports equal length strides in the row and column dimensions.")
    q, f = _integers(input), _integers(filter)
    parts, _ = _windows(_shifted(q, min_input, max_input), f.shape[:2], strides[1:3], padding)
    out = np.tensordot(parts, _shifted(f, min_filter, max_filter), axes=([3, 4, 5], [0, 1, 2]))
    return _as_type(out, out_type), *_product_range(q, (min_input, max_input), f, (min_filter, max_filter), out_type)


@quantized_conv2d.shape
def _(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    images, filters = inputs[0]._dims or (None,) * 4, inputs[1]._dims or (None,) * 4
    return [(images[0], *_spatial(images[1:3], filters[:2], attrs["strides"][1:3], attrs["padding"]), filters[3]), (), ()]


# -- joined ----------------------------------------------------------------------------------------------------
@public("quantization.quantized_concat", "quantized_concat")
@op(
    "QuantizedConcat",
    "concat_dim: int32, values: N*T, input_mins: N*float, input_maxes: N*float -> output: T, output_min: float, output_max: float",
    **_HOST,
)  # fmt: skip
def quantized_concat(concat_dim, values, input_mins, input_maxes):
    """Tensors one after the other along a dimension, all in the range that holds all of theirs."""
    kind = values[0].dtype
    low, high = _F32(min(0.0, *map(float, input_mins))), _F32(max(map(float, input_maxes)))
    parts = []
    for v, a, b in zip(values, input_mins, input_maxes):
        q = _integers(v)
        same = _F32(a) == low and _F32(b) == high
        parts.append(q if same else _requantized(q, a, b, low, high, q.dtype).astype(q.dtype))
    return np.concatenate(parts, int(concat_dim)).view(kind), low, high


@quantized_concat.shape
def _(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    from ..op.fold import fold

    axis, values = fold(inputs[0]), [t._dims for t in inputs[1 : 1 + attrs["N"]]]
    if any(d is None for d in values):
        return [None, (), ()]
    rank = len(values[0])
    if axis is None:
        return [(None,) * rank, (), ()]
    at = int(axis) % rank
    sizes = [d[at] for d in values]
    total = None if None in sizes else sum(sizes)
    return [tuple(total if i == at else values[0][i] for i in range(rank)), (), ()]
