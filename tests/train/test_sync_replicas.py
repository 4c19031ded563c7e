"""SyncReplicasOptimizer with one worker, and the accumulators it is made of."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

import scopeflow as tf


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


def test_one_worker_trains():
    x, y = tf.placeholder(tf.float32, [None, 3]), tf.placeholder(tf.float32, [None])
    w = tf.get_variable("w", [3, 1], initializer=tf.ones_initializer())
    loss = tf.reduce_mean((tf.matmul(x, w)[:, 0] - y) ** 2)
    step = tf.train.get_or_create_global_step()
    optimizer = tf.train.SyncReplicasOptimizer(tf.train.MomentumOptimizer(0.05, 0.5), 1, 1)
    train = optimizer.minimize(loss, global_step=step)
    data = np.random.RandomState(0)
    losses = []
    start = time.monotonic()
    with tf.train.MonitoredTrainingSession(hooks=[optimizer.make_session_run_hook(True)]) as session:
        for _ in range(8):
            batch = data.randn(16, 3)
            losses.append(session.run([loss, train], {x: batch, y: batch.sum(1) * 0.3})[0])
    # The first loss as recorded from TensorFlow 1.15.5; after that the worker may be a step ahead of the chief, there as here.
    assert losses[0] == pytest.approx(1.99202, abs=2e-5)
    assert losses[-1] < 0.2 * losses[0]
    assert time.monotonic() - start < 60


def test_an_accumulator_waits_and_leaves_out_what_is_old():
    gradient = tf.placeholder(tf.float32, [2])
    at = tf.placeholder(tf.int64, [])
    accumulator = tf.ConditionalAccumulator(tf.float32, [2])
    add, take = accumulator.apply_grad(gradient, at), accumulator.take_grad(2)
    count, later = accumulator.num_accumulated(), accumulator.set_global_step(5)
    total = tf.ConditionalAccumulator(tf.float32, [2], reduction_type="SUM")
    add_total, take_total = total.apply_grad(gradient), total.take_grad(1)
    with tf.Session() as session:
        session.run(add, {gradient: [1.0, 2.0], at: 0})
        found = []
        waiting = threading.Thread(target=lambda: found.append(session.run(take)))
        waiting.start()
        assert session.run(count) == 1 and not found
        session.run(add, {gradient: [3.0, 4.0], at: 0})
        waiting.join(20)
        assert found[0].tolist() == [2.0, 3.0] and session.run(count) == 0
        session.run(add, {gradient: [9.0, 9.0], at: 0})  # of the step before
        assert session.run(count) == 0
        session.run(add, {gradient: [9.0, 9.0], at: 1})
        session.run(later)
        session.run(add, {gradient: [9.0, 9.0], at: 4})
        assert session.run(count) == 1
        for _ in range(3):
            session.run(add_total, {gradient: [1.0, 1.0]})
        assert session.run(take_total).tolist() == [3.0, 3.0]


def test_sparse_gradients_are_averaged_by_rows():
    """Two gradients of one worker make a step; the rows of an embedding are changed, the others stay."""
    v = tf.get_variable("v", initializer=[[1.0], [2.0], [3.0]])
    step = tf.train.get_or_create_global_step()
    optimizer = tf.train.SyncReplicasOptimizer(tf.train.GradientDescentOptimizer(0.5), 1)
    train = optimizer.minimize(tf.reduce_sum(tf.nn.embedding_lookup(v, [1, 2, 1]) ** 2), global_step=step)
    with tf.train.MonitoredTrainingSession(hooks=[optimizer.make_session_run_hook(True)]) as session:
        session.run(train)
        while session.run(step) < 1:
            pass
        assert session.run(v).tolist() == [[1.0], [-2.0], [0.0]]
