"""Session.run: fetch structures, feeding, state and its order, errors that leave the session usable."""

import collections
import os
import signal
import sys
import threading
import time

import numpy as np
import pytest

import scopeflow as tf


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


@pytest.fixture
def session():
    with tf.Session() as s:
        yield s


# -- fetching ---------------------------------------------------------------------------
def test_fetch_structures(session):
    a, b = tf.constant(1.0, name="a"), tf.constant([1, 2], name="b")
    pair = collections.namedtuple("pair", "x y")
    assert session.run(a) == 1.0
    assert isinstance(session.run(a), np.float32)
    assert session.run([a, [b, (a,)]])[1][1] == (1.0,)
    assert session.run({"u": a, "v": [b]})["u"] == 1.0
    out = session.run(pair(a, b))
    assert type(out) is pair and out.y.tolist() == [1, 2]
    assert session.run("a:0") == 1.0
    assert session.run(a.op) is None
    assert session.run([a, a.op, "b:0"])[1] is None
    assert session.run([]) == []
    ordered = session.run(collections.OrderedDict([("z", a), ("k", b)]))
    assert list(ordered) == ["z", "k"] and type(ordered) is collections.OrderedDict


def test_fetch_sparse_tensor_and_indexed_slices(session):
    s = tf.SparseTensor([[0, 1]], [2.0], [2, 3])
    value = session.run(s)
    assert value.indices.tolist() == [[0, 1]] and value.dense_shape.tolist() == [2, 3]
    slices = tf.IndexedSlices(tf.constant([[1.0]]), tf.constant([2]), tf.constant([4, 1]))
    assert session.run(slices).indices.tolist() == [2]


@pytest.mark.parametrize(
    "fetch, error, text",
    [
        (None, TypeError, "has invalid type"),
        (3, TypeError, "must be a string or Tensor"),
        ("nope:0", ValueError, "cannot be interpreted as a Tensor"),
        ([None], TypeError, "has invalid type"),
    ],
)
def test_bad_fetches(session, fetch, error, text):
    tf.constant(1.0)
    with pytest.raises(error, match=text):
        session.run(fetch)


def test_fetch_of_a_foreign_graphs_tensor(session):
    mine = tf.constant(1.0)
    with tf.Graph().as_default():
        foreign = tf.constant(2.0)
    with pytest.raises(ValueError, match="is not an element of this graph"):
        session.run(foreign)
    assert session.run(mine) == 1.0


def test_empty_graph(session):
    with pytest.raises(RuntimeError, match="The Session graph is empty"):
        session.run([])


def test_results_are_the_users_own(session):
    v = tf.Variable([1.0, 2.0])
    session.run(v.initializer)
    out = session.run(v)
    out[0] = 7
    assert session.run(v).tolist() == [1.0, 2.0]


# -- feeding ----------------------------------------------------------------------------
def test_any_tensor_can_be_fed(session):
    x = tf.placeholder(tf.float32, [None])
    y = x * 2.0
    z = y + 1.0
    assert session.run(z, {x: [1, 2]}).tolist() == [3, 5]
    assert session.run(z, {y: [1.0, 2.0]}).tolist() == [2, 3]
    assert session.run([y, z], {y: [1.0]})[0].tolist() == [1.0]
    assert session.run(z, {y.name: [5.0]}).tolist() == [6]
    assert session.run(y, {y: [4.0]}).tolist() == [4.0]


def test_feed_errors_leave_the_session_usable(session):
    x = tf.placeholder(tf.float32, [None, 2], name="x")
    i = tf.placeholder(tf.int32, [], name="i")
    y = x + 1.0
    with pytest.raises(ValueError, match=r"Cannot feed value of shape \(3,\) for Tensor 'x:0', which has shape '\(\?, 2\)'"):
        session.run(y, {x: [1, 2, 3]})
    with pytest.raises(ValueError, match="x:0"):
        session.run(y, {x: "text"})
    with pytest.raises(TypeError, match="cannot be a tf.Tensor object"):
        session.run(y, {x: y})
    with pytest.raises(TypeError, match="is not compatible with Tensor type"):
        session.run(i, {i: 1.5})
    with pytest.raises(TypeError, match="Cannot interpret feed_dict key as Tensor"):
        session.run(y, {"zz:0": 1})
    with pytest.raises(
        tf.errors.InvalidArgumentError, match=r"You must feed a value for placeholder tensor 'x' with dtype float and shape \[\?,2\]"
    ):
        session.run(y)
    assert session.run(y, {x: [[1, 2]]}).tolist() == [[2, 3]]


