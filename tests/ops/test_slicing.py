"""Indices that are computed in the run need no new compilation, and are checked."""

from __future__ import annotations

import numpy as np
import pytest

import scopeflow as tf
from scopeflow.op.declare import OPS


def test_single_index_need_not_be_known_while_tracing() -> None:
    """`x[i]` and `tf.slice` of a fixed size leave the index to the run; a window of unknown size does not."""
    with tf.Graph().as_default():
        x, i = tf.placeholder(tf.float32, [4, 5]), tf.placeholder(tf.int32, [])
        static = {
            name: OPS[t.op.type].static_of(t.op)
            for name, t in {
                "index": x[i],
                "column": x[:, i],
                "index and window": x[i, 1:3],
                "open window": x[i:],
                "slice": tf.slice(x, [i, 0], [2, 5]),
                "slice of unknown size": tf.slice(x, [0, 0], [i, 5]),
            }.items()
        }
    assert static["index"] == static["column"] == static["index and window"] == static["slice"] == ()
    assert static["open window"] == ("begin", "end", "strides")
    assert static["slice of unknown size"] == ("begin", "size")


@pytest.mark.parametrize("i", [0, 3, -1, -4])
def test_computed_index(i: int) -> None:
    """Negative indices count from the end, as NumPy's do."""
    value = np.arange(20, dtype=np.float32).reshape(4, 5)
    with tf.Graph().as_default():
        x, n = tf.placeholder(tf.float32, [4, 5]), tf.placeholder(tf.int32, [])
        with tf.Session() as session:
            row, part = session.run([x[n + 0], x[n + 0, 1:4:2]], {x: value, n: i})
    np.testing.assert_array_equal(row, value[i])
    np.testing.assert_array_equal(part, value[i, 1:4:2])


def test_computed_index_out_of_bounds() -> None:
    """An index that only the run knows raises InvalidArgumentError."""
    with tf.Graph().as_default():
        x, n = tf.placeholder(tf.float32, [4]), tf.placeholder(tf.int32, [])
        with tf.Session() as session, pytest.raises(tf.errors.InvalidArgumentError, match="slice index"):
            session.run(x[n + 4], {x: np.zeros(4), n: 0})


def test_bool_is_no_index() -> None:
    """The error lists what is one."""
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [4])
        with pytest.raises(TypeError, match="Only integers, slices"):
            x["name"]
