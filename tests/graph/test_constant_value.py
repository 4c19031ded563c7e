"""What is known of values and shapes while a graph is built. Each result is what the reference gives."""

import pytest

CONSTANT_VALUE = [
    ("tf.get_static_value(tf.constant([1, 2]))", "int32[1, 2]"),
    ("tf.get_static_value(P(tf.float32))", "None"),
    ("tf.get_static_value(tf.constant(['a']))", "object[b'a']"),
    ("[tf.get_static_value(f(P(tf.float32, [2, 3]))) for f in (tf.shape, tf.size, tf.rank)]", "[int32[2, 3], int326, int322]"),
    ("tf.get_static_value(tf.shape(P(tf.float32, [2, 3]), out_type=tf.int64))", "int64[2, 3]"),
    (
        "[tf.get_static_value(f(P(tf.float32, [2, None]), name='x')) for f in (lambda p, name: tf.shape_n([p])[0], tf.rank)]",
        "[None, int322]",
    ),
    ("tf.get_static_value(tf.shape(P(tf.float32, [2, None])))", "None"),
    ("tf.get_static_value(tf.size(P(tf.float32, [2, None])))", "None"),
    ("tf.get_static_value(tf.rank(P(tf.float32)))", "None"),
    ("tf.get_static_value(tf.rank(P(tf.float32, [])))", "int320"),
    ("tf.get_static_value(tf.range(1, 7, 2))", "int32[1, 3, 5]"),
    ("tf.get_static_value(tf.range(tf.size(P(tf.float32, [3]))))", "int32[0, 1, 2]"),
    ("tf.get_static_value(tf.range(P(tf.int32, [])))", "None"),
    ("tf.get_static_value(tf.range(0.0, 1.0, 0.5))", "float32[0.0, 0.5]"),
    ("tf.get_static_value(tf.cast(tf.constant([1.7]), tf.int32))", "int32[1]"),
    ("tf.get_static_value(tf.cast(P(tf.float32), tf.int32))", "None"),
    ("tf.get_static_value(tf.concat([tf.constant([1]), tf.constant([2, 3])], 0))", "int32[1, 2, 3]"),
    ("tf.get_static_value(tf.concat([tf.constant([1]), P(tf.int32, [1])], 0))", "None"),
    ("tf.get_static_value(tf.stack([tf.constant(1), tf.constant(2)]))", "int32[1, 2]"),
    ("tf.get_static_value(tf.stack([tf.constant(1), P(tf.int32, [])]))", "None"),
    ("tf.get_static_value(tf.stack([tf.constant([1]), tf.constant([2])], axis=1))", "None"),
    ("tf.contrib.util.constant_value(tf.stack([tf.constant(1), P(tf.int32, [])]), partial=True)", "object[array(1, dtype=int32), None]"),
    ("tf.contrib.util.constant_value(tf.stack([P(tf.int32, []), P(tf.int32, [])]), partial=True)", "object[None, None]"),
    ("tf.get_static_value(tf.fill([2], 7))", "int32[7, 7]"),
    ("tf.get_static_value(tf.fill([2], P(tf.int32, [])))", "None"),
    ("tf.get_static_value(tf.fill(P(tf.int32, [2]), 7))", "None"),
    ("tf.get_static_value(tf.equal(tf.constant([1, 2]), [1, 3]))", "bool[True, False]"),
    ("tf.get_static_value(tf.not_equal(tf.constant([1, 2]), [1, 3]))", "bool[False, True]"),
    ("tf.get_static_value(tf.equal(tf.constant(1), P(tf.int32, [])))", "None"),
    ("tf.get_static_value(tf.constant(1) + 1)", "None"),
    ("tf.get_static_value(tf.identity(tf.constant(1)))", "None"),
    ("tf.get_static_value(tf.Variable(1))", "None"),
    ("a = tf.constant(1); tf.get_static_value(a); g.is_feedable(a)", "False"),
    ("a = tf.constant(1) + 1; tf.get_static_value(a); g.is_feedable(a)", "True"),
    ("tf.get_static_value(tf.reshape([1, 2], [2]))", "None"),
    ("tf.get_static_value(tf.zeros([2]))", "float32[0.0, 0.0]"),
    ("tf.get_static_value(tf.ones([0]))", "float32[]"),
]


@pytest.mark.parametrize("code, result", CONSTANT_VALUE)
def test_constant_value(gives, code, result):
    assert gives(code, result)


