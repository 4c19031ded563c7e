"""Audio ops where no recording says more: several channels, the old module path."""

from __future__ import annotations

import numpy as np
import pytest

import scopeflow as tf


def test_each_channel_has_its_spectrogram() -> None:
    sound = np.random.RandomState(0).randn(600, 2).astype(np.float32)
    with tf.Graph().as_default(), tf.Session() as session:
        both, first, second = session.run(
            [tf.raw_ops.AudioSpectrogram(input=part, window_size=100, stride=50) for part in (sound, sound[:, :1], sound[:, 1:])]
        )
    assert both.shape == (2, 11, 65)
    np.testing.assert_array_equal(both, np.concatenate([first, second]))


@pytest.mark.usefixtures("hooked")
def test_the_module_that_old_programs_import() -> None:
    from tensorflow.contrib.framework.python.ops import audio_ops as contrib_audio

    with tf.Graph().as_default(), tf.Session() as session:
        wav = contrib_audio.encode_wav(np.zeros((100, 1), np.float32), 16000)
        decoded = contrib_audio.decode_wav(wav, desired_channels=1, desired_samples=160)
        spectrogram = contrib_audio.audio_spectrogram(decoded.audio, window_size=64, stride=32, magnitude_squared=True)
        assert session.run(contrib_audio.mfcc(spectrogram, decoded.sample_rate, dct_coefficient_count=10)).shape == (1, 4, 10)
        assert session.run(decoded.sample_rate) == 16000
