"""Queues between threads: waiting, closing, cancelling; every wait in these tests is bounded."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import scopeflow as tf


class Background:
    """Runs a function in a thread; `result` waits for it, 10 seconds at most."""

    def __init__(self, function: Callable[[], Any]):
        self.error: BaseException | None = None
        self.value: Any = None

        def work() -> None:
            try:
                self.value = function()
            except BaseException as error:
                self.error = error

        self.thread = threading.Thread(target=work, daemon=True)
        self.thread.start()

    def result(self) -> Any:
        self.thread.join(10)
        assert not self.thread.is_alive(), "still waiting"
        if self.error is not None:
            raise self.error
        return self.value

    def waits(self) -> bool:
        time.sleep(0.1)
        return self.thread.is_alive()


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_dequeue_waits_for_an_element(sess):
    q = tf.FIFOQueue(3, tf.int32, [[]])
    x, put = q.dequeue(), q.enqueue(7)
    waiting = Background(lambda: sess.run(x))
    assert waiting.waits()
    sess.run(put)
    assert waiting.result() == 7


def test_enqueue_waits_for_room(sess):
    q = tf.FIFOQueue(2, tf.int32, [[]])
    put, x, size = q.enqueue_many([[1, 2, 3]]), q.dequeue(), q.size()
    waiting = Background(lambda: sess.run(put))
    assert waiting.waits()
    assert sess.run(size) == 2
    assert sess.run(x) == 1
    waiting.result()
    assert sess.run([x, x]) == [2, 2]  # one node, one element
    assert sess.run(x) == 3


def test_a_batch_larger_than_the_queue_is_collected_as_room_allows(sess):
    q = tf.FIFOQueue(2, tf.int32, [[]])
    batch, put = q.dequeue_many(5), q.enqueue_many([list(range(5))])
    waiting = Background(lambda: sess.run(batch))
    sess.run(put)
    assert waiting.result().tolist() == [0, 1, 2, 3, 4]


def test_closing_ends_waiting_dequeues(sess):
    q = tf.FIFOQueue(3, tf.int32, [[]])
    x, close = q.dequeue(), q.close()
    waiting = Background(lambda: sess.run(x))
    assert waiting.waits()
    sess.run(close)
    with pytest.raises(tf.errors.OutOfRangeError, match=r"FIFOQueue '_\d+_fifo_queue' is closed and has insufficient elements"):
        waiting.result()


def test_closing_lets_waiting_enqueues_go_on_or_cancels_them(sess):
    q = tf.FIFOQueue(1, tf.int32, [[]])
    sess.run(q.enqueue(1))
    put, x, close, cancel = q.enqueue(2), q.dequeue(), q.close(), q.close(cancel_pending_enqueues=True)
    waiting = Background(lambda: sess.run(put))
    assert waiting.waits()
    sess.run(close)
    assert waiting.waits()
    with pytest.raises(tf.errors.CancelledError, match="is closed"):
        sess.run(put)
    other = waiting
    sess.run(cancel)
    with pytest.raises(tf.errors.CancelledError, match="Enqueue operation was cancelled"):
        other.result()
    assert sess.run(x) == 1
    with pytest.raises(tf.errors.OutOfRangeError):
        sess.run(x)


def test_too_few_elements_stay_in_the_queue(sess):
    q = tf.FIFOQueue(9, tf.int32, [[]])
    sess.run(q.enqueue_many([[1, 2, 3]]))
    batch, close, rest = q.dequeue_many(5), q.close(), q.dequeue_up_to(5)
    waiting = Background(lambda: sess.run(batch))
    assert waiting.waits()
    sess.run(close)
    with pytest.raises(tf.errors.OutOfRangeError, match="requested 5, current size 3"):
        waiting.result()
    assert sess.run(rest).tolist() == [1, 2, 3]


def test_closing_the_session_ends_waiting_runs():
    with tf.Graph().as_default():
        q = tf.FIFOQueue(3, tf.int32, [[]])
        x = q.dequeue()
        session = tf.Session()
        waiting = Background(lambda: session.run(x))
        assert waiting.waits()
        session.close()
        with pytest.raises(tf.errors.CancelledError):
            waiting.result()


def test_a_waiting_run_does_not_hold_up_others(sess):
    """Not even one that has written a variable before it waits."""
    v = tf.get_variable("v", [], initializer=tf.zeros_initializer())
    q = tf.FIFOQueue(1, tf.float32, [[]])
    sess.run(tf.global_variables_initializer())
    bump = v.assign_add(1.0)
    with tf.control_dependencies([bump]):
        x = q.dequeue()
    shifted = x + tf.random_uniform([], 0, 0.5)
    waiting = Background(lambda: sess.run(shifted))
    assert waiting.waits()
    assert Background(lambda: sess.run(v)).result() == 1.0
    sess.run(q.enqueue(v))
    assert 1.0 <= waiting.result() < 1.5


def test_a_random_element_that_waits_holds_no_lock(sess):
    q = tf.FIFOQueue(1, tf.float32, [[]])
    put, other = q.enqueue(tf.random_uniform([])), tf.random_uniform([])
    sess.run(put)
    waiting = Background(lambda: sess.run(put))
    assert waiting.waits()
    assert 0 <= Background(lambda: sess.run(other)).result() < 1
    sess.run(q.dequeue())
    waiting.result()


def test_many_threads_lose_and_repeat_nothing(sess):
    q = tf.FIFOQueue(5, tf.int32, [[]])
    p = tf.placeholder(tf.int32, [None])
    put, batch = q.enqueue_many([p]), q.dequeue_many(4)
    givers = [Background(lambda i=i: sess.run(put, {p: np.arange(20) + 100 * i})) for i in range(4)]
    takers = [Background(lambda: [sess.run(batch) for _ in range(5)]) for _ in range(4)]
    for g in givers:
        g.result()
    got = np.concatenate([b for t in takers for b in t.result()])
    assert sorted(got) == sorted(i + 100 * j for j in range(4) for i in range(20))


def test_sessions_have_queues_of_their_own():
    with tf.Graph().as_default():
        q = tf.FIFOQueue(3, tf.int32, [[]])
        put, size = q.enqueue(1), q.size()
        with tf.Session() as a, tf.Session() as b:
            a.run(put)
            assert (a.run(size), b.run(size)) == (1, 0)


def test_what_was_enqueued_is_a_copy(sess):
    q = tf.FIFOQueue(3, tf.int32, [[2]])
    p = tf.placeholder(tf.int32, [2])
    value = np.array([1, 2], np.int32)
    sess.run(q.enqueue(p), {p: value})
    value[0] = 9
    assert sess.run(q.dequeue()).tolist() == [1, 2]


def test_shuffling_keeps_some_behind_until_it_is_closed(sess):
    q = tf.RandomShuffleQueue(10, 3, tf.int32, [[]], seed=1)
    sess.run(q.enqueue_many([[0, 1, 2, 3]]))
    x, close = q.dequeue(), q.close()
    first = sess.run(x)
    waiting = Background(lambda: sess.run(x))
    assert waiting.waits()
    sess.run(close)
    rest = [waiting.result(), *(sess.run(x) for _ in range(2))]
    assert sorted([first, *rest]) == [0, 1, 2, 3]


def test_a_run_may_wait_only_so_long(sess):
    x = tf.FIFOQueue(3, tf.int32, [[]]).dequeue()
    with pytest.raises(tf.errors.DeadlineExceededError):
        sess.run(x, options=tf.RunOptions(timeout_in_ms=50))
    with tf.Session(config=tf.ConfigProto(operation_timeout_in_ms=50)) as other, pytest.raises(tf.errors.DeadlineExceededError):
        other.run(x)


def test_an_interrupt_ends_a_waiting_run(sess):
    q = tf.FIFOQueue(3, tf.int32, [[]])
    x, put = q.dequeue(), q.enqueue(1)
    sess.run([put, q.size()])
    sess.run(x)
    main = threading.main_thread().ident
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Timer(0.2, lambda: signal.pthread_kill(main, signal.SIGINT))
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            sess.run(x)
    finally:
        timer.join()
        signal.signal(signal.SIGINT, before)
    sess.run(put)
    assert sess.run(x) == 1


@pytest.mark.parametrize("use_resource", [False, True])
def test_a_variable_decides_which_queue_is_read(sess, use_resource):
    flag = tf.get_variable("flag", [], tf.bool, tf.ones_initializer(), use_resource=use_resource)
    big = tf.get_variable("big", [50, 50], initializer=tf.ones_initializer())
    a, b = tf.FIFOQueue(3, tf.float32, [[]]), tf.FIFOQueue(3, tf.float32, [[]])
    x = tf.cond(flag, lambda: a.dequeue(), lambda: b.dequeue())
    out, off = tf.reduce_sum(tf.matmul(big, big)) * x, flag.assign(False)
    sess.run([tf.global_variables_initializer(), a.enqueue(2.0), b.enqueue(3.0)])
    put = a.enqueue(1.0)
    total = 50 * 50 * 50
    assert sess.run(out) == 2 * total
    waiting = Background(lambda: sess.run(out))
    assert waiting.waits()
    sess.run(put)
    assert waiting.result() == total
    sess.run(off)
    assert sess.run(out) == 3 * total
