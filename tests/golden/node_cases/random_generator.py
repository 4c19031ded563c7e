"""Nodes of generators whose state is a variable, and of signals and strings with several nodes."""

_G = "g = tf.random.experimental.Generator.from_seed(1234) ;; "

CASES = (
    [_G + "g.%s" % d for d in (
        "normal([2])", "normal(s, name='q')", "truncated_normal([2])", "uniform([2])", "uniform([2], 1, 5, tf.int32)", "uniform_full_int([2])", "make_seeds(2)", "key", "uniform([2], dtype=tf.int32)",
    )]
    + ["tf.random.experimental.Generator.from_key_counter(5, [1, 2], 1).key", "tf.random.experimental.Generator.from_non_deterministic_state().key"]
    + ["tf.signal.%s" % f for f in (
        "frame(y, 2, 1)", "frame(y, n, m, pad_end=True)", "stft(y, 4, 2)", "stft(y, n, m)", "stft(u, 3, 2, window_fn=None, pad_end=True)", "inverse_stft(tf.complex(y, y), 4, 2)", "inverse_stft(tf.complex(y, y), n, m)",
        "overlap_and_add(x, 2)", "overlap_and_add(y, n)", "hann_window(n)", "hamming_window(7, periodic=False)", "dct(x)", "dct(y, norm='ortho')", "dct(x, type=1)", "idct(x)", "mfccs_from_log_mel_spectrograms(x)",
        "rfft(y)", "rfft(u)", "rfft(x, [9])", "irfft(tf.complex(y, y))", "rfft2d(z)", "irfft3d(tf.complex(z, z))", "fftshift(x)", "inverse_stft_window_fn(2)(4, tf.float32)",
        "linear_to_mel_weight_matrix(4, 9)",
    )]
    + ["tf.strings.%s" % f for f in (
        "split(st)", "split(st, ',', 2)", "reduce_join(st)", "reduce_join(st, 0)", "join([st, 'a'])", "regex_replace(st, 'a', 'b')", "regex_replace(st, tf.constant('a'), 'b')", "regex_full_match(st, 'a')", "to_number(st)",
        "substr(st, 0, 1)", "length(st)", "unicode_decode(tf.constant('a'), 'UTF-8')", "unicode_encode(i, 'UTF-8')", "unicode_transcode(st, 'UTF-8', 'UTF-16-BE')", "format('{}', st)",
    )]
    + ["tf.string_split(st)", "tf.string_split(st, ',', skip_empty=False)", "tf.string_split(['a b'], name='q')", "tf.reduce_join(tf.placeholder(tf.string))"]
)  # fmt: skip
