"""NCHW and its kin, which the reference's CPU kernels do not have: the same as channels last, transposed."""

from __future__ import annotations

import numpy as np
import pytest

import scopeflow as tf

_X = (np.arange(2 * 5 * 6 * 3).reshape(2, 5, 6, 3) * 7 % 11 - 5.0).astype(np.float32)
_X1 = (np.arange(2 * 7 * 3).reshape(2, 7, 3) * 5 % 11 - 5.0).astype(np.float32)
_X3 = (np.arange(2 * 4 * 5 * 4 * 2).reshape(2, 4, 5, 4, 2) * 7 % 13 - 6.0).astype(np.float32)
_W = (np.arange(3 * 2 * 3 * 4).reshape(3, 2, 3, 4) % 5 - 2.0).astype(np.float32)
_D = (np.arange(3 * 2 * 3 * 2).reshape(3, 2, 3, 2) % 5 - 2.0).astype(np.float32)
_W1 = (np.arange(3 * 3 * 4).reshape(3, 3, 4) % 7 - 3.0).astype(np.float32)
_W3 = (np.arange(2 * 3 * 2 * 2 * 3).reshape(2, 3, 2, 2, 3) % 5 - 2.0).astype(np.float32)
_S = np.array([1.0, 2.0, -0.5], np.float32)

#: name -> (input, function of the input, the data format and the order of [batch, ..., depth] values)
CASES = {
    "conv2d": (_X, lambda x, f, o: tf.nn.conv2d(x, _W, o([1, 2, 1, 1]), "SAME", data_format=f)),
    "conv2d explicit": (_X, lambda x, f, o: tf.nn.conv2d(x, _W, 1, o([[0, 0], [1, 2], [0, 1], [0, 0]]), data_format=f)),
    "conv2d dilated": (_X, lambda x, f, o: tf.nn.conv2d(x, _W, 1, "VALID", data_format=f, dilations=[2, 3])),
    "conv2d_transpose": (_X, lambda x, f, o: tf.nn.conv2d_transpose(x, _W.transpose(0, 1, 3, 2), o([2, 10, 12, 4]), 2, data_format=f)),
    "convolution": (_X, lambda x, f, o: tf.nn.convolution(x, _W, "SAME", dilation_rate=[2, 2], data_format=f)),
    "depthwise": (_X, lambda x, f, o: tf.nn.depthwise_conv2d(x, _D, [1, 1, 1, 1], "SAME", data_format=f)),
    "depthwise dilated": (_X, lambda x, f, o: tf.nn.depthwise_conv2d(x, _D, [1, 1, 1, 1], "VALID", rate=[1, 2], data_format=f)),
    "separable": (
        _X,
        lambda x, f, o: tf.nn.separable_conv2d(x, _D, np.ones([1, 1, 6, 2], np.float32), [1, 1, 1, 1], "SAME", data_format=f),
    ),
    "max_pool": (_X, lambda x, f, o: tf.nn.max_pool(x, 2, 2, "SAME", data_format=f)),
    "avg_pool": (_X, lambda x, f, o: tf.nn.avg_pool(x, [3, 2], [1, 2], "SAME", data_format=f)),
    "pool": (_X, lambda x, f, o: tf.nn.pool(x, [2, 2], "MAX", "VALID", dilation_rate=[2, 2], data_format=f)),
    "bias_add": (_X, lambda x, f, o: tf.nn.bias_add(x, _S, data_format=f)),
    "fused_batch_norm": (_X, lambda x, f, o: tf.nn.fused_batch_norm(x, _S, _S, data_format=f)[0]),
    "fused_batch_norm inference": (_X, lambda x, f, o: tf.nn.fused_batch_norm(x, _S, _S, _S, _S**2, data_format=f, is_training=False)[0]),
    "conv1d": (_X1, lambda x, f, o: tf.nn.conv1d(x, _W1, 2, "SAME", data_format=f)),
    "max_pool1d": (_X1, lambda x, f, o: tf.nn.max_pool1d(x, 2, 2, "SAME", data_format=f)),
    "conv3d": (_X3, lambda x, f, o: tf.nn.conv3d(x, _W3, o([1, 2, 1, 1, 1]), "SAME", data_format=f)),
    "max_pool3d": (_X3, lambda x, f, o: tf.nn.max_pool3d(x, 2, [1, 2, 1], "SAME", data_format=f)),
    "avg_pool3d": (_X3, lambda x, f, o: tf.nn.avg_pool3d(x, 2, 2, "VALID", data_format=f)),
}
_FORMATS = {3: ("NWC", "NCW"), 4: ("NHWC", "NCHW"), 5: ("NDHWC", "NCDHW")}


@pytest.mark.parametrize("name", CASES)
def test_channels_first(name: str) -> None:
    """Values, static shape and gradient agree with channels last."""
    value, function = CASES[name]
    last, first = _FORMATS[value.ndim]
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.constant(value)
        wanted = function(x, last, list)
        moved = tf.constant(np.moveaxis(value, -1, 1))
        got = function(moved, first, lambda v: [v[0], v[-1], *v[1:-1]])
        a, b, da, db = session.run([wanted, got, tf.gradients(wanted * wanted, x)[0], tf.gradients(got * got, moved)[0]])
    np.testing.assert_allclose(np.moveaxis(b, 1, -1), a, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(np.moveaxis(db, 1, -1), da, rtol=1e-4, atol=1e-4)
    assert list(b.shape) == got.shape.as_list()
