"""tf.test.StubOutForTesting, assert_equal_graph_def; the definitions that a graph needs; what is refused."""

from __future__ import annotations

import os
import types

import pytest

import scopeflow as tf


class _Parent:
    value = 1

    @staticmethod
    def function() -> int:
        return 2


class _Child(_Parent):
    pass


def test_attributes_come_back() -> None:
    """Of modules, classes and objects, static methods as such."""
    module = types.ModuleType("m")
    module.a = 1
    with tf.test.StubOutForTesting() as stubs:
        stubs.Set(module, "a", 2)
        stubs.Set(module, "a", 3)
        stubs.SmartSet(_Child, "value", 5)
        stubs.Set(_Parent, "function", lambda: 7)
        assert (module.a, _Parent.value, _Parent.function()) == (3, 5, 7)
        with pytest.raises(AttributeError):
            stubs.SmartSet(_Child, "nothing", 1)
    assert (module.a, _Parent.value, _Child.value, _Parent.function(), _Parent().function()) == (1, 1, 1, 2, 2)
    assert "value" not in vars(_Child)


def _graph_def(value: float, name: str = "x") -> tf.GraphDef:
    with tf.Graph().as_default() as graph:
        tf.identity(tf.constant(value, name=name), name="y")
    return graph.as_graph_def()


def test_graphs_compared() -> None:
    """Where graphs differ is said."""
    tf.test.assert_equal_graph_def(_graph_def(1.0), _graph_def(1.0))
    with pytest.raises(AssertionError, match="Node 'x' has attr 'value'.* 1.0 that does not match expected: .* 2.0"):
        tf.test.assert_equal_graph_def(_graph_def(1.0), _graph_def(2.0))
    with pytest.raises(AssertionError, match="Expected node 'z'"):
        tf.test.assert_equal_graph_def(_graph_def(1.0), _graph_def(1.0, "z"))
    with pytest.raises(TypeError, match="Expected tf.GraphDef for actual, got int"):
        tf.test.assert_equal_graph_def(3, _graph_def(1.0))


def test_definitions_that_a_graph_needs() -> None:
    """In the order of their names."""
    assert tf.contrib.util.ops_used_by_graph_def(_graph_def(1.0)) == ["Const", "Identity"]
    found = tf.contrib.util.stripped_op_list_for_graph(_graph_def(1.0))
    assert [op.name for op in found.op] == ["Const", "Identity"]
    assert [a.name for a in found.op[0].attr] == ["value", "dtype"]
    unknown = tf.GraphDef()
    unknown.node.add(name="n", op="NoSuchOp")
    with pytest.raises(ValueError, match="NoSuchOp"):
        tf.contrib.util.stripped_op_list_for_graph(unknown)


def test_no_headers() -> None:
    """What C++ would need is refused, with a way out."""
    with pytest.raises(tf.errors.UnimplementedError, match="tf.sysconfig.get_include .* tf.py_func"):
        tf.sysconfig.get_include()


def test_source_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bazel's, where it runs tests."""
    monkeypatch.setenv("TEST_SRCDIR", "/s")
    assert tf.test.test_src_dir_path("a") == os.path.join("/s", "org_tensorflow/tensorflow", "a")
