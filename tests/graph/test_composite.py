"""SparseTensor and IndexedSlices. Each result is what the reference gives."""

import pytest

SPARSE_TENSOR = [
    (
        "s = tf.SparseTensor([[0, 1]], [2.0], [2, 3]); (s.indices.name, s.values.name, s.dense_shape.name, s.dtype, "
        "s.op.name, s.graph is g, s.indices.dtype, s.shape)",
        "('SparseTensor/indices:0', 'SparseTensor/values:0', 'SparseTensor/dense_shape:0', tf.float32, "
        "'SparseTensor/values', True, tf.int64, TensorShape([Dimension(2), Dimension(3)]))",
    ),
    (
        "s = tf.SparseTensor([[0, 1]], [2.0], [2, 3]); str(s)",
        '\'SparseTensor(indices=Tensor("SparseTensor/indices:0", shape=(1, 2), dtype=int64), '
        'values=Tensor("SparseTensor/values:0", shape=(1,), dtype=float32), '
        'dense_shape=Tensor("SparseTensor/dense_shape:0", shape=(2,), dtype=int64))\'',
    ),
    (
        "s = tf.SparseTensor([[0, 1]], [2.0], [2, 3]); t = tf.identity(s.values, name='i'); u = tf.identity(s.indices, "
        "name='j'); sorted(o.name for o in s.consumers())",
        "['i', 'j']",
    ),
    ("tf.SparseTensor([0, 1], [2.0], [2, 3])", "ValueError: Shape (2,) must have rank 2"),
    ("tf.SparseTensor([[0, 1]], [[2.0]], [2, 3])", "ValueError: Shape (1, 1) must have rank 1"),
    ("tf.SparseTensor([[0, 1]], [2.0, 3.0], [2, 3])", "ValueError: Dimensions 1 and 2 are not compatible"),
    ("tf.SparseTensor([[0, 1]], [2.0], [2, 3, 4])", "ValueError: Dimensions 2 and 3 are not compatible"),
    ("tf.SparseTensor([[0.5, 1]], [2.0], [2, 3])", "TypeError: Expected int64, got 0.5 of type 'float' instead."),
    ("tf.SparseTensor([[0, 1]], [2.0], 3)", "ValueError: Shape () must have rank 1"),
    ("tf.SparseTensor.from_value(tf.SparseTensorValue([[0, 1]], [2.0], [2, 3])).shape", "TensorShape([Dimension(2), Dimension(3)])"),
    ("tf.SparseTensor.from_value(tf.SparseTensor([[0, 1]], [2.0], [2, 3])).values.name", "'SparseTensor/values:0'"),
    ("tf.SparseTensor.from_value(3)", "TypeError: Neither a SparseTensor nor SparseTensorValue: 3."),
    ("tf.SparseTensorValue(1, 2, 3)", "SparseTensorValue(indices=1, values=2, dense_shape=3)"),
    (
        """
s = tf.SparseTensor([[0, 1]], [2.0], [2, 3])
with tf.Session(): r = s.eval()
(type(r).__name__, r.indices, r.values, r.dense_shape)
""",
        "('SparseTensorValue', int64[[0, 1]], float32[2.0], int64[2, 3])",
    ),
    (
        "tf.SparseTensor([[0, 1]], [2.0], [2, 3]).eval()",
        "ValueError: Cannot evaluate tensor using `eval()`: No default session is registered. Use `with",
    ),
    (
        """
s = tf.sparse_placeholder(tf.float32, [2, 3])
with tf.Session() as x: r = x.run(s, {s: tf.SparseTensorValue([[0, 1]], [5.0], [2, 3])})
r.values
""",
        "float32[5.0]",
    ),
]


@pytest.mark.parametrize("code, result", SPARSE_TENSOR)
def test_sparse_tensor(gives, code, result):
    assert gives(code, result)


INDEXED_SLICES = [
    (
        "s = tf.IndexedSlices(tf.constant([[1.0]], name='v'), tf.constant([0], name='i')); (s.values.name, "
        "s.indices.name, s.dense_shape, s.name, s.dtype, s.op.name, s.device, s.graph is g)",
        "('v:0', 'i:0', None, 'v:0', tf.float32, 'v', '', True)",
    ),
    (
        "s = tf.IndexedSlices(tf.constant([[1.0]], name='v'), tf.constant([0], name='i')); str(s)",
        '\'IndexedSlices(indices=Tensor("i:0", shape=(1,), dtype=int32), values=Tensor("v:0", shape=(1, 1), dtype=float32))\'',
    ),
    (
        "s = tf.IndexedSlices(tf.constant([[1.0]], name='v'), tf.constant([0], name='i'), tf.constant([4, 1], name='d')); str(s)",
        '\'IndexedSlices(indices=Tensor("i:0", shape=(1,), dtype=int32), values=Tensor("v:0", shape=(1, 1), '
        'dtype=float32), dense_shape=Tensor("d:0", shape=(2,), dtype=int32))\'',
    ),
    (
        "s = -tf.IndexedSlices(tf.constant([[1.0]]), tf.constant([0]), tf.constant([4, 1])); (type(s).__name__, s.values.op.type)",
        "('IndexedSlices', 'Neg')",
    ),
    ("tf.IndexedSlices(3, 4).values", "3"),
    (
        """
s = tf.IndexedSlices(tf.constant([[1.0]]), tf.constant([0]))
with tf.Session() as x: r = x.run(s)
(type(r).__name__, r.values, r.indices, r.dense_shape)
""",
        "('IndexedSlicesValue', float32[[1.0]], int32[0], None)",
    ),
]


@pytest.mark.parametrize("code, result", INDEXED_SLICES)
def test_indexed_slices(gives, code, result):
    assert gives(code, result)
