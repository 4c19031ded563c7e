"""Embedding tables: parts, sparse gradients, colocation."""

from __future__ import annotations

import numpy as np
import pytest

import scopeflow as tf

_TABLE = np.arange(14, dtype=np.float32).reshape(7, 2)


@pytest.mark.parametrize("strategy", ["mod", "div"])
def test_a_split_table_is_the_whole_one(strategy: str) -> None:
    """Whatever the split, row i is row i."""
    if strategy == "mod":
        parts = [_TABLE[i::3] for i in range(3)]
    else:
        parts = [_TABLE[:3], _TABLE[3:5], _TABLE[5:]]
    ids = [[0, 6, 3], [5, 1, 1]]
    with tf.Graph().as_default(), tf.Session() as session:
        got = session.run(tf.nn.embedding_lookup([tf.constant(p) for p in parts], ids, strategy))
    np.testing.assert_array_equal(got, _TABLE[ids])


def test_gradient_is_rows_of_the_table() -> None:
    """IndexedSlices, repeated ids included."""
    with tf.Graph().as_default(), tf.Session() as session:
        v = tf.get_variable("v", initializer=_TABLE)
        out = tf.nn.embedding_lookup(v, [4, 4, 0])
        (grad,) = tf.gradients(out * [[1.0], [2.0], [3.0]], v)
        assert isinstance(grad, tf.IndexedSlices)
        session.run(tf.global_variables_initializer())
        values, indices = session.run([grad.values, grad.indices])
    np.testing.assert_array_equal(indices, [4, 4, 0])
    np.testing.assert_array_equal(values, [[1, 1], [2, 2], [3, 3]])


def test_lookup_is_placed_with_its_table() -> None:
    """The gather is colocated with the variable, the identity behind it is not."""
    with tf.Graph().as_default() as graph:
        v = tf.get_variable("v", [7, 2])
        tf.nn.embedding_lookup(v, [1])
        assert graph.get_operation_by_name("embedding_lookup").colocation_groups() == [b"loc:@v"]
        assert graph.get_operation_by_name("embedding_lookup/Identity").colocation_groups() == [b"loc:@embedding_lookup/Identity"]


def test_id_out_of_range() -> None:
    """Raises in the run."""
    with tf.Graph().as_default(), tf.Session() as session:
        ids = tf.placeholder(tf.int32, [None])
        out = tf.nn.embedding_lookup(tf.constant(_TABLE), ids)
        with pytest.raises(tf.errors.InvalidArgumentError):
            session.run(out, {ids: [7]})
