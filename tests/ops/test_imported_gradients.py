"""Graphs with gradients as TensorFlow 1.15.5 makes them, run here: the same values (tests/golden/record_graphs.py)."""

import base64
import gzip
import json
from pathlib import Path

# tests/golden is on the path (see pyproject.toml)
import numpy as np
import pytest
import store

import scopeflow as tf
from scopeflow.op.declare import OPS

_RECORDED = json.loads(gzip.decompress((Path(store.FOLDER) / "graphs" / "gradients.json.gz").read_bytes()))
#: what those cases do not hold: made for loops, by versions before 1.15, or for sizes given as tensors
_NOT_RECORDED = {
    "ControlTrigger",
    "SoftplusGrad",
    "FusedBatchNormGrad",
    "FusedBatchNormGradV2",
    "InvGrad",
    "MaxPoolGradV2",
    "MaxPoolGradGradWithArgmax",
}


def _graph(label):
    return tf.GraphDef.FromString(base64.b64decode(_RECORDED[label]["graph"]))


@pytest.mark.parametrize("label", _RECORDED)
def test_graph_with_gradients(label):
    case = _RECORDED[label]
    with tf.Graph().as_default():
        tf.import_graph_def(_graph(label), name="")
        with tf.Session() as session:
            found = session.run(case["fetches"], {k: store.decode(v) for k, v in case["feeds"].items()})
    for name, value, expected in zip(case["fetches"], found, map(store.decode, case["values"])):
        np.testing.assert_allclose(value, expected, rtol=2e-5, atol=2e-6, err_msg=name)


def test_all_gradient_ops_are_recorded():
    here = {t for t, op in OPS.items() if op.__module__.endswith("imported_gradients")}
    assert len(here) > 30
    recorded = {n.op for label in _RECORDED for n in _graph(label).node}
    assert here - recorded == _NOT_RECORDED


def _run(op_type, inputs, n, **attrs):
    """The outputs of a single op, on constants."""
    graph = tf.Graph()
    with graph.as_default(), tf.Session() as session:
        op = graph.create_op(op_type, [tf.constant(v) for v in inputs], attrs=attrs)
        return session.run(op.outputs[:n])


def test_older_batch_normalization_gradients_are_the_newest_one():
    x, scale = np.linspace(-1, 1, 16, dtype=np.float32).reshape(2, 2, 2, 2), np.float32([1, 2])
    inputs = [x**2, x, scale, np.zeros(2, np.float32), np.ones(2, np.float32)]
    newest = _run("FusedBatchNormGradV3", [*inputs, np.zeros(0, np.float32)], 3, epsilon=0.01)
    for older in ("FusedBatchNormGrad", "FusedBatchNormGradV2"):
        for a, b in zip(newest, _run(older, inputs, 3, epsilon=0.01)):
            np.testing.assert_array_equal(a, b)


def test_softplus():
    x, dy = np.float32([-1, 0, 3]), np.float32([1, 2, 3])
    np.testing.assert_allclose(_run("SoftplusGrad", [dy, x], 1)[0], dy / (1 + np.exp(-x)), rtol=1e-6)


def test_inverse():
    y, dy = np.float32([2, 3]), np.float32([1, 10])
    np.testing.assert_array_equal(_run("InvGrad", [y, dy], 1)[0], -dy * y * y)


def test_max_pooling_with_sizes_as_tensors():
    x = np.arange(16, dtype=np.float32).reshape(1, 4, 4, 1)
    y, g = x[:, 1::2, 1::2], np.float32([[[[1], [2]], [[3], [4]]]])
    (found,) = _run("MaxPoolGradV2", [x, y, g, np.int32([1, 2, 2, 1]), np.int32([1, 2, 2, 1])], 1, padding="VALID")
    expected = np.zeros_like(x)
    expected[:, 1::2, 1::2] = g
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("batch", [False, True])
def test_second_gradient_of_max_pooling_by_places(batch):
    x = np.arange(8, dtype=np.float32).reshape(2, 2, 2, 1)
    places = np.int64([[[[3]]], [[[3 + 4 * batch]]]])
    sizes = {"ksize": [1, 2, 2, 1], "strides": [1, 2, 2, 1], "padding": "VALID", "include_batch_in_index": batch}
    (found,) = _run("MaxPoolGradGradWithArgmax", [x, x * 10, places], 1, **sizes)
    np.testing.assert_array_equal(found.ravel(), [30, 70])
