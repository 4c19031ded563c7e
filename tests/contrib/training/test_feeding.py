"""FeedingQueueRunner: functions fill a queue."""

from __future__ import annotations

import pytest

import scopeflow as tf


def test_functions_feed_until_they_end() -> None:
    """A function that raises OutOfRangeError ends its input."""
    numbers = iter(range(5))
    with tf.Graph().as_default(), tf.Session() as sess:
        x = tf.placeholder(tf.int32, [])
        queue = tf.FIFOQueue(10, [tf.int32], [[]])

        def feed() -> dict:
            for n in numbers:
                return {x: n}
            raise tf.errors.OutOfRangeError(None, None, "no more")

        runner = tf.contrib.training.FeedingQueueRunner(queue, [queue.enqueue(x)], feed_fns=[feed])
        for thread in runner.create_threads(sess, start=True):
            thread.join()
        assert list(sess.run(queue.dequeue_many(5))) == [0, 1, 2, 3, 4]
        with pytest.raises(NotImplementedError):
            runner.to_proto()


def test_one_function_for_each_op() -> None:
    """Another number is an error."""
    with tf.Graph().as_default():
        queue = tf.FIFOQueue(10, [tf.int32], [[]])
        with pytest.raises(ValueError, match="same length as enqueue_ops"):
            tf.contrib.training.FeedingQueueRunner(queue, [queue.enqueue(1)], feed_fns=[])
