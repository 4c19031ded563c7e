"""Optimizers outside of the graph."""

from __future__ import annotations

import numpy as np
import pytest

import scopeflow as tf

scipy = pytest.importorskip("scipy")
Scipy = tf.contrib.opt.ScipyOptimizerInterface


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


@pytest.mark.parametrize("use_resource", [False, True])
@pytest.mark.parametrize(
    "options, expected",
    [
        ({}, [3.0, 3.0]),
        ({"method": "BFGS"}, [3.0, 3.0]),
        ({"bounds": ([1.0, 0.0], 2.0)}, [2.0, 2.0]),
        ({"method": "SLSQP", "equal": True}, [2.0, 1.0]),
    ],
)
def test_minimizes(use_resource, options, expected):
    v = tf.get_variable("v", [2], initializer=tf.zeros_initializer(), use_resource=use_resource)
    w = tf.get_variable("w", [], initializer=tf.ones_initializer(), use_resource=use_resource)
    loss = tf.reduce_sum((v - 3.0) ** 2) + (w - 5.0) ** 2
    options = dict(options)
    if "bounds" in options:
        options["var_to_bounds"] = {v: options.pop("bounds")}
    if options.pop("equal", False):
        options.update(equalities=[v[0] - v[1] - 1.0], inequalities=[2.0 - v[0]])
    optimizer = Scipy(loss, **options)
    seen, steps = [], []
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        optimizer.minimize(session, fetches=[loss], loss_callback=seen.append, step_callback=steps.append)
        assert session.run(v) == pytest.approx(expected, abs=1e-3)
        assert session.run(w) == pytest.approx(5.0, abs=1e-3)
    assert len(seen) > 1 and seen[-1] < seen[0] and steps and steps[-1].shape == (3,)


def test_nodes_are_the_references(graph):
    v = tf.get_variable("v", [2, 3], initializer=tf.zeros_initializer())
    w = tf.get_variable("w", [], initializer=tf.zeros_initializer(), use_resource=True)
    start = len(graph.get_operations())
    Scipy(tf.reduce_sum(v * v) + w, equalities=[tf.reduce_sum(v) - 1.0], inequalities=[w], var_to_bounds={v: (0.0, 2.0)})
    names = [op.name for op in graph.get_operations()[start:] if not op.name.startswith("gradients")]
    # Recorded from TensorFlow 1.15.5.
    expected = """
        Reshape/shape Reshape Assign Reshape_1/shape Reshape_1 AssignVariableOp ReadVariableOp zeros_like/ReadVariableOp zeros_like
        zeros_like_1 Reshape_2/shape Reshape_2 Reshape_3/ReadVariableOp Reshape_3/shape Reshape_3 concat/axis concat Reshape_4/shape
        Reshape_4 Reshape_5/shape Reshape_5 concat_1/axis concat_1 Reshape_6/shape Reshape_6 Reshape_7/shape Reshape_7 concat_2/axis
        concat_2 Reshape_8/shape Reshape_8 Reshape_9/shape Reshape_9 concat_3/axis concat_3
    """.split()
    assert names[-len(expected) :] == expected


def test_bounds_of_all_variables_in_order():
    v = tf.get_variable("v", [2], initializer=tf.zeros_initializer())
    w = tf.get_variable("w", [], initializer=tf.zeros_initializer())
    optimizer = Scipy(tf.reduce_sum(v) + w, var_to_bounds={v: ([0, 1], np.inf)})
    assert optimizer._packed_bounds == [(0, np.inf), (1, np.inf), (-np.inf, np.inf)]


@pytest.mark.parametrize("key, text", [("bounds", "var_to_bounds"), ("jac", "'jac' is set"), ("callback", "'callback' is set")])
def test_what_is_set_automatically_is_refused(key, text):
    v = tf.get_variable("v", [2], initializer=tf.zeros_initializer())
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        with pytest.raises(ValueError, match=text):
            Scipy(tf.reduce_sum(v), **{key: 1}).minimize(session)


def test_a_subclass_brings_its_own_search():
    class OneUp(tf.contrib.opt.ExternalOptimizerInterface):
        def _minimize(self, initial_val, loss_grad_func, optimizer_kwargs, **others):
            assert optimizer_kwargs == {"amount": 1} and len(loss_grad_func(initial_val)) == 2
            return initial_val + 1

    v = tf.get_variable("v", [2], initializer=tf.zeros_initializer())
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        OneUp(tf.reduce_sum(v), amount=1).minimize(session)
        assert session.run(v).tolist() == [1.0, 1.0]
        with pytest.raises(NotImplementedError, match="_minimize"):
            tf.contrib.opt.ExternalOptimizerInterface(tf.reduce_sum(v)).minimize(session)