def test_prevent_feeding(session, graph):
    c = tf.constant(1.0)
    graph.prevent_feeding(c)
    with pytest.raises(ValueError, match="may not be fed"):
        session.run(c + 1, {c: 2.0})


def test_feed_values_that_decide_shapes(session):
    n = tf.placeholder(tf.int32, [])
    shape = tf.placeholder(tf.int32, [None])
    x = tf.placeholder(tf.float32, [None])
    assert session.run(tf.range(n), {n: 3}).tolist() == [0, 1, 2]
    assert session.run(tf.range(n + 1) * 2, {n: 3}).tolist() == [0, 2, 4, 6]
    for size in (2, 3):
        assert session.run(tf.reshape(x, shape), {x: np.arange(6), shape: [size, -1]}).shape == (size, 6 // size)
    assert session.run(tf.tile(x, [tf.shape(x)[0]]), {x: [1, 2]}).tolist() == [1, 2, 1, 2]


def test_values_computed_on_the_device_can_decide_shapes(session):
    w = tf.Variable(np.arange(6, dtype=np.float32))
    m = tf.cast(tf.reduce_max(w), tf.int32)
    session.run(tf.global_variables_initializer())
    assert session.run(tf.zeros([m, 2])).shape == (5, 2)
    mask = w > 2.5
    assert session.run(tf.boolean_mask(w, mask)).tolist() == [3, 4, 5]


# -- state ------------------------------------------------------------------------------
def test_uninitialized_variable(session):
    w = tf.get_variable("a/w", [2], initializer=tf.ones_initializer())
    r = tf.get_variable("a/r", [2], initializer=tf.ones_initializer(), use_resource=True)
    y = w + 1.0
    with pytest.raises(tf.errors.FailedPreconditionError, match="Attempting to use uninitialized value a/w"):
        session.run(y)
    with pytest.raises(tf.errors.FailedPreconditionError, match="Attempting to use uninitialized value a/w"):
        session.run(w)
    with pytest.raises(tf.errors.FailedPreconditionError, match="Error while reading resource variable a/r"):
        session.run(r + 1.0)
    session.run(tf.global_variables_initializer())
    assert session.run(y).tolist() == [2, 2]


@pytest.mark.parametrize("use_resource", [False, True])
def test_order_of_reads_and_writes(session, use_resource):
    w = tf.get_variable("w", initializer=1.0, use_resource=use_resource)
    session.run(w.initializer)
    up = tf.assign_add(w, 10.0)
    early = w + 0.0
    with tf.control_dependencies([up]):
        late = w + 0.0 if not use_resource else w.read_value() + 0.0
    # A read that is not ordered after the write comes before it; of a resource variable that is only counted on, after it.
    assert session.run([up.op, early])[1] == (11.0 if use_resource else 1.0)
    assert session.run(late) == 21.0
    assert session.run(w) == 21.0


def test_a_fetched_reference_shows_the_end_of_the_run(session):
    w = tf.Variable(1.0, name="w")
    session.run(w.initializer)
    up = tf.assign_add(w, 1.0)
    assert session.run([w, up, "w/read:0"]) == [2.0, 2.0, 2.0]


def test_sessions_have_variables_of_their_own():
    w = tf.Variable(1.0)
    up = tf.assign_add(w, 1.0)
    a, b = tf.Session(), tf.Session()
    a.run(w.initializer)
    b.run(w.initializer)
    a.run(up)
    assert (a.run(w), b.run(w)) == (2.0, 1.0)


def test_a_failing_run_changes_no_variable(session):
    w = tf.get_variable("w", initializer=[1.0, 2.0])
    session.run(w.initializer)

    def fail(x):
        raise KeyError("on purpose")

    up = tf.assign_add(w, [1.0, 1.0])
    with tf.control_dependencies([up]):
        bad = tf.py_func(fail, [w], tf.float32)
    with pytest.raises(Exception, match="on purpose"):
        session.run(bad)
    assert session.run(w).tolist() == [1.0, 2.0]
    x = tf.placeholder(tf.float32, [2])
    checked = tf.assign(w, tf.check_numerics(x / w, "not a number here"))
    with pytest.raises(tf.errors.InvalidArgumentError, match="not a number here"):
        session.run(checked, {x: [np.nan, 1.0]})
    assert session.run(w).tolist() == [1.0, 2.0]
    assert session.run(checked, {x: [1.0, 1.0]}).tolist() == [1.0, 0.5]


def test_division_by_zero_gives_infinity_and_nan(session):
    x = tf.placeholder(tf.float32, [2])
    out = session.run(x / 0.0, {x: [1.0, 0.0]})
    assert np.isinf(out[0]) and np.isnan(out[1])


def test_closed_session():
    c = tf.constant(1.0)
    s = tf.Session()
    assert s.run(c) == 1.0
    s.close()
    with pytest.raises(RuntimeError, match="Attempted to use a closed Session"):
        s.run(c)


def test_interrupt_leaves_the_state(session):
    # A process started in the background ignores SIGINT; here it is to mean Ctrl-C.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    w = tf.get_variable("w", initializer=tf.zeros([300, 300]), use_resource=False)
    x = w
    for _ in range(3):
        x = tf.matmul(x, x) + 1.0
    step = tf.assign(w, x * 1e-6)
    session.run(w.initializer)
    session.run(step)
    try:
        timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            deadline = time.time() + 20
            while time.time() < deadline:
                session.run(step)
    finally:
        signal.signal(signal.SIGINT, before)
    assert session.run(w).shape == (300, 300)
    session.run(step)


def test_threads_do_not_lose_updates(session):
    w = tf.get_variable("w", initializer=np.zeros([64, 64], np.float32))
    up = tf.assign_add(w, tf.matmul(tf.ones([64, 64]), tf.eye(64)))
    session.run(w.initializer)
    session.run(up)
    failures = []

    def work():
        try:
            for _ in range(50):
                session.run([up.op])
                session.run(w)
        except Exception as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not failures
    assert session.run(w)[0, 0] == 201.0


# -- plans ------------------------------------------------------------------------------
def _calls(function):
    """How many Python functions a call of `function` enters."""
    count = 0

    def profile(frame, event, arg):
        nonlocal count
        count += event == "call"

    sys.setprofile(profile)
    try:
        function()
    finally:
        sys.setprofile(None)
    return count


def test_cached_runs_do_no_work_that_grows_with_the_graph(session):
    x = tf.placeholder(tf.float32, [64, 64])
    y = tf.matmul(x, x)
    small = y + 1.0
    for _ in range(40):
        small = small + 1.0
    large = y + 1.0
    for _ in range(800):
        large = large + 1.0
    value = np.ones([64, 64], np.float32)
    for t in (small, large):
        session.run(t, {x: value})
        session.run(t, {x: value})
    few, many = _calls(lambda: session.run(small, {x: value})), _calls(lambda: session.run(large, {x: value}))
    assert many == few


def test_adding_ops_does_not_recompile(session):
    x = tf.placeholder(tf.float32, [64])
    y = tf.reduce_sum(tf.tanh(x) * 2.0 + x)
    session.run(y, {x: np.ones(64)})
    plans = set(map(id, session._plans.values()))
    tf.constant(3.0)
    session.run(y, {x: np.ones(64)})
    assert set(map(id, session._plans.values())) == plans


def test_make_callable(session):
    x = tf.placeholder(tf.float32, [])
    y = tf.placeholder(tf.float32, [])
    f = session.make_callable(x * y, [x, y])
    assert f(2.0, 3.0) == 6.0
    with pytest.raises(TypeError, match="2 feed values expected"):
        f(1.0)


def test_partial_run_is_refused_with_a_way_out(session):
    tf.constant(1.0)
    with pytest.raises(tf.errors.UnimplementedError, match="Run the parts with Session.run"):
        session.partial_run_setup([], [])


def test_default_sessions():
    c = tf.constant(2.0)
    assert tf.get_default_session() is None
    with pytest.raises(ValueError, match="No default session is registered"):
        c.eval()
    with tf.Session().as_default() as s:
        assert tf.get_default_session() is s
        assert c.eval() == 2.0
    assert s.run(c) == 2.0
    i = tf.InteractiveSession()
    assert c.eval() == 2.0
    i.close()
    assert tf.get_default_session() is None


def test_options_and_metadata_are_accepted(session):
    c = tf.constant(1.0)
    assert session.run(c, options=tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE), run_metadata=tf.RunMetadata()) == 1.0
    with tf.Session(config=tf.ConfigProto(allow_soft_placement=True)) as s:
        assert s.run(c) == 1.0
    with pytest.raises(TypeError, match="config must be a tf.ConfigProto"):
        tf.Session(config=3)


