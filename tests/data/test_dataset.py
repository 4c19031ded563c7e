"""Datasets: threads, files, iterators that are started again; values and orders are compared with the reference in tests/contract."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

import scopeflow as tf

Dataset = tf.data.Dataset


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def elements(sess, dataset, most=1000):
    """Everything in a dataset."""
    iterator = dataset.make_initializable_iterator()
    x = iterator.get_next()
    sess.run(iterator.initializer)
    out = []
    with pytest.raises(tf.errors.OutOfRangeError, match="End of sequence"):
        for _ in range(most):
            out.append(sess.run(x))
    return out


def test_an_iterator_starts_again_with_its_initializer(sess):
    n = tf.placeholder(tf.int64, [])
    iterator = Dataset.range(n).make_initializable_iterator()
    x = iterator.get_next()
    with pytest.raises(tf.errors.FailedPreconditionError, match="iterator has not been initialized"):
        sess.run(x)
    for count in (2, 3):
        sess.run(iterator.initializer, {n: count})
        assert [sess.run(x) for _ in range(count)] == list(range(count))
        with pytest.raises(tf.errors.OutOfRangeError):
            sess.run(x)


def test_sessions_go_through_a_dataset_each():
    with tf.Graph().as_default():
        x = Dataset.range(5).make_one_shot_iterator().get_next()
        with tf.Session() as a, tf.Session() as b:
            assert [a.run(x), a.run(x), b.run(x)] == [0, 1, 0]


def test_handles_choose_what_is_read(sess):
    train = Dataset.range(10).make_one_shot_iterator()
    test = Dataset.range(100, 110).make_initializable_iterator()
    handle = tf.placeholder(tf.string, [])
    iterator = tf.data.Iterator.from_string_handle(handle, train.output_types, train.output_shapes)
    x = iterator.get_next()
    train_handle, test_handle = sess.run([train.string_handle(), test.string_handle()])
    sess.run(test.initializer)
    assert [sess.run(x, {handle: h}) for h in (train_handle, test_handle, train_handle, test_handle)] == [0, 100, 1, 101]
    with pytest.raises(tf.errors.InvalidArgumentError, match="stands for no iterator"):
        sess.run(x, {handle: "nonsense"})


def test_prefetching_runs_ahead_and_stops(sess):
    made = []

    def generate():
        for i in range(1000):
            made.append(i)
            yield i

    dataset = Dataset.from_generator(generate, tf.int64, []).prefetch(3)
    iterator = dataset.make_initializable_iterator()
    x = iterator.get_next()
    sess.run(iterator.initializer)
    assert sess.run(x) == 0
    deadline = time.monotonic() + 10
    while len(made) < 4 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert 4 <= len(made) <= 6
    sess.run(iterator.initializer)  # ends the thread of before
    assert sess.run(x) == 0
    before = threading.active_count()
    sess.close()
    while threading.active_count() >= before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() < before


def test_a_slow_dataset_does_not_hold_up_other_runs(sess):
    release = threading.Event()

    def generate():
        release.wait(10)
        yield 1

    x = Dataset.from_generator(generate, tf.int64, []).make_initializable_iterator()
    value, v = x.get_next(), tf.get_variable("v", [], initializer=tf.ones_initializer())
    total = tf.cast(value, tf.float32) + v
    sess.run([x.initializer, tf.global_variables_initializer()])
    got = []
    thread = threading.Thread(target=lambda: got.append(sess.run(total)), daemon=True)
    thread.start()
    time.sleep(0.05)
    assert sess.run(v) == 1.0
    release.set()
    thread.join(10)
    assert got == [2.0]


def test_many_threads_share_an_iterator(sess):
    x = Dataset.range(200).map(lambda n: n * 2, num_parallel_calls=3).prefetch(4).make_one_shot_iterator().get_next()
    got: list[int] = []

    def work():
        try:
            while True:
                got.append(int(sess.run(x)))
        except tf.errors.OutOfRangeError:
            pass

    threads = [threading.Thread(target=work, daemon=True) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join(20)
        assert not t.is_alive()
    assert sorted(got) == list(range(0, 400, 2))


def test_an_error_is_raised_and_the_next_element_follows(sess):
    for parallel in (None, 2):
        dataset = Dataset.from_tensor_slices([1.0, 0.0, 2.0]).map(lambda x: tf.check_numerics(1.0 / x, "one over"), parallel)
        x = dataset.make_one_shot_iterator().get_next()
        assert sess.run(x) == 1.0
        with pytest.raises(tf.errors.InvalidArgumentError, match="one over"):
            sess.run(x)
        assert sess.run(x) == 0.5


def test_what_a_generator_raises(sess):
    def broken():
        yield 1
        raise RuntimeError("mine")

    x = Dataset.from_generator(broken, tf.int64).make_one_shot_iterator().get_next()
    assert sess.run(x) == 1
    with pytest.raises(tf.errors.UnknownError, match="RuntimeError: mine"):
        sess.run(x)
    wrong = Dataset.from_generator(lambda: iter([(1, 2)]), (tf.int64, tf.int64, tf.int64)).make_one_shot_iterator().get_next()
    with pytest.raises(tf.errors.InvalidArgumentError, match="did not match the expected structure"):
        sess.run(wrong)


def test_lines_records_and_pieces_of_files(sess, tmp_path):
    (tmp_path / "a.txt").write_bytes(b"one\r\ntwo\n")
    (tmp_path / "b.txt").write_text("three")
    names = [str(tmp_path / n) for n in ("a.txt", "b.txt")]
    assert elements(sess, tf.data.TextLineDataset(names)) == [b"one", b"two", b"three"]
    assert sorted(elements(sess, tf.data.TextLineDataset(names, num_parallel_reads=2))) == [b"one", b"three", b"two"]
    assert elements(sess, tf.data.TextLineDataset(Dataset.list_files(str(tmp_path / "*.txt"), shuffle=False)).skip(2)) == [b"three"]
    with pytest.raises(tf.errors.NotFoundError):
        elements(sess, tf.data.TextLineDataset(str(tmp_path / "missing")))
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"No files matched pattern: .*\*\.none"):
        elements(sess, Dataset.list_files(str(tmp_path / "*.none")))
    for kind in ("", "GZIP", "ZLIB"):
        path = str(tmp_path / f"x{kind}")
        with tf.python_io.TFRecordWriter(path, kind) as writer:
            for i in range(3):
                writer.write(bytes([i]) * (i + 1))
        assert elements(sess, tf.data.TFRecordDataset([path], compression_type=kind)) == [b"\0", b"\1\1", b"\2\2\2"]
    (tmp_path / "fixed").write_bytes(b"HHaabbccF")
    fixed = tf.data.FixedLengthRecordDataset(str(tmp_path / "fixed"), 2, header_bytes=2, footer_bytes=1)
    assert elements(sess, fixed) == [b"aa", b"bb", b"cc"]


def test_a_damaged_record_is_named(sess, tmp_path):
    path = tmp_path / "x"
    with tf.python_io.TFRecordWriter(str(path)) as writer:
        writer.write(b"first")
        writer.write(b"second")
    data = bytearray(path.read_bytes())
    data[-6] ^= 1
    path.write_bytes(data)
    x = tf.data.TFRecordDataset(str(path)).make_one_shot_iterator().get_next()
    assert sess.run(x) == b"first"
    with pytest.raises(tf.errors.DataLossError, match="corrupted record at 33"):
        sess.run(x)


def test_a_cache_in_a_file_lasts(sess, tmp_path):
    calls = []

    def count(x):
        calls.append(int(x))
        return x

    def dataset():
        once = Dataset.range(3).map(lambda x: tf.py_func(count, [x], tf.int64))
        return once.map(lambda x: (x, tf.fill([2], "ä"))).cache(str(tmp_path / "cache"))

    first = elements(sess, dataset())
    again = elements(sess, dataset())
    assert [int(a) for a, _ in first] == [int(a) for a, _ in again] == [0, 1, 2]
    assert again[1][1].tolist() == ["ä".encode()] * 2
    assert calls == [0, 1, 2]


def test_training_from_a_dataset_learns(sess):
    rng = np.random.RandomState(0)
    x = rng.randn(200, 3).astype(np.float32)
    y = x @ np.float32([[1.0], [-2.0], [3.0]])
    dataset = Dataset.from_tensor_slices((x, y)).shuffle(200, seed=1).repeat().batch(20).prefetch(1)
    a, b = dataset.make_one_shot_iterator().get_next()
    w = tf.get_variable("w", [3, 1], initializer=tf.zeros_initializer())
    loss = tf.reduce_mean(tf.squared_difference(tf.matmul(a, w), b))
    train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
    sess.run(tf.global_variables_initializer())
    for _ in range(100):
        sess.run(train)
    assert np.allclose(sess.run(w)[:, 0], [1, -2, 3], atol=1e-3)


def test_a_function_may_read_a_variable_that_is_trained(sess):
    v = tf.get_variable("v", [], tf.int64, tf.zeros_initializer(), use_resource=True)
    x = Dataset.range(10).map(lambda n: n * 0 + v).make_initializable_iterator()
    value, bump = x.get_next(), v.assign_add(1)
    sess.run(tf.global_variables_initializer())
    sess.run(x.initializer)
    got = []
    for _ in range(3):
        got.append(sess.run(value))
        sess.run(bump)
    assert got == [0, 1, 2]


def test_the_device_computes_beside_the_dataset_in_one_stage(sess):
    """What does not depend on the element joins the stage that does: one compiled function for a training step."""
    x = Dataset.range(100).make_one_shot_iterator().get_next()
    w = tf.get_variable("w", [], initializer=tf.ones_initializer())
    loss = tf.cast(x, tf.float32) * w + 0.1 * tf.nn.l2_loss(w)
    train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
    sess.run(tf.global_variables_initializer())
    sess.run([train, loss])
    plan = next(p for p in sess._plans.values() if train in getattr(p, "targets", [train]) and len(p.stages) > 1)
    assert [s.stage.host for s in plan.stages] == [True, False]
    assert plan.last_is_direct


def test_a_run_that_is_divided_anew_takes_one_element(sess):
    """A loop that turns out to need the host makes the run start again, when the element has been taken already."""
    x = tf.data.Dataset.range(1, 10).make_one_shot_iterator().get_next()
    taken = tf.data.Dataset.range(1, 10).map(lambda n: n).make_one_shot_iterator().get_next()

    def body(i, found):
        return i + 1, tf.concat([found, tf.fill([2], i)], 0)

    _, found = tf.while_loop(
        lambda i, _: i < x, body, [tf.constant(0, tf.int64), tf.zeros([0], tf.int64)], [tf.TensorShape([]), tf.TensorShape([None])]
    )
    got = [sess.run([x, found, taken]) for _ in range(3)]
    assert [g[0] for g in got] == [1, 2, 3] == [g[2] for g in got]
    assert [len(g[1]) for g in got] == [2, 4, 6]


def test_wrong_uses_are_refused(sess):
    with pytest.raises(TypeError, match="nested structure of `Dataset` objects"):
        Dataset.zip([Dataset.range(1)])
    with pytest.raises(TypeError, match="must return a Dataset"):
        Dataset.range(1).apply(lambda d: 3)
    with pytest.raises(TypeError, match="callable"):
        Dataset.from_generator([1, 2], tf.int32)
    with pytest.raises(RuntimeError, match="eager"):
        iter(Dataset.range(1))
    with pytest.raises(ValueError, match="does not have an initializer"):
        _ = Dataset.range(1).make_one_shot_iterator().initializer
    with pytest.raises(ValueError, match="Cannot capture a placeholder"):
        Dataset.from_tensors(tf.placeholder(tf.int32)).make_one_shot_iterator()
    options = tf.data.Options()
    options.experimental_deterministic = False
    assert Dataset.range(1).with_options(options).batch(2).options().experimental_deterministic is False
    with pytest.raises(AttributeError, match="Cannot set the property"):
        options.nonsense = 1


def test_writing_a_dataset_to_records(sess, tmp_path):
    path = str(tmp_path / "x")
    sess.run(tf.data.experimental.TFRecordWriter(path, "GZIP").write(Dataset.from_tensor_slices(["a", "b"])))
    assert list(tf.python_io.tf_record_iterator(path, tf.python_io.TFRecordOptions("GZIP"))) == [b"a", b"b"]
    with pytest.raises(TypeError, match="scalar `DT_STRING`"):
        tf.data.experimental.TFRecordWriter(path).write(Dataset.range(3))


def test_features_of_files_in_batches(sess, tmp_path):
    path = str(tmp_path / "x")
    with tf.python_io.TFRecordWriter(path) as writer:
        for i in range(5):
            feature = tf.train.Feature(int64_list=tf.train.Int64List(value=[i]))
            writer.write(tf.train.Example(features=tf.train.Features(feature={"n": feature})).SerializeToString())
    features = {"n": tf.FixedLenFeature([], tf.int64)}
    dataset = tf.data.experimental.make_batched_features_dataset(path, 2, features, num_epochs=1, shuffle=False)
    assert [e["n"].tolist() for e in elements(sess, dataset)] == [[0, 1], [2, 3], [4]]
    labelled = tf.data.experimental.make_batched_features_dataset(path, 5, features, label_key="n", num_epochs=1)
    assert sorted(elements(sess, labelled)[0][1]) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    "function", [lambda c, x: c / x, lambda c, x: x / c, lambda c, x: c // x, lambda c, x: c - x, lambda c, x: 1 / c + x]
)
def test_operators_with_tensors_from_outside(function):
    """A function of a dataset may use tensors of the graph it is made in, on either side of an operator."""
    with tf.Graph().as_default(), tf.Session() as session:
        outside = tf.constant(4.0)
        iterator = tf.data.Dataset.from_tensors(8.0).map(lambda x: function(outside, x)).make_initializable_iterator()
        session.run(iterator.initializer)
        assert session.run(iterator.get_next()) == function(4.0, 8.0)
