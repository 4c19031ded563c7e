"""tf.contrib.tpu where there are no TPUs."""

from __future__ import annotations

import pytest

import scopeflow as tf

tpu = tf.contrib.tpu


@pytest.fixture(autouse=True)
def _fresh_graph():
    with tf.Graph().as_default():
        yield


def test_a_cross_shard_optimizer_is_the_one_it_wraps():
    optimizer = tpu.CrossShardOptimizer(tf.train.MomentumOptimizer(0.1, 0.9))
    v = tf.get_variable("v", initializer=[1.0, 2.0])
    step = optimizer.minimize(tf.reduce_sum(v * v))
    assert optimizer.get_slot_names() == ["momentum"] and optimizer.variables() == [optimizer.get_slot(v, "momentum")]
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        sess.run(step)
        assert sess.run(v).tolist() == pytest.approx([0.8, 1.6])
        assert sess.run(tpu.cross_replica_sum(v)).tolist() == pytest.approx([0.8, 1.6])
    with pytest.raises(ValueError, match="Unsupported reduction: most"):
        tpu.CrossShardOptimizer(optimizer, reduction="most")


def test_bfloat16_variables_are_kept_as_float32():
    with tpu.bfloat16_scope():
        assert tf.get_variable("w", [2], tf.bfloat16).dtype == tf.bfloat16
    assert tf.global_variables()[0].dtype.base_dtype == tf.float32


def test_what_needs_tpus_can_be_imported_but_not_used():
    assert tpu.TPUConfig(num_shards=8).per_host_input_for_training == tpu.InputPipelineConfig.PER_HOST_V1
    with pytest.raises(ValueError, match="TPUConfig num_shards must be positive, got 0"):
        tpu.TPUConfig(num_shards=0)
    with pytest.raises(ValueError, match="num_cores_per_replica must be 1, 2, 4"):
        tpu.TPUConfig(num_cores_per_replica=3)
    with pytest.raises(ValueError, match="iterations_per_loop"):
        tpu.TPUConfig(iterations_per_loop="60x")
    with pytest.raises(NotImplementedError, match=r"tf\.contrib\.tpu\.TPUEstimator: scopeflow has no TPUs"):
        tpu.TPUEstimator(model_fn=None)
