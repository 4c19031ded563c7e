"""Sessions that initialize, resume, save and stop themselves."""

from __future__ import annotations

import glob
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

import scopeflow as tf


def counting_graph():
    """A train op that adds 1 to `v` and to the global step."""
    v = tf.get_variable("v", [], initializer=tf.zeros_initializer())
    step = tf.train.get_or_create_global_step()
    tf.summary.scalar("v", v)
    return tf.group(v.assign_add(1.0), step.assign_add(1), name="train"), v


def test_a_second_training_goes_on_from_the_checkpoint(tmp_path):
    for last, expected in ((5, 0.0), (9, 5.0)):
        with tf.Graph().as_default():
            train, v = counting_graph()
            hooks = [tf.train.StopAtStepHook(last_step=last)]
            with tf.train.MonitoredTrainingSession(checkpoint_dir=str(tmp_path), hooks=hooks, save_checkpoint_steps=2) as sess:
                assert sess.run(v) == expected
                while not sess.should_stop():
                    sess.run(train)
    assert tf.train.latest_checkpoint(str(tmp_path)) == str(tmp_path / "model.ckpt-9")
    events = [e for f in glob.glob(str(tmp_path / "events*")) for e in tf.train.summary_iterator(f)]
    assert any(v.tag == "v_1" for e in events for v in e.summary.value)
    assert (tmp_path / "graph.pbtxt").exists()


def test_hooks_are_called_in_order(tmp_path):
    log = []

    class Hook(tf.train.SessionRunHook):
        def begin(self):
            log.append("begin")
            self.extra = tf.constant(3)

        def after_create_session(self, session, coord):
            log.append("created")
            with pytest.raises(RuntimeError, match="finalized"):
                tf.constant(1)

        def before_run(self, context):
            log.append(("before", context.original_args.fetches.name))
            return tf.train.SessionRunArgs({"extra": self.extra})

        def after_run(self, context, values):
            log.append(("after", values.results))
            context.request_stop()

        def end(self, session):
            log.append("end")

    with tf.Graph().as_default():
        x = tf.constant(1, name="x")
        with tf.train.MonitoredSession(hooks=[Hook()]) as sess:
            assert sess.run(x) == 1
            assert sess.should_stop()
            with pytest.raises(RuntimeError, match="after should_stop"):
                sess.run(x)
        assert not tf.get_default_graph().finalized
    assert log == ["begin", "created", ("before", "x:0"), ("after", {"extra": 3}), "end"]


def test_an_error_ends_without_the_hooks_end():
    ended = []

    class Hook(tf.train.SessionRunHook):
        def end(self, session):
            ended.append(True)

    with tf.Graph().as_default():
        tf.constant(0)
        with pytest.raises(ValueError, match="mine"), tf.train.MonitoredSession(hooks=[Hook()]):
            raise ValueError("mine")
        assert not ended
        with tf.train.SingularMonitoredSession(hooks=[Hook()]):
            raise tf.errors.OutOfRangeError(None, None, "the input's end")
    assert ended == [True]


def test_a_lost_session_is_made_anew(tmp_path):
    with tf.Graph().as_default():
        train, v = counting_graph()
        saver_hook = tf.train.CheckpointSaverHook(str(tmp_path), save_steps=1)
        lost = []

        class LoseOnce(tf.train.SessionRunHook):
            def before_run(self, context):
                if not lost and context.session.run(v) == 2:
                    lost.append(True)
                    raise tf.errors.AbortedError(None, None, "lost")

        creator = tf.train.ChiefSessionCreator(checkpoint_dir=str(tmp_path))
        tf.add_to_collection(tf.GraphKeys.SAVERS, tf.train.Saver())
        with tf.train.MonitoredSession(creator, hooks=[saver_hook, LoseOnce()]) as sess:
            for _ in range(4):
                sess.run(train)
            assert sess.run(v) == 4
    assert lost


