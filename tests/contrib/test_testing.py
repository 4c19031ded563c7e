"""tf.contrib.testing and the projector: event files and summaries."""

from __future__ import annotations

from pathlib import Path

import pytest

import scopeflow as tf

T = tf.contrib.testing


def test_latest_events(tmp_path: Path) -> None:
    """The newest file's summaries and values."""
    assert T.latest_event_file(str(tmp_path)) is None and T.latest_events(str(tmp_path)) == []
    summary = tf.Summary(value=[tf.Summary.Value(tag="a", simple_value=1.0)])
    with tf.summary.FileWriter(str(tmp_path)) as writer:
        writer.add_summary(summary, 1)
    assert [e.step for e in T.latest_summaries(str(tmp_path))] == [1]
    assert T.simple_values_from_events(T.latest_events(str(tmp_path)), ["a", "b"]) == {"a": 1.0}
    T.assert_summary(["a"], {"a": 1.001}, T.to_summary_proto(summary.SerializeToString()))
    with pytest.raises(ValueError, match="Expected tags {'b'}, got {'a'}"):
        T.assert_summary(["b"], {}, summary)
    with pytest.raises(AssertionError):
        T.assert_summary(["a"], {"a": 2.0}, summary)


def test_projector(tmp_path: Path) -> None:
    """The configuration lies where TensorBoard looks for it, in the reference's words."""
    projector = tf.contrib.tensorboard.plugins.projector
    config = projector.ProjectorConfig()
    embedding = config.embeddings.add(tensor_name="t", metadata_path="m.tsv")
    embedding.sprite.single_image_dim.extend([2, 3])
    projector.visualize_embeddings(tf.summary.FileWriter(str(tmp_path)), config)
    text = (tmp_path / "projector_config.pbtxt").read_text()
    assert text == (
        'embeddings {\n  tensor_name: "t"\n  metadata_path: "m.tsv"\n  sprite {\n    single_image_dim: 2\n    single_image_dim: 3\n  }\n}\n'
    )
