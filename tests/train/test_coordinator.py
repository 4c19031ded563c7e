"""Threads that stop together."""

from __future__ import annotations

import threading
import time

import pytest

import scopeflow as tf


def test_all_threads_stop_when_one_asks():
    coord = tf.train.Coordinator()
    stopped = []

    def work(i):
        while not coord.should_stop():
            if i == 1:
                coord.request_stop()
            time.sleep(0.001)
        stopped.append(i)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(3)]
    for t in threads:
        t.start()
    coord.join(threads, stop_grace_period_secs=10)
    assert sorted(stopped) == [0, 1, 2] and coord.joined


def test_join_raises_the_first_error():
    coord = tf.train.Coordinator()

    def fail():
        with coord.stop_on_exception():
            raise ValueError("first")

    thread = threading.Thread(target=fail)
    thread.start()
    coord.register_thread(thread)
    assert coord.wait_for_stop(10)
    coord.request_stop(KeyError("second"))
    with pytest.raises(ValueError, match="first"):
        coord.join(stop_grace_period_secs=10)
    with pytest.raises(ValueError, match="first"):
        coord.raise_requested_exception()
    with pytest.raises(KeyError):
        coord.request_stop(KeyError("after join"))


def test_the_inputs_end_is_no_error():
    coord = tf.train.Coordinator()
    coord.request_stop(tf.errors.OutOfRangeError(None, None, "end"))
    coord.join([])
    other = tf.train.Coordinator(clean_stop_exception_types=(ValueError,))
    other.request_stop(tf.errors.OutOfRangeError(None, None, "end"))
    with pytest.raises(tf.errors.OutOfRangeError):
        other.join([])


def test_threads_that_do_not_stop_are_named():
    coord = tf.train.Coordinator()
    release = threading.Event()
    thread = threading.Thread(target=release.wait, name="stubborn", daemon=True)
    thread.start()
    coord.request_stop()
    try:
        with pytest.raises(RuntimeError, match="Coordinator stopped with threads still running: stubborn"):
            coord.join([thread], stop_grace_period_secs=0.05)
        coord.clear_stop()
        coord.request_stop()
        coord.join([thread], stop_grace_period_secs=0.05, ignore_live_threads=True)
    finally:
        release.set()


def test_join_waits_for_threads_that_end_by_themselves():
    coord = tf.train.Coordinator()
    done = []
    thread = threading.Thread(target=lambda: (time.sleep(0.1), done.append(1)))
    thread.start()
    coord.join([thread])
    assert done and not coord.should_stop()


def test_looping():
    coord = tf.train.Coordinator()
    calls = []

    def work(a, b):
        calls.append((a, b))
        if len(calls) == 3:
            coord.request_stop()

    looper = tf.train.LooperThread.loop(coord, 0.001, work, args=(1,), kwargs={"b": 2})
    looper.join(10)
    coord.join(stop_grace_period_secs=10)
    assert calls == [(1, 2)] * 3
    with pytest.raises(ValueError, match="must be a Coordinator"):
        tf.train.LooperThread(None, 1)
