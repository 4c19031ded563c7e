"""DeviceSpec: parts replaced, merged and set."""

from __future__ import annotations

import pytest

import scopeflow as tf


def test_others_are_made_of_one() -> None:
    """The first stays as it is."""
    spec = tf.DeviceSpec(job="w", device_type="CPU")
    assert spec.make_merged_spec(tf.DeviceSpec(job="p", task=3)).to_string() == "/job:p/task:3/device:CPU:*"
    assert spec.make_merged_spec(tf.DeviceSpec(device_type="GPU")).to_string() == "/job:w/device:GPU:*"
    assert spec.replace(task=1, device_index=2).to_string() == "/job:w/task:1/device:CPU:2"
    assert spec.to_string() == "/job:w/device:CPU:*"
    with pytest.raises(TypeError, match="unexpected keyword argument 'x'"):
        spec.replace(x=1)


def test_parts_can_be_set() -> None:
    """Each of the five."""
    spec = tf.DeviceSpec(job="w", device_type="CPU")
    spec.job, spec.task, spec.replica, spec.device_index, spec.device_type = "q", 4, 1, 3, "GPU"
    assert spec.to_string() == "/job:q/replica:1/task:4/device:GPU:3"


def test_an_op_knows_where_it_was_made() -> None:
    """With and without the line at which the function begins."""
    with tf.Graph().as_default():
        op = tf.constant(1).op
    assert op.traceback[-1][0] == __file__
    assert op.traceback_with_start_lines[-1][:4] == op.traceback[-1]


def test_a_layer_without_keras() -> None:
    """What layers of Keras models know of their inputs is refused as it is there."""
    with tf.Graph().as_default():
        layer = tf.layers.Dense(2)
        layer(tf.ones([2, 3]))
        signature = layer.compute_output_signature(tf.TensorSpec([2, 3], tf.float32))
        assert (signature.shape.as_list(), signature.dtype) == ([2, 2], tf.float32)
        with pytest.raises(TypeError, match="Only TensorSpec signature types"):
            layer.compute_output_signature(3)
        with pytest.raises(AttributeError, match="is not connected, no input to return"):
            _ = layer.input_mask
        with pytest.raises(AttributeError, match="has no inbound nodes"):
            _ = layer.output_mask
        with pytest.raises(RuntimeError, match="no defined output"):
            layer.get_output_mask_at(1)