def test_an_unusable_init_op_is_named():
    with tf.Graph().as_default():
        tf.get_variable("v", [])
        scaffold = tf.train.Scaffold(init_op=tf.no_op(name="nothing"))
        with pytest.raises(RuntimeError, match="Init operations did not make model ready.*nothing.*Variables not initialized: v"):
            tf.train.MonitoredSession(tf.train.ChiefSessionCreator(scaffold))


def test_init_fn_and_feed(tmp_path):
    with tf.Graph().as_default():
        p = tf.placeholder(tf.float32, [])
        v = tf.get_variable("v", initializer=p)
        seen = []
        scaffold = tf.train.Scaffold(init_feed_dict={p: 4.0}, init_fn=lambda s, sess: seen.append((s, sess.run(v))))
        with tf.train.SingularMonitoredSession(scaffold=scaffold) as sess:
            assert sess.run(v) == 4.0
        assert seen == [(scaffold, 4.0)]


def test_step_functions():
    with tf.Graph().as_default():
        x = tf.constant(2)
        with tf.train.MonitoredSession() as sess:
            assert sess.run_step_fn(lambda step_context: step_context.session.run(x) + step_context.run_with_hooks(x)) == 4
            with pytest.raises(ValueError, match="step_context"):
                sess.run_step_fn(lambda other: 1)


def test_feeds_of_hooks_must_not_clash():
    with tf.Graph().as_default():
        p = tf.placeholder(tf.float32, [])
        hook = tf.train.FeedFnHook(lambda: {p: 3.0})
        with tf.train.MonitoredSession(hooks=[hook]) as sess:
            assert sess.run(p) == 3.0
            with pytest.raises(RuntimeError, match="Same tensor is fed by a SessionRunHook and user"):
                sess.run(p, {p: 1.0})
        with tf.train.MonitoredSession(hooks=[hook, tf.train.FeedFnHook(lambda: {p: 1.0})]) as sess:
            with pytest.raises(RuntimeError, match="Same tensor is fed by two hooks"):
                sess.run(p)


def test_nan_stops_or_fails():
    with tf.Graph().as_default():
        loss = tf.placeholder(tf.float32, [])
        with tf.train.MonitoredSession(hooks=[tf.train.NanTensorHook(loss, fail_on_nan_loss=False)]) as sess:
            sess.run(loss, {loss: 1.0})
            assert not sess.should_stop()
            sess.run(loss, {loss: np.nan})
            assert sess.should_stop()
        with pytest.raises(tf.train.NanLossDuringTrainingError, match="NaN loss during training"):
            with tf.train.MonitoredSession(hooks=[tf.train.NanTensorHook(loss)]) as sess:
                sess.run(loss, {loss: np.nan})


def test_checkpoint_listeners(tmp_path):
    log = []

    class Listener(tf.train.CheckpointSaverListener):
        def begin(self):
            log.append("begin")

        def before_save(self, session, step):
            log.append(("before", int(step)))

        def after_save(self, session, step):
            log.append(("after", int(step)))
            return int(step) == 2

        def end(self, session, step):
            log.append(("end", int(step)))

    with tf.Graph().as_default():
        train, _ = counting_graph()
        scaffold = tf.train.Scaffold()
        hook = tf.train.CheckpointSaverHook(str(tmp_path), save_steps=2, scaffold=scaffold, listeners=[Listener()])
        with tf.train.SingularMonitoredSession(hooks=[hook], scaffold=scaffold) as sess:
            while not sess.should_stop():
                sess.run(train)
    assert log == ["begin", ("before", 0), ("after", 0), ("before", 2), ("after", 2), ("end", 2)]


def test_final_ops_and_logging(caplog):
    tf.logging.set_verbosity(tf.logging.INFO)
    try:
        with tf.Graph().as_default():
            train, v = counting_graph()
            final = tf.train.FinalOpsHook({"v": v})
            log = tf.train.LoggingTensorHook({"value": v}, every_n_iter=2, formatter=lambda values: f"value is {values['value']}")
            with tf.train.SingularMonitoredSession(hooks=[final, log, tf.train.StopAtStepHook(num_steps=3)]) as sess:
                while not sess.should_stop():
                    sess.run(train)
            assert final.final_ops_values == {"v": 3.0}
    finally:
        tf.logging.set_verbosity(tf.logging.WARN)


