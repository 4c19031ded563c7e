"""Audio: WAV files, spectrograms, and mel-frequency cepstral coefficients."""

from __future__ import annotations

import functools
import struct
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..graph import errors
from ..graph.operation import Tensor
from ..graph.public import public
from ..graph.tensor_shape import Dims
from ..op.checks import check
from ..op.declare import ShapeError, op
from ..op.shapes import with_rank

_CONTRIB = "contrib.framework.python.ops.audio_ops."


# -- WAV files ---------------------------------------------------------------------------------------
def _chunks(contents: bytes) -> tuple[tuple[int, ...], bytes]:
    """The fields of the format chunk and the data of a WAV file: RIFF chunks, each with its name and size before it.

    The format: http://soundfile.sapp.org/doc/WaveFormat. Raises InvalidArgumentError if it is no file of 16 bit samples.
    """

    def need(holds: bool, text: str) -> None:
        if not holds:
            raise errors.InvalidArgumentError(None, None, text)

    need(len(contents) >= 12, "Header mismatch: Expected RIFF but found " + contents[:4].decode("latin-1"))
    need(contents[:4] == b"RIFF", "Header mismatch: Expected RIFF but found " + contents[:4].decode("latin-1"))
    need(contents[8:12] == b"WAVE", "Header mismatch: Expected WAVE but found " + contents[8:12].decode("latin-1"))
    need(contents[12:16] == b"fmt ", "Header mismatch: Expected fmt  but found " + contents[12:16].decode("latin-1"))
    need(len(contents) >= 36, "Data too short when trying to read the format chunk")
    size, kind, channels, rate, per_second, per_frame, bits = struct.unpack_from("<IHHIIHH", contents, 16)
    need(size in (16, 18), f"Bad file size for WAV: Expected 16 or 18, but got {size}")
    need(kind == 1, f"Bad audio format for WAV: Expected 1 (PCM), but got{kind}")
    need(channels > 0 and rate > 0, "Bad format of WAV: no channels or no samples a second")
    need(bits == 16, f"Can only read 16-bit WAV files, but received {bits}")
    need(per_second == rate * per_frame, f"Bad bytes per second in WAV header: Expected {rate * per_frame} but got {per_second}")
    need(per_frame == channels * 2, f"Bad bytes per sample in WAV header: Expected {channels * 2} but got {per_frame}")
    at = 20 + size
    while at + 8 <= len(contents):
        name, length = contents[at : at + 4], struct.unpack_from("<I", contents, at + 4)[0]
        at += 8
        if name == b"data":
            need(at + length <= len(contents), f"Data too short when trying to read {length} bytes of samples")
            return (channels, rate), contents[at : at + length]
        at += length
    raise errors.InvalidArgumentError(None, None, "No data chunk found in WAV")


