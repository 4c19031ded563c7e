"""Signals: tf.signal and tf.spectral."""

from . import cosine, fourier, framing, mel, short_time, windows  # noqa: F401
