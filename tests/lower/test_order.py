"""The order in which ops take effect: creation order under dependencies, reads before unordered writes."""

import pytest

import scopeflow as tf
from scopeflow.lower.order import schedule
from scopeflow.lower.prune import needed_ops
from scopeflow.lower.state import alias_key, is_alias, reads_of, writes_of


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


def _order(*targets):
    ops = needed_ops([], [t.op for t in targets], frozenset())
    return [op.name for op in schedule(ops, frozenset(), {})]


def test_only_what_is_needed_runs():
    a = tf.constant(1.0, name="a")
    tf.add(a, 1.0, name="unused")
    b = tf.add(a, 2.0, name="b")
    assert _order(b) == ["a", "b/y", "b"]


def test_feeds_cut():
    a = tf.constant(1.0, name="a")
    b = tf.identity(a, name="b")
    c = tf.identity(b, name="c")
    assert [op.name for op in needed_ops([c], [], frozenset([b]))] == ["c"]


def test_reads_come_before_writes_made_earlier():
    w = tf.Variable(1.0, name="w")
    write = tf.assign(w, 2.0, name="write")
    read = tf.add(w, 1.0, name="read")
    order = _order(write, read)
    assert order.index("read") < order.index("write")


def test_a_read_after_a_write_stays_after_it():
    w = tf.Variable(1.0, name="w")
    write = tf.assign(w, 2.0, name="write")
    with tf.control_dependencies([write]):
        read = tf.add(w, 1.0, name="read")
    order = _order(write, read)
    assert order.index("write") < order.index("read")


def test_crossing_reads_and_writes_are_not_a_cycle():
    v, w = tf.Variable(1.0, name="v"), tf.Variable(1.0, name="w")
    write_v = tf.assign(v, 2.0, name="write_v")
    write_w = tf.assign(w, 2.0, name="write_w")
    with tf.control_dependencies([write_v]):
        read_w = tf.add(w, 1.0, name="read_w")
    with tf.control_dependencies([write_w]):
        read_v = tf.add(v, 1.0, name="read_v")
    order = _order(read_w, read_v)
    assert order.index("write_v") < order.index("read_w") and order.index("write_w") < order.index("read_v")
    # One of the two reads can still come before the write it is not ordered with.
    assert order.index("read_w") < order.index("write_w") or order.index("read_v") < order.index("write_v")


def test_what_refers_to_a_variable():
    w = tf.Variable(1.0, name="w")
    r = tf.get_variable("r", initializer=1.0, use_resource=True)
    up = tf.assign_add(w, 1.0)
    key = alias_key(w._ref())
    assert is_alias(tf.identity(w)) and is_alias(up) and not is_alias(w + 1.0)
    assert alias_key(up) == alias_key(tf.identity(up)) == key
    assert writes_of(up.op) == {key}
    assert reads_of((w + 1.0).op) == {key}
    assert reads_of(r.value().op) == {alias_key(r.handle)} and not writes_of(r.value().op)


def test_what_waits_for_another_run_comes_after_what_it_gives():
    """Also where the gift waits for a write: the other run may wait for it before it gives its own."""
    mine, yours = tf.FIFOQueue(1, [tf.float32], [[]]), tf.FIFOQueue(1, [tf.float32], [[]])
    w = tf.Variable(1.0, name="w")
    take = mine.dequeue(name="take")
    use = tf.add(take, 1.0, name="use")
    write = tf.assign(w, 2.0, name="write")
    with tf.control_dependencies([write]):
        give = yours.enqueue([1.0], name="give")
    ops = needed_ops([], [use.op, give], frozenset())
    order = [op.name for op in schedule(ops, frozenset(), {})]
    assert order.index("give") < order.index("take")
