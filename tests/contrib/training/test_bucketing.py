"""Buckets: every batch holds examples of one bucket, and none is lost."""

from __future__ import annotations

import scopeflow as tf


def _batches(sess: tf.Session, fetches: object) -> list:
    coord = tf.train.Coordinator()
    threads = tf.train.start_queue_runners(sess, coord)
    found = []
    try:
        while True:
            found.append(sess.run(fetches))
    except tf.errors.OutOfRangeError:
        coord.request_stop()
    coord.join(threads)
    return found


def test_sequences_of_similar_length_come_together() -> None:
    """Lengths 1 to 12, in buckets below 4, below 8 and above; the last batches are smaller."""
    with tf.Graph().as_default(), tf.Session() as sess:
        length = tf.train.range_input_producer(13, num_epochs=1, shuffle=False).dequeue()
        lengths, (sequences,) = tf.contrib.training.bucket_by_sequence_length(
            length, [tf.fill([length], length)], 2, [4, 8], dynamic_pad=True, allow_smaller_final_batch=True
        )
        sess.run(tf.local_variables_initializer())
        found = _batches(sess, (lengths, sequences))
    assert sorted(n for batch, _ in found for n in batch) == list(range(13))
    for batch, rows in found:
        assert len({(n >= 4) + (n >= 8) for n in batch}) == 1
        assert rows.shape == (len(batch), max(batch))
        assert [list(row[row > 0]) for row in rows] == [[n] * n for n in batch]


def test_examples_that_are_not_kept_do_not_count() -> None:
    """Only even numbers are kept."""
    with tf.Graph().as_default(), tf.Session() as sess:
        number = tf.train.range_input_producer(8, num_epochs=1, shuffle=False).dequeue()
        which, batch = tf.contrib.training.bucket([number], tf.cast(number >= 4, tf.int32), 2, 2, keep_input=tf.equal(number % 2, 0))
        sess.run(tf.local_variables_initializer())
        found = _batches(sess, (which, batch))
    assert sorted((w, list(b)) for w, b in found) == [(0, [0, 2]), (1, [4, 6])]
