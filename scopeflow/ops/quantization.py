"""Fake quantization: floats rounded as if they were kept in few bits, with gradients that pass where nothing is cut off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..graph.conversion import to_tensor
from ..graph.operation import Tensor
from ..graph.public import export, public
from ..graph.tensor_shape import Dims
from ..op.checks import check
from ..op.declare import ShapeError, op
from ..op.namespace import xp
from ..op.shapes import merge, unchanged, with_rank

_F32 = np.float32


def _nudged(low: Any, high: Any, num_bits: int, narrow_range: bool) -> tuple[Any, Any, Any]:
    """(low, high, step) of the nearest range in which 0 is one of the 2 ** num_bits values (one less if narrow)."""
    check(2 <= num_bits <= 16, f"num_bits must be between 2 and 16, inclusive, got {num_bits}")
    n = xp(low, high)
    least, most = _F32(1 if narrow_range else 0), _F32(2**num_bits - 1)
    step = (high - low) / (most - least)
    with np.errstate(divide="ignore", invalid="ignore"):
        zero = least - low / step
    zero = n.where(zero < least, least, n.where(zero > most, most, n.floor(zero + _F32(0.5))))
    return (least - zero) * step, (most - zero) * step, step


def _fake(x: Any, low: Any, high: Any, num_bits: int, narrow_range: bool) -> Any:
    n = xp(x, low, high)
    empty = (low == 0) & (high == 0)
    low, high, step = _nudged(low, xp(low, high).where(empty, _F32(1), high), num_bits, narrow_range)
    shifted = n.clip(x, low, high) - low
    out = n.floor(shifted * (_F32(1) / step) + _F32(0.5)) * step + low
    return n.where(empty, _F32(0), out).astype(np.float32)


def _flows(grad: Any, x: Any, low: Any, high: Any, num_bits: int, narrow_range: bool, axes: Any) -> tuple[Any, Any, Any]:
    """The gradients at the inputs and at both ends of the range."""
    n = xp(grad, x, low, high)
    empty = (low == 0) & (high == 0)
    bottom, top, _ = _nudged(low, xp(low, high).where(empty, _F32(1), high), num_bits, narrow_range)
    below, above = (x < bottom) & ~empty, (x > top) & ~empty
    inside = n.where(below | above, _F32(0), grad)
    return inside, n.where(below, grad, _F32(0)).sum(axis=axes), n.where(above, grad, _F32(0)).sum(axis=axes)


# -- a range given by numbers ------------------------------------------------------------------------
def _check_range(low: float, high: float) -> tuple[np.float32, np.float32]:
    check(low < high, f"min has to be smaller than max, was: {low} >= {high}")
    return _F32(low), _F32(high)


@op("FakeQuantWithMinMaxArgs", "inputs: float -> outputs: float", shape=unchanged)
def fake_quant_with_min_max_args(inputs, *, min: float = -6.0, max: float = 6.0, num_bits: int = 8, narrow_range: bool = False):
    """`inputs` cut off at `min` and `max` and rounded to one of 2 ** num_bits values."""
    return _fake(inputs, *_check_range(min, max), num_bits, narrow_range)


@op("FakeQuantWithMinMaxArgsGradient", "gradients: float, inputs: float -> backprops: float", differentiable=False, shape=unchanged)
def fake_quant_with_min_max_args_gradient(
    gradients, inputs, *, min: float = -6.0, max: float = 6.0, num_bits: int = 8, narrow_range: bool = False
):
    """The gradients where the inputs were not cut off, else 0."""
    return _flows(gradients, inputs, *_check_range(min, max), num_bits, narrow_range, None)[0]


@fake_quant_with_min_max_args.gradient
def _(inputs: Any, outputs: Any, grads: Any, min: float, max: float, num_bits: int, narrow_range: bool) -> Any:
    return [_flows(grads[0], inputs[0], _F32(min), _F32(max), num_bits, narrow_range, None)[0]]


# -- a range that is a variable, one for all or one a channel -------------------------------------------
def _of_range(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    for t in inputs[1:]:
        with_rank(t._dims, 0)
    return [inputs[0]._dims]


def _of_channels(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    dims = inputs[0]._dims
    (channels,) = merge(with_rank(inputs[1]._dims, 1), with_rank(inputs[2]._dims, 1))
    if dims is None:
        return [None]
    if not dims:
        raise ShapeError("Shape must be at least rank 1 but is rank 0")
    (last,) = merge(dims[-1:], (channels,))
    return [dims[:-1] + (last,)]


@op("FakeQuantWithMinMaxVars", "inputs: float, min: float, max: float -> outputs: float", shape=_of_range)
def fake_quant_with_min_max_vars(inputs, min, max, *, num_bits: int = 8, narrow_range: bool = False):
    """`inputs` cut off at the scalars `min` and `max` and rounded to one of 2 ** num_bits values."""
    return _fake(inputs, min, max, num_bits, narrow_range)


@op("FakeQuantWithMinMaxVarsPerChannel", "inputs: float, min: float, max: float -> outputs: float", shape=_of_channels)
def fake_quant_with_min_max_vars_per_channel(inputs, min, max, *, num_bits: int = 8, narrow_range: bool = False):
    """`inputs` [..., channels] cut off at `min` and `max`, [channels], and rounded to one of 2 ** num_bits values."""
    return _fake(inputs, min, max, num_bits, narrow_range)


_BACK = "backprops_wrt_input: float, backprop_wrt_min: float, backprop_wrt_max: float"


@op(
    "FakeQuantWithMinMaxVarsGradient", f"gradients: float, inputs: float, min: float, max: float -> {_BACK}",
    differentiable=False, shape=lambda inputs, attrs: [merge(inputs[0]._dims, inputs[1]._dims), (), ()],
)  # fmt: skip
def fake_quant_with_min_max_vars_gradient(gradients, inputs, min, max, *, num_bits: int = 8, narrow_range: bool = False):
    """The gradients at the inputs, and at both ends what was cut off there."""
    return _flows(gradients, inputs, min, max, num_bits, narrow_range, None)


@op(
    "FakeQuantWithMinMaxVarsPerChannelGradient", f"gradients: float, inputs: float, min: float, max: float -> {_BACK}",
    differentiable=False, shape=lambda inputs, attrs: [merge(inputs[0]._dims, inputs[1]._dims), inputs[2]._dims, inputs[3]._dims],
)  # fmt: skip
def fake_quant_with_min_max_vars_per_channel_gradient(gradients, inputs, min, max, *, num_bits: int = 8, narrow_range: bool = False):
    """The gradients at the inputs, and at both ends of each channel what was cut off there."""
    return _flows(gradients, inputs, min, max, num_bits, narrow_range, tuple(range(gradients.ndim - 1)))


@fake_quant_with_min_max_vars.gradient
def _(inputs: Any, outputs: Any, grads: Any, num_bits: int, narrow_range: bool) -> Any:
    return list(_flows(grads[0], *inputs, num_bits, narrow_range, None))


@fake_quant_with_min_max_vars_per_channel.gradient
def _(inputs: Any, outputs: Any, grads: Any, num_bits: int, narrow_range: bool) -> Any:
    return list(_flows(grads[0], *inputs, num_bits, narrow_range, tuple(range(grads[0].ndim - 1))))


for _spec in (
    fake_quant_with_min_max_args,
    fake_quant_with_min_max_args_gradient,
    fake_quant_with_min_max_vars,
    fake_quant_with_min_max_vars_gradient,
    fake_quant_with_min_max_vars_per_channel,
    fake_quant_with_min_max_vars_per_channel_gradient,
):
    export(_spec, "quantization." + _spec.__name__, _spec.__name__)


# -- to integers and back ------------------------------------------------------------------------------
def _there_and_back(x: Any, low: Any, high: Any, num_bits: int, signed: bool, given: bool, up: bool, narrow: bool) -> Any:
    n = xp(x, low, high)
    check(1 <= num_bits <= (63 if signed else 64) and (num_bits > 1 or not signed), f"num_bits is out of range: {num_bits}")
    kind = x.dtype
    if given:
        check(low <= high, f"Invalid range: input_min {low} > input_max {high}")
    else:
        low, high = x.min(), x.max()
    least = kind.type((-(1 << (num_bits - 1)) + (1 if narrow else 0)) if signed else 0)
    most = kind.type((1 << (num_bits - 1)) - 1 if signed else (1 << num_bits) - 1)
    endless = kind.type(np.finfo(kind).max)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        from_low = n.where(least * low > 0, least / n.where(low == 0, kind.type(1), low), endless)
        from_high = n.where(most * high > 0, most / n.where(high == 0, kind.type(1), high), endless)
        by_low = from_low < from_high
        scale = n.where(by_low, from_low, from_high)
        back = n.where(by_low, low / (least if least else kind.type(1)), high / most)
        top = n.where(by_low, most * back, high)
        bottom = n.where(by_low, low, least * back)
        scaled = (n.clip(x, bottom, top) if given else x) * scale
    whole = n.floor(scaled + kind.type(0.5)) if up else n.round(scaled)
    return (whole * back).astype(kind)


_TYPES = "bfloat16 half float double"


@op(
    "QuantizeAndDequantizeV2",
    "input: T, input_min: T, input_max: T -> output: T",
    T=_TYPES,
    no_gradient="input_min input_max",
    shape=_of_range,
)
def quantize_and_dequantize_v2(
    input,
    input_min,
    input_max,
    *,
    signed_input: bool = True,
    num_bits: int = 8,
    range_given: bool = False,
    round_mode: str = "HALF_TO_EVEN",
    narrow_range: bool = False,
):
    """`input` as integers of `num_bits` and back."""
    return _there_and_back(input, input_min, input_max, num_bits, signed_input, range_given, round_mode == "HALF_UP", narrow_range)


@op(
    "QuantizeAndDequantizeV3", "input: T, input_min: T, input_max: T, num_bits: int32 -> output: T",
    T=_TYPES, static="num_bits", no_gradient="input_min input_max num_bits", shape=_of_range,
)  # fmt: skip
def quantize_and_dequantize_v3(
    input, input_min, input_max, num_bits, *, signed_input: bool = True, range_given: bool = True, narrow_range: bool = False
):
    """`input` as integers of `num_bits` and back."""
    return _there_and_back(input, input_min, input_max, int(num_bits), signed_input, range_given, False, narrow_range)


@quantize_and_dequantize_v2.gradient
def _(inputs: Any, outputs: Any, grads: Any, **attrs: Any) -> Any:
    return [grads[0], None, None]


@quantize_and_dequantize_v3.gradient
def _(inputs: Any, outputs: Any, grads: Any, **attrs: Any) -> Any:
    return [grads[0], None, None, None]


@public("quantization.quantize_and_dequantize")
def quantize_and_dequantize(
    input: Any,
    input_min: Any,
    input_max: Any,
    signed_input: bool = True,
    num_bits: int = 8,
    range_given: bool = False,
    round_mode: str = "HALF_TO_EVEN",
    name: str | None = None,
    narrow_range: bool = False,
) -> Tensor:
    """`input` as integers of `num_bits` and back; the gradient passes through.

    Args:
      input_min, input_max: the range, if `range_given`; else that of the values.
      round_mode: "HALF_TO_EVEN" or "HALF_UP".
    """
    if round_mode not in ("HALF_TO_EVEN", "HALF_UP"):
        raise ValueError(f'Value for attr \'round_mode\' of "{round_mode}" is not in the list of allowed values: "HALF_TO_EVEN", "HALF_UP"')
    input = to_tensor(input, None, "input")
    return quantize_and_dequantize_v2(
        input, input_min, input_max, signed_input=signed_input, num_bits=num_bits, range_given=range_given, round_mode=round_mode,
        narrow_range=narrow_range, name=name,
    )  # fmt: skip
