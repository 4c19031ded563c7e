"""Signals: Fourier and cosine transforms, windows, frames, short-time spectra, mel."""

_X = "x = P(np.random.RandomState(1).randn(3, 8).astype(np.float32)); "
_X3 = "x = P(np.random.RandomState(1).randn(2, 4, 5, 6).astype(np.float32)); "
_C = "x = P(np.random.RandomState(1).randn(3, 8).astype(np.float32)); y = P(np.random.RandomState(2).randn(3, 8).astype(np.float32)); z = tf.complex(x, y); "
_C3 = "x = P(np.random.RandomState(1).randn(2, 4, 5, 6).astype(np.float32)); y = P(np.random.RandomState(2).randn(2, 4, 5, 6).astype(np.float32)); z = tf.complex(x, y); "
_PARTS = "r = %s; out = [tf.real(r), tf.imag(r)]"
_OPEN = "x = P(np.random.RandomState(1).randn(3, 8).astype(np.float32), [None, None]); "

TOLERANCE = {"float32": (2e-4, 2e-5)}

CASES = (
    [_C + _PARTS % ("tf.signal.%s(z)" % f) for f in ("fft", "ifft", "fft2d", "ifft2d")]
    + [_C3 + _PARTS % ("tf.signal.%s(z)" % f) for f in ("fft3d", "ifft3d", "fft", "fft2d")]
    + ["z = P(np.random.RandomState(1).randn(2, 6) + 1j * np.random.RandomState(2).randn(2, 6)); r = tf.fft(z); out = [r, tf.ifft(r)]"]
    + [_X + _PARTS % ("tf.signal.rfft(x%s)" % a) for a in ("", ", [8]", ", [12]")]
    # what is cut off: the reference's own gradient does not fit
    + [_X + _PARTS % ("tf.stop_gradient(tf.signal.rfft(x%s))" % a) for a in (", [7]", ", [5]", ", [1]")]
    + [_X3 + _PARTS % ("tf.signal.rfft2d(x%s)" % a) for a in ("", ", [8, 9]")]
    + [_X3 + _PARTS % "tf.stop_gradient(tf.signal.rfft2d(x, [3, 5]))"]
    + [_X3 + "r = tf.stop_gradient(tf.signal.rfft3d(x%s)); out = [tf.real(r), tf.imag(r)]" % a for a in ("", ", [3, 4, 5]")]
    + [_C + "out = tf.signal.irfft(z%s)" % a for a in ("", ", [20]")]
    + [_C + "out = tf.stop_gradient(tf.signal.irfft(z%s))" % a for a in (", [8]", ", [13]", ", [9]")]
    + [_C3 + "out = tf.signal.irfft2d(z)", _C3 + "out = tf.stop_gradient(tf.signal.irfft2d(z, [3, 5]))"]
    + [_C3 + "out = tf.stop_gradient(tf.signal.irfft3d(z))"]
    + [_OPEN + _PARTS % ("tf.signal.rfft(x%s)" % a) for a in ("", ", [12]")]
    + [_OPEN + _PARTS % "tf.stop_gradient(tf.signal.rfft(x, [5]))", _OPEN + "n = P([6]); " + _PARTS % "tf.stop_gradient(tf.spectral.rfft(x, n))"]
    + [_OPEN + "out = tf.signal.irfft(tf.complex(x, x)%s)" % a for a in ("", ", [20]")]
    + [_X + "out = [tf.signal.fftshift(x%s), tf.signal.ifftshift(x%s)]" % (a, a) for a in ("", ", 1", ", [0]")]
    + [_X + "out = tf.signal.%s(x%s)" % (f, a) for f in ("dct", "idct") for a in ("", ", type=1", ", type=3", ", norm='ortho'", ", type=3, norm='ortho'", ", type=1, norm='ortho'", ", type=4", ", axis=0", ", n=5", ", n=12", ", norm='x'", ", n=0")]
    + [_OPEN + "out = tf.signal.dct(x, norm='ortho')", _X + "out = tf.signal.mfccs_from_log_mel_spectrograms(x)", _OPEN + "out = tf.signal.mfccs_from_log_mel_spectrograms(x)"]
    + ["out = tf.signal.%s_window(%s)" % (w, a) for w in ("hann", "hamming") for a in ("8", "7", "1", "8, periodic=False", "7, periodic=False", "5, dtype=tf.float64", "5, dtype=tf.int32")]
    + ["n = P(6); out = tf.signal.hann_window(n)", "n = P(1); out = tf.signal.hann_window(n)"]
    + [_X + "out = tf.signal.frame(x, %s)" % a for a in ("4, 2", "3, 1", "3, 2, pad_end=True", "4, 4", "10, 1", "2, 3", "3, 2, pad_end=True, pad_value=7", "2, 1, axis=0", "2, 1, axis=0, pad_end=True", "20, 3, pad_end=True")]
    + [_OPEN + "out = tf.signal.frame(x, 4, 2)", _OPEN + "n = P(4); out = tf.signal.frame(x, n, 2, pad_end=True)", "x = P(np.arange(8.).astype(np.float32), '?'); out = tf.signal.frame(x, 4, 2)"]
    + [_X + "out = tf.signal.overlap_and_add(x, %s)" % a for a in ("4", "3", "8", "10", "1", "2.")]
    + [_X3 + "out = tf.signal.overlap_and_add(x, 2)", _OPEN + "out = tf.signal.overlap_and_add(x, 3)"]
    + ["x = P(np.random.RandomState(1).randn(2, 40).astype(np.float32)); " + _PARTS % ("tf.signal.stft(x, %s)" % a) for a in ("8, 4", "6, 3", "8, 4, fft_length=16", "8, 4, window_fn=None", "8, 3, pad_end=True", "8, 4, window_fn=tf.signal.hamming_window")]
    + ["x = P(np.random.RandomState(1).randn(2, 40).astype(np.float32)); s = tf.contrib.signal.stft(x, 8, 4); out = tf.contrib.signal.inverse_stft(s, 8, 4%s)" % a for a in ("", ", window_fn=tf.contrib.signal.inverse_stft_window_fn(4)", ", window_fn=None")]
    + ["x = P(np.random.RandomState(1).randn(40).astype(np.float32)); s = tf.signal.stft(x, 6, 2, fft_length=16); out = tf.signal.inverse_stft(s, 6, 2, fft_length=16, window_fn=tf.signal.inverse_stft_window_fn(2))"]
    + ["out = tf.signal.linear_to_mel_weight_matrix(%s)" % a for a in ("", "10, 65, 16000, 80., 7600.", "0", "20, 129, 8000, 4000., 3000.", "20, 129, 4000", "10, 65, dtype=tf.float64", "lower_edge_hertz=-1.")]
    + ["out = tf.signal.linear_to_mel_weight_matrix(8, 33, tf.constant(8000.))"]
)  # fmt: skip
