"""tf.distribute with one replica."""

from __future__ import annotations

import pytest

import scopeflow as tf


def test_the_only_replica():
    context, strategy = tf.distribute.get_replica_context(), tf.distribute.get_strategy()
    assert (context.num_replicas_in_sync, strategy.num_replicas_in_sync, tf.distribute.has_strategy()) == (1, 1, False)
    assert context.merge_call(lambda s, a, b: (s is strategy, a + b), args=(1,), kwargs={"b": 2}) == (True, 3)
    with strategy.scope():
        assert strategy.experimental_run_v2(lambda a: a * 2, (4,)) == 8
    assert strategy.experimental_local_results(5) == (5,) and strategy.reduce(tf.distribute.ReduceOp.SUM, 5) == 5
    assert not tf.distribute.in_cross_replica_context()
    with tf.Graph().as_default(), tf.Session() as sess:
        assert sess.run([context.replica_id_in_sync_group, context.all_reduce(tf.distribute.ReduceOp.MEAN, tf.constant(7))]) == [0, 7]


def test_strategies_over_devices_can_be_imported_but_not_used():
    with pytest.raises(NotImplementedError, match=r"tf\.distribute\.MirroredStrategy: scopeflow runs a graph on one device"):
        tf.contrib.distribute.MirroredStrategy()
    with pytest.raises(NotImplementedError, match="TPUClusterResolver"):
        tf.contrib.cluster_resolver.TPUClusterResolver("name")