def test_64_bit_types_are_real_and_jax_is_left_alone(session):
    import jax
    import jax.numpy as jnp

    x = tf.placeholder(tf.float64, [1000])
    out = session.run(tf.reduce_sum(x) + tf.constant(1e-12, tf.float64), {x: np.full(1000, 1.0)})
    assert out.dtype == np.float64 and out != 1000.0
    assert session.run(tf.constant(2**40) * 2) == 2**41
    assert jnp.arange(3).dtype == jnp.int32 and not jax.config.jax_enable_x64


def test_a_cycle_of_control_inputs_is_named(session):
    a = tf.constant(1.0, name="a") + 1.0
    b = tf.identity(a, name="b")
    a.op._add_control_input(b.op)
    with pytest.raises(tf.errors.InvalidArgumentError, match="part of a cycle"):
        session.run(b)


@pytest.mark.parametrize("size", [2, 200])
def test_shapes_that_do_not_fit_are_named(session, size):
    """On the host and in a compiled stage alike; the session goes on."""
    x, y = tf.placeholder(tf.float32), tf.placeholder(tf.float32)
    a, b = np.ones([size, size], np.float32), np.ones([size + 1], np.float32)
    total, product = x + y, tf.matmul(x, y)
    with pytest.raises(
        tf.errors.InvalidArgumentError, match=rf"Incompatible shapes: \[{size},{size}\] vs. \[{size + 1}\]\n.*node add \(defined at"
    ):
        session.run(total, {x: a, y: b})
    with pytest.raises(tf.errors.InvalidArgumentError, match=rf"cannot take inputs of shapes \[{size},{size}\], \[1,{size + 1}\]"):
        session.run(product, {x: a, y: b[None]})
    assert session.run(total, {x: a, y: a})[0, 0] == 2.0


