"""Short-time Fourier transforms and their inverse."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ...graph import dtypes
from ...graph.constant_value import constant_value
from ...graph.conversion import constant, convert_to_tensor
from ...graph.default_graph import name_scope
from ...graph.operation import Tensor
from ...graph.public import public
from ..casting import cast
from ..creation import zeros
from ..elementwise import ceil, log, maximum, pow_, square
from ..joining import concat, pad, tile
from ..reduction import reduce_sum
from ..shaping import rank, reshape, shape
from .fourier import irfft, rfft
from .framing import frame, overlap_and_add
from .windows import hann_window


def _enclosing_power_of_two(value: Tensor) -> Tensor:
    known = constant_value(value)
    if known is not None:
        return constant(int(2 ** math.ceil(math.log(int(known)) / math.log(2.0))), value.dtype)
    return cast(pow_(2.0, ceil(log(cast(value, dtypes.float32)) / log(2.0))), value.dtype)


@public("signal.stft", "contrib.signal.stft")
def stft(
    signals: Any,
    frame_length: Any,
    frame_step: Any,
    fft_length: Any = None,
    window_fn: Callable[..., Tensor] | None = hann_window,
    pad_end: bool = False,
    name: str | None = None,
) -> Tensor:
    """The spectra of the frames of real signals [..., samples]: complex64 [..., frames, fft_length // 2 + 1].

    Args:
      frame_length, frame_step: in samples.
      fft_length: the next power of two if None.
      window_fn: `window_fn(frame_length, dtype=...)`; None: no window.
      pad_end: as of `frame`.
    """
    with name_scope(name, "stft", [signals, frame_length, frame_step]):
        signals = convert_to_tensor(signals, name="signals")
        signals.shape.with_rank_at_least(1)
        frame_length = convert_to_tensor(frame_length, name="frame_length")
        frame_length.shape.assert_has_rank(0)
        frame_step = convert_to_tensor(frame_step, name="frame_step")
        frame_step.shape.assert_has_rank(0)
        if fft_length is None:
            fft_length = _enclosing_power_of_two(frame_length)
        else:
            fft_length = convert_to_tensor(fft_length, name="fft_length")
        framed = frame(signals, frame_length, frame_step, pad_end=pad_end)
        if window_fn is not None:
            framed = framed * window_fn(frame_length, dtype=framed.dtype)
        return rfft(framed, [fft_length])


@public("signal.inverse_stft_window_fn", "contrib.signal.inverse_stft_window_fn")
def inverse_stft_window_fn(
    frame_step: Any, forward_window_fn: Callable[..., Tensor] = hann_window, name: str | None = None
) -> Callable[[Any, Any], Tensor]:
    """A window function for `inverse_stft` that undoes an `stft` with `forward_window_fn` and the same `frame_step`."""
    with name_scope(name, "inverse_stft_window_fn", [forward_window_fn]):
        frame_step = convert_to_tensor(frame_step, name="frame_step")
        frame_step.shape.assert_has_rank(0)

    def window_fn(frame_length: Any, dtype: Any) -> Tensor:
        with name_scope(name, "inverse_stft_window_fn", [forward_window_fn]):
            frame_length = convert_to_tensor(frame_length, name="frame_length")
            frame_length.shape.assert_has_rank(0)
            window = forward_window_fn(frame_length, dtype=dtype)
            energy = square(window)
            overlaps = -(-frame_length // frame_step)
            energy = pad(energy, [(0, overlaps * frame_step - frame_length)])
            energy = reduce_sum(reshape(energy, [overlaps, frame_step]), 0, keepdims=True)
            energy = reshape(tile(energy, [overlaps, 1]), [overlaps * frame_step])
            return window / energy[:frame_length]

    return window_fn


@public("signal.inverse_stft", "contrib.signal.inverse_stft")
def inverse_stft(
    stfts: Any,
    frame_length: Any,
    frame_step: Any,
    fft_length: Any = None,
    window_fn: Callable[..., Tensor] | None = hann_window,
    name: str | None = None,
) -> Tensor:
    """The signals [..., samples] that spectra of frames, complex64 [..., frames, fft_length // 2 + 1], add up to.

    Args:
      window_fn: to undo an `stft`, `inverse_stft_window_fn(frame_step)`.
    """
    with name_scope(name, "inverse_stft", [stfts]):
        stfts = convert_to_tensor(stfts, name="stfts")
        stfts.shape.with_rank_at_least(2)
        frame_length = convert_to_tensor(frame_length, name="frame_length")
        frame_length.shape.assert_has_rank(0)
        frame_step = convert_to_tensor(frame_step, name="frame_step")
        frame_step.shape.assert_has_rank(0)
        if fft_length is None:
            fft_length = _enclosing_power_of_two(frame_length)
        else:
            fft_length = convert_to_tensor(fft_length, name="fft_length")
            fft_length.shape.assert_has_rank(0)
        frames = _of_length(irfft(stfts, [fft_length]), frame_length)
        if window_fn is not None:
            frames = frames * window_fn(frame_length, dtype=stfts.dtype.real_dtype)
        return overlap_and_add(frames, frame_step)


def _of_length(frames: Tensor, frame_length: Tensor) -> Tensor:
    """The frames, cut off or with zeros after them."""
    wanted = constant_value(frame_length)
    dims = None if frames.shape.ndims is None else frames.shape.as_list()
    if wanted is None or dims is None or dims[-1] is None:
        frames = frames[..., :frame_length]
        count = rank(frames)
        dims_now = shape(frames)
        before = zeros([count - 1, 2], dtype=frame_length.dtype)
        frames = pad(frames, concat([before, [[0, maximum(0, frame_length - dims_now[-1])]]], 0))
    elif dims[-1] > wanted:
        frames = frames[..., : int(wanted)]
    elif dims[-1] < wanted:
        frames = pad(frames, [[0, 0]] * (len(dims) - 1) + [[0, int(wanted) - dims[-1]]])
    if wanted is not None and dims is not None:
        frames.set_shape([None] * (len(dims) - 1) + [int(wanted)])
    return frames
