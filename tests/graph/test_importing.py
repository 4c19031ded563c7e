"""tf.import_graph_def: results, nodes and errors are those that TensorFlow 1.15.5 gave (tests/golden/record_graphs.py)."""

import json
from pathlib import Path

# tests/golden is on the path (see pyproject.toml)
import numpy as np
import pytest
from graphs import imports
from tensorboard.compat.proto import op_def_pb2

import scopeflow as tf
from scopeflow.graph.graph_def import FUNCTIONS
from scopeflow.graph.op_definitions import definition, definitions
from scopeflow.op.declare import OPS

_RECORDED = json.loads((Path(imports.__file__).parent / "imports.json").read_text())


@pytest.mark.parametrize("code", imports.CASES)
def test_import(code):
    found, expected = imports.describe(tf, op_def_pb2.OpList, code), _RECORDED[code]
    if "raises" in expected and expected["raises"].startswith("NotFoundError"):
        # The reference goes on to speak of its binary.
        expected = {**expected, "raises": found["raises"]}
        assert found["raises"].startswith("NotFoundError: Op type not registered 'Foo' in binary running on")
    assert found == expected


def test_graph_is_as_before_when_an_import_fails():
    tf.constant(1.0, name="x")
    with pytest.raises(ValueError):
        imports.describe(tf, op_def_pb2.OpList, "")  # no `out`
        graph_def = tf.GraphDef()
        graph_def.node.add(name="a", op="NoOp")
        graph_def.node.add(name="b", op="Identity", input=["a:3"])
        tf.import_graph_def(graph_def, name="")
    assert [op.name for op in tf.get_default_graph().get_operations()] == ["x"]
    assert tf.no_op(name="a").name == "a"


def test_op_without_a_kernel_is_imported_and_fails_when_run():
    graph_def = tf.GraphDef()
    node = graph_def.node.add(name="abort", op="Abort")
    node.attr["error_msg"].s = b"stop"
    tf.import_graph_def(graph_def, name="")
    op = tf.get_default_graph().get_operation_by_name("abort")
    assert op.get_attr("error_msg") == b"stop" and op.get_attr("exit_without_error") is False
    with tf.Session() as session, pytest.raises(tf.errors.UnimplementedError, match="Op type 'Abort' has no kernel"):
        session.run(op)


@pytest.mark.parametrize("op_type", sorted(OPS))
def test_declared_op_is_as_defined(op_type):
    """Inputs, outputs and attributes of an op are those of TensorFlow's definition, so that its nodes import there."""
    op, op_def = OPS[op_type], definition(op_type)
    if op_def is None:
        op_def = FUNCTIONS[op_type].signature
    assert [a.name for a in op.inputs] == [a.name for a in op_def.input_arg]
    for mine, theirs in (*zip(op.inputs, op_def.input_arg), *zip(op.outputs, op_def.output_arg)):
        assert (mine.type_attr or "") == theirs.type_attr or theirs.type_list_attr
        assert (mine.dtype.as_datatype_enum if mine.dtype else 0) == theirs.type
        assert (mine.number_attr or "", mine.is_list) == (theirs.number_attr, bool(theirs.type_list_attr))
        # A reference to a string is the handle of a host object, which is a value here: only variables are referred to.
        assert mine.is_ref == (theirs.is_ref and theirs.type != tf.string.as_datatype_enum)
    assert len(op.outputs) == len(op_def.output_arg)
    kinds = {a.name: a.type for a in op_def.attr}
    # Functions of datasets are attached to their nodes when these are made.
    assert set(op.attr_kinds) | set(op.type_attrs) == {k for k, kind in kinds.items() if kind != "func"}
    spelled = {"str": "string", "dtype": "type"}
    for name, kind in op.attr_kinds.items():
        element = kind.removeprefix("list[").removesuffix("]")
        element = spelled.get(element, element)
        assert (f"list({element})" if kind.startswith("list[") else element) == kinds[name], name


def test_all_definitions_are_there():
    assert len(definitions()) > 1300
    assert definition("NoSuchOp") is None


