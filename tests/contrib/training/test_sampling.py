"""Samplers through queues: classes come as often as asked for."""

from __future__ import annotations

import numpy as np

import scopeflow as tf


def _run(fetches: object, n: int) -> list:
    with tf.Session() as sess:
        sess.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
        coord = tf.train.Coordinator()
        threads = tf.train.start_queue_runners(sess, coord)
        found = [sess.run(fetches) for _ in range(n)]
        coord.request_stop()
        coord.join(threads)
    return found


def test_stratified_sample() -> None:
    """Of three classes one comes no more, the others evenly; examples keep their labels."""
    with tf.Graph().as_default():
        tf.set_random_seed(1)
        labels = tf.constant([0] * 8 + [1] * 2 + [2] * 6)
        (data,), found = tf.contrib.training.stratified_sample(
            [tf.cast(labels, tf.float32) * 10], labels, [0.5, 0.5, 0.0], 50, init_probs=[0.5, 0.125, 0.375], enqueue_many=True
        )
        pairs = _run((data, found), 2)
    data, found = (np.concatenate(v) for v in zip(*pairs))
    assert (data == found * 10).all()
    assert set(found) == {0, 1} and abs(found.mean() - 0.5) < 0.2


def test_rejection_sample() -> None:
    """Odd numbers are always refused."""
    with tf.Graph().as_default():
        number = tf.random_uniform([], 0, 10, dtype=tf.int32, seed=1)
        (batch,) = tf.contrib.training.rejection_sample(
            [number], lambda t: tf.cast(tf.equal(t[0] % 2, 0), tf.float32), 20, runtime_checks=True
        )
        (found,) = _run(batch, 1)
    assert (found % 2 == 0).all()
