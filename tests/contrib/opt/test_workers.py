"""The optimizers that share variables among workers, as their hooks start them; what Shampoo refuses."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest

import scopeflow as tf


def _trained(getter: Any, make: Any, hook: Any) -> Any:
    step_count = tf.train.get_or_create_global_step()
    with tf.variable_scope("m", custom_getter=getter):
        w = tf.get_variable("w", initializer=[4.0, -3.0])
    optimizer = make(getter)
    train = optimizer.apply_gradients([(2.0 * w, w)], step_count)
    with tf.train.MonitoredTrainingSession(hooks=[hook(optimizer)]) as session:
        for _ in range(40):
            session.run(train)
        return session.run([w, step_count])


@pytest.mark.parametrize("kind", ["AGN", "ElasticAverage"])
def test_the_hook_starts_a_worker(kind: str) -> None:
    """The worker's variables begin as the global ones, and both are trained."""
    with tf.Graph().as_default():
        opt = tf.contrib.opt
        w, steps = _trained(
            getattr(opt, kind + "CustomGetter")("/cpu:0"),
            lambda g: getattr(opt, kind + "Optimizer")(tf.train.GradientDescentOptimizer(0.1), 1, g, 4),
            lambda o: o.make_session_run_hook(True, 0),
        )
    assert steps == 10
    np.testing.assert_allclose(w, 0.0, atol=1.0)


def test_one_worker_averages_its_own_model() -> None:
    """The mean of one is the worker's variables; the global step counts the rounds."""
    with tf.Graph().as_default():
        w, steps = _trained(
            tf.contrib.opt.ModelAverageCustomGetter("/cpu:0"),
            lambda g: tf.contrib.opt.ModelAverageOptimizer(tf.train.GradientDescentOptimizer(0.1), 1, True, g, 4),
            lambda o: o.make_session_run_hook(),
        )
    assert steps == 10
    np.testing.assert_allclose(w, np.array([4.0, -3.0]) * 0.8**40, rtol=1e-4)


def test_elastic_workers_wait_for_each_other() -> None:
    """A synchronous worker's start puts a token into the queue of every other one."""
    with tf.Graph().as_default():
        getter = tf.contrib.opt.ElasticAverageCustomGetter("/cpu:0")
        with tf.variable_scope("m", custom_getter=getter):
            tf.get_variable("w", initializer=[1.0])
        optimizer = tf.contrib.opt.ElasticAverageOptimizer(tf.train.GradientDescentOptimizer(0.1), 2, getter, synchronous=True)
        starts = [optimizer.get_init_op(0), optimizer.get_init_op(1)]
        with tf.Session() as session:
            session.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
            other = threading.Thread(target=session.run, args=(starts[1],), daemon=True)
            other.start()
            session.run(starts[0])
            other.join(10)
            assert not other.is_alive()


def test_the_center_is_saved_under_the_names_of_the_workers(tmp_path: Any) -> None:
    """`swapping_saver` writes the center where a plain program looks for its variable."""
    with tf.Graph().as_default():
        getter = tf.contrib.opt.ElasticAverageCustomGetter("/cpu:0")
        with tf.variable_scope("m", custom_getter=getter):
            w = tf.get_variable("w", initializer=[1.0])
        optimizer = tf.contrib.opt.ElasticAverageOptimizer(tf.train.GradientDescentOptimizer(0.1), 2, getter)
        saver = optimizer.swapping_saver()
        with tf.Session() as session:
            session.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
            session.run(w.assign([7.0]))
            path = saver.save(session, str(tmp_path / "model"))
    assert tf.train.load_variable(path, "m/w").tolist() == [1.0]


def test_shampoo_refuses_roots_that_iterations_do_not_find() -> None:
    """The iterations find the power -1/p for whole p."""
    with tf.Graph().as_default():
        v = tf.get_variable("v", [3], initializer=tf.zeros_initializer())
        optimizer = tf.contrib.opt.ShampooOptimizer(use_iterative_root=True, alpha=0.3)
        with pytest.raises(AssertionError, match="use_iterative_root=False"):
            optimizer.apply_gradients([(tf.ones([3]), v)])


def test_shampoo_refuses_means_of_rows_that_decay() -> None:
    """Rows without a gradient would have to decay too."""
    with tf.Graph().as_default():
        v = tf.get_variable("v", [4, 3], initializer=tf.zeros_initializer())
        optimizer = tf.contrib.opt.ShampooOptimizer(max_matrix_size=3, mat_gbar_decay=0.5)
        with pytest.raises(AssertionError, match="mat_gbar_decay=0.5"):
            optimizer.apply_gradients([(tf.IndexedSlices(tf.ones([2, 3]), tf.constant([0, 2])), v)])
