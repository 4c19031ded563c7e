"""Sparse dropout keeps its rows in one compiled function, where zeros do as well."""

from __future__ import annotations

from typing import Any

import numpy as np

import scopeflow as tf


def graph() -> tuple[Any, Any, Any, Any]:
    """(sparse rows kept, their product with w, gradients, the mask) of a sparse matrix with random dropout."""
    tf.set_random_seed(1)
    w = tf.get_variable("w", initializer=np.arange(8, dtype=np.float32).reshape(4, 2))
    v = tf.get_variable("v", initializer=np.array([1, 2, 3, 4, 5], np.float32))
    x = tf.SparseTensor([[0, 0], [0, 3], [1, 1], [2, 2], [2, 3]], v, [3, 4])
    mask = tf.cast(tf.floor(tf.random_uniform([5], seed=2) + 0.6), tf.bool)
    kept = tf.sparse_retain(x, mask) * 2.0
    product = tf.sparse_tensor_dense_matmul(kept, w)
    return kept, product, tf.gradients(product * product, [w, v]), mask


def test_values_and_gradients() -> None:
    """What is kept is that of the mask, in the product and in both gradients."""
    with tf.Graph().as_default(), tf.Session() as session:
        _, product, gradients, mask = graph()
        session.run(tf.global_variables_initializer())
        seen = set()
        for _ in range(4):
            found, (dw, rows), m = session.run([product, gradients, mask])
            dv = np.zeros(5)
            np.add.at(dv, rows.indices, rows.values)
            seen.add(int(m.sum()))
            dense = np.zeros((3, 4), np.float32)
            dense[[0, 0, 1, 2, 2], [0, 3, 1, 2, 3]] = np.array([1, 2, 3, 4, 5]) * m * 2
            w = np.arange(8).reshape(4, 2)
            np.testing.assert_allclose(found, dense @ w, rtol=1e-6)
            np.testing.assert_allclose(dw, dense.T @ (2 * found), rtol=1e-5)
            np.testing.assert_allclose(dv, ((2 * found) @ w.T)[[0, 0, 1, 2, 2], [0, 3, 1, 2, 3]] * m * 2, rtol=1e-5)
        assert len(seen) > 1


def test_one_function_serves_all_masks() -> None:
    """However many rows are kept, nothing is compiled again."""
    with tf.Graph().as_default(), tf.Session() as session:
        _, product, gradients, mask = graph()
        session.run(tf.global_variables_initializer())
        kept = {int(session.run([product, gradients, mask])[2].sum()) for _ in range(4)}
        (plan,) = [p for p in session._plans.values() if product in p.fetches][:1]
        entries = [stage.entries for stage in plan.stages if not stage.host]
        assert len(kept) > 1 and all(len({id(e) for e in found.values()}) == 1 for found in entries)


def test_fetched_rows_are_those_kept() -> None:
    """A run that looks at the rows gets those of the mask alone."""
    with tf.Graph().as_default(), tf.Session() as session:
        kept, product, _, mask = graph()
        session.run(tf.global_variables_initializer())
        found, _, m = session.run([kept.values, product, mask])
        np.testing.assert_allclose(found, (np.array([1, 2, 3, 4, 5]) * 2.0)[m])


def test_gradients_of_and_with_respect_to_rows_are_those_kept() -> None:
    """Rows that a gradient is taken of, or with respect to, are those of the mask alone."""
    with tf.Graph().as_default(), tf.Session() as session:
        v = tf.placeholder(tf.float32, [3])
        kept = tf.sparse_retain(tf.SparseTensor([[0, 1], [1, 0], [1, 2]], v, [2, 3]), [True, False, True])
        product = tf.sparse_tensor_dense_matmul(kept, tf.ones([3, 1]))
        of = tf.gradients(kept.values, v, grad_ys=tf.constant([5.0, 7.0]))[0]
        to = tf.gradients(product, kept.values)[0]
        linear = tf.gradients(tf.reduce_sum(kept.values * tf.constant([5.0, 7.0])), v)[0]
        feeds = {v: [1, 2, 3]}
        for gradient in (of, linear):
            rows = session.run(gradient, feeds)
            assert rows.indices.tolist() == [0, 2] and rows.values.tolist() == [5, 7]
        assert session.run(to, feeds).tolist() == [1, 1]
