"""Models that TensorFlow 1.15.5 wrote: they load and train here as there (tests/golden/record_graphs.py)."""

import base64
import gzip
import json
from pathlib import Path

# tests/golden is on the path (see pyproject.toml)
import numpy as np
import pytest
import store
from tensorboard.compat.proto.meta_graph_pb2 import MetaGraphDef

import scopeflow as tf
from scopeflow.formats.control_flow_messages import WhileContextDef

_FOLDER = Path(store.FOLDER) / "graphs"
_MODELS = json.loads(gzip.decompress((_FOLDER / "models.json.gz").read_bytes()))


def _load(name, **arguments):
    """(names of loss, train op, output and initializer; feeds; Saver) of a model imported into the default graph."""
    model = _MODELS[name]
    saver = tf.train.import_meta_graph(MetaGraphDef.FromString(base64.b64decode(model["meta_graph"])), **arguments)
    return model["names"], {k: store.decode(v) for k, v in model["feeds"].items()}, saver


@pytest.mark.parametrize("name", [n for n in _MODELS if "losses" in _MODELS[n]])
def test_training_goes_on_as_in_tensorflow(name):
    """The graph holds TensorFlow's own gradients and updates; its losses are those of TensorFlow."""
    with tf.Graph().as_default():
        (loss, train, out, init), feeds, _ = _load(name)
        with tf.Session() as session:
            session.run(init)
            np.testing.assert_allclose(session.run(out, feeds), store.decode(_MODELS[name]["output"]), rtol=1e-5, atol=1e-6)
            losses = [session.run([loss, train], feeds)[0] for _ in _MODELS[name]["losses"]]
    np.testing.assert_allclose(losses, _MODELS[name]["losses"], rtol=1e-4)


def test_gradients_are_taken_through_an_imported_cond():
    with tf.Graph().as_default():
        (loss, _, _, init), feeds, _ = _load("branches")
        assert len(tf.get_collection(tf.GraphKeys.COND_CONTEXT)) == 2
        variables = tf.trainable_variables()
        mine = tf.gradients(tf.get_default_graph().get_tensor_by_name(loss), variables)
        theirs = [op.inputs[2] for op in tf.get_default_graph().get_operations() if op.type == "ApplyGradientDescent"]
        with tf.Session() as session:
            session.run(init)
            for use in (True, False):
                a, b = session.run([mine, theirs], {**feeds, "use:0": use})
                for one, other in zip(a, b):
                    np.testing.assert_allclose(one, other, rtol=1e-5)


def test_gradients_are_taken_through_imported_loops():
    """Contexts of loops and of conds inside come with the MetaGraph."""
    with tf.Graph().as_default() as graph, tf.Session() as session:
        (loss, _, out, init), feeds, _ = _load("loops")
        assert [c.name for c in tf.get_collection(tf.GraphKeys.WHILE_CONTEXT)] == ["loop/while_context", "rnn/while/while_context"]
        grads = tf.gradients(graph.get_tensor_by_name(loss), [graph.get_tensor_by_name("x:0"), *tf.trainable_variables()])
        session.run(init)
        found = session.run([out, *grads], feeds)
    for value, expected in zip(found, [_MODELS["loops"]["output"], *_MODELS["loops"]["gradients"]]):
        np.testing.assert_allclose(value, store.decode(expected), rtol=1e-4, atol=1e-6)


def test_loops_go_out_as_they_came_in():
    with tf.Graph().as_default():
        _load("loops")
        again = tf.train.export_meta_graph()
    given = MetaGraphDef.FromString(base64.b64decode(_MODELS["loops"]["meta_graph"]))
    for key in ("while_context", "cond_context"):
        assert (key in again.collection_def) == (key in given.collection_def)
    contexts = [[WhileContextDef.FromString(b) for b in m.collection_def["while_context"].bytes_list.value] for m in (again, given)]
    assert contexts[0] == contexts[1]


def test_variables_of_an_imported_graph_are_saved_and_restored(tmp_path):
    with tf.Graph().as_default():
        (loss, train, _, init), feeds, saver = _load("resource")
        assert [v.name for v in tf.trainable_variables()] == ["r/w:0", "r/v:0"]
        assert tf.global_variables()[0] is tf.trainable_variables()[0]
        with tf.Session() as session:
            session.run(init)
            session.run(train, feeds)
            prefix = saver.save(session, str(tmp_path / "model"))
            before = session.run(tf.global_variables())
    with tf.Graph().as_default():
        saver = tf.train.import_meta_graph(prefix + ".meta")
        with tf.Session() as session:
            saver.restore(session, prefix)
            for a, b in zip(before, session.run(tf.global_variables())):
                np.testing.assert_array_equal(a, b)


def test_model_in_a_scope_beside_another():
    with tf.Graph().as_default():
        names, feeds, _ = _load("mlp", import_scope="one")
        _load("mlp", import_scope="two")
        (loss, train, _, init) = names
        assert {v.op.name.partition("/")[0] for v in tf.global_variables()} == {"one", "two"}
        with tf.Session() as session:
            losses = {}
            for scope in ("one", "two"):
                session.run(f"{scope}/{init}")
                fed = {f"{scope}/{k}": v for k, v in feeds.items()}
                losses[scope] = [session.run([f"{scope}/{loss}", f"{scope}/{train}"], fed)[0] for _ in range(2)]
    assert losses["one"] == losses["two"]
    np.testing.assert_allclose(losses["one"], _MODELS["mlp"]["losses"][:2], rtol=1e-4)


def test_saved_model():
    folder = str(_FOLDER / "saved_model")
    assert tf.saved_model.contains_saved_model(folder)
    with tf.Graph().as_default() as graph, tf.Session(graph=graph) as session:
        meta_graph = tf.saved_model.load(session, ["serve"], folder)
        signature = meta_graph.signature_def["serving_default"]
        y = session.run(signature.outputs["y"].name, {signature.inputs["x"].name: [[1.0, 2.0]]})
        np.testing.assert_array_equal(y, [[5.25, 0.5]])
        # the main op ran: local variables are set, and the file is the one in the SavedModel
        assert session.run("calls:0") == 7
        assert session.run("read:0") == b"one\ntwo\n"


def test_saved_model_in_a_scope():
    with tf.Graph().as_default() as graph, tf.Session(graph=graph) as session:
        tf.saved_model.load(session, {"serve"}, str(_FOLDER / "saved_model"), import_scope="m")
        assert [v.name for v in tf.global_variables()] == ["m/w:0", "m/b:0"]
        np.testing.assert_array_equal(session.run("m/y:0", {"m/x:0": [[1.0, 2.0]]}), [[5.25, 0.5]])
        assert session.run("m/read:0") == b"one\ntwo\n"
