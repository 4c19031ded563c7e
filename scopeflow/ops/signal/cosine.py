"""Discrete cosine transforms, by Fourier transforms of real signals."""

from __future__ import annotations

import math
from typing import Any

from ...graph.conversion import convert_to_tensor
from ...graph.default_graph import name_scope
from ...graph.operation import Tensor
from ...graph.public import public
from ..casting import cast
from ..creation import range_
from ..elementwise import complex_, exp, real_, rsqrt, sqrt
from ..joining import concat, pad
from ..shaping import expand_dims, shape
from .fourier import irfft, rfft


def _check(input: Tensor, type: int, n: Any, axis: int, norm: str | None) -> None:
    if axis != -1:
        raise NotImplementedError(f"axis must be -1. Got: {axis}")
    if n is not None and n < 1:
        raise ValueError("n should be a positive integer or None")
    if type not in (1, 2, 3):
        raise ValueError("Only Types I, II and III (I)DCT are supported.")
    if type == 1:
        if norm == "ortho":
            raise ValueError("Normalization is not supported for the Type-I DCT.")
        last = input.shape[-1:].as_list()[0]
        if last is not None and last < 2:
            raise ValueError("Type-I DCT requires the dimension to be greater than one.")
    if norm not in (None, "ortho"):
        raise ValueError(f"Unknown normalization. Expected None or 'ortho', got: {norm}")


def _weights(first: Tensor, others: Tensor, count: Any) -> Tensor:
    """[first, others, others, ...]"""
    return pad(expand_dims(first, 0), [[0, count - 1]], constant_values=others)


@public("signal.dct", "spectral.dct")
def dct(input: Any, type: int = 2, n: int | None = None, axis: int = -1, norm: str | None = None, name: str | None = None) -> Tensor:
    """The cosine transform of type 1, 2 or 3 over the last dimension of float32 signals.

    Args:
      n: cut off or filled up to.
      axis: -1.
      norm: "ortho": so that the matrix of the transform is orthogonal (types 2 and 3).
    """
    with name_scope(name, "dct"):
        input = convert_to_tensor(input)
        _check(input, type, n, axis, norm)
        if n is not None:
            length = input.shape.as_list()[-1]
            if n <= length:
                input = input[..., 0:n]
            else:
                input = pad(input, [[0, 0]] * (input.shape.ndims - 1) + [[0, n - length]])
        count = input.shape.as_list()[-1] or shape(input)[-1]
        size = cast(count, input.dtype)
        if type == 1:
            return real_(rfft(concat([input, input[..., -2:0:-1]], -1)))
        if type == 2:
            turn = 2.0 * exp(complex_(0.0, -range_(size) * math.pi * 0.5 / size))
            out = real_(rfft(input, fft_length=[2 * count])[..., :count] * turn)
            if norm == "ortho":
                first = 0.5 * rsqrt(size)
                out = out * _weights(first, first * sqrt(2.0), count)
            return out
        if norm == "ortho":
            first = sqrt(size)
            input = input * _weights(first, first * sqrt(0.5), count)
        else:
            input = input * size
        turn = 2.0 * exp(complex_(0.0, range_(size) * math.pi * 0.5 / size))
        return irfft(turn * complex_(input, 0.0), fft_length=[2 * count])[..., :count]


@public("signal.idct", "spectral.idct")
def idct(input: Any, type: int = 2, n: int | None = None, axis: int = -1, norm: str | None = None, name: str | None = None) -> Tensor:
    """The inverse of `dct` up to a factor, exactly with norm="ortho"; arguments as there."""
    inverse = {1: 1, 3: 2, 2: 3}.get(type, type)
    return dct(input, type=inverse, n=n, axis=axis, norm=norm, name=name)


@public("signal.mfccs_from_log_mel_spectrograms", "contrib.signal.mfccs_from_log_mel_spectrograms")
def mfccs_from_log_mel_spectrograms(log_mel_spectrograms: Any, name: str | None = None) -> Tensor:
    """Mel frequency cepstral coefficients of logarithms of mel spectra, [..., mel bins]; as HTK has them."""
    with name_scope(name, "mfccs_from_log_mel_spectrograms", [log_mel_spectrograms]):
        spectra = convert_to_tensor(log_mel_spectrograms, name="log_mel_spectrograms")
        bins = None if spectra.shape.ndims is None else spectra.shape.as_list()[-1]
        if bins == 0:
            raise ValueError(f"num_mel_bins must be positive. Got: {log_mel_spectrograms}")
        if bins is None:
            bins = shape(spectra)[-1]
        return dct(spectra, type=2) * rsqrt(cast(bins, spectra.dtype) * 2.0)
