"""tf.contrib.graph_editor: results and graphs are those of TensorFlow 1.15.5 (tests/golden/record_graphs.py)."""

import json
from pathlib import Path

# tests/golden is on the path (see pyproject.toml)
import pytest
from graphs import editing

import scopeflow as tf

ge = tf.contrib.graph_editor
_RECORDED = json.loads((Path(editing.__file__).parent / "editing.json").read_text())


@pytest.mark.parametrize("code", editing.CASES)
def test_case(code):
    found, expected = editing.describe(tf, code), _RECORDED[code]
    # Nodes that depend on each other in no way may come in another order.
    assert sorted(found.pop("graph")) == sorted(expected["graph"])
    assert found == {k: v for k, v in expected.items() if k != "graph"}


@pytest.mark.parametrize("items", ["x", 3, [3], [None]])
def test_what_is_no_operation_is_refused(items):
    with pytest.raises(TypeError, match="Expected a type in"):
        ge.get_backward_walk_ops(items)


def test_copied_loss_trains_the_same_variable():
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [], name="x")
        w = tf.get_variable("w", initializer=3.0)
        loss = tf.square(w * x)
        other = ge.graph_replace(loss, {x: tf.constant(2.0)})
        (grad,) = tf.gradients(other, w)
        session.run(tf.global_variables_initializer())
        assert session.run([other, grad]) == [36.0, 24.0]


def test_a_rerouted_input_counts_in_a_session_that_ran_before():
    with tf.Graph().as_default(), tf.Session() as session:
        a, b = tf.constant(1.0), tf.constant(5.0)
        y = a * 2.0
        assert session.run(y) == 2.0
        ge.reroute_ts([b], [a])
        assert session.run(y) == 10.0
