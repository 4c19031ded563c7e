"""tf.contrib.summary: written when they run."""

from __future__ import annotations

import glob

import pytest

import scopeflow as tf

summary = tf.contrib.summary


def written(folder):
    events = [e for f in glob.glob(str(folder / "*")) for e in tf.train.summary_iterator(f)]
    return sorted((e.step, v.tag) for e in events for v in e.summary.value)


def test_every_second_step(tmp_path):
    with tf.Graph().as_default(), tf.Session() as sess:
        step = tf.train.get_or_create_global_step()
        writer = summary.create_file_writer(str(tmp_path))
        with writer.as_default(), summary.record_summaries_every_n_global_steps(2):
            summary.scalar("loss", 1.0)
        bump = step.assign_add(1)
        sess.run([tf.global_variables_initializer(), summary.summary_writer_initializer_op()])
        for _ in range(4):
            sess.run(summary.all_summary_ops())
            sess.run(bump)
        sess.run(writer.close())
    assert written(tmp_path) == [(0, "loss"), (2, "loss")]


def test_every_kind(tmp_path):
    with tf.Graph().as_default() as graph, tf.Session() as sess:
        with summary.create_file_writer(str(tmp_path), filename_suffix=".mine").as_default(), summary.always_record_summaries():
            summary.histogram("h", [1.0, 2.0], step=3)
            summary.image("i", tf.zeros([1, 2, 2, 1]), step=3, max_images=1)
            summary.audio("a", tf.zeros([1, 3, 1]), 8000.0, 1, step=3)
            summary.generic("g", tf.ones([2]), step=3, family="f")
            flush = summary.flush()
            with pytest.raises(tf.errors.FailedPreconditionError, match="summary_writer_initializer_op"):
                sess.run(summary.all_summary_ops())
            summary.initialize(graph, sess)
        sess.run(summary.all_summary_ops())
        sess.run(flush)
    assert written(tmp_path) == [(3, "a/audio"), (3, "f/f/g"), (3, "h"), (3, "i/image")]
    assert glob.glob(str(tmp_path / "*.mine"))


def test_without_a_writer_nothing_is_added():
    with tf.Graph().as_default():
        assert summary.scalar("a", 1.0).type == "NoOp"
        assert not summary.all_summary_ops()
        with pytest.raises(RuntimeError, match="No default"):
            summary.initialize()
