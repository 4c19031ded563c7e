"""Fetches and feeds of less usual kinds, and sessions' smaller parts."""

import collections

import numpy as np
import pytest

import scopeflow as tf
from scopeflow.runtime import fetch


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


@pytest.fixture
def session():
    with tf.Session() as s:
        yield s


class Attrs:
    """Looks like a class made by attrs."""

    __attrs_attrs__ = (collections.namedtuple("Attribute", "name")("x"),)

    def __init__(self, x):
        self.x = x


class Pair:
    """A class that fetches are registered for."""

    def __init__(self, a, b):
        self.parts = [a, b]


def test_structures_come_back_as_they_were(session):
    a = tf.constant(1.0, name="a")
    out = session.run(Attrs([a]))
    assert type(out) is Attrs and out.x == [1.0]
    out = session.run(collections.defaultdict(list, {"k": a}))
    assert out == {"k": 1.0} and out.default_factory is list
    assert session.run((a, [a.op, "a", "a:0"])) == (1.0, [None, None, 1.0])
    handler = fetch.Fetches(session.graph, [a, a, a.op, "a"])
    assert (len(handler.tensors), len(handler.targets)) == (1, 1)


def test_registered_classes(session, monkeypatch):
    monkeypatch.setattr(fetch, "_expansions", list(fetch._expansions))
    fetch.register_fetch_expansion(Pair, lambda p: (p.parts, sum))
    assert session.run([Pair(tf.constant(1.0), tf.constant(2.0))]) == [3.0]


def test_slices_without_a_dense_shape(session):
    slices = tf.IndexedSlices(tf.constant([1.0]), tf.constant([4]))
    out = session.run(slices)
    assert out.indices.tolist() == [4] and out.dense_shape is None


def test_unfetchable(session, graph):
    op = tf.no_op(name="hidden")
    graph.prevent_fetching(op)
    with pytest.raises(ValueError, match="'hidden' has been marked as not fetchable"):
        session.run(op)


def test_composites_and_lists_are_fed(session):
    sparse = tf.sparse_placeholder(tf.float32, [2, 3])
    value = tf.SparseTensorValue([[0, 1]], [5.0], [2, 3])
    assert session.run(sparse, {sparse: value}).values.tolist() == [5.0]
    slices = tf.IndexedSlices(tf.placeholder(tf.float32), tf.placeholder(tf.int32), tf.placeholder(tf.int32))
    assert session.run(slices, {slices: ([1.0], [0], [3])}).dense_shape.tolist() == [3]
    x, y = tf.placeholder(tf.float32), tf.placeholder(tf.float32)
    assert session.run(x + y, {(x, y): (1.0, 2.0)}) == 3.0
    with pytest.raises(TypeError, match="Cannot interpret feed_dict key as Tensor"):
        session.run(x, {(x, y): 1.0})


@pytest.mark.parametrize(
    "dtype, value, error, text",
    [
        ("int32", 2**40, TypeError, "is not compatible with Tensor type"),
        ("int8", 1.5, TypeError, "is not compatible with Tensor type"),
        ("float32", "a", ValueError, "could not convert string to float"),
        ("float32", [[1.0], [1.0, 2.0]], ValueError, "setting an array element with a sequence"),
    ],
)
def test_values_that_do_not_fit(session, dtype, value, error, text):
    x = tf.placeholder(dtype)
    with pytest.raises(error, match=text):
        session.run(x, {x: value})


def test_strings_are_fed_as_bytes(session):
    x = tf.placeholder(tf.string)
    for value in (["a", b"b"], np.array(["a", "b"]), np.array([b"a", b"b"])):
        assert session.run(x, {x: value}).tolist() == [b"a", b"b"]


@pytest.mark.parametrize(
    "arguments, text",
    [
        ({"graph": 3}, "graph must be a tf.Graph"),
        ({"target": 3}, "target must be a string"),
        ({"config": 3}, "config must be a tf.ConfigProto"),
    ],
)
def test_arguments_of_sessions(arguments, text):
    with pytest.raises(TypeError, match=text):
        tf.Session(**arguments)


def test_parts_of_sessions(session, graph):
    tf.constant(1.0, name="a")
    assert session.graph is graph and [n.name for n in session.graph_def.node] == ["a"] and session.sess_str == ""
    (device,) = session.list_devices()
    assert device.device_type == "CPU" and "CPU:0" in repr(device)
    assert "closed=False" in repr(session)
    tf.Session.reset("")


def test_interactive_session_is_the_default_until_closed():
    session = tf.InteractiveSession()
    v = tf.Variable(2.0)
    session.run(v.initializer)
    assert v.eval() == 2.0 and tf.get_default_session() is session
    session.reset()
    with pytest.raises(tf.errors.FailedPreconditionError):
        v.eval()
    session.close()
    session.close()
    assert tf.get_default_session() is None


def test_entering_a_session_twice_warns(session):
    with pytest.warns(UserWarning, match="nested"), session:
        pass


def test_callables_check_their_arguments(session):
    x = tf.placeholder(tf.float32)
    with pytest.raises(TypeError, match="must be a list or tuple"):
        session.make_callable(x, x)
    with pytest.raises(TypeError, match="1 feed values expected"):
        session.make_callable(x, [x])()
    assert session.make_callable(x * 2.0, [x])(3.0) == 6.0
    session.close()
    with pytest.raises(RuntimeError, match="closed Session"):
        session.make_callable(x)
