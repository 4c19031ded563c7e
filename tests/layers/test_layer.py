"""What goldens of nodes and values do not show of layers: copies, weights set from outside, sizes that change."""

from __future__ import annotations

import copy

import numpy as np
import pytest

import scopeflow as tf
from scopeflow.layers.naming import snake_case


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        tf.set_random_seed(1)
        yield g


@pytest.mark.parametrize(
    "class_name, name",
    [
        ("Dense", "dense"),
        ("Conv2DTranspose", "conv2d_transpose"),
        ("BasicLSTMCell", "basic_lstm_cell"),
        ("HTTPServerX", "http_server_x"),
        ("_My2Layer", "private__my2layer"),
        ("XMLHttp2Request", "xml_http2request"),
        ("A1B2", "a1_b2"),
    ],
)
def test_names_from_classes(class_name: str, name: str) -> None:
    assert snake_case(class_name) == name


def test_a_copy_shares_the_variables_of_a_layer_that_was_called(graph: tf.Graph) -> None:
    x = tf.zeros([2, 3])
    layer = tf.layers.Dense(2, name="d")
    layer(x)
    other = copy.deepcopy(layer)
    assert other is not layer and other.kernel is layer.kernel
    assert other(x).name == "d/BiasAdd_1:0"
    assert len(tf.global_variables()) == 2


def test_a_copy_of_a_new_layer_makes_its_own() -> None:
    layer = tf.layers.Dense(2, name="d")
    other = copy.deepcopy(layer)
    layer(tf.zeros([2, 3]))
    other(tf.zeros([2, 3]))
    assert [v.name for v in tf.global_variables()] == ["d/kernel:0", "d/bias:0", "d_1/kernel:0", "d_1/bias:0"]


def test_weights_are_set_and_read_in_the_default_session() -> None:
    layer = tf.layers.Dense(2)
    y = layer(tf.ones([1, 3]))
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        layer.set_weights([np.ones([3, 2]), np.array([1.0, 2.0])])
        np.testing.assert_array_equal(session.run(y), [[4.0, 5.0]])
        np.testing.assert_array_equal(layer.get_weights()[1], [1.0, 2.0])
        with pytest.raises(ValueError, match="weight list of length 1"):
            layer.set_weights([np.ones([3, 2])])
        with pytest.raises(ValueError, match="not compatible with provided weight shape"):
            layer.set_weights([np.ones([3, 3]), np.ones([2])])
    with pytest.raises(ValueError, match="there is none"):
        layer.get_weights()


def test_a_dilated_layer_takes_images_of_another_size() -> None:
    # TensorFlow 1.15 keeps the sizes of the first call and fails here.
    layer = tf.layers.Conv2D(1, 3, dilation_rate=2, padding="same", kernel_initializer="ones")
    layer(tf.ones([1, 6, 6, 1]))
    y = layer(tf.ones([1, 5, 5, 1]))
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        np.testing.assert_array_equal(session.run(y)[0, :, :, 0][2], [6.0, 6.0, 9.0, 6.0, 6.0])


def test_training_comes_from_the_layer_around() -> None:
    class Outer(tf.layers.Layer):
        def __init__(self) -> None:
            super().__init__()
            self.inner = tf.layers.BatchNormalization()

        def call(self, x, training=None):
            return self.inner(x)

    Outer()(tf.zeros([4, 3]), training=True)
    assert len(tf.get_collection(tf.GraphKeys.UPDATE_OPS)) == 2
    Outer()(tf.zeros([4, 3]))
    assert len(tf.get_collection(tf.GraphKeys.UPDATE_OPS)) == 2


def test_a_layer_says_that_it_has_no_keras_metrics() -> None:
    with pytest.raises(NotImplementedError, match=r"tf\.metrics"):
        tf.layers.Dense(2).add_metric(1.0)


@pytest.mark.usefixtures("hooked")
def test_private_modules_find_the_layers() -> None:
    from tensorflow.python.layers import base, convolutional, core, utils
    from tensorflow.python.layers.convolutional import Convolution2D

    assert base.Layer is tf.layers.Layer and core.Dense is tf.layers.Dense
    assert Convolution2D is convolutional.Conv2D is tf.layers.Conv2D
    assert utils.constant_value(tf.constant(True)) is True
    assert utils.smart_cond(False, lambda: 1, lambda: 2) == 2
