"""freeze_graph: the nodes and errors are those of TensorFlow 1.15.5's."""

import pytest

import scopeflow as tf
from scopeflow.train.freeze_graph import freeze_graph


@pytest.fixture
def model(tmp_path):
    """A folder with a graph, a checkpoint with its MetaGraph, and a SavedModel."""
    with tf.Graph().as_default() as graph, tf.Session() as session, tf.device("/gpu:0"):
        w = tf.get_variable("w", initializer=[1.0, 2.0])
        r = tf.get_variable("r", initializer=[3.0, 4.0], use_resource=True)
        y = tf.add(w * 2.0, r, name="y")
        tf.train.write_graph(graph, str(tmp_path), "bare.pb", as_text=False)
        saver = tf.train.Saver()
        session.run(tf.global_variables_initializer())
        saver.save(session, str(tmp_path / "m"))
        tf.train.write_graph(graph, str(tmp_path), "g.pbtxt")
        tf.saved_model.simple_save(session, str(tmp_path / "saved"), {"w": w}, {"y": y})
    return tmp_path


def _freeze(folder, **changes):
    arguments = {
        "input_graph": folder / "g.pbtxt",
        "input_saver": "",
        "input_binary": False,
        "input_checkpoint": folder / "m",
        "output_node_names": "y",
        "restore_op_name": "save/restore_all",
        "filename_tensor_name": "save/Const:0",
        "output_graph": str(folder / "out.pb"),
        "clear_devices": True,
        "initializer_nodes": "",
    }
    with tf.Graph().as_default():
        return freeze_graph(**{**arguments, **changes})


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"input_graph": "bare.pb"},
        {"input_graph": "", "input_meta_graph": "m.meta", "input_binary": True},
        {"input_graph": "", "input_saved_model_dir": "saved", "input_checkpoint": ""},
        {"initializer_nodes": "w/Assign, r/Assign"},
    ],
)
def test_frozen_graph(model, changes):
    files = ("input_graph", "input_meta_graph", "input_saved_model_dir")
    frozen = _freeze(model, **{k: str(model / v) if k in files and v else v for k, v in changes.items()})
    assert {n.op for n in frozen.node} == {"Const", "Identity", "Mul", "Add"}
    assert {n.device for n in frozen.node} == {""}
    written = tf.GraphDef.FromString((model / "out.pb").read_bytes())
    assert written == frozen
    with tf.Graph().as_default(), tf.Session() as session:
        (y,) = tf.import_graph_def(written, return_elements=["y:0"])
        assert session.run(y).tolist() == [5.0, 8.0]


def test_left_variables(model):
    frozen = _freeze(model, variable_names_blacklist="w")
    assert [(n.name, n.op) for n in frozen.node if n.name in ("w", "r")] == [("w", "VariableV2"), ("r", "Const")]


@pytest.mark.parametrize(
    "changes, error, text",
    [
        ({"input_checkpoint": "/nope"}, ValueError, "Input checkpoint '/nope' doesn't exist!"),
        ({"input_graph": "/nope"}, OSError, "Input graph file '/nope' does not exist!"),
        ({"input_saver": "/nope"}, OSError, "Input saver file '/nope' does not exist!"),
        ({"output_node_names": ""}, ValueError, "You need to supply the name of a node to --output_node_names."),
        ({"output_node_names": "nope"}, AssertionError, "nope is not in graph"),
    ],
)
def test_errors(model, changes, error, text):
    with pytest.raises(error, match=text):
        _freeze(model, **changes)
