"""Cells as objects: configurations, copies, what they own."""

from __future__ import annotations

import copy

import pytest

import scopeflow as tf


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


@pytest.mark.parametrize(
    "cell",
    [
        lambda: tf.nn.rnn_cell.BasicRNNCell(3, name="a"),
        lambda: tf.nn.rnn_cell.GRUCell(3),
        lambda: tf.nn.rnn_cell.BasicLSTMCell(3, forget_bias=0.5),
        lambda: tf.nn.rnn_cell.LSTMCell(3, use_peepholes=True, num_proj=2, cell_clip=1.0),
    ],
)
def test_configuration(cell):
    first = cell()
    config = first.get_config()
    again = type(first).from_config({**config, "activation": None})
    assert again.get_config() == config
    assert again.state_size == first.state_size and again.output_size == first.output_size


def test_a_copy_shares_nothing_before_its_first_call():
    cell = tf.nn.rnn_cell.GRUCell(2)
    twin = copy.deepcopy(cell)
    x = tf.ones([1, 2])
    cell(x, x)
    twin(x, x)
    assert [v.name for v in cell.trainable_variables] != [v.name for v in twin.trainable_variables]


def test_a_copy_of_a_used_cell_shares_its_variables():
    """As programs with buckets do, where TensorFlow 1.15 cannot copy the cell."""
    cell = tf.nn.rnn_cell.GRUCell(2)
    x = tf.ones([1, 2])
    cell(x, x)
    copy.deepcopy(cell)(x, x)
    assert len(tf.trainable_variables()) == 4


def test_a_cell_of_another_kind_is_enough():
    """What has sizes, a zero state and can be called is a cell."""

    class Counter:
        state_size = 1
        output_size = 1

        def zero_state(self, batch_size, dtype):
            return tf.zeros([batch_size, 1], dtype)

        def __call__(self, inputs, state, scope=None):
            return state, state + 1

    outputs, state = tf.nn.dynamic_rnn(Counter(), tf.zeros([2, 3, 1]), dtype=tf.float32)
    with tf.Session() as session:
        assert session.run(outputs).tolist() == [[[0], [1], [2]]] * 2
        assert session.run(state).tolist() == [[3], [3]]


def test_what_is_no_cell_is_named():
    with pytest.raises(TypeError, match=r"'cell' \(3\) is not an RNNCell: 'output_size' property is missing"):
        tf.nn.dynamic_rnn(3, tf.zeros([1, 2, 3]), dtype=tf.float32)
