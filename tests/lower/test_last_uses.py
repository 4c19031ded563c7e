"""Large values on the host are let go of after their last use, and written over only where nobody else knows them."""

from __future__ import annotations

import numpy as np
import pytest

import scopeflow as tf
from scopeflow.op.declare import OPS, Op

N = 100_000


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default():
        tf.set_random_seed(1)
        yield


@pytest.fixture
def written_over(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The types of the ops that write over an input, as they run."""
    types: list[str] = []

    def note(spec: Op) -> None:
        def ufunc(*inputs, out, of=spec.ufunc):
            types.append(spec.type)
            return of(*inputs, out=out)

        monkeypatch.setattr(spec, "ufunc", ufunc)

    for op_type in ("Add", "AddV2", "Mul"):
        note(OPS[op_type])
    return types


def test_a_scaled_draw_is_scaled_where_it_is(written_over: list[str]) -> None:
    draw = tf.random_normal([N], seed=1)
    v = tf.Variable(draw * 3.0 + 1.0)
    kept = tf.Variable(tf.random_normal([N], seed=1) * 3.0 + 1.0)
    with tf.Session() as sess:
        sess.run([v.initializer, kept.initializer])
        first, second = sess.run([v, kept])
    assert sorted(written_over) == ["Add"] * 2 + ["AddV2"] * 2 + ["Mul"] * 4
    np.testing.assert_array_equal(first, second)
    with tf.Session() as sess:
        np.testing.assert_allclose(first, sess.run(draw) * 3 + 1, rtol=1e-6, atol=1e-6)


def test_a_value_that_is_used_twice_stays(written_over: list[str]) -> None:
    draw = tf.random_normal([N], mean=2.0)
    plain, scaled = tf.Variable(draw), tf.Variable(draw * 2.0)
    with tf.Session() as sess:
        sess.run([plain.initializer, scaled.initializer])
        a, b = sess.run([plain, scaled])
    assert written_over == ["Mul", "Add"]  # the draw's own
    np.testing.assert_allclose(b, a * 2, rtol=1e-6)


def test_constants_feeds_and_variables_are_not_written_over() -> None:
    ones = np.ones(N, np.float32)
    constant = tf.constant(ones)
    first = tf.Variable(tf.reshape(constant, [10, -1]) + 1.0)
    second = tf.Variable(tf.reshape(first.initialized_value(), [-1]) * 5.0)
    both = tf.group(first.initializer, second.initializer)
    with tf.Session() as sess:
        for _ in range(2):
            sess.run(both)
            assert sess.run([tf.reduce_max(constant), tf.reduce_max(first), tf.reduce_max(second)]) == [1, 2, 10]
    assert (ones == 1).all()


def test_a_value_that_also_sets_a_variable_is_not_written_over() -> None:
    """The variable's array is the draw's own."""
    draw = tf.random_normal([N], mean=1.0)
    a = tf.Variable(tf.zeros([N]))
    set_a = a.assign(draw)
    b = tf.Variable(tf.zeros([N]))
    set_b = b.assign(draw * 2.0)
    with tf.Session() as sess:
        sess.run(tf.group(set_a, set_b))
        x, y = sess.run([a, b])
    np.testing.assert_allclose(y, x * 2, rtol=1e-6)


def test_unequal_shapes_and_one_input_twice(written_over: list[str]) -> None:
    row = tf.random_normal([1, N]) * 1.0
    wide = tf.Variable(row + tf.ones([2, 1]))
    square = tf.Variable(tf.random_normal([N]), name="square")
    set_square = square.assign(tf.multiply(*[tf.random_normal([N], seed=7) + 1.0] * 2, name="twice"))
    with tf.Session() as sess:
        sess.run([wide.initializer, set_square])
        assert sess.run(wide).shape == (2, N)
        assert (sess.run(square) >= 0).all()
    # The draws' own, `* 1.0` and `+ 1.0`; neither the sum of another shape nor the product of a value with itself.
    assert sorted(written_over) == ["Add"] * 2 + ["AddV2"] + ["Mul"] * 3
