"""WAV files, spectrograms, cepstral coefficients."""

from __future__ import annotations

_SOUND = "a = np.sin(np.arange(1200) * 0.05 * (1 + np.arange(1200) / 900)).astype(np.float32)\n"
# Sums of squares of doubles, then their logarithms: the last places differ by the order of the transform's sums.
TOLERANCE = {"spectrogram": (2e-5, 1e-5), "mfcc": (2e-5, 2e-5)}
CASES = [
    _SOUND + "w = tf.audio.encode_wav(P(a[:40].reshape(20, 2)), 8000)\nout = [w] + list(tf.audio.decode_wav(w))",
    "w = tf.audio.encode_wav(P([[1.], [-1.], [2.], [-3.], [0.5], [1e-5], [0.00001526], [-0.0000153]]), P(16000)); out = list(tf.audio.decode_wav(w))",
    _SOUND + "w = tf.audio.encode_wav(P(a[:20].reshape(20, 1)), 8000)\n"
    "out = [tf.audio.decode_wav(w, desired_channels=2, desired_samples=30)[0], tf.audio.decode_wav(w, desired_samples=5)[0]]",
    _SOUND + "w = tf.audio.encode_wav(P(a[:20].reshape(10, 2)), 8000)\nout = tf.audio.decode_wav(w, desired_channels=1)[0]",
    "out = tf.audio.decode_wav(P('not a file at all'))[0]",
    "out = tf.audio.decode_wav(P(''))[0]",
    "out = tf.audio.decode_wav(P('x'), desired_channels=-2)[0]",
    "out = tf.audio.encode_wav(P([1., 2.]), 8000)",
    "out = tf.audio.encode_wav(P([[1.]]), P(0))",
    _SOUND + "out = tf.raw_ops.AudioSpectrogram(input=P(a.reshape(1200, 1)), window_size=100, stride=50)  # spectrogram",
    _SOUND + "out = tf.raw_ops.AudioSpectrogram(input=P(a.reshape(1200, 1), [None, 1]), window_size=128, stride=64, magnitude_squared=True)  # spectrogram",
    _SOUND + "out = tf.raw_ops.AudioSpectrogram(input=P(a[:50].reshape(50, 1)), window_size=128, stride=64)",
    _SOUND + "out = tf.raw_ops.AudioSpectrogram(input=P(a), window_size=128, stride=64)",
    _SOUND + "s = tf.raw_ops.AudioSpectrogram(input=P(a.reshape(1200, 1)), window_size=256, stride=100, magnitude_squared=True)\n"
    "out = tf.raw_ops.Mfcc(spectrogram=s, sample_rate=P(8000))  # mfcc",
    _SOUND + "s = tf.raw_ops.AudioSpectrogram(input=P(a.reshape(1200, 1)), window_size=480, stride=20, magnitude_squared=True)\n"
    "out = tf.raw_ops.Mfcc(spectrogram=s, sample_rate=16000, dct_coefficient_count=10, upper_frequency_limit=7000., lower_frequency_limit=100., "
    "filterbank_channel_count=20)  # mfcc",
    "out = tf.raw_ops.Mfcc(spectrogram=P([[[1., 2., 3.]]]), sample_rate=P([8000]))",
]  # fmt: skip