def test_a_branch_after_a_host_stage_knows_its_condition() -> None:
    """A condition that tracing finds out stays known when what it is computed from lies before a host stage."""
    x = tf.placeholder(tf.float32, [2, 3])
    turns = tf.equal(tf.floormod(tf.constant(3), 2), 1)
    with tf.control_dependencies([tf.Assert(tf.reduce_any(x >= 0), [x])]):
        # The branches differ in shape, so that one is chosen while tracing.
        y = tf.cond(turns, lambda: tf.transpose(x), lambda: x)
    with tf.Session() as session:
        assert session.run(y, {x: np.ones([2, 3])}).shape == (3, 2)


def test_a_value_fed_for_a_variable_is_what_its_readers_see():
    with tf.Graph().as_default():
        v = tf.get_variable("v", [2], initializer=tf.zeros_initializer())
        loss = tf.reduce_sum((v - 3.0) ** 2)
        slope = tf.gradients(loss, [v])[0]
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            value, gradient = session.run([loss, slope], {v: [1.0, 2.0]})
            assert value == 5.0 and gradient.tolist() == [-4.0, -2.0]
            assert session.run(loss) == 18.0


def test_a_condition_read_from_a_variable_can_be_fed():
    with tf.Graph().as_default():
        flag = tf.identity(tf.Variable(True))
        w = tf.Variable(1.0)
        y = tf.cond(flag, lambda: w + 1.0, lambda: w - 1.0)
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            assert [session.run(y), session.run(y, {flag: False}), session.run(y, {flag: True})] == [2.0, 0.0, 2.0]


