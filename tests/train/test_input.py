"""Input pipelines of queues, with the threads that fill them."""

from __future__ import annotations

import numpy as np
import pytest

import scopeflow as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def all_of(sess, fetches):
    """What a pipeline gives until its end."""
    sess.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
    coord = tf.train.Coordinator()
    threads = tf.train.start_queue_runners(sess, coord)
    out = []
    try:
        while not coord.should_stop():
            out.append(sess.run(fetches))
            assert len(out) < 1000
    except tf.errors.OutOfRangeError:
        pass
    finally:
        coord.request_stop()
    coord.join(threads, stop_grace_period_secs=10)
    return out


def test_lines_of_files_in_batches(sess, tmp_path):
    for name, text in (("a", "1\n2\n"), ("b", "3\n4\n5\n")):
        (tmp_path / name).write_text(text)
    names = tf.train.string_input_producer([str(tmp_path / n) for n in "ab"], num_epochs=1, shuffle=False)
    reader = tf.TextLineReader()
    key, value = reader.read(names)
    numbers = tf.decode_csv(value, [[0]])[0]
    batch = tf.train.batch([numbers, key], 2, allow_smaller_final_batch=True)
    got = all_of(sess, batch)
    assert [b[0].tolist() for b in got] == [[1, 2], [3, 4], [5]]
    assert got[2][1].tolist() == [f"{tmp_path}/b:3".encode()]
    assert sess.run([reader.num_records_produced(), reader.num_work_units_completed()]) == [5, 2]


def test_records_shuffled_lose_nothing(sess, tmp_path):
    path = str(tmp_path / "x.tfrecord")
    with tf.python_io.TFRecordWriter(path) as writer:
        for i in range(20):
            feature = tf.train.Feature(int64_list=tf.train.Int64List(value=[i]))
            writer.write(tf.train.Example(features=tf.train.Features(feature={"n": feature})).SerializeToString())
    names = tf.train.string_input_producer([path], num_epochs=2)
    _, data = tf.TFRecordReader().read(names)
    n = tf.parse_single_example(data, {"n": tf.FixedLenFeature([], tf.int64)})["n"]
    batch = tf.train.shuffle_batch([n], 5, capacity=30, min_after_dequeue=10, num_threads=2)
    got = np.concatenate(all_of(sess, batch))
    assert sorted(got) == sorted(list(range(20)) * 2)
    assert got.tolist() != sorted(got)


def test_slices_of_tensors(sess):
    a, b = tf.train.slice_input_producer([tf.constant([1, 2, 3]), tf.constant(["x", "y", "z"])], num_epochs=2, shuffle=False)
    got = all_of(sess, [a, b])
    assert [tuple(g) for g in got] == [(1, b"x"), (2, b"y"), (3, b"z")] * 2


def test_examples_of_different_sizes_are_filled_up(sess):
    n = tf.train.range_input_producer(3, num_epochs=1, shuffle=False).dequeue()
    batch = tf.train.batch([tf.fill([n + 1], n)], 3, dynamic_pad=True)
    assert all_of(sess, batch)[0].tolist() == [[0, 0, 0], [1, 1, 0], [2, 2, 2]]


def test_only_what_is_wanted(sess):
    n = tf.train.range_input_producer(6, num_epochs=1, shuffle=False).dequeue()
    batch = tf.train.maybe_batch([n], tf.equal(n % 2, 0), 3)
    assert all_of(sess, batch)[0].tolist() == [0, 2, 4]


def test_rows_that_are_wanted(sess):
    rows = tf.train.range_input_producer(6, num_epochs=1, shuffle=False).dequeue_many(3)
    batch = tf.train.maybe_batch([rows], tf.greater(rows, 1), 2, enqueue_many=True)
    assert [b.tolist() for b in all_of(sess, batch)] == [[2, 3], [4, 5]]


def test_sparse_tensors_in_batches(sess):
    n = tf.cast(tf.train.range_input_producer(4, num_epochs=1, shuffle=False).dequeue(), tf.int64)
    sparse = tf.SparseTensor([[n]], [n * 10], [5])
    batch = tf.train.batch([sparse, n], 2)
    assert batch[0].get_shape().ndims == 2
    got = all_of(sess, batch)
    assert got[1][0].indices.tolist() == [[0, 2], [1, 3]] and got[1][0].values.tolist() == [20, 30]
    assert got[1][0].dense_shape.tolist() == [2, 5]


def test_an_error_in_a_thread_is_raised_by_join(sess):
    n = tf.train.range_input_producer(4, num_epochs=1, shuffle=False).dequeue()
    bad = tf.py_func(lambda i: 1 // (2 - int(i)), [n], tf.int64)
    bad.set_shape([])
    tf.train.batch([bad], 2)
    sess.run([tf.local_variables_initializer()])
    coord = tf.train.Coordinator()
    threads = tf.train.start_queue_runners(sess, coord)
    assert coord.wait_for_stop(10)
    with pytest.raises(tf.errors.OpError, match="ZeroDivisionError"):
        coord.join(threads, stop_grace_period_secs=10)


def test_runners_survive_a_trip_through_their_message(sess):
    tf.train.range_input_producer(4, num_epochs=1, shuffle=False)
    runner = tf.get_collection(tf.GraphKeys.QUEUE_RUNNERS)[0]
    message = runner.to_proto()
    assert message.queue_name == "input_producer" and list(message.enqueue_op_name) == ["input_producer/input_producer_EnqueueMany"]
    again = tf.train.QueueRunner.from_proto(message)
    assert [op.name for op in again.enqueue_ops] == list(message.enqueue_op_name)
    assert again.close_op is runner.close_op and again.cancel_op is runner.cancel_op
    assert again.queue_closed_exception_types == (tf.errors.OutOfRangeError,)


def test_examples_of_changing_shapes_are_not_compiled_one_by_one(sess):
    image = tf.py_func(lambda: np.ones([np.random.randint(5, 50), 7], np.float32), [], tf.float32)
    image.set_shape([None, 7])
    scaled = tf.exp(tf.tanh(image * 2 - 1))[:4] + tf.random_uniform([4, 7])
    queue = tf.FIFOQueue(100, tf.float32, [[4, 7]])
    put = queue.enqueue(scaled)
    for _ in range(5):
        sess.run(put)
    plan = sess._plans[next(k for k in sess._plans if sess._plans[k].ops[-1] is put)]
    assert all(s.host and not s.entries for s in plan.stages)
    assert sess.run(queue.dequeue_many(5)).shape == (5, 4, 7)
