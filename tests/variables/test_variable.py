"""Variables as Python objects: kinds, attributes, protos, collections, errors that are not in the golden cases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import scopeflow as tf
from scopeflow.variables import RefVariable, ResourceVariable, SaveSliceInfo


@pytest.fixture(autouse=True)
def graph() -> Iterator[tf.Graph]:
    """A fresh default graph."""
    with tf.Graph().as_default() as g:
        yield g


both = pytest.mark.parametrize("use_resource", [False, True])


@both
def test_kind_and_attributes(graph: tf.Graph, use_resource: bool) -> None:
    v = tf.Variable([1.0, 2.0], name="v", trainable=False, use_resource=use_resource, constraint=abs)
    assert type(v) is (ResourceVariable if use_resource else RefVariable) and isinstance(v, tf.Variable)
    assert (v.name, v.op.name, v.initializer.name, v.device) == ("v:0", "v", "v/Assign", "")
    assert (v.trainable, v.constraint, v.graph, v.shape.as_list()) == (False, abs, graph, [2])
    assert (v.synchronization, v.aggregation) == (tf.VariableSynchronization.AUTO, tf.VariableAggregation.NONE)
    assert v.dtype == (tf.float32 if use_resource else tf.float32._as_ref)
    assert repr(v) == f"<tf.Variable 'v:0' shape=(2,) dtype={v.dtype.name}>"
    assert v == v and len({v, v}) == 1 and v.experimental_ref().deref() is v
    assert graph.as_graph_element(v) is v._as_graph_element()
    assert tf.global_variables() == [v] and tf.trainable_variables() == []
    with pytest.raises(TypeError, match="'Variable' object is not iterable."):
        iter(v)


def test_resource_only() -> None:
    v = tf.Variable([1.0], use_resource=True, name="v")
    assert v.handle.dtype == tf.resource and v.create is v.initializer and v._shared_name == v._unique_id == "v"
    for call, error in ((lambda: v.set_shape([1]), NotImplementedError), (v.numpy, NotImplementedError), (lambda: bool(v), TypeError)):
        with pytest.raises(error):
            call()
    with pytest.raises(TypeError, match="Non-integer variable can't be converted to integer."):
        int(v)
    after = v.assign([2.0])
    assert type(after).__name__ == "_UnreadVariable" and isinstance(after, tf.Variable) and after.initializer is None
    assert after.name == after.op.name == "AssignVariableOp"


def test_reference_only() -> None:
    v = tf.Variable([1.0], validate_shape=False)
    v.set_shape([1])
    assert v.shape.as_list() == [1] and v.value().shape.as_list() == [1] and v._ref() is v.op.outputs[0]
    for call in (lambda: v.sparse_read([0]), lambda: v.gather_nd([[0]])):
        with pytest.raises(AttributeError):
            call()


def test_enable_resource_variables() -> None:
    tf.enable_resource_variables()
    try:
        assert tf.resource_variables_enabled()
        assert type(tf.Variable(1.0)) is type(tf.get_variable("w", [1])) is ResourceVariable
        assert type(tf.Variable(1.0, use_resource=False)) is RefVariable
        with tf.variable_scope("a", use_resource=False):
            assert type(tf.Variable(1.0)) is RefVariable
    finally:
        tf.disable_resource_variables()
    assert type(tf.Variable(1.0)) is RefVariable


def test_modes() -> None:
    on_read = tf.VariableSynchronization.ON_READ
    assert tf.Variable(1.0, synchronization=on_read).trainable is False
    assert tf.Variable(1.0, synchronization=on_read, trainable=True).trainable is True
    assert tf.VariableAggregation.ONLY_FIRST_TOWER is tf.VariableAggregation.ONLY_FIRST_REPLICA


def test_creators_see_everything_innermost_first() -> None:
    calls: list[Any] = []

    def creator(tag: str) -> Any:
        def create(next_creator: Any, **kwargs: Any) -> Any:
            calls.append((tag, kwargs["name"]))
            kwargs["unknown"] = 1
            return next_creator(**kwargs)

        return create

    with tf.variable_creator_scope(creator("outer")), tf.variable_creator_scope(creator("inner")):
        tf.Variable(1.0, name="v")
        tf.get_variable("w", [4], partitioner=tf.fixed_size_partitioner(2))
    expected = ["v", "w/part_0", "w/part_1"]
    assert calls == [(tag, n) for n in expected for tag in ("inner", "outer")]


@both
@pytest.mark.parametrize("caching_device", [None, "/cpu:0"])
def test_proto(use_resource: bool, caching_device: Any) -> None:
    with tf.name_scope("n"):
        v = tf.Variable([1.0], name="v", use_resource=use_resource, caching_device=caching_device, trainable=False)
    v._set_save_slice_info(SaveSliceInfo("n/w", [3], [1], [1]))
    proto = v.to_proto()
    assert proto.variable_name == "n/v:0" and proto.is_resource is use_resource and not proto.trainable
    w = tf.Variable.from_proto(proto)
    assert type(w) is type(v) and w.to_proto() == proto
    assert (w.name, w.dtype, w.shape, w.initializer, w.initial_value) == (v.name, v.dtype, v.shape, v.initializer, v.initial_value)
    assert w._save_slice_info.spec == "3 1,1" and w.value().dtype == tf.float32
    assert v.to_proto(export_scope="other") is None
    inner = v.to_proto(export_scope="n")
    assert inner.variable_name == "v:0" and tf.Variable.from_proto(inner, import_scope="n").name == "n/v:0"


def test_slice_info() -> None:
    info = SaveSliceInfo("a/w", [5, 2], [3, 0], [2, 2])
    assert info.spec == "5 2 3,2:0,2"
    again = SaveSliceInfo(save_slice_info_def=info.to_proto(export_scope="a"), import_scope="b")
    assert (again.full_name, again.spec) == ("b/w", info.spec)
    assert info.to_proto(export_scope="x") is None


def test_listing() -> None:
    kinds = tf.GraphKeys
    v = tf.Variable(1.0, collections=[kinds.GLOBAL_VARIABLES, kinds.MODEL_VARIABLES, kinds.MOVING_AVERAGE_VARIABLES])
    w = tf.get_local_variable("l", [2])
    assert tf.all_variables() == tf.model_variables() == tf.moving_average_variables() == [v]
    assert tf.local_variables() == [w] and tf.global_variables("Var") == [v] and tf.global_variables("x") == []


@both
def test_load_and_eval(use_resource: bool) -> None:
    v = tf.Variable([1.0, 2.0], use_resource=use_resource)
    with pytest.raises(ValueError, match="Either session argument should be provided"):
        v.load([1.0, 2.0])
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        before = len(v.graph.get_operations())
        v.load([3.0, 4.0])
        np.testing.assert_array_equal(v.eval(), [3.0, 4.0])
        assert len(v.graph.get_operations()) == before
        with pytest.raises(tf.errors.InvalidArgumentError) if not use_resource else pytest.raises(ValueError):
            session.run(v.assign(tf.placeholder_with_default([1.0], [None] if not use_resource else [1])))


def test_variables_of_another_graph() -> None:
    x = tf.constant(1.0)
    with tf.Graph().as_default() as other:
        v = tf.Variable(x, name="v")
    assert v.graph is x.graph and other.get_collection("variables") == [v]


def test_partitioned_variable_arguments() -> None:
    from scopeflow.variables import PartitionedVariable

    v = tf.Variable([1.0, 2.0])
    with pytest.raises(ValueError, match="must have a save_slice_info"):
        PartitionedVariable("w", [2], tf.float32, [v], [1])
    v._set_save_slice_info(SaveSliceInfo("w", [2], [0], [2]))
    whole = PartitionedVariable("w", [2], tf.float32, [v], [1])
    assert list(whole) == [v] and whole._get_partitions() == [1] and whole.as_tensor().op.type == "Identity"
    for args, error in (
        (("w", [2], tf.float32, v, [1]), TypeError),
        (("w", [2], tf.float32, [v], 1), TypeError),
        (("w", [2], tf.float32, [v], [0]), ValueError),
        (("w", [2], tf.float32, [], [1]), ValueError),
        (("w", [3], tf.float32, [v], [1]), ValueError),
    ):
        with pytest.raises(error):
            PartitionedVariable(*args)
    with pytest.raises(AssertionError):
        whole.assign([1.0, 2.0])


def test_lines_of_library_initializers_and_of_functions() -> None:
    """Every node belongs to the user's line that led to it."""
    v = tf.get_variable("w", [2])
    u = tf.get_variable("u", [2], initializer=lambda *args, **kwargs: (
        tf.ones([2])))  # fmt: skip
    lines = {op.name: op._place.line for op in v.graph.get_operations()}
    assert len({n for name, n in lines.items() if name.startswith("w")}) == 1
    assert lines["u/Initializer/ones"] == lines["u"] + 1 and u.op.defined_at.endswith(f":{lines['u']}")


def test_tables_initializer_runs_what_the_collection_holds():
    with tf.Graph().as_default():
        assert [tf.tables_initializer().name, tf.tables_initializer().type] == ["init_all_tables", "NoOp"]
        w = tf.Variable(1.0)
        tf.add_to_collection(tf.GraphKeys.TABLE_INITIALIZERS, w.initializer)
        init = tf.initializers.tables_initializer("start")
        with tf.Session() as s:
            s.run(init)
            assert s.run(w) == 1.0


def test_consumers_of_indexed_slices():
    with tf.Graph().as_default():
        slices = tf.IndexedSlices(tf.ones([1, 2]), tf.constant([0]))
        used = [tf.identity(slices.values, name="v").op, tf.identity(slices.indices, name="i").op]
        assert slices.consumers() == used