@pytest.mark.parametrize("dtype, blank, letters", [(tf.float32, 0.0, [1.0, 2.0, 3.0, 4.0]), (tf.string, "", [b"a", b"b", b"c", b"d"])])
def test_a_branch_that_slices_a_growing_variable(dtype, blank, letters):
    """How far the slices go is known in an earlier stage only; a write that the branch holds up is not done if it is not taken."""
    with tf.Graph().as_default():
        kept = tf.Variable(np.zeros([0], dtype.as_numpy_dtype), validate_shape=False, trainable=False, dtype=dtype)
        size, more = tf.Variable(0), tf.placeholder(dtype, [None])
        wanted = size + tf.shape(more)[0]

        def grow():
            old = kept.value()
            with tf.control_dependencies([old]):
                larger = tf.assign(kept, tf.fill(tf.stack([wanted * 2]), blank), validate_shape=False)
            with tf.control_dependencies([larger]):
                copied = kept[:size].assign(old[:size])
            with tf.control_dependencies([copied]):
                return tf.no_op()

        with tf.control_dependencies([tf.cond(wanted > tf.shape(kept.value())[0], grow, tf.no_op)]):
            added = kept[size:wanted].assign(more)
        with tf.control_dependencies([added]):
            step = size.assign(wanted)
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            lengths = []
            for values in (letters[:1], letters[1:2], letters[2:]):
                session.run(step, {more: values})
                lengths.append(len(session.run(kept)))
            assert lengths == [2, 2, 8]
            assert session.run(kept)[:4].tolist() == letters and session.run(size) == 4


def test_a_kernel_that_stops_iteration_is_an_error() -> None:
    """StopIteration is not taken for the end of the run."""
    from scopeflow.op.declare import OPS, op

    def stops(x):
        raise StopIteration

    ended = op("EndsEarly", "x: float -> y: float", jax_only=True, shape=lambda inputs, attrs: [()])(stops)
    try:
        with tf.Graph().as_default(), tf.Session() as session:
            y = ended(tf.placeholder_with_default(1.0, []))
            with pytest.raises(tf.errors.InternalError, match="StopIteration"):
                session.run(y)
    finally:
        del OPS["EndsEarly"]


def test_floats_before_a_host_op_whose_shape_is_known_are_not_compiled_for():
    """The shape of a sum of sparse tensors is needed to compile what follows; the values that it is made of are not."""
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [64, 64])
        places = np.stack([np.arange(64), np.zeros(64)], 1).astype(np.int64)
        size = tf.placeholder_with_default(np.array([64, 3], np.int64), [2])
        a = tf.SparseTensor(places, tf.reduce_sum(x * x, 1), size)
        total = tf.sparse_tensor_dense_matmul(tf.sparse_add(a, a), tf.ones([3, 1]))
        with tf.Session() as session:
            results = [session.run(total, {x: np.full([64, 64], n, np.float32)}).ravel().tolist() for n in (1, 2, 3)]
            assert results == [[2.0 * 64 * n * n] * 64 for n in (1, 2, 3)]
            compiled = [stage for plan in session._plans.values() for stage in plan.stages if not stage.host]
            assert "Mul" in {op.type for stage in compiled for op in stage.stage.ops}
            assert all(len(stage.entries) <= 2 for stage in compiled)