def _round_trip(build):
    """What `build` returns, run in its graph and in one made from its GraphDef."""
    with tf.Graph().as_default() as graph:
        tf.set_random_seed(1)
        fetches, steps = build()
        names = [t.name for t in fetches]
        graph_def = graph.as_graph_def()
        with tf.Session() as session:
            session.run("init")
            expected = [session.run(names) for _ in range(steps)]
    with tf.Graph().as_default():
        tf.import_graph_def(tf.GraphDef.FromString(graph_def.SerializeToString()), name="")
        # Nodes come after their inputs; as they were made, those of a loop do not.
        again = tf.get_default_graph().as_graph_def()
        assert sorted(again.node, key=lambda n: n.name) == sorted(graph_def.node, key=lambda n: n.name)
        with tf.Session() as session:
            session.run("init")
            found = [session.run(names) for _ in range(steps)]
    for e, f in zip(expected, found):
        for a, b in zip(e, f):
            np.testing.assert_array_equal(a, b)
    return graph_def


def test_training_graph_comes_back_with_its_gradients():
    def build():
        x = tf.constant(np.linspace(-1, 1, 12, dtype=np.float32).reshape(4, 3))
        w = tf.get_variable("w", [3, 2])
        table = tf.get_variable("table", [5, 2])
        rows = tf.nn.embedding_lookup(table, [1, 3, 3, 0])
        loss = tf.reduce_mean(tf.square(tf.nn.relu(tf.matmul(x, w)) - rows))
        second = tf.gradients(tf.gradients(loss, w)[0], w)[0]
        train = tf.train.AdamOptimizer(0.1).minimize(loss)
        with tf.control_dependencies([train]):
            after = tf.identity(loss)
        tf.group(tf.global_variables_initializer(), name="init")
        return [after, second], 3

    graph_def = _round_trip(build)
    marked = [n for n in graph_def.node if n.op == "ScopeflowGradients"]
    assert len(marked) == 3
    assert not any(k.startswith("$") for n in graph_def.node for k in n.attr)


def test_gradients_of_loops_and_branches_come_back():
    def build():
        x = tf.constant([1.0, 2.0])
        w = tf.get_variable("w", initializer=[0.5, 0.25])
        n = tf.placeholder_with_default(3, [])
        _, y = tf.while_loop(lambda i, y: i < n, lambda i, y: [i + 1, y * w + x], [0, x], maximum_iterations=5)
        y = tf.cond(tf.reduce_sum(w) > 0, lambda: y * w, lambda: y)
        loss = tf.reduce_sum(y)
        train = tf.train.GradientDescentOptimizer(0.01).minimize(loss)
        with tf.control_dependencies([train]):
            after = tf.identity(w)
        tf.group(tf.global_variables_initializer(), name="init")
        return [after], 3

    _round_trip(build)


def test_gradients_through_a_loop_with_a_gradient_function_of_ones_own_are_refused():
    @tf.custom_gradient
    def doubled(v):
        return v * 2.0, lambda g: g * 7.0

    x = tf.constant([1.0, 2.0], name="x")
    _, y = tf.while_loop(lambda i, y: i < 2, lambda i, y: [i + 1, doubled(y)], [0, x], maximum_iterations=2)
    grad = tf.identity(tf.gradients(y, x)[0], name="grad")
    with tf.Session() as session:
        assert session.run(grad).tolist() == [49.0, 49.0]
    graph_def = tf.get_default_graph().as_graph_def()
    for _ in range(2):
        with tf.Graph().as_default() as graph, tf.Session() as session:
            tf.import_graph_def(graph_def, name="")
            # The function's nodes are not known as such any more: no number is better than a wrong one.
            with pytest.raises(tf.errors.UnimplementedError, match="Op type 'ScopeflowGradients' has no kernel"):
                session.run("grad:0")
            graph_def = graph.as_graph_def()


def test_part_of_a_graph_does_not_change_it():
    x = tf.get_variable("x", initializer=2.0)
    tf.gradients(tf.square(x, name="y"), x)
    graph_def = tf.get_default_graph().as_graph_def()
    before = tf.GraphDef.FromString(graph_def.SerializeToString())
    last = graph_def.node[-1].name
    assert len(tf.graph_util.extract_sub_graph(graph_def, [last]).node) > 3
    assert graph_def == before


def test_gradient_nodes_import_under_a_prefix():
    x = tf.placeholder(tf.float32, [], name="x")
    tf.gradients(x * x, x)[0]
    graph_def = tf.get_default_graph().as_graph_def()
    with tf.Graph().as_default():
        two = tf.constant(2.0)
        (g,) = tf.import_graph_def(graph_def, {"x": two}, ["gradients/AddN:0"], name="p")
        with tf.Session() as session:
            assert session.run(g) == 4.0


@pytest.fixture(autouse=True)
def fresh_graph():
    tf.reset_default_graph()
