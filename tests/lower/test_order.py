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


@pytest.mark.parametrize("use_resource", [False, True])
def test_a_variable_is_counted_on_before_others_read_it(use_resource):
    """As the reference's executor does it, and BERT's learning rate has it."""
    v = tf.get_variable("v", initializer=1.0, use_resource=use_resource)
    early = tf.multiply(v, 2.0, name="early")
    count = v.assign(v + 1.0).op
    ops = [op.name for op in schedule(needed_ops([], [early.op, count], frozenset()), frozenset(), {})]
    assert ops.index(count.name) < ops.index("early")
    with tf.Session() as session:
        session.run(v.initializer)
        assert [session.run([early, count])[0] for _ in range(2)] == [4.0, 6.0]


@pytest.mark.parametrize("use_resource", [False, True])
def test_what_else_is_written_waits_for_those_who_read(use_resource):
    """A value from elsewhere, one that is fed, a second count, a read that waits, a read that the count takes itself."""
    v = tf.get_variable("v", initializer=1.0, use_resource=use_resource)
    other = tf.get_variable("other", initializer=10.0, use_resource=use_resource)
    fed = tf.placeholder(tf.float32, [])
    read = v.read_value() if use_resource else v.value()
    early = tf.multiply(v, 2.0, name="early")
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())

        def seen(*writes):
            session.run(v.initializer)
            return session.run([early, *writes], {fed: 5.0})[0]

        assert seen(v.assign(other + 1.0).op) == 2.0
        assert seen(v.assign(v + fed).op) == 2.0
        assert seen(v.assign(7.0).op) == 2.0
        assert seen(v.assign(v + 1.0).op, v.assign(v + 2.0).op) == 2.0
        with tf.control_dependencies([tf.sqrt(fed)]):
            late = tf.identity(v._ref() if not use_resource else v.read_value())
        assert seen(v.assign(late + 1.0).op) == 2.0
        session.run(v.initializer)
        shared = tf.add(read, 1.0)
        assert session.run([shared, v.assign(shared).op])[0] == 2.0


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
