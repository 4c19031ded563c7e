"""Giving variables values from arrays; zeros from an op."""

from __future__ import annotations

import numpy as np
import pytest

import scopeflow as tf

framework = tf.contrib.framework


@pytest.fixture(autouse=True)
def _fresh_graph():
    with tf.Graph().as_default():
        yield


@pytest.mark.parametrize("use_resource", [False, True])
def test_assign_from_values(use_resource: bool) -> None:
    v = framework.model_variable("a/v", [2, 3], use_resource=use_resource)
    w = framework.variable("a/w", [2], use_resource=use_resource)
    assign = framework.assign_from_values_fn({"a/v": np.arange(6.0), "a/w": np.array([[5.0], [6.0]])})
    with tf.Session() as sess:
        assign(sess)
        np.testing.assert_array_equal(sess.run(v), [[0, 1, 2], [3, 4, 5]])
        np.testing.assert_array_equal(sess.run(w), [5, 6])


@pytest.mark.parametrize("use_resource", [False, True])
def test_zero_initializer(use_resource: bool) -> None:
    v = framework.variable("v", [2, 2], tf.float64, use_resource=use_resource)
    zero = framework.zero_initializer(v)
    with tf.Session() as sess:
        sess.run(zero.op)
        value = sess.run(v)
        assert value.dtype == np.float64
        np.testing.assert_array_equal(value, np.zeros([2, 2]))
        with pytest.raises(tf.errors.InvalidArgumentError, match="input is already initialized"):
            sess.run(zero.op)


def test_with_shape_checks_when_run() -> None:
    x = tf.placeholder(tf.float32)
    checked = framework.with_shape(tf.constant([2, -1]), x)
    with tf.Session() as sess:
        np.testing.assert_array_equal(sess.run(checked, {x: np.ones([2, 5])}), np.ones([2, 5]))
        with pytest.raises(tf.errors.InvalidArgumentError, match="Wrong shape"):
            sess.run(checked, {x: np.ones([3, 5])})


def test_py_func_with_nested_arguments() -> None:
    def work(a, pair, k):
        assert isinstance(a, np.float32)
        return {"sum": a + pair[1], "list": [np.int32(k), pair[0]]}

    out = framework.py_func(
        work,
        [tf.constant(1.0), (2.0, tf.constant(3.0))],
        {"k": tf.constant(4)},
        output_types={"sum": tf.float32, "list": [tf.int32, tf.float32]},
        output_shapes={"sum": [], "list": [None, []]},
    )
    assert out["sum"].shape.as_list() == [] and out["list"][0].shape.ndims is None
    with tf.Session() as sess:
        assert sess.run(out) == {"sum": 4.0, "list": [4, 2.0]}
    with pytest.raises(ValueError, match="same sequence length"):
        framework.py_func(work, [], output_types=[tf.int32, tf.int32], output_shapes=[[]])


@pytest.fixture
def checkpoint(tmp_path) -> str:
    with tf.Graph().as_default(), tf.Session() as sess:
        tf.get_variable("a", initializer=np.arange(6, dtype=np.float32).reshape(2, 3))
        tf.get_variable("net/b", initializer=np.float32(7))
        sess.run(tf.global_variables_initializer())
        return tf.train.Saver().save(sess, str(tmp_path / "model"))


def test_assign_from_checkpoint(checkpoint: str) -> None:
    v, w = tf.get_variable("a", [2, 3]), tf.get_variable("w", [])
    op, feeds = framework.assign_from_checkpoint(checkpoint, [v])
    others, more = framework.assign_from_checkpoint(checkpoint, {"net/b": w, "none": v}, ignore_missing_vars=True)
    with tf.Session() as sess:
        sess.run([op, others], {**feeds, **more})
        assert sess.run(v).tolist() == [[0, 1, 2], [3, 4, 5]] and sess.run(w) == 7


def test_parts_are_assigned_from_a_checkpoint(checkpoint: str) -> None:
    parts = list(tf.get_variable("a", [2, 3], partitioner=tf.fixed_size_partitioner(2)))
    with tf.Session() as sess:
        sess.run(*framework.assign_from_checkpoint(checkpoint, parts))
        assert [sess.run(p).tolist() for p in parts] == [[[0, 1, 2]], [[3, 4, 5]]]


def test_what_a_checkpoint_lacks_is_an_error(checkpoint: str) -> None:
    v = tf.get_variable("v", [3, 2])
    with pytest.raises(ValueError, match=r"Checkpoint is missing variable \[v\]"):
        framework.assign_from_checkpoint(checkpoint, [v])
    with pytest.raises(ValueError, match="Total size of new array must be unchanged for a"):
        framework.assign_from_checkpoint(checkpoint, {"a": v})
    with pytest.raises(ValueError, match="var_list cannot be empty"):
        framework.assign_from_checkpoint_fn(checkpoint, [])
    assert framework.assign_from_checkpoint_fn(checkpoint, [v], ignore_missing_vars=True) is None


def test_assign_from_checkpoint_fn(checkpoint: str) -> None:
    v, w = tf.get_variable("v", [3, 2]), tf.get_variable("w", [1])
    with tf.Session() as sess:
        framework.assign_from_checkpoint_fn(checkpoint, {"a": v, "w": w}, ignore_missing_vars=True, reshape_variables=True)(sess)
        assert sess.run(v).tolist() == [[0, 1], [2, 3], [4, 5]]
