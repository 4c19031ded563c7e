"""Loops and branches of imported graphs run as those built here."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

import numpy as np
import pytest

import scopeflow as tf

GRAPHS = Path(__file__).parent.parent / "golden" / "graphs"
sys.path.insert(0, str(GRAPHS))
import loops  # noqa: E402


def graph_def(source: str) -> object:
    """The graph of loops: as TensorFlow 1.15 wrote it, or as scopeflow does."""
    if source == "reference":
        found = tf.GraphDef()
        found.ParseFromString(gzip.decompress((GRAPHS / "loops.pb.gz").read_bytes()))
        return found
    with tf.Graph().as_default() as graph:
        loops.build(tf)
        return graph.as_graph_def()


@pytest.mark.parametrize("source", ["reference", "scopeflow"])
def test_imported_loops_run(source: str) -> None:
    """Values and gradients are those that the reference gives."""
    expected = json.loads((GRAPHS / "loops.json").read_text())
    with tf.Graph().as_default():
        tf.import_graph_def(graph_def(source), name="imported")
        found = loops.results(tf, "imported/")
    for values, wanted in zip(found["values"], expected["values"]):
        for v, w in zip(values, wanted):
            np.testing.assert_allclose(v, w, rtol=1e-5)
    np.testing.assert_allclose(found["gradient"], expected["gradient"], rtol=1e-5)


def test_nodes_are_the_references() -> None:
    """The graph built here has the nodes of the one that the reference built, in the same order."""
    ours, theirs = graph_def("scopeflow"), graph_def("reference")
    assert [(n.name, n.op, list(n.input)) for n in ours.node] == [(n.name, n.op, list(n.input)) for n in theirs.node]