SHAPES = [
    ("tf.reshape(P(tf.float32), tf.shape(P(tf.float32, [2, None]))).shape", "TensorShape([Dimension(2), Dimension(None)])"),
    ("tf.reshape(P(tf.float32), tf.stack([2, P(tf.int32, []), 3])).shape", "TensorShape([Dimension(2), Dimension(None), Dimension(3)])"),
    ("tf.reshape(P(tf.float32), tf.stack([2, -1])).shape", "TensorShape([Dimension(2), Dimension(None)])"),
    (
        "tf.reshape(P(tf.float32), tf.concat([[2], tf.shape(P(tf.float32, [None, 5]))], 0)).shape",
        "TensorShape([Dimension(2), Dimension(None), Dimension(5)])",
    ),
    (
        "tf.reshape(P(tf.float32), tf.concat([[2], P(tf.int32, [2])], 0)).shape",
        "TensorShape([Dimension(2), Dimension(None), Dimension(None)])",
    ),
    ("tf.reshape(P(tf.float32), tf.concat([[2], P(tf.int32, [None])], 0)).shape", "TensorShape(None)"),
    ("tf.reshape(P(tf.float32), tf.shape(P(tf.float32, [4, None, 6]))[1:]).shape", "TensorShape([Dimension(None), Dimension(6)])"),
    ("tf.reshape(P(tf.float32), tf.shape(P(tf.float32, [4, None, 6]))[:2]).shape", "TensorShape([Dimension(4), Dimension(None)])"),
    ("tf.reshape(P(tf.float32), tf.shape(P(tf.float32, [4, None, 6]))[::2]).shape", "TensorShape([Dimension(4), Dimension(6)])"),
    ("tf.reshape(P(tf.float32), tf.shape(P(tf.float32, [4, None, 6]))[-1:]).shape", "TensorShape([Dimension(6)])"),
    ("tf.reshape(P(tf.float32), P(tf.int32, [3])).shape", "TensorShape([Dimension(None), Dimension(None), Dimension(None)])"),
    ("tf.reshape(P(tf.float32), P(tf.int32, [None])).shape", "TensorShape(None)"),
    ("tf.reshape(P(tf.float32), P(tf.int32)).shape", "TensorShape(None)"),
    (
        "tf.reshape(P(tf.float32), tf.cast(tf.shape(P(tf.float32, [2, None]), out_type=tf.int64), tf.int32)).shape",
        "TensorShape([Dimension(None), Dimension(None)])",
    ),
    ("tf.zeros(tf.shape(P(tf.float32, [2, None]))).shape", "TensorShape([Dimension(2), Dimension(None)])"),
    ("tf.fill(tf.stack([2, P(tf.int32, [])]), 1.0).shape", "TensorShape([Dimension(2), Dimension(None)])"),
    ("tf.SparseTensor([[0, 0]], [1.0], P(tf.int64, [2])).shape", "TensorShape([Dimension(None), Dimension(None)])"),
    (
        "tf.SparseTensor([[0, 0]], [1.0], tf.stack([tf.constant(2, tf.int64), P(tf.int64, [])])).shape",
        "TensorShape([Dimension(2), Dimension(None)])",
    ),
    ("tf.SparseTensor([[0, 0]], [1.0], [3, 4]).get_shape()", "TensorShape([Dimension(3), Dimension(4)])"),
    (
        "tf.SparseTensor([[0, 0]], [1.0], tf.concat([tf.constant([3], tf.int64), P(tf.int64, [1])], 0)).shape",
        "TensorShape([Dimension(3), Dimension(None)])",
    ),
    (
        "tf.SparseTensor([[0, 0]], [1.0], tf.shape(P(tf.float32, [4, None, 6]), out_type=tf.int64)[1:]).shape",
        "TensorShape([Dimension(None), Dimension(6)])",
    ),
    (
        "tf.SparseTensor([[0, 0]], [1.0], tf.shape(P(tf.float32, [4, None]), out_type=tf.int64)).shape",
        "TensorShape([Dimension(4), Dimension(None)])",
    ),
    ("tf.SparseTensor(P(tf.int64, [None, None]), P(tf.float32, [None]), P(tf.int64, [None])).shape", "TensorShape(None)"),
]


@pytest.mark.parametrize("code, result", SHAPES)
def test_shapes(gives, code, result):
    assert gives(code, result)