@public("audio.decode_wav", _CONTRIB + "decode_wav")
@op("DecodeWav", "contents: string -> audio: float, sample_rate: int32", host=True)
def decode_wav(contents, *, desired_channels: int = -1, desired_samples: int = -1):
    """The samples, [samples, channels] from -1 to 1, and the rate of a WAV file of 16 bit samples.

    `desired_channels`: the last one is repeated, or those too many are left out; `desired_samples`: filled up with zeros, or cut.
    """
    check(np.ndim(contents) == 0, f"contents must be scalar, got shape: {list(np.shape(contents))}")
    (channels, rate), data = _chunks(contents.item() if isinstance(contents, np.ndarray) else contents)
    samples = np.frombuffer(data[: len(data) // (2 * channels) * 2 * channels], "<i2").reshape(-1, channels)
    audio = samples.astype(np.float32) / np.float32(32768)
    if desired_channels != -1:
        audio = audio[:, np.minimum(np.arange(desired_channels), channels - 1)]
    if desired_samples != -1:
        audio = audio[:desired_samples]
        audio = np.concatenate([audio, np.zeros((desired_samples - len(audio), audio.shape[1]), np.float32)])
    return audio, np.int32(rate)


@decode_wav.shape
def _(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    with_rank(inputs[0]._dims, 0)
    sizes = []
    for name in ("desired_samples", "desired_channels"):
        n = attrs[name]
        if n < -1 or n == 0:
            raise ShapeError(f"{name.removeprefix('desired_')} must be non-negative, got {n}")
        sizes.append(None if n == -1 else n)
    return [tuple(sizes), ()]


@public("audio.encode_wav", _CONTRIB + "encode_wav")
@op("EncodeWav", "audio: float, sample_rate: int32 -> contents: string", host=True)
def encode_wav(audio, sample_rate):
    """A WAV file of 16 bit samples, of `audio` [samples, channels] from -1 to 1."""
    check(audio.ndim == 2, f"audio must be 2-dimensional but got shape {list(audio.shape)}")
    check(np.ndim(sample_rate) == 0, f"sample_rate should be a scalar, got shape {list(np.shape(sample_rate))}")
    rate, channels = int(sample_rate), audio.shape[1]
    check(rate > 0, "sample_rate must be positive, got: " + str(rate))
    check(0 < channels <= 65535, f"num_channels must be between 1 and 65535, got: {channels}")
    scaled = audio.astype(np.float32) * np.float32(32768)
    # round half away from zero
    rounded = np.trunc(scaled + np.copysign(np.float32(0.5), scaled))
    data = np.clip(rounded, -32768, 32767).astype("<i2").tobytes()
    head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(data), b"WAVE", b"fmt ", 16, 1, channels, rate, rate * channels * 2,
                       channels * 2, 16, b"data", len(data))  # fmt: skip
    out = np.empty((), object)
    out[()] = head + data
    return out


@encode_wav.shape
def _(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    with_rank(inputs[0]._dims, 2)
    with_rank(inputs[1]._dims, 0)
    return [()]


# -- spectrograms ----------------------------------------------------------------------------------------
def _fft_length(window: int) -> int:
    return 1 << (window - 1).bit_length()


@public(_CONTRIB + "audio_spectrogram")
@op("AudioSpectrogram", "input: float -> spectrogram: float", host=True)
def audio_spectrogram(input, *, window_size: int, stride: int, magnitude_squared: bool = False):
    """The magnitudes [channels, frames, frequencies] of `input` [samples, channels] in windows `stride` apart, each under a Hann window.

    (The reference's fails for several channels, whenever samples are left over behind the last window of one.)
    """
    check(input.ndim == 2, f"input must be 2-dimensional but got shape {list(input.shape)}")
    n = _fft_length(window_size)
    frames = max(0, 1 + (input.shape[0] - window_size) // stride)
    # The periodic Hann window. Computed in double precision, as in the reference.
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window_size) / window_size)
    places = np.arange(frames)[:, None] * stride + np.arange(window_size)
    spectrum = np.fft.rfft(input.T.astype(np.float64)[:, places] * window, n)
    power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
    return power if magnitude_squared else np.sqrt(power)


@audio_spectrogram.shape
def _(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    samples, channels = with_rank(inputs[0]._dims, 2)
    window, stride = attrs["window_size"], attrs["stride"]
    if window < 2 or stride < 1:
        raise ShapeError(f"window_size must be at least 2 and stride positive, got {window} and {stride}")
    frames = None if samples is None else max(0, 1 + (samples - window) // stride)
    return [(channels, frames, 1 + _fft_length(window) // 2)]


# -- cepstral coefficients ----------------------------------------------------------------------------------
def _mel(frequency: Any) -> Any:
    return 1127.0 * np.log1p(frequency / 700.0)


@functools.lru_cache(maxsize=32)
def _mel_filters(bins: int, rate: float, low: float, high: float, channels: int) -> np.ndarray:
    """The share of each of `bins` frequencies in each of `channels` mel bands, [bins, channels]: triangles that overlap by half."""
    bottom = _mel(low)
    spacing = (_mel(high) - bottom) / (channels + 1)
    centers = bottom + spacing * np.arange(1, channels + 2)
    per_bin = 0.5 * rate / (bins - 1)
    first, last = int(1.5 + low / per_bin), int(high / per_bin)
    out = np.zeros((bins, channels))
    for i in range(first, min(last, bins - 1) + 1):
        mel = _mel(i * per_bin)
        # the last center below this frequency: the band it falls out of; the next one is the band it rises into
        band = int(np.searchsorted(centers[:channels], mel, side="left")) - 1
        start = centers[band] if band >= 0 else bottom
        falling = (centers[band + 1] - mel) / (centers[band + 1] - start)
        if band >= 0:
            out[i, band] += falling
        if band + 1 < channels:
            out[i, band + 1] += 1 - falling
    return out


@public(_CONTRIB + "mfcc")
@op("Mfcc", "spectrogram: float, sample_rate: int32 -> output: float", host=True)
def mfcc(
    spectrogram,
    sample_rate,
    *,
    upper_frequency_limit: float = 4000.0,
    lower_frequency_limit: float = 20.0,
    filterbank_channel_count: int = 40,
    dct_coefficient_count: int = 13,
):
    """The cepstral coefficients [channels, frames, coefficients] of squared magnitudes [channels, frames, frequencies]."""
    check(spectrogram.ndim == 3, f"spectrogram must be 3-dimensional but got shape {list(spectrogram.shape)}")
    check(np.ndim(sample_rate) == 0, f"Input sample_rate should be a scalar tensor, got {list(np.shape(sample_rate))} instead.")
    low, high = (float(np.float32(v)) for v in (lower_frequency_limit, upper_frequency_limit))
    check(0 <= low < high, "Mfcc initialization failed: lower_frequency_limit must be at least 0 and below upper_frequency_limit")
    n, count = filterbank_channel_count, dct_coefficient_count
    check(0 < count <= n, "Mfcc initialization failed: dct_coefficient_count must be positive and at most filterbank_channel_count")
    filters = _mel_filters(spectrogram.shape[2], float(sample_rate), low, high, n)
    bands = np.sqrt(spectrogram.astype(np.float64)) @ filters
    logs = np.log(np.maximum(bands, 1e-12))
    cosines = np.sqrt(2 / n) * np.cos(np.arange(count)[:, None] * np.pi / n * (np.arange(n) + 0.5))
    return (logs @ cosines.T).astype(np.float32)


@mfcc.shape
def _(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    channels, frames, _ = with_rank(inputs[0]._dims, 3)
    with_rank(inputs[1]._dims, 0)
    return [(channels, frames, attrs["dct_coefficient_count"])]
