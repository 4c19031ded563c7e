"""What a summary holds: histograms' buckets, images as PNG, sound as WAV."""

from __future__ import annotations

import io
import struct
from functools import cache
from typing import Any

import numpy as np
from tensorboard.compat.proto.summary_pb2 import HistogramProto

from ..graph import errors

_LARGEST = float(np.finfo(np.float64).max)


@cache
def _limits() -> np.ndarray:
    """The buckets' upper limits: from 1e-12 up to 1e20 each 1.1 times the last, the same below zero, and the largest double."""
    positive = []
    v = 1e-12
    while v < 1e20:
        positive.append(v)
        v *= 1.1
    positive.append(_LARGEST)
    return np.array([*(-x for x in reversed(positive)), 0.0, *positive])


def histogram(values: np.ndarray) -> HistogramProto:
    """Values (finite) counted in buckets; runs of empty buckets are one."""
    flat = np.asarray(values, np.float64).ravel()
    out = HistogramProto(min=_LARGEST, max=-_LARGEST)
    limits = _limits()
    if not flat.size:
        out.bucket_limit.append(_LARGEST)
        out.bucket.append(0.0)
        return out
    out.min, out.max, out.num = float(flat.min()), float(flat.max()), float(flat.size)
    with np.errstate(over="ignore"):
        out.sum, out.sum_squares = float(np.cumsum(flat)[-1]), float(np.cumsum(flat * flat)[-1])
    counts = np.bincount(np.searchsorted(limits, flat, side="right").clip(max=len(limits) - 1), minlength=len(limits))
    full = counts > 0
    # Of a run of empty buckets the last limit is kept.
    kept = full | np.append(full[1:], True)
    out.bucket_limit.extend(limits[kept].tolist())
    out.bucket.extend(counts[kept].astype(np.float64).tolist())
    return out


def png(pixels: np.ndarray) -> bytes:
    """uint8 [height, width, 1, 3 or 4] as a PNG file."""
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels).save(buffer, "PNG")
    return buffer.getvalue()


def as_bytes(image: np.ndarray, bad_color: np.ndarray) -> np.ndarray:
    """An image of floats as uint8: scaled so that 0 stays 0 (or 128, if there are negatives) and the largest value is shown brightest.

    Pixels that are not finite get `bad_color`.
    """
    image = image.astype(np.float32) if image.dtype != np.float64 else image
    finite = np.isfinite(image).all(-1)
    good = image[finite]
    low, high = (float(good.min()), float(good.max())) if good.size else (0.0, 0.0)
    tiny = 1e-6
    if low < 0:
        most = max(abs(low), abs(high))
        scale, offset = (0.0 if most < tiny else 127.0 / most), 128.0
    else:
        scale, offset = (0.0 if high < tiny else 255.0 / high), 0.0
    kind = image.dtype.type
    with np.errstate(invalid="ignore", over="ignore"):
        scaled = image * kind(scale) + kind(offset)
    out = np.zeros(image.shape, np.uint8)
    out[finite] = scaled[finite].astype(np.uint8)
    color = np.zeros(image.shape[-1], np.uint8)
    color[: min(len(color), len(bad_color))] = bad_color[: len(color)]
    out[~finite] = color
    return out


def wav(samples: np.ndarray, rate: float) -> bytes:
    """Float [frames, channels], from -1 to 1, as a WAV file of 16 bits a sample."""
    frames, channels = samples.shape
    if not 0 < frames or not 0 < channels:
        raise errors.InvalidArgumentError(None, None, "num_frames must be positive.")
    scaled = np.clip(samples.astype(np.float32) * np.float32(32768.0), -32768.0, 32767.0)
    data = scaled.astype("<i2").tobytes()
    hertz = int(rate)
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, channels, hertz, hertz * channels * 2, channels * 2, 16)
    return struct.pack("<4sI4s", b"RIFF", 36 + len(data), b"WAVE") + form + struct.pack("<4sI", b"data", len(data)) + data


def tags(base: str, kind: str, count: int, most: int) -> list[str]:
    """The tags of `count` images or sounds of a batch, of which `most` could have been shown."""
    return [f"{base}/{kind}/{i}" if most > 1 else f"{base}/{kind}" for i in range(count)]


def text_of(value: Any) -> str:
    """A string element as text."""
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
