"""Reductions: axes, old argument names, static shapes, errors."""

from __future__ import annotations

import pytest

import scopeflow as tf


@pytest.fixture
def graph():
    with tf.Graph().as_default() as g:
        yield g


def _types(graph):
    return [op.type for op in graph.get_operations()]


def test_all_axes_of_a_known_rank_are_a_constant(graph):
    tf.reduce_sum(tf.placeholder(tf.float32, [None, 3]))
    assert _types(graph) == ["Placeholder", "Const", "Sum"]


def test_all_axes_of_an_unknown_rank_are_a_range(graph):
    out = tf.reduce_sum(tf.placeholder(tf.float32))
    assert _types(graph) == ["Placeholder", "Rank", "Const", "Const", "Range", "Sum"]
    assert out.shape.as_list() == []


@pytest.mark.parametrize(
    ("arguments", "shape"),
    [
        ({"axis": 1}, [None, 4]),
        ({"axis": [0, -1]}, [3]),
        ({"axis": 1, "keepdims": True}, [None, 1, 4]),
        ({"reduction_indices": [1]}, [None, 4]),
        ({"axis": 0, "keep_dims": True}, [1, 3, 4]),
        ({"axis": []}, [None, 3, 4]),
    ],
)
def test_static_shapes(graph, arguments, shape):
    assert tf.reduce_max(tf.placeholder(tf.float32, [None, 3, 4]), **arguments).shape.as_list() == shape


def test_an_axis_that_is_fed(graph):
    x, axis = tf.placeholder(tf.float32, [2, 3]), tf.placeholder(tf.int32, [None])
    assert tf.reduce_sum(x, axis).shape.ndims is None
    assert tf.reduce_sum(x, axis, keepdims=True).shape.as_list() == [None, None]


def test_an_argument_under_both_names(graph):
    x = tf.placeholder(tf.float32, [2])
    with pytest.raises(ValueError, match="Cannot specify both 'keep_dims' and 'keepdims'"):
        tf.reduce_sum(x, keepdims=True, keep_dims=True)
    with pytest.raises(ValueError, match="Cannot specify both 'reduction_indices' and 'axis'"):
        tf.reduce_sum(x, 0, reduction_indices=0)
    with pytest.raises(ValueError, match="Cannot specify both 'dimension' and 'axis'"):
        tf.argmax(x, 0, dimension=0)


def test_a_dimension_that_does_not_exist(graph):
    x = tf.placeholder(tf.float32, [1, 2])
    shapes = r"for 'Sum' \(op: 'Sum'\) with input shapes: \[1,2\], \[\] and with computed input tensors: input\[1\] = <2>."
    with pytest.raises(ValueError, match=f"Invalid reduction dimension 2 for input with 2 dimensions. {shapes}"):
        tf.reduce_sum(x, 2)
    with pytest.raises(
        ValueError, match=r"Dimension \(3\) must be in the range \[-2, 2\), where 2 is the number of dimensions in the input."
    ):
        tf.argmax(x, 3)


def test_segment_sizes(graph):
    x, ids = tf.placeholder(tf.float32, [None, 3]), tf.placeholder(tf.int32, [None])
    assert tf.segment_sum(x, ids).shape.as_list() == [None, 3]
    assert tf.unsorted_segment_sum(x, ids, 4).shape.as_list() == [4, 3]
    assert tf.sparse_segment_mean(x, ids, ids, num_segments=5).shape.as_list() == [5, 3]
    with pytest.raises(ValueError, match="Shape must be rank 1 but is rank 2 for 'SegmentSum"):
        tf.segment_sum(x, tf.placeholder(tf.int32, [None, 1]))
