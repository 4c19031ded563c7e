"""Branches that cannot run: an error only where they are taken."""

from __future__ import annotations

import pytest

import scopeflow as tf


def _fails(x: tf.Tensor) -> tf.Tensor:
    with tf.control_dependencies([tf.Assert(tf.constant(False), ["not this way"])]):
        return x * 2.0


def test_a_branch_with_a_check_that_fails_always() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        good, x = tf.Variable(True), tf.Variable([1.0, 2.0])
        y = tf.cond(good, lambda: x + 1.0, lambda: _fails(x))
        session.run(tf.global_variables_initializer())
        assert session.run(y).tolist() == [2.0, 3.0]
        session.run(good.assign(False))
        with pytest.raises(tf.errors.InvalidArgumentError, match="not this way"):
            session.run(y)


def test_it_is_the_innermost_of_several() -> None:
    """As the default of tf.case, which is a chain of conds."""
    with tf.Graph().as_default(), tf.Session() as session:
        mode, x = tf.Variable(2), tf.Variable([1.0, 2.0])
        ways = [(tf.equal(mode, 1), lambda: x + 1.0), (tf.equal(mode, 2), lambda: x + 2.0)]
        y = tf.case(ways, default=lambda: _fails(x), exclusive=True)
        session.run(tf.global_variables_initializer())
        assert session.run(y).tolist() == [3.0, 4.0]
        session.run(mode.assign(1))
        assert session.run(y).tolist() == [2.0, 3.0]
        session.run(mode.assign(3))
        with pytest.raises(tf.errors.InvalidArgumentError, match="not this way"):
            session.run(y)


def test_inside_of_a_loop() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        times = tf.placeholder(tf.int32, [])

        def step(i: tf.Tensor, x: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            return i + 1, tf.cond(i < 5, lambda: x + 1.0, lambda: _fails(x))

        y = tf.while_loop(lambda i, x: i < times, step, [0, tf.constant(1.0)])[1]
        assert session.run(y, {times: 3}) == 4.0
        with pytest.raises(tf.errors.InvalidArgumentError, match="not this way"):
            session.run(y, {times: 7})
