"""Runs from many threads at once, from the first one on."""

from __future__ import annotations

import threading

import numpy as np

import scopeflow as tf


def test_the_first_runs_of_a_plan_may_come_at_the_same_time():
    for _ in range(3):
        with tf.Graph().as_default(), tf.Session() as sess:
            x = tf.placeholder(tf.float32, [40, 40])
            parts = [tf.tanh(x * i) for i in range(1, 12)]
            start = threading.Barrier(6)
            wrong = []

            def work(sess=sess, x=x, parts=parts, start=start, wrong=wrong):
                value = np.random.RandomState(threading.get_ident() % 1000).rand(40, 40).astype(np.float32)
                start.wait(10)
                for _ in range(3):
                    got = sess.run(parts, {x: value})
                    for i, g in enumerate(got, 1):
                        if not np.allclose(g, np.tanh(value * i), atol=1e-5):
                            wrong.append(i)

            threads = [threading.Thread(target=work, daemon=True) for _ in range(6)]
            for t in threads:
                t.start()
            for t in threads:
                t.join(30)
                assert not t.is_alive()
            assert not wrong
