"""Optimizers: names of slots and nodes, reuse, and sparse steps that do not compile again. Values are in tests/contract."""

import numpy as np
import pytest

import scopeflow as tf


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


def test_adam_makes_the_references_nodes(graph):
    v = tf.get_variable("v", [3, 2])
    loss = tf.reduce_sum(tf.square(v))
    before = len(graph.get_operations())
    tf.train.AdamOptimizer().minimize(loss, global_step=tf.train.get_or_create_global_step())
    made = [(op.name, op.type, [t.name for t in op.inputs]) for op in graph.get_operations()[before:] if "gradients/" not in op.name]
    kinds = [name for name, _, _ in made if not name.startswith(("global_step", "v/Adam", "beta"))]
    assert kinds == [
        "Adam/learning_rate", "Adam/beta1", "Adam/beta2", "Adam/epsilon", "Adam/update_v/ApplyAdam", "Adam/mul", "Adam/Assign",
        "Adam/mul_1", "Adam/Assign_1", "Adam/update", "Adam/value", "Adam",
    ]  # fmt: skip
    apply = next(inputs for name, _, inputs in made if name.endswith("ApplyAdam"))
    assert apply == [
        "v:0", "v/Adam:0", "v/Adam_1:0", "beta1_power/read:0", "beta2_power/read:0", "Adam/learning_rate:0", "Adam/beta1:0", "Adam/beta2:0",
        "Adam/epsilon:0", "gradients/Square_grad/Mul_1:0",
    ]  # fmt: skip
    assert [op.name for op in tf.get_collection("train_op")] == ["Adam"]


def test_slots_follow_the_variable_scope():
    with tf.variable_scope("A"):
        w = tf.get_variable("w", [2])
        opt = tf.train.AdamOptimizer()
        opt.minimize(tf.reduce_sum(w))
    assert [v.name for v in opt.variables()] == ["A/A/w/Adam:0", "A/A/w/Adam_1:0", "A/beta1_power:0", "A/beta2_power:0"]
    assert opt.get_slot_names() == ["m", "v"]
    assert opt.get_slot(w, "m").name == "A/A/w/Adam:0" and opt.get_slot(w, "nope") is None
    with tf.variable_scope("A", reuse=True), pytest.raises(ValueError, match="Variable A/A/w/Momentum/ does not exist"):
        tf.train.MomentumOptimizer(0.1, 0.9).minimize(tf.reduce_sum(w))


def test_sparse_steps_compile_once():
    w = tf.get_variable("w", initializer=np.ones([50, 4], np.float32))
    ids = tf.placeholder(tf.int32, [6])
    loss = tf.reduce_sum(tf.nn.embedding_lookup(w, ids))
    step = tf.train.MomentumOptimizer(0.1, 0.9).minimize(loss)
    with tf.Session() as s:
        s.run(tf.global_variables_initializer())
        for given in ([0, 1, 2, 3, 4, 5], [7, 7, 7, 7, 7, 7], [1, 1, 9, 9, 2, 2]):
            s.run(step, {ids: given})
        plans = list(set(s._plans.values()))
        stages = [stage for plan in plans for stage in plan.stages if step in plan.stages[-1].stage.ops]
        assert len(stages) == 1 and len({id(e) for e in stages[0].entries.values()}) == 1
        value = s.run(w)
    # Row 7 was gathered six times in one step: its rows are summed before they are applied.
    assert value[7].tolist() == pytest.approx([0.4] * 4) and value[20].tolist() == [1.0] * 4


def test_a_tensor_cannot_be_optimized():
    t = tf.constant(1.0) + 1.0
    with pytest.raises(NotImplementedError, match="Trying to update a Tensor"):
        tf.train.GradientDescentOptimizer(0.1).minimize(t * t, var_list=[t])
    with pytest.raises(AttributeError, match="Only variables can be optimized"):
        tf.train.GradientDescentOptimizer(0.1).minimize(t * t, var_list=[3])


def test_a_partitioned_variable_is_optimized_by_its_parts():
    v = tf.get_variable("v", [6], partitioner=tf.fixed_size_partitioner(2))
    opt = tf.train.GradientDescentOptimizer(0.1)
    with pytest.raises(AttributeError, match="'PartitionedVariable' object has no attribute 'op'\nv is optimized by its parts"):
        opt.minimize(tf.reduce_sum(v), var_list=[v])
    assert opt.minimize(tf.reduce_sum(v), var_list=list(v)).name == "GradientDescent"


def test_learning_rate_as_a_function():
    w = tf.get_variable("w", initializer=1.0)
    step = tf.train.GradientDescentOptimizer(lambda: tf.constant(0.25)).minimize(w * 2.0)
    with tf.Session() as s:
        s.run(w.initializer)
        s.run(step)
        assert s.run(w) == 0.5
