"""Graphs that call functions: imported with the functions' nodes in place, they give what TensorFlow 1.15.5 gave."""

import base64
import json
import zlib
from pathlib import Path

# tests/golden is on the path (see pyproject.toml)
import numpy as np
import pytest
from google.protobuf import text_format
from graphs import functional_control, functions

import scopeflow as tf

_RECORDED = json.loads((Path(functions.__file__).parent / "functions.json").read_text())
_GRAPH = tf.GraphDef.FromString(base64.b64decode(_RECORDED["graph"]))


@pytest.mark.parametrize("prefix", ["", "below"])
def test_values(prefix):
    with tf.Graph().as_default(), tf.Session() as session:
        tf.import_graph_def(_GRAPH, name=prefix)
        path = prefix and prefix + "/"
        session.run(path + "init")
        found = session.run([path + f for f in functions.FETCHES], {path + k: v for k, v in functions.FEEDS.items()})
        for value, expected in zip(found, _RECORDED["values"]):
            np.testing.assert_allclose(value, expected, rtol=1e-6)
        assert session.run(path + "w/Read/ReadVariableOp:0").tolist() == _RECORDED["variable"]


def test_names():
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(_GRAPH, name="")
        call = graph.get_operation_by_name("StatefulPartitionedCall")
        assert call.type == "IdentityN"
        assert any(op.name.startswith("StatefulPartitionedCall/") for op in graph.get_operations())
        assert graph.get_operation_by_name("nothing").type == "NoOp"
        # The functions go out again with the graph.
        assert {f.signature.name for f in graph.as_graph_def().library.function} >= {"scaled", "outer", "nothing"}


def test_gradients_go_through_calls():
    with tf.Graph().as_default() as graph, tf.Session() as session:
        tf.import_graph_def(_GRAPH, name="")
        (grad,) = tf.gradients(graph.get_tensor_by_name("p:0"), graph.get_tensor_by_name("x:0"))
        # p = x * 2x + sum(x), so that its sum has the gradient 4x + 2.
        assert session.run(grad, functions.FEEDS).tolist() == [6.0, 10.0]


def test_a_function_that_calls_itself_is_refused():
    text = """
        node { name: "a" op: "f" }
        library { function { signature { name: "f" } node_def { name: "again" op: "f" } } }
    """
    with tf.Graph().as_default(), pytest.raises(ValueError, match="the function 'f' calls itself"):
        tf.import_graph_def(text_format.Merge(text, tf.GraphDef()))


def test_an_output_that_a_node_does_not_have():
    text = """
        node { name: "a" op: "f" }
        library { function {
            signature { name: "f" output_arg { name: "y" type: DT_FLOAT } }
            node_def { name: "c" op: "NoOp" }
            ret { key: "y" value: "c:nope:0" }
        } }
    """
    with tf.Graph().as_default(), pytest.raises(ValueError, match="has no output 'nope'"):
        tf.import_graph_def(text_format.Merge(text, tf.GraphDef()))


_CONTROL = json.loads((Path(functional_control.__file__).parent / "functional_control.json").read_text())


@pytest.mark.parametrize("prefix", ["", "below"])
def test_branches_and_loops_that_are_functions(prefix):
    """If, While and Case become the nodes of tf.cond and tf.while_loop, and give what TensorFlow gave."""
    with tf.Graph().as_default() as graph, tf.Session() as session:
        tf.import_graph_def(tf.GraphDef.FromString(zlib.decompress(base64.b64decode(_CONTROL["graph"]))), name=prefix)
        assert not {"If", "While", "Case"} & {op.type for op in graph.get_operations()}
        path = prefix and prefix + "/"
        session.run(path + "init")
        for feeds, values in zip(functional_control.FEEDS, _CONTROL["values"]):
            found = session.run([path + f for f in functional_control.FETCHES], {path + k: v for k, v in feeds.items()})
            for name, value, expected in zip(functional_control.FETCHES, found, values):
                np.testing.assert_allclose(value, expected, rtol=1e-5, err_msg=name)
