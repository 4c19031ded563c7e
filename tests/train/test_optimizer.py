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


@pytest.mark.parametrize("use_resource", [False, True])
@pytest.mark.parametrize("make", [tf.train.AdagradOptimizer, tf.train.GradientDescentOptimizer, tf.contrib.opt.LazyAdamOptimizer])
def test_rows_that_do_not_exist_are_refused(make, use_resource):
    v = tf.get_variable("v", initializer=np.zeros([3, 2], np.float32), use_resource=use_resource)
    rows = tf.placeholder(tf.int32, [2])
    step = make(0.1).apply_gradients([(tf.IndexedSlices(tf.ones([2, 2]), rows), v)])
    with tf.Session() as s:
        s.run(tf.global_variables_initializer())
        for bad in ([0, 3], [-1, 1], [2, 2**31 - 2]):
            with pytest.raises(tf.errors.InvalidArgumentError, match=r"is not in \[0, 3\)"):
                s.run(step, {rows: bad})
        assert not s.run(v).any()
        s.run(step, {rows: [2, 0]})
        assert s.run(v)[1].tolist() == [0, 0] and (s.run(v)[[0, 2]] < 0).all()
        # A run that fails puts back the rows it had changed, those of slots too.
        before = s.run(tf.global_variables())
        with pytest.raises(tf.errors.InvalidArgumentError):
            s.run(step, {rows: [2, 9]})
        for was, now in zip(before, s.run(tf.global_variables())):
            np.testing.assert_array_equal(was, now)


@pytest.mark.parametrize("use_resource", [False, True])
def test_sparse_steps_of_ones_own_see_each_row_once(use_resource):
    class ByTheMean(tf.train.Optimizer):
        """Takes the mean gradient of the rows: no row that is not there may count."""

        def __init__(self):
            super().__init__(False, "ByTheMean")

        def _apply_sparse(self, grad, var):
            return tf.scatter_sub(var, grad.indices, tf.zeros_like(grad.values) + tf.reduce_mean(grad.values))

        def _resource_apply_sparse(self, grad, handle, indices):
            return self._apply_sparse(tf.IndexedSlices(grad, indices), handle).op

    v = tf.get_variable("v", initializer=np.zeros([9, 1], np.float32), use_resource=use_resource)
    rows = tf.placeholder(tf.int32, [4])
    step = ByTheMean().apply_gradients([(tf.IndexedSlices(tf.ones([4, 1]), rows), v)])
    with tf.Session() as s:
        s.run(tf.global_variables_initializer())
        s.run(step, {rows: [7, 7, 7, 7]})
        assert s.run(v)[7] == [-4.0]
        s.run(step, {rows: [7, 1, 7, 7]})
        assert s.run(v)[7] == [-6.0] and s.run(v)[1] == [-2.0] and s.run(v)[0] == [0.0]


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
