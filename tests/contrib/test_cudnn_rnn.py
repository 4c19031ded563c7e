"""Networks of cuDNN against the cells that compute the same, which read their checkpoints."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import scopeflow as tf

_X = np.random.RandomState(0).randn(5, 3, 4).astype(np.float32)
_LENGTHS = [5, 0, 3]
_CELLS = {
    "LSTM": lambda: tf.contrib.cudnn_rnn.CudnnCompatibleLSTMCell(2),
    "GRU": lambda: tf.contrib.cudnn_rnn.CudnnCompatibleGRUCell(2),
    "RNNTanh": lambda: tf.nn.rnn_cell.BasicRNNCell(2),
    "RNNRelu": lambda: tf.nn.rnn_cell.BasicRNNCell(2, activation=tf.nn.relu),
}


def _network(kind: str, **kwargs: Any) -> Any:
    kernel, bias = tf.random_uniform_initializer(-1, 1, seed=1), tf.random_uniform_initializer(-1, 1, seed=2)
    layer = getattr(tf.contrib.cudnn_rnn, f"Cudnn{kind}")
    return layer(2, 2, kernel_initializer=kernel, bias_initializer=bias, name="net", **kwargs)


def _saved(outputs: Any, path: Path) -> list[Any]:
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        tf.train.Saver().save(session, str(path / "model"))
        return session.run(outputs)


def _restored(outputs: Any, path: Path) -> list[Any]:
    with tf.Session() as session:
        tf.train.Saver().restore(session, str(path / "model"))
        return session.run(outputs)


@pytest.mark.parametrize("kind", ["LSTM", "GRU", "RNNTanh", "RNNRelu"])
@pytest.mark.parametrize("lengths", [None, _LENGTHS])
def test_compatible_cells_read_a_checkpoint_and_compute_the_same(kind: str, lengths: Any, tmp_path: Path) -> None:
    with tf.Graph().as_default():
        x = tf.constant(_X)
        y, states = _network(kind)(x, sequence_lengths=lengths)
        want = _saved([y, *states, tf.gradients(y**2, x)[0]], tmp_path)
    with tf.Graph().as_default(), tf.variable_scope("net"):
        x = tf.constant(_X)
        cell = tf.nn.rnn_cell.MultiRNNCell([_CELLS[kind]() for _ in range(2)])
        y, states = tf.nn.dynamic_rnn(cell, x, lengths, dtype=tf.float32, time_major=True)
        parts = [tf.stack([s.h for s in states]), tf.stack([s.c for s in states])] if kind == "LSTM" else [tf.stack(states)]
        got = _restored([y, *parts, tf.gradients(y**2, x)[0]], tmp_path)
    for a, b in zip(got, want, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("kind", ["LSTM", "GRU"])
@pytest.mark.parametrize("lengths", [None, _LENGTHS])
def test_both_directions_without_time_major(kind: str, lengths: Any, tmp_path: Path) -> None:
    batch_first = _X.transpose(1, 0, 2)
    with tf.Graph().as_default():
        y, states = _network(kind, direction="bidirectional")(tf.constant(batch_first), sequence_lengths=lengths, time_major=False)
        assert states[0].shape.as_list() == [3, 4, 2]
        want = _saved([y, states[0]], tmp_path)
    with tf.Graph().as_default(), tf.variable_scope("net"):
        cells = [[_CELLS[kind]() for _ in range(2)] for _ in range(2)]
        y, fw, bw = tf.contrib.rnn.stack_bidirectional_dynamic_rnn(
            *cells, tf.constant(batch_first), dtype=tf.float32, sequence_length=lengths
        )
        h = [s.h if kind == "LSTM" else s for pair in zip(fw, bw) for s in pair]
        got = _restored([y, tf.stack(h, axis=1)], tmp_path)
    for a, b in zip(got, want, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("kind", ["LSTM", "GRU", "RNNTanh"])
def test_the_weights_of_cells_alone_restore_a_network(kind: str, tmp_path: Path) -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        layer = _network(kind, direction="bidirectional")
        y, _ = layer(tf.constant(_X))
        session.run(tf.global_variables_initializer())
        want = session.run(y)
        saver = tf.train.Saver([layer.saveable])
        saver.save(session, str(tmp_path / "model"))
        assert all("/cell_" in name for name, _ in tf.train.list_variables(str(tmp_path)))
        session.run(layer.kernel.initializer, {layer.kernel.initializer.inputs[1]: session.run(layer.kernel) * 0})
        assert np.abs(session.run(y)).max() == 0
        saver.restore(session, str(tmp_path / "model"))
        np.testing.assert_allclose(session.run(y), want, rtol=1e-5, atol=1e-6)


def test_training_and_dropout() -> None:
    with tf.Graph().as_default():
        layer = _network("LSTM", dropout=0.5, seed=3)
        y, _ = layer(tf.constant(_X))
        at_rest, _ = layer(tf.constant(_X), training=False)
        loss = tf.reduce_mean((at_rest - 0.25) ** 2)
        step = tf.train.AdamOptimizer(0.05).minimize(loss, var_list=layer.trainable_variables)
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            first, second = session.run(y), session.run(y)
            assert (first != second).any()
            np.testing.assert_array_equal(session.run(at_rest), session.run(at_rest))
            before = session.run(loss)
            for _ in range(20):
                session.run(step)
            assert session.run(loss) < before / 2


def test_a_variable_takes_part_in_gradients() -> None:
    with tf.Graph().as_default():
        layer = _network("GRU")
        y, _ = layer(tf.constant(_X))
        (g,) = tf.gradients(tf.reduce_sum(y), layer.trainable_variables)
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            values = session.run(layer.kernel)
            got = session.run(g)
            total = tf.reduce_sum(y)
            at = int(np.argmax(np.abs(got)))
            sums = []
            for d in (1e-2, -1e-2):
                moved = values.copy()
                moved[at] += d
                session.run(layer.kernel.initializer, {layer.kernel.initializer.inputs[1]: moved})
                sums.append(session.run(total))
    assert (sums[0] - sums[1]) / 2e-2 == pytest.approx(got[at], rel=1e-2)


def test_refuses() -> None:
    with tf.Graph().as_default():
        with pytest.raises(ValueError, match="Invalid direction: x, expecting unidirectional or bidirectional"):
            tf.contrib.cudnn_rnn.CudnnLSTM(1, 3, direction="x")
        with pytest.raises(ValueError, match="Invalid input_mode: q"):
            tf.contrib.cudnn_rnn.CudnnLSTM(1, 3, input_mode="q")
        with pytest.raises(ValueError, match="Only support float16, float32, float64"):
            tf.contrib.cudnn_rnn.CudnnLSTM(1, 3, dtype=tf.int32)
        layer = tf.contrib.cudnn_rnn.CudnnLSTM(1, 3)
        with pytest.raises(ValueError, match="'input_size' is unknown"):
            _ = layer.input_size
        with pytest.raises(RuntimeError, match="CudnnLSTM.canonical_weight_shapes invoked before input shape is known"):
            _ = layer.canonical_weight_shapes
        with pytest.raises(ValueError, match="Expecting input_shape with 3 dims, got 2"):
            layer(tf.zeros([2, 3]))
        with pytest.raises(TypeError, match="Invalid initial_state type"):
            layer(tf.zeros([2, 3, 4]), [1])
        y, _ = layer(tf.zeros([2, 3, 4]), (tf.zeros([1, 5, 3]),) * 2)
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            with pytest.raises(tf.errors.InvalidArgumentError, match="Invalid input_h shape"):
                session.run(y)
