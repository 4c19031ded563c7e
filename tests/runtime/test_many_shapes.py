"""A run that is compiled for one shape after another says so, once, and names the input."""

from __future__ import annotations

import logging

import numpy as np
import pytest

import scopeflow as tf
from scopeflow.runtime import plan


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch):
    """What is logged as warnings, with a low limit."""
    monkeypatch.setattr(plan, "MANY_SHAPES", 3)
    said: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: said.append(record.getMessage())
    log = logging.getLogger("tensorflow")
    log.addHandler(handler)
    yield said
    log.removeHandler(handler)


def test_many_lengths_are_warned_of_once(messages: list[str]) -> None:
    with tf.Graph().as_default(), tf.Session() as sess:
        x = tf.placeholder(tf.float32, [None, None], name="words")
        scale = tf.placeholder(tf.float32, [1], name="scale")
        v = tf.Variable(np.ones([64, 64], np.float32))
        y = tf.reduce_sum(v) * tf.reduce_sum(tf.tanh(x * scale))
        sess.run(v.initializer)
        for n in (2, 3, 2, 3, 2):
            sess.run(y, {x: np.zeros([4, n]), scale: [1.0]})
        assert not messages
        for n in (5, 7, 9):
            sess.run(y, {x: np.zeros([4, n]), scale: [1.0]})
        (message,) = messages
    assert "3 shapes" in message and "words:0: (4, 2), (4, 3), (4, 5)" in message and "scale" not in message


def test_other_values_and_variables_of_other_shapes_are_not_meant(messages: list[str]) -> None:
    with tf.Graph().as_default(), tf.Session() as sess:
        x = tf.placeholder(tf.float32, [64, 64])
        v = tf.Variable(tf.zeros([1]), validate_shape=False)
        values = tf.placeholder(tf.float32, None)
        put = tf.assign(v, values, validate_shape=False)
        y = tf.reduce_sum(v) + tf.reduce_sum(tf.tanh(x))
        for n in range(1, 6):
            sess.run(put, {values: np.ones(n)})
            sess.run(y, {x: np.full([64, 64], n)})
    assert not [m for m in messages if "Placeholder:0" in m]
