"""The loss of connectionist temporal classification against a sum over all alignments."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import scopeflow as tf


def _brute_force(logits, labels):
    """-log of the sum of the probabilities of all alignments that spell `labels`, for logits [time, classes]."""
    y = np.exp(logits - logits.max(1, keepdims=True))
    y /= y.sum(1, keepdims=True)
    blank = logits.shape[1] - 1
    total = 0.0
    for path in itertools.product(range(logits.shape[1]), repeat=len(logits)):
        spelled = [k for i, k in enumerate(path) if k != blank and (i == 0 or path[i - 1] != k)]
        if spelled == list(labels):
            total += np.prod([y[t, k] for t, k in enumerate(path)])
    return -np.log(total) if total else np.inf


@pytest.mark.parametrize("labels", [[0], [0, 1], [1, 1], [0, 1, 0], [1, 0, 0]])
def test_sum_over_alignments(labels):
    logits = np.random.RandomState(len(labels)).randn(5, 1, 3)
    with tf.Graph().as_default():
        sparse = tf.SparseTensor([[0, i] for i in range(len(labels))], np.array(labels, np.int32), [1, len(labels)])
        x = tf.constant(logits)
        loss = tf.nn.ctc_loss(sparse, x, [5])
        gradient = tf.gradients(loss, x)[0]
        with tf.Session() as session:
            value, slope = session.run([loss, gradient])
    assert value[0] == pytest.approx(_brute_force(logits[:, 0], labels), rel=1e-10)
    step = 1e-6
    for t, k in [(0, 0), (2, 1), (4, 2)]:
        moved = logits.copy()
        moved[t, 0, k] += step
        assert slope[t, 0, k] == pytest.approx((_brute_force(moved[:, 0], labels) - value[0]) / step, abs=1e-4)


def test_a_wide_beam_finds_the_most_probable_labelling():
    logits = np.random.RandomState(3).randn(4, 1, 3)
    every = [p for n in range(5) for p in itertools.product(range(2), repeat=n)]
    costs = {p: _brute_force(logits[:, 0], p) for p in every}
    best = sorted(costs, key=costs.get)[:3]
    with tf.Graph().as_default():
        found, scores = tf.nn.ctc_beam_search_decoder_v2(tf.constant(logits), [4], beam_width=50, top_paths=3)
        with tf.Session() as session:
            found, scores = session.run([found, scores])
    assert [tuple(f.values) for f in found] == best
    np.testing.assert_allclose(scores[0], [-costs[p] for p in best], rtol=1e-6)
