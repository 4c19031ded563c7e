"""Initializers as classes: what users subclass, look up and pass parts of variables to. Their values are golden cases (initializers)."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest

import scopeflow as tf
from scopeflow.variables.initializers import fans


class Part(NamedTuple):
    """A part of a variable, as `partition_info` describes it."""

    full_shape: list[int]
    var_offset: list[int]


def value(tensor: Any) -> np.ndarray:
    with tf.Session(graph=tensor.graph) as session:
        return session.run(tensor)


@pytest.fixture(autouse=True)
def graph() -> Any:
    with tf.Graph().as_default() as graph:
        yield graph


@pytest.mark.parametrize(
    ("sizes", "expected"), [([], (1, 1)), ([5], (5, 5)), ([3, 4], (3, 4)), ([3, 3, 2, 4], (18, 36)), ([2, 0, 3], (0, 6))]
)
def test_fans(sizes: list[int], expected: tuple[int, int]) -> None:
    assert fans(sizes) == expected


def test_part_of_an_identity_matrix() -> None:
    part = tf.initializers.identity()([2, 3], partition_info=Part([4, 3], [2, 0]))
    np.testing.assert_array_equal(value(part), np.eye(4, 3)[2:])


def test_part_is_scaled_as_the_whole() -> None:
    whole, part = (
        tf.variance_scaling_initializer(distribution="uniform", seed=1)([2, 3], partition_info=p) for p in (None, Part([200, 3], [0, 0]))
    )
    np.testing.assert_allclose(value(whole) / value(part), 10.0, rtol=1e-5)
    whole, part = (tf.uniform_unit_scaling_initializer(seed=1)([2, 3], partition_info=p) for p in (None, Part([200, 3], [0, 0])))
    np.testing.assert_allclose(value(whole) / value(part), 10.0, rtol=1e-5)


def test_names_and_bases_are_the_reference_s() -> None:
    assert tf.glorot_uniform_initializer is tf.initializers.glorot_uniform is tf.keras.initializers.glorot_uniform
    assert tf.zeros_initializer.__name__ == "Zeros"
    assert tf.keras.initializers.RandomNormal.__name__ == "RandomNormal"
    assert issubclass(tf.keras.initializers.RandomNormal, tf.random_normal_initializer)
    assert issubclass(tf.glorot_normal_initializer, tf.variance_scaling_initializer)
    assert isinstance(tf.ones_initializer(), tf.keras.initializers.Initializer)
    assert tf.contrib.layers.xavier_initializer_conv2d is tf.contrib.layers.xavier_initializer


def test_own_initializer() -> None:
    class Twos(tf.keras.initializers.Initializer):
        def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Any:
            return tf.fill(shape, tf.constant(2, dtype))

    v = tf.get_variable("v", [2], initializer=Twos())
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        assert session.run(v).tolist() == [2.0, 2.0]
    assert tf.keras.initializers.serialize(Twos()) == {"class_name": "Twos", "config": {}}
    config = {"class_name": "Twos", "config": {}}
    assert isinstance(tf.keras.initializers.deserialize(config, custom_objects={"Twos": Twos}), Twos)


def test_each_draw_of_an_orthogonal_convolution_has_its_seed() -> None:
    initializer = tf.contrib.framework.convolutional_orthogonal_2d(seed=3)
    kernel = initializer([2, 2, 1, 2])
    seeds = [op.get_attr("seed2") for op in kernel.graph.get_operations() if op.type == "RandomStandardNormal"]
    assert seeds == [3, 4, 5, 6, 7]
    assert initializer.get_config()["seed"] == 8


@pytest.mark.parametrize("width", [1, 2, 3])
def test_orthogonal_convolutions_keep_lengths(width: int) -> None:
    kernel = value(tf.contrib.framework.convolutional_orthogonal_1d(seed=1)([width, 3, 3])).astype(np.float64)
    signal = np.random.RandomState(0).randn(8, 3)
    convolved = sum(np.roll(signal, i, axis=0) @ kernel[i] for i in range(width))
    np.testing.assert_allclose(np.linalg.norm(convolved), np.linalg.norm(signal), rtol=1e-5)


def test_large_initial_values() -> None:
    """More elements than NumPy draws itself: the same numbers as the first of a small draw, and of the right spread."""
    v = tf.get_variable("v", [5 << 20], initializer=tf.truncated_normal_initializer(stddev=0.1, seed=3))
    small = tf.get_variable("small", [8], initializer=tf.truncated_normal_initializer(stddev=0.1, seed=3))
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        large, first = session.run([v, small])
    np.testing.assert_allclose(large[:8], first, rtol=3e-7)
    assert abs(large.std() - 0.08796) < 1e-3
