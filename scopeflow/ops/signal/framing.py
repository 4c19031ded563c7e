"""Signals cut into frames that overlap, and put together again."""

from __future__ import annotations

import math
from typing import Any

from ...graph import dtypes
from ...graph.constant_value import constant_value
from ...graph.conversion import constant, convert_to_tensor
from ...graph.default_graph import name_scope
from ...graph.operation import Tensor
from ...graph.public import TABLE, public
from ..creation import range_, zeros, zeros_like
from ..elementwise import floormod, greater, maximum
from ..gathering import gather
from ..joining import concat, pad, split
from ..reduction import reduce_sum
from ..shaping import rank, reshape, shape, size, transpose
from ..slicing import strided_slice


def _common_divisor(a: Tensor, b: Tensor) -> Tensor:
    """The greatest common divisor of two integer scalars."""
    with name_scope(None, "gcd", [a, b]):
        known = constant_value(a), constant_value(b)
        if None not in known:
            return constant(math.gcd(*(int(v) for v in known)), dtype=a.dtype)
        return TABLE["while_loop"](
            lambda _, y: greater(y, zeros_like(y)), lambda x, y: [y, floormod(x, y)], [a, b], back_prop=False
        )[0]  # fmt: skip


def _frames_shape(signal: Tensor, frame_length: Tensor, frame_step: Tensor, pad_end: bool, axis: Tensor) -> list[int | None] | None:
    at = constant_value(axis)
    if signal.shape.ndims is None or at is None:
        return None
    dims = signal.shape.as_list()
    at = int(at) % len(dims)
    length, step, samples = constant_value(frame_length), constant_value(frame_step), dims[at]
    count = None
    if samples is not None and length is not None and step is not None:
        count = -(-samples // int(step)) if pad_end else max(0, 1 + (samples - int(length)) // int(step))
    return [*dims[:at], count, None if length is None else int(length), *dims[at + 1 :]]


@public("signal.frame", "contrib.signal.frame")
def frame(
    signal: Any, frame_length: Any, frame_step: Any, pad_end: bool = False, pad_value: Any = 0, axis: Any = -1, name: str | None = None
) -> Tensor:
    """The frames of signals along `axis`: [..., samples, ...] to [..., frames, frame_length, ...].

    Args:
      frame_length, frame_step: in samples.
      pad_end: frames that begin in the signal reach beyond it, into `pad_value`.
    """
    with name_scope(name, "frame", [signal, frame_length, frame_step, pad_value]):
        signal = convert_to_tensor(signal, name="signal")
        frame_length = convert_to_tensor(frame_length, name="frame_length")
        frame_step = convert_to_tensor(frame_step, name="frame_step")
        axis = convert_to_tensor(axis, name="axis")
        signal.shape.with_rank_at_least(1)
        frame_length.shape.assert_has_rank(0)
        frame_step.shape.assert_has_rank(0)
        axis.shape.assert_has_rank(0)
        static = _frames_shape(signal, frame_length, frame_step, pad_end, axis)

        count = rank(signal)
        axis = range_(count)[axis]
        dims = shape(signal)
        outer, samples, inner = split(dims, [axis, 1, count - 1 - axis])
        samples = reshape(samples, [])
        outer_rank, inner_rank = size(outer), size(inner)
        if pad_end:
            pad_value = convert_to_tensor(pad_value, signal.dtype)
            frames = -(-samples // frame_step)
            missing = maximum(0, frame_length + frame_step * (frames - 1) - samples)
            before, after = zeros([outer_rank, 2], dtype=missing.dtype), zeros([inner_rank, 2], dtype=missing.dtype)
            signal = pad(signal, concat([before, [[0, missing]], after], 0), constant_values=pad_value)
            dims = shape(signal)
            samples = dims[axis]
        else:
            frames = maximum(0, 1 + (samples - frame_length) // frame_step)

        # Pieces of the greatest length that divides both: a frame is made of whole ones, and so is a step.
        piece = _common_divisor(frame_length, frame_step)
        pieces_a_frame, pieces_a_step = frame_length // piece, frame_step // piece
        pieces = samples // piece
        used = concat([outer, [pieces * piece], inner], 0)
        divided = concat([outer, [pieces, piece], inner], 0)
        parts = reshape(strided_slice(signal, zeros_like(dims), used), divided)
        first = reshape(range_(frames) * pieces_a_step, [frames, 1])
        selected = first + reshape(range_(pieces_a_frame), [1, pieces_a_frame])
        out = reshape(gather(parts, selected, axis=axis), concat([outer, [frames, frame_length], inner], 0))
        if static is not None:
            out.set_shape(static)
        return out


@public("signal.overlap_and_add", "contrib.signal.overlap_and_add")
def overlap_and_add(signal: Any, frame_step: Any, name: str | None = None) -> Tensor:
    """The signals that frames [..., frames, frame_length] add up to, each `frame_step` after the last: [..., samples].

    Raises:
      ValueError: `frame_step` is no integer scalar, or `signal` has fewer than two dimensions.
    """
    with name_scope(name, "overlap_and_add", [signal, frame_step]):
        signal = convert_to_tensor(signal, name="signal")
        signal.shape.with_rank_at_least(2)
        frame_step = convert_to_tensor(frame_step, name="frame_step")
        frame_step.shape.assert_has_rank(0)
        if not frame_step.dtype.is_integer:
            raise ValueError(f"frame_step must be an integer. Got {frame_step.dtype}")
        dims = shape(signal)
        outer = dims[:-2]
        outer_rank = size(outer)

        def whole(inner: list[Any]) -> Tensor:
            return concat([outer, inner], 0)

        length, frames = dims[-1], dims[-2]
        samples = length + frame_step * (frames - 1)
        # Each frame as segments of one step; frame after frame, segments that overlap come to lie below each other.
        segments = -(-length // frame_step)
        paddings = [[0, segments], [0, segments * frame_step - length]]
        signal = pad(signal, concat([zeros([outer_rank, 2], dtype=dtypes.int32), paddings], 0))
        signal = reshape(signal, whole([frames + segments, segments, frame_step]))
        signal = transpose(signal, concat([range_(outer_rank), outer_rank + [1, 0, 2]], 0))
        signal = reshape(signal, whole([(frames + segments) * segments, frame_step]))
        signal = signal[..., : (frames + segments - 1) * segments, :]
        signal = reshape(signal, whole([segments, frames + segments - 1, frame_step]))
        signal = reduce_sum(signal, -3)
        signal = reshape(signal, whole([(frames + segments - 1) * frame_step]))
        return signal[..., :samples]
