"""Ops of older and of optimized graphs. The values are those of TensorFlow 1.15.5, which runs such graphs."""

import numpy as np
import pytest
from google.protobuf import text_format
from graphs import imports

import scopeflow as tf

_GRAPH = "".join(imports.placeholder(n) for n in "tmvbglh") + "".join(
    imports.node(
        f"bn_{asked}",
        "BatchNormWithGlobalNormalization",
        "tmvbg",
        T=imports.FLOAT,
        variance_epsilon="f:0.25",
        scale_after_normalization=f"b:{asked}",
    )
    for asked in ("true", "false")
)
_GRAPH += imports.node("clip", "ClipByValue", "tlh", T=imports.FLOAT) + imports.node("snap", "Snapshot", "t", T=imports.FLOAT)
_FEEDS = {"t": np.arange(4).reshape(1, 1, 2, 2) / 2, "m": [0.5, 1], "v": [0.75, 3.75], "b": [1, 2], "g": [3, 4], "l": 0.25, "h": 1}


@pytest.mark.parametrize(
    "name, expected, shape",
    [
        ("bn_true", [-0.5, 1.0, 2.5, 3.0], "(?, ?, ?, ?)"),
        ("bn_false", [0.5, 1.75, 1.5, 2.25], "(?, ?, ?, ?)"),
        ("clip", [0.25, 0.5, 1.0, 1.0], "<unknown>"),
        ("snap", [0.0, 0.5, 1.0, 1.5], "<unknown>"),
    ],
)
def test_op(name, expected, shape):
    with tf.Graph().as_default(), tf.Session() as session:
        graph_def = text_format.Merge(_GRAPH + "versions{producer:8}", tf.GraphDef())
        (out,) = tf.import_graph_def(graph_def, return_elements=[f"{name}:0"], name="")
        assert str(out.shape) == shape
        found = session.run(out, {f"{k}:0": v for k, v in _FEEDS.items()})
        np.testing.assert_allclose(np.ravel(found), expected, rtol=1e-6)


def test_batch_normalization_of_2015_is_refused_in_newer_graphs():
    graph_def = text_format.Merge(_GRAPH + "versions{producer:9}", tf.GraphDef())
    with pytest.raises(tf.errors.UnimplementedError, match="has been removed in version 9. Use tf.nn.batch_normalization"):
        tf.import_graph_def(graph_def)
