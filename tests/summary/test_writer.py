"""Event files, as TensorBoard reads them."""

from __future__ import annotations

import glob
import io

import numpy as np
import pytest
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

import scopeflow as tf


def events(folder):
    return [e for f in sorted(glob.glob(str(folder / "events*"))) for e in tf.train.summary_iterator(f)]


def test_tensorboard_reads_what_is_written(tmp_path):
    with tf.Graph().as_default() as graph, tf.Session() as sess:
        x = tf.placeholder(tf.float32, [None], name="x")
        tf.summary.scalar("average", tf.reduce_mean(x))
        tf.summary.histogram("all", x)
        tf.summary.image("picture", tf.reshape(x, [1, 2, 2, 1]))
        tf.summary.audio("sound", tf.reshape(x, [1, 4]), 8000)
        tf.summary.text("words", tf.constant("hello"))
        merged = tf.summary.merge_all()
        with tf.summary.FileWriter(str(tmp_path), graph) as writer:
            for step in range(3):
                writer.add_summary(sess.run(merged, {x: np.arange(4.0) / 4 + step}), step)
    board = EventAccumulator(str(tmp_path), size_guidance={"images": 0, "audio": 0, "histograms": 0})
    board.Reload()
    tags = board.Tags()
    assert tags["scalars"] == ["average"] and tags["histograms"] == ["all"] and tags["images"] == ["picture/image/0"]
    assert tags["audio"] == ["sound/audio/0"] and "words" in tags["tensors"] and tags["graph"] and tags["meta_graph"]
    assert [(s.step, s.value) for s in board.Scalars("average")] == [(0, 0.375), (1, 1.375), (2, 2.375)]
    assert board.Histograms("all")[2].histogram_value.num == 4
    assert "x" in [n.name for n in board.Graph().node]
    picture = np.asarray(Image.open(io.BytesIO(board.Images("picture/image/0")[0].encoded_image_string)))
    assert picture.tolist() == [[0, 85], [170, 255]]


def test_a_closed_writer_warns_and_can_be_reopened(tmp_path, capsys):
    writer = tf.summary.FileWriter(str(tmp_path))
    assert writer.get_logdir() == str(tmp_path)
    summary = tf.Summary(value=[tf.Summary.Value(tag="a", simple_value=1.0)])
    writer.add_summary(summary, 1)
    writer.close()
    writer.add_summary(summary, 2)
    writer.reopen()
    writer.add_summary(summary.SerializeToString(), np.int64(3))
    writer.flush()
    assert [e.step for e in events(tmp_path) if e.summary.value] == [1, 3]
    writer.close()


def test_every_kind_of_event(tmp_path):
    with tf.summary.FileWriter(str(tmp_path), filename_suffix=".mine") as writer:
        writer.add_event(tf.Event(step=4))
        writer.add_session_log(tf.SessionLog(status=tf.SessionLog.START), 1)
        writer.add_run_metadata(tf.RunMetadata(), "step 1", 2)
        with pytest.raises(ValueError, match="already used"):
            writer.add_run_metadata(tf.RunMetadata(), "step 1")
        with pytest.raises(TypeError, match="must be an instance of `Graph`"):
            writer.add_graph(3)
        writer.add_graph(tf.GraphDef())
        with pytest.raises(TypeError, match="MetaGraphDef"):
            writer.add_meta_graph(3)
    found = events(tmp_path)
    assert [e.WhichOneof("what") for e in found] == ["file_version", None, "session_log", "tagged_run_metadata", "graph_def"]
    assert found[0].file_version == "brain.Event:2"
    assert glob.glob(str(tmp_path / "*.mine"))


def test_the_cache_gives_one_writer_a_folder(tmp_path):
    with tf.Graph().as_default():
        a = tf.summary.FileWriterCache.get(str(tmp_path))
        assert tf.summary.FileWriterCache.get(str(tmp_path)) is a
        tf.summary.FileWriterCache.clear()
        assert tf.summary.FileWriterCache.get(str(tmp_path)) is not a
        tf.summary.FileWriterCache.clear()


def test_metadata_is_written_once_a_tag(tmp_path):
    with tf.Graph().as_default(), tf.Session() as sess, tf.summary.FileWriter(str(tmp_path)) as writer:
        words = tf.summary.text("words", tf.constant("hello"))
        for step in range(2):
            writer.add_summary(sess.run(words), step)
    values = [v for e in events(tmp_path) for v in e.summary.value]
    assert [v.HasField("metadata") for v in values] == [True, False]


def test_images_of_floats_are_scaled():
    with tf.Graph().as_default(), tf.Session() as sess:

        def shown(pixels):
            value = tf.Summary.FromString(sess.run(tf.summary.image("im", tf.constant(pixels), max_outputs=1))).value[0]
            assert value.tag.endswith("/image")
            return np.asarray(Image.open(io.BytesIO(value.image.encoded_image_string)))

        assert shown(np.float32([0, 0.5, 1, 2]).reshape(1, 2, 2, 1)).tolist() == [[0, 63], [127, 255]]
        assert shown(np.float32([-1, 0, 0.5, 1]).reshape(1, 2, 2, 1)).tolist() == [[1, 128], [191, 255]]
        assert shown(np.float32([np.nan] * 3 + [1] * 3).reshape(1, 1, 2, 3)).tolist() == [[[255, 0, 0], [255, 255, 255]]]
        assert shown(np.zeros((1, 1, 1, 4), np.uint8)).tolist() == [[[0, 0, 0, 0]]]