def test_timers():
    timer = tf.train.SecondOrStepTimer(every_steps=3)
    assert timer.should_trigger_for_step(1)
    assert timer.update_last_triggered_step(1) == (None, None)
    assert not timer.should_trigger_for_step(1) and not timer.should_trigger_for_step(3) and timer.should_trigger_for_step(4)
    assert timer.update_last_triggered_step(4)[1] == 3
    with pytest.raises(ValueError, match="Either every_secs or every_steps"):
        tf.train.SecondOrStepTimer()
    with pytest.raises(ValueError, match="Can not provide both"):
        tf.train.SecondOrStepTimer(1, 1)
    for wrong in ({}, {"num_steps": 1, "last_step": 1}):
        with pytest.raises(ValueError):
            tf.train.StopAtStepHook(**wrong)


def test_the_input_of_queues_ends_the_training():
    with tf.Graph().as_default():
        n = tf.train.range_input_producer(4, num_epochs=1, shuffle=False).dequeue()
        got = []
        with tf.train.MonitoredSession() as sess:
            while not sess.should_stop():
                got.append(sess.run(n))
        assert got == [0, 1, 2, 3]


def test_profiler_hook_writes_a_trace(tmp_path):
    with tf.Graph().as_default():
        train, _ = counting_graph()
        with tf.train.SingularMonitoredSession(hooks=[tf.train.ProfilerHook(save_steps=2, output_dir=str(tmp_path))]) as sess:
            for _ in range(6):
                sess.run(train)
    import json

    traces = sorted(glob.glob(str(tmp_path / "timeline-*.json")))
    assert traces
    with open(traces[0]) as file:
        event = json.load(file)["traceEvents"][0]
    assert event["dur"] >= 0 and event["args"]["fetches"] == ["train"]


_TRAINING = """
import sys
import scopeflow as tf

step = tf.train.get_or_create_global_step()
w = tf.get_variable("w", [50, 50], initializer=tf.zeros_initializer())
train = tf.group(w.assign_add(tf.ones([50, 50])), step.assign_add(1))
with tf.train.MonitoredTrainingSession(checkpoint_dir=sys.argv[1], save_checkpoint_steps=5, save_summaries_steps=None) as sess:
    print("from", sess.run(step), flush=True)
    while not sess.should_stop():
        sess.run(train)
        n = sess.run(step)
        assert (sess.run(w) == n).all(), n
        print(n, flush=True)
        if n >= int(sys.argv[2]):
            break
"""


@pytest.mark.slow
def test_a_killed_training_goes_on_from_its_last_checkpoint(tmp_path):
    script = tmp_path / "training.py"
    script.write_text(_TRAINING)
    folder = tmp_path / "run"
    environment = {**os.environ, "PYTHONPATH": os.path.dirname(os.path.dirname(os.path.abspath(tf.__file__)))}
    reached = 0
    for _ in range(3):
        process = subprocess.Popen([sys.executable, str(script), str(folder), "100000"], stdout=subprocess.PIPE, text=True, env=environment)
        try:
            first = process.stdout.readline().split()
            assert first[0] == "from", first
            start = int(first[1])
            # Not further back than one interval between checkpoints.
            assert start <= reached and start >= reached - 5 - 1, (start, reached)
            deadline = time.monotonic() + 60
            while reached < start + 23:
                reached = int(process.stdout.readline())
                assert time.monotonic() < deadline
        finally:
            process.send_signal(signal.SIGKILL)
            rest = process.stdout.read().split()
            process.wait(10)
        reached = max([reached, *(int(n) for n in rest if n.isdigit())])
