"""Models with loops that TensorFlow 1.15.5 wrote, with its gradients: they train here as there (tests/golden/graphs/loop_models.py)."""

import base64
import gzip
import json
import zlib
from pathlib import Path

# tests/golden is on the path (see pyproject.toml)
import numpy as np
import pytest
import store
from tensorboard.compat.proto.meta_graph_pb2 import MetaGraphDef

import scopeflow as tf
from scopeflow.op.stack_state import empty

_MODELS = json.loads(gzip.decompress((Path(store.FOLDER) / "graphs" / "loop_models.json.gz").read_bytes()))
_SLOW = {"bidirectional", "sequence_to_sequence", "lstm"}
_NAMES = [pytest.param(n, marks=pytest.mark.slow) if n in _SLOW else n for n in _MODELS]


def _meta_graph(name):
    return MetaGraphDef.FromString(zlib.decompress(base64.b64decode(_MODELS[name]["meta_graph"])))


def _feeds(name):
    return {k: store.decode(v) for k, v in _MODELS[name]["feeds"].items()}


def _train(name):
    """(losses of some steps, values of variables after them) of a model in the default graph."""
    model = _MODELS[name]
    loss, train, init = model["names"]
    with tf.Session() as session:
        session.run(init)
        losses = [session.run([loss, train], _feeds(name))[0] for _ in model["losses"]]
        return losses, {n: session.run(n) for n in model["variables"]}


def _compare(name, losses, variables):
    np.testing.assert_allclose(losses, _MODELS[name]["losses"], rtol=1e-4, atol=1e-6)
    for n, value in _MODELS[name]["variables"].items():
        np.testing.assert_allclose(variables[n], store.decode(value), rtol=1e-4, atol=1e-5, err_msg=n)


@pytest.mark.parametrize("name", _NAMES)
def test_meta_graph_trains_as_in_tensorflow(name):
    with tf.Graph().as_default():
        tf.train.import_meta_graph(_meta_graph(name))
        _compare(name, *_train(name))


@pytest.mark.parametrize("name", _NAMES)
def test_graph_def_trains_as_in_tensorflow(name):
    """Without a MetaGraph's contexts, what belongs to which loop and branch is found from the nodes alone."""
    with tf.Graph().as_default():
        tf.import_graph_def(_meta_graph(name).graph_def, name="")
        _compare(name, *_train(name))


def test_own_gradients_beside_those_of_tensorflow():
    """tf.gradients goes through an imported loop, whether or not TensorFlow's gradients of it run as well."""
    with tf.Graph().as_default() as graph, tf.Session() as session:
        tf.train.import_meta_graph(_meta_graph("fed_count"))
        loss, _, init = _MODELS["fed_count"]["names"]
        mine = tf.gradients(graph.get_tensor_by_name(loss), tf.trainable_variables())
        theirs = [op.inputs[2] for op in graph.get_operations() if op.type == "ApplyGradientDescent"]
        session.run(init)
        alone = session.run(mine, _feeds("fed_count"))
        both = session.run([mine, theirs], _feeds("fed_count"))
    for values in zip(alone, *both):
        for v in values[1:]:
            np.testing.assert_allclose(v, values[0], rtol=1e-5, atol=1e-7)


def test_batches_of_other_sizes():
    """Shapes that go through stacks are those of the run."""
    with tf.Graph().as_default() as graph, tf.Session() as session:
        tf.train.import_meta_graph(_meta_graph("fed_count"))
        theirs = [op.inputs[2] for op in graph.get_operations() if op.type == "ApplyGradientDescent"]
        session.run(_MODELS["fed_count"]["names"][2])
        x = _feeds("fed_count")["x:0"]
        one = session.run(theirs, {"x:0": x, "n:0": 2})
        twice = session.run(theirs, {"x:0": np.concatenate([x, x]), "n:0": 2})
        none = session.run(theirs, {"x:0": x, "n:0": 0})
    for a, b, c in zip(one, twice, none):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-7)
        assert not c.any()


def test_saved_and_restored(tmp_path):
    """The save and restore nodes of the MetaGraph work."""
    with tf.Graph().as_default(), tf.Session() as session:
        saver = tf.train.import_meta_graph(_meta_graph("nested"))
        loss, train, init = _MODELS["nested"]["names"]
        session.run(init)
        session.run(train, _feeds("nested"))
        prefix = saver.save(session, str(tmp_path / "model"))
        session.run(init)
        saver.restore(session, prefix)
        losses = [session.run([loss, train], _feeds("nested"))[0] for _ in range(3)]
    np.testing.assert_allclose(losses, _MODELS["nested"]["losses"][1:], rtol=1e-4)


def test_stack():
    """What is pushed last is popped first; equal known values stay known when the number of them is not."""
    stack = empty("s").push(np.int32(1)).push(np.int32(2))
    stack, top = stack.pop()
    assert (int(top), stack.size) == (2, 1)
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"Stack\[s\] is empty when calling Pop\(\)"):
        stack.pop()[0].pop()
    assert stack.form() == ("known", 1, None)
    assert stack.push(np.int32(2)).form() == ("buffer", (), np.int32)
    known = stack.formed(stack.form(), 8)
    assert known.elements is None
    assert known.push(np.int32(1)).pop()[1] == 1
