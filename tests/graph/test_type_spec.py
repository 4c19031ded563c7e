"""tf.TensorSpec and its kin, as the reference has them."""

from __future__ import annotations

import numpy as np
import pytest

import scopeflow as tf


def test_tensor_spec() -> None:
    spec = tf.TensorSpec([None, 3], tf.float32, "a")
    assert repr(spec) == "TensorSpec(shape=(?, 3), dtype=tf.float32, name='a')"
    assert repr(tf.TensorSpec(None, "int32")) == "TensorSpec(shape=<unknown>, dtype=tf.int32, name=None)"
    assert spec == tf.TensorSpec([None, 3], tf.float32, "a") and hash(spec) == hash(tf.TensorSpec([None, 3], tf.float32, "a"))
    assert spec != tf.TensorSpec([None, 3])
    assert (spec.shape.as_list(), spec.dtype, spec.name, spec.value_type) == ([None, 3], tf.float32, "a", tf.Tensor)
    assert isinstance(spec, tf.TypeSpec)
    assert tf.TensorSpec.from_spec(spec, "b").name == "b" and tf.TensorSpec.from_spec(spec) == spec


def test_tensor_spec_and_tensors() -> None:
    spec = tf.TensorSpec([None, 3])
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [2, 3], name="x")
        assert tf.TensorSpec.from_tensor(x) == tf.TensorSpec([2, 3], tf.float32, "x")
        assert spec.is_compatible_with(x) and spec.is_compatible_with(tf.TensorSpec([4, 3]))
        assert not spec.is_compatible_with(tf.constant([1.0])) and not spec.is_compatible_with(tf.zeros([2, 3], tf.int32))
        assert not spec.is_compatible_with(np.zeros([2, 3], np.float32)) and not spec.is_compatible_with(3)
    with pytest.raises(ValueError, match="should be a tf.Tensor"):
        tf.TensorSpec.from_tensor(3)


def test_most_specific_type() -> None:
    spec = tf.TensorSpec([None, 3], name="a")
    assert spec.most_specific_compatible_type(tf.TensorSpec([4, 3])) == tf.TensorSpec([None, 3])
    assert spec.most_specific_compatible_type(tf.TensorSpec([4])) == tf.TensorSpec(None)
    with pytest.raises(ValueError, match="Types are not compatible"):
        spec.most_specific_compatible_type(tf.TensorSpec([4, 3], tf.int32))


def test_bounded_spec() -> None:
    bounded = tf.contrib.framework.BoundedTensorSpec
    spec = bounded([2], tf.float32, 0.0, [1.0, 2.0])
    assert spec == bounded([2], tf.float32, 0.0, [1.0, 2.0]) and spec != bounded([2], tf.float32, 0.0, 1.0)
    assert spec.maximum.tolist() == [1, 2] and bounded.from_spec(spec) == spec
    assert bounded.from_spec(tf.TensorSpec([], tf.uint8)).maximum == 255
    with pytest.raises(ValueError, match="minimum is not compatible with shape"):
        bounded([2], tf.float32, [1.0, 2.0, 3.0], 1)


def test_sparse_and_slices() -> None:
    spec = tf.SparseTensorSpec([2, 3])
    assert repr(spec) == "SparseTensorSpec(TensorShape([Dimension(2), Dimension(3)]), tf.float32)"
    with tf.Graph().as_default():
        value = tf.SparseTensor([[0, 1]], [1.0], [2, 3])
        assert tf.SparseTensorSpec.from_value(value) == spec and spec.is_compatible_with(value)
    assert spec.value_type is tf.SparseTensor
    assert tf.IndexedSlicesSpec() == tf.IndexedSlicesSpec() != tf.IndexedSlicesSpec([2])
    with pytest.raises(TypeError, match="abstract"):
        tf.TypeSpec()
