"""tf.GradientTape in a graph."""

from __future__ import annotations

import pytest

import scopeflow as tf


def test_gradients_of_what_a_tape_saw():
    with tf.Graph().as_default(), tf.Session() as sess:
        x, v = tf.constant(3.0), tf.get_variable("v", initializer=2.0, use_resource=True)
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = x * x * v
            z = tf.square(y)
        sess.run(tf.global_variables_initializer())
        assert sess.run(tape.gradient(y, {"x": x, "v": [v]})) == {"x": 12.0, "v": [9.0]}
        assert sess.run(tape.gradient(z, y)) == 36.0
        assert sess.run(tape.gradient([y, z], [x], output_gradients=[tf.constant(2.0), tf.constant(0.0)])) == [24.0]
        assert tape.gradient(x, [v]) == [None]
        assert sess.run(tape.gradient(x, v, unconnected_gradients="zero")) == 0.0


def test_a_tape_that_is_not_persistent_is_asked_once():
    with tf.Graph().as_default():
        x = tf.constant(3.0)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x * x
            with pytest.raises(ValueError, match="Tape is already recording"), tape:
                pass
        assert tape.watched_variables() == ()
        tape.gradient(y, x)
        with pytest.raises(RuntimeError, match="can only be called once on non-persistent tapes"):
            tape.gradient(y, x)
        with pytest.raises(ValueError, match="Tape is not recording"), tape.stop_recording():
            pass
