"""What ragged tensors refuse, in TensorFlow's words; and their specs."""

from __future__ import annotations

import numpy as np
import pytest

import scopeflow as tf

R = tf.RaggedTensor


@pytest.fixture(autouse=True)
def _graph():
    with tf.Graph().as_default():
        yield


@pytest.mark.parametrize(
    "make, error, text",
    [
        (lambda: R([1.0], [0, 1]), ValueError, "constructor is private"),
        (lambda: R.from_row_splits([1.0], []), ValueError, "row_splits tensor may not be empty."),
        (lambda: R.from_row_splits([1.0], [0.0, 1.0]), ValueError, "row_splits must have dtype int32 or int64"),
        (lambda: R.from_value_rowids([1.0], [0], nrows=-1), ValueError, "Expected nrows >= 0; got -1"),
        (lambda: R.from_value_rowids([1.0], [3], nrows=1), ValueError, "got nrows=1, value_rowids"),
        (lambda: R.from_nested_row_splits([1.0], tf.constant([0, 1])), TypeError, "nested_row_splits must be a list of Tensors"),
        (lambda: R.from_tensor([[1.0]], ragged_rank=0), ValueError, "ragged_rank must be greater than 0; got 0"),
        (lambda: R.from_tensor([[1.0]], ragged_rank="a"), TypeError, "ragged_rank expected int, got 'a'"),
        (lambda: R.from_tensor([[1.0]], lengths=[1], padding=1.0), ValueError, "Specify lengths or padding, but not both"),
        (lambda: R.from_sparse(3), TypeError, "Expected SparseTensor, got int"),
        (lambda: tf.ragged.constant([[1], 2]), ValueError, "all scalar values must have the same nesting depth"),
        (lambda: tf.ragged.constant([[1]], ragged_rank=2), ValueError, "requires scalar value depth greater than 2"),
        (lambda: tf.ragged.constant([[[1, 2]], []], ragged_rank=1, inner_shape=(3,)), TypeError, "Expected Tensor's shape"),
        (lambda: tf.ragged.constant([[1]]).row_lengths(5), ValueError, "axis=5 out of bounds: expected -2<=axis<2"),
        (lambda: tf.ragged.constant([[1]]).to_list(), ValueError, "only supported in eager mode"),
        (lambda: tf.ragged.constant([[1]])[:, 0], ValueError, "Cannot index into an inner ragged dimension."),
        (lambda: tf.ragged.constant([[1]])["a"], TypeError, "are valid indices, got 'a'"),
        (lambda: tf.reduce_sum(tf.ragged.constant([[1]]), 1, keepdims=True), ValueError, "keepdims=True is not supported"),
        (lambda: tf.gather(tf.ragged.constant([[1]]), [0], axis=1), ValueError, "axis != 0 is not supported"),
        (lambda: tf.ragged.boolean_mask([1, 2], True), ValueError, "mask cannot be scalar."),
    ],
)
def test_refusals(make, error, text) -> None:
    with pytest.raises(error) as raised:
        make()
    assert text in str(raised.value)


def test_specs() -> None:
    spec = tf.RaggedTensorSpec([2, None])
    assert spec == tf.RaggedTensorSpec([2, None], tf.float32, 1, tf.int64) and hash(spec) == hash(tf.RaggedTensorSpec([2, None]))
    assert spec.value_type is R
    assert spec.is_compatible_with(tf.ragged.constant([[1.0], [2.0, 3.0]]))
    assert not spec.is_compatible_with(tf.ragged.constant([[1.0]]))
    wider = tf.RaggedTensorSpec([3, None]).most_specific_compatible_type(spec)
    assert wider == tf.RaggedTensorSpec([None, None])
    with pytest.raises(ValueError, match="Must specify ragged_rank"):
        tf.RaggedTensorSpec(None, tf.int32)
    with pytest.raises(ValueError, match="ragged_rank must be less than rank"):
        tf.RaggedTensorSpec([2, None], tf.float32, 3)


def test_values_of_constants() -> None:
    value = tf.ragged.constant_value([[[1, 2]], []], ragged_rank=1)
    assert value.values.tolist() == [[1, 2]] and value.row_splits.tolist() == [0, 1, 1]
    assert tf.ragged.constant_value([[1], []], dtype=np.float32).dtype == np.float32
    assert str(tf.ragged.constant_value([[1, 2], [3]])) == "<tf.RaggedTensorValue [[1, 2], [3]]>"
