"""The Supervisor saves and resumes."""

from __future__ import annotations

import glob
import time

import pytest

import scopeflow as tf


def counting_graph():
    v = tf.get_variable("v", [], initializer=tf.zeros_initializer())
    step = tf.train.get_or_create_global_step()
    tf.summary.scalar("value", v)
    return tf.group(v.assign_add(1.0), step.assign_add(1)), v, step


def test_a_second_training_goes_on(tmp_path):
    for start in (0.0, 5.0):
        with tf.Graph().as_default():
            train, v, step = counting_graph()
            sv = tf.train.Supervisor(logdir=str(tmp_path), save_model_secs=0, save_summaries_secs=0)
            with sv.managed_session() as sess:
                assert sess.run(v) == start
                for _ in range(5):
                    sess.run(train)
                sv.saver.save(sess, sv.save_path, global_step=sv.global_step)
            assert sv.should_stop()
    assert tf.train.latest_checkpoint(str(tmp_path)) == str(tmp_path / "model.ckpt-10")


def test_services_write_checkpoints_and_summaries(tmp_path):
    with tf.Graph().as_default():
        train, v, step = counting_graph()
        sv = tf.train.Supervisor(logdir=str(tmp_path), save_model_secs=0.05, save_summaries_secs=0.05)
        with sv.managed_session() as sess:
            deadline = time.monotonic() + 20
            while not glob.glob(str(tmp_path / "model.ckpt-*.index")) or time.monotonic() < deadline - 19.5:
                sess.run(train)
                assert time.monotonic() < deadline
    events = [e for f in glob.glob(str(tmp_path / "events*")) for e in tf.train.summary_iterator(f)]
    tags = {v.tag for e in events for v in e.summary.value}
    assert "value" in tags and "global_step/sec" in tags
    assert [e.session_log.status for e in events if e.HasField("session_log")][-1] == tf.SessionLog.STOP


def test_errors_come_out_after_all_is_closed(tmp_path):
    with tf.Graph().as_default():
        train, v, step = counting_graph()
        sv = tf.train.Supervisor(logdir=str(tmp_path), save_summaries_secs=0)
        with pytest.raises(ValueError, match="mine"), sv.managed_session() as sess:
            raise ValueError("mine")
        with pytest.raises(RuntimeError, match="closed Session"):
            sess.run(v)
        with sv.managed_session():
            raise tf.errors.OutOfRangeError(None, None, "the input's end")


def test_train_loop_and_own_summaries(tmp_path):
    with tf.Graph().as_default():
        train, v, step = counting_graph()
        sv = tf.train.Supervisor(logdir=str(tmp_path), summary_op=None, save_summaries_secs=0)
        summary = tf.Summary(value=[tf.Summary.Value(tag="own", simple_value=2.0)])

        def one(sess, most, by):
            sess.run(train)
            sv.summary_computed(sess, summary)
            if sess.run(step) >= most * by:
                sv.request_stop()

        tf.train.basic_train_loop(sv, one, args=[2], kwargs={"by": 2})
    events = [e for f in glob.glob(str(tmp_path / "events*")) for e in tf.train.summary_iterator(f)]
    assert [e.step for e in events for value in e.summary.value if value.tag == "own"] == [1, 2, 3, 4]


def test_without_a_logdir_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with tf.Graph().as_default():
        train, v, step = counting_graph()
        sv = tf.train.Supervisor()
        assert sv.save_path is None and sv.summary_writer is None
        with sv.managed_session() as sess:
            sess.run(train)
    assert not list(tmp_path.iterdir())
