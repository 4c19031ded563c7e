"""From linear frequencies to the mel scale."""

from __future__ import annotations

from typing import Any

from ...graph import dtypes
from ...graph.conversion import constant, convert_to_tensor
from ...graph.default_graph import name_scope
from ...graph.operation import Tensor
from ...graph.public import public
from ..casting import cast
from ..creation import linspace
from ..elementwise import log, maximum, minimum
from ..joining import pad, split
from ..shaping import expand_dims, reshape
from .framing import frame


def _mel(hertz: Tensor) -> Tensor:
    """Hertz on the mel scale of HTK."""
    with name_scope(None, "hertz_to_mel", [hertz]):
        return 1127.0 * log(1.0 + (hertz / 700.0))


@public("signal.linear_to_mel_weight_matrix", "contrib.signal.linear_to_mel_weight_matrix")
def linear_to_mel_weight_matrix(
    num_mel_bins: int = 20,
    num_spectrogram_bins: int = 129,
    sample_rate: Any = 8000,
    lower_edge_hertz: float = 125.0,
    upper_edge_hertz: float = 3800.0,
    dtype: Any = dtypes.float32,
    name: str | None = None,
) -> Tensor:
    """The matrix [num_spectrogram_bins, num_mel_bins] that makes mel spectra of linear ones: overlapping triangles, even in mel.

    Raises:
      ValueError: numbers that make no bins.
    """
    with name_scope(name, "linear_to_mel_weight_matrix") as scope:
        if num_mel_bins <= 0:
            raise ValueError(f"num_mel_bins must be positive. Got: {num_mel_bins}")
        if lower_edge_hertz < 0.0:
            raise ValueError(f"lower_edge_hertz must be non-negative. Got: {lower_edge_hertz}")
        if lower_edge_hertz >= upper_edge_hertz:
            raise ValueError(f"lower_edge_hertz {lower_edge_hertz:.1f} >= upper_edge_hertz {upper_edge_hertz:.1f}")
        if not isinstance(sample_rate, Tensor):
            if sample_rate <= 0.0:
                raise ValueError(f"sample_rate must be positive. Got: {sample_rate}")
            if upper_edge_hertz > sample_rate / 2:
                raise ValueError(
                    f"upper_edge_hertz must not be larger than the Nyquist frequency (sample_rate / 2). Got {upper_edge_hertz} for "
                    f"sample_rate: {sample_rate}"
                )
        if not dtypes.as_dtype(dtype).is_floating:
            raise ValueError(f"dtype must be a floating point type. Got: {dtype}")
        if isinstance(sample_rate, Tensor):
            sample_rate = cast(sample_rate, dtype, name="sample_rate")
        else:
            sample_rate = constant(sample_rate, dtype, name="sample_rate")
        lower_edge_hertz = convert_to_tensor(lower_edge_hertz, dtype, name="lower_edge_hertz")
        upper_edge_hertz = convert_to_tensor(upper_edge_hertz, dtype, name="upper_edge_hertz")
        zero = convert_to_tensor(0.0, dtype)
        # The lowest frequency, 0, is in no bin.
        frequencies = linspace(zero, sample_rate / 2.0, num_spectrogram_bins)[1:]
        spectrum = expand_dims(_mel(frequencies), 1)
        edges = frame(linspace(_mel(lower_edge_hertz), _mel(upper_edge_hertz), num_mel_bins + 2), frame_length=3, frame_step=1)
        lower, center, upper = (reshape(t, [1, num_mel_bins]) for t in split(edges, 3, axis=1))
        rising = (spectrum - lower) / (center - lower)
        falling = (upper - spectrum) / (upper - center)
        weights = maximum(zero, minimum(rising, falling))
        return pad(weights, [[1, 0], [0, 0]], name=scope)
