"""Reversible blocks and GDN where TensorFlow 1.15 gives nothing to compare with."""

from __future__ import annotations

import numpy as np
import pytest

import scopeflow as tf

layers = tf.contrib.layers


def test_gdn_of_volumes_with_channels_first_is_that_with_channels_last() -> None:
    values = np.random.RandomState(0).randn(2, 3, 2, 2, 2).astype(np.float32)
    with tf.Graph().as_default(), tf.Session() as session:
        first = layers.gdn(tf.constant(values), data_format="channels_first", gamma_init=0.5)
        last = layers.gdn(tf.constant(values.transpose(0, 2, 3, 4, 1)), gamma_init=0.5)
        session.run(tf.global_variables_initializer())
        a, b = session.run([first, last])
    np.testing.assert_allclose(a, b.transpose(0, 4, 1, 2, 3), rtol=1e-6)


def test_lists_of_functions_must_have_one_for_each_layer() -> None:
    with pytest.raises(AssertionError, match="lists of 2, not of 1 and 2"):
        layers.RevBlock([tf.nn.relu], [tf.nn.relu] * 2, num_layers=2)


def test_recompute_grad_with_arguments() -> None:
    @layers.recompute_grad(use_data_dep=True)
    def double(x: tf.Tensor) -> tf.Tensor:
        return x * 2.0

    with tf.Graph().as_default(), tf.variable_scope("s", use_resource=True), tf.Session() as session:
        x = tf.constant([3.0])
        assert session.run(tf.gradients(double(x), x)[0]) == [2.0]
