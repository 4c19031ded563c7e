"""copy_graph: what is copied computes the same, under the scope."""

from __future__ import annotations

import pytest

import scopeflow as tf


def test_copied_with_its_variables() -> None:
    """Names and inputs as TensorFlow's; a second copy is the first."""
    first, second = tf.Graph(), tf.Graph()
    with first.as_default():
        v = tf.Variable(3.0, name="v")
        w = v * 2 + tf.constant(1.0, name="c")
    copied = tf.contrib.copy_graph.copy_variable_to_graph(v, second, "s")
    out = tf.contrib.copy_graph.copy_op_to_graph(w, second, [copied], "s")
    assert copied.name == "s/v:0" and second.get_collection("variables") == [copied]
    assert [(o.name, [i.name for i in o.inputs]) for o in second.get_operations()] == [
        ("s/v/initial_value", []),
        ("s/v", []),
        ("s/v/Assign", ["s/v:0", "s/v/initial_value:0"]),
        ("s/v/read", ["s/v:0"]),
        ("s/mul/y", []),
        ("s/mul", ["s/v/read:0", "s/mul/y:0"]),
        ("s/c", []),
        ("s/add", ["s/mul:0", "s/c:0"]),
    ]
    assert tf.contrib.copy_graph.get_copied_op(w, second, "s") is out
    assert tf.contrib.copy_graph.copy_op_to_graph(w, second, [copied], "s") is out
    with tf.Session(graph=second) as sess:
        sess.run(copied.initializer)
        assert sess.run(out) == 7.0


def test_what_cannot_be_copied() -> None:
    """A tensor is no variable; a number is neither op nor tensor."""
    with tf.Graph().as_default():
        c = tf.constant(1.0)
        with pytest.raises(TypeError, match="is not a Variable"):
            tf.contrib.copy_graph.copy_variable_to_graph(c, tf.Graph())
        with pytest.raises(TypeError, match="Could not copy instance"):
            tf.contrib.copy_graph.copy_op_to_graph(3, tf.Graph(), [])
