"""Predictor: a SavedModel called with a dictionary."""

from __future__ import annotations

from pathlib import Path

import pytest

import scopeflow as tf


@pytest.fixture
def saved(tmp_path: Path) -> str:
    """A SavedModel of y = 2 x + v."""
    with tf.Graph().as_default(), tf.Session() as sess:
        x = tf.placeholder(tf.float32, [None], name="x")
        v = tf.Variable(1.0, name="v")
        y = tf.add(x * 2.0, v, name="y")
        sess.run(v.initializer)
        tf.saved_model.simple_save(sess, str(tmp_path / "model"), {"in": x}, {"out": y})
    return str(tmp_path / "model")


def test_by_signature_and_by_names(saved: str) -> None:
    """Both ways feed and fetch the same tensors."""
    predictor = tf.contrib.predictor.from_saved_model(saved)
    assert list(predictor({"in": [1.0, 2.0]})["out"]) == [3.0, 5.0]
    assert predictor.feed_tensors["in"].name == "x:0" and predictor.graph is predictor.session.graph
    named = tf.contrib.predictor.from_saved_model(saved, input_names={"a": "x:0"}, output_names={"b": "y:0"}, tags="serve")
    assert list(named({"a": [4.0]})["b"]) == [9.0]


def test_errors(saved: str) -> None:
    """Names that there are not, and arguments that contradict each other."""
    with pytest.raises(ValueError, match="unexpected keys in input_dict: {'z'}"):
        tf.contrib.predictor.from_saved_model(saved)({"z": [1.0]})
    with pytest.raises(ValueError, match="at most one of signature_def_key"):
        tf.contrib.predictor.from_saved_model(saved, signature_def_key="a", signature_def=1)
    with pytest.raises(ValueError, match="must both be specified"):
        tf.contrib.predictor.from_saved_model(saved, input_names={"a": "x:0"})
    with pytest.raises(ValueError, match="no signature_def 'k'; it has .'serving_default'."):
        tf.contrib.predictor.from_saved_model(saved, signature_def_key="k")
