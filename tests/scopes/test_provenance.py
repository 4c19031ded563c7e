"""tf.explain: which scope gave which part of a name, what did not apply, what was made unique, who shares."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from typing import Any

import pytest

import scopeflow as tf


@pytest.fixture(autouse=True)
def graph() -> Iterator[tf.Graph]:
    """A fresh default graph."""
    with tf.Graph().as_default() as g:
        yield g


def line() -> int:
    """The line of the caller."""
    return inspect.currentframe().f_back.f_lineno


def parts(v: Any) -> list[tuple[str, str]]:
    """(text, call) of each part of a variable's name."""
    return [(p.text, p.call) for p in tf.explain(v).parts]


def reasons(v: Any) -> list[tuple[str, str]]:
    """(call, reason) of each scope that did not apply."""
    return [(n.call, n.why) for n in tf.explain(v).not_applied]


def test_parts_of_get_variable() -> None:
    with tf.variable_scope("a"), tf.variable_scope(None, "d"):
        v, at = tf.get_variable("w", [2]), line()
    e = tf.explain(v)
    assert parts(v) == [("a", 'variable_scope("a")'), ("d", 'variable_scope(None, "d")'), ("w", 'get_variable("w")')]
    assert e.parts[2].at.endswith(f"test_provenance.py:{at}") and e.parts[0].at.endswith(f":{at - 1}")
    assert (e.name, e.kind, e.shape, e.dtype, e.trainable, e.key) == ("a/d/w:0", "RefVariable", "(2,)", "float32", True, "a/d/w")
    assert e.not_applied == [] and e.uniquified == [] and e.shared_at == []


def test_default_names_say_that_they_were_taken() -> None:
    for _ in range(2):
        with tf.variable_scope(None, "d"):
            v = tf.get_variable("w", [2])
    assert tf.explain(v).parts[0].note == "the default name 'd' was in use"


def test_name_scopes_do_not_apply() -> None:
    with tf.name_scope("n"), tf.variable_scope("a"):
        v = tf.get_variable("w", [2])
    assert reasons(v) == [('name_scope("n")', "get_variable takes no notice of name scopes")]


def test_a_scope_entered_again() -> None:
    with tf.variable_scope("a") as a:
        pass
    with tf.variable_scope("b"), tf.variable_scope(a):
        v, at = tf.get_variable("w", [2]), line()
    assert parts(v)[0] == ("a", 'variable_scope("a")')
    assert f"entered again at {tf.explain(v).parts[0].at.rpartition(':')[0]}:{at - 1}" in tf.explain(v).parts[0].note
    assert reasons(v)[0] == ('variable_scope("b")', "a scope object was entered inside it, and that has a full name of its own")


def test_the_suffix_of_a_name_scope() -> None:
    for _ in range(2):
        with tf.variable_scope("a", reuse=tf.AUTO_REUSE):
            v = tf.get_variable(f"w{_}", [2])
    [(call, why)] = reasons(v)
    assert call == 'variable_scope("a")' and why.startswith("its ops go to a_1/")


def test_variable_follows_name_scopes() -> None:
    with tf.variable_scope("a"):
        pass
    with tf.variable_scope("a", reuse=True), tf.name_scope("n"):
        v = tf.Variable(1.0, name="v")
    assert parts(v) == [("a_1", 'variable_scope("a")'), ("n", 'name_scope("n")'), ("v", 'Variable(name="v")')]
    assert "its reuse=True has no effect" in reasons(v)[0][1]
    assert tf.explain(v).uniquified[0].asked == "a"
    assert tf.explain(v).key is None and "does not find it" in str(tf.explain(v))


def test_absolute_name_scopes_and_none() -> None:
    with tf.name_scope("a"), tf.name_scope("x/"):
        v = tf.Variable(1.0)
    assert parts(v)[0][0] == "x" and reasons(v) == [('name_scope("a")', 'name_scope("x/") inside it names an absolute path')]
    with tf.name_scope("b"), tf.name_scope(None):
        v = tf.Variable(1.0)
    assert reasons(v) == [('name_scope("b")', "name_scope(None) inside it goes back to the root")]
    with tf.variable_scope("c", auxiliary_name_scope=False):
        v = tf.Variable(1.0)
    assert parts(v)[0][0] == "Variable_1"


def test_auxiliary_name_scope() -> None:
    with tf.name_scope("n"), tf.variable_scope("c", auxiliary_name_scope=False):
        v = tf.Variable(1.0)
    assert reasons(v) == [('variable_scope("c")', "it opened no name scope, and tf.Variable follows only those")]


def test_what_had_taken_the_name() -> None:
    tf.constant(1.0, name="w")
    at = line() - 1
    v = tf.get_variable("w", [2])
    [u] = tf.explain(v).uniquified
    assert (u.asked, u.became, u.taken_by) == ("w", "w_1", "the op w (Const)") and u.taken_at.endswith(f":{at}")
    with tf.name_scope("s"):
        tf.constant(1.0)
    [u] = tf.explain(tf.get_variable("S", [2])).uniquified
    assert (u.asked, u.became) == ("S", "S_1") and "name scope, first used by the op s/Const" in u.taken_by


def test_sharing_is_listed() -> None:
    def build() -> Any:
        return tf.get_variable("w", [2])

    with tf.variable_scope("a", reuse=tf.AUTO_REUSE):
        v = build()
        for _ in range(3):
            build()
    e = tf.explain(v)
    assert len(e.shared_at) == 3 and "in build" in e.created_at[0] and "in test_sharing_is_listed" in e.created_at[1]
    assert "shared 3 times:" in str(e) and "(3 times)" in str(e)


def test_custom_getters_and_creators() -> None:
    def suffixed(getter: Any, name: str, *args: Any, **kwargs: Any) -> Any:
        return getter(name + "_x", *args, **kwargs)

    def renamed(next_creator: Any, **kwargs: Any) -> Any:
        return next_creator(**{**kwargs, "name": "other"})

    with tf.variable_scope("a", custom_getter=suffixed):
        assert "a custom getter changed that" in tf.explain(tf.get_variable("w", [2])).parts[-1].note
    with tf.variable_creator_scope(renamed):
        [u] = tf.explain(tf.get_variable("v", [2])).uniquified
    assert (u.asked, u.became) == ("v", "other") and "variable creator" in u.taken_by


def test_partitioned_and_template() -> None:
    t = tf.make_template("t", lambda: tf.get_variable("w", [4, 2], partitioner=tf.fixed_size_partitioner(2)), create_scope_now_=True)
    v = t()
    assert [p.text for p in tf.explain(v).parts] == ["t", "w"]
    part = tf.explain(list(v)[1])
    assert [p.text for p in part.parts] == ["t", "w", "part_1"] and part.parts[2].kind == "partition"


@pytest.mark.parametrize("use_resource", [False, True])
def test_what_can_be_explained(graph: tf.Graph, use_resource: bool) -> None:
    with tf.variable_scope("a"):
        v = tf.get_variable("w", [2], use_resource=use_resource)
    expected = tf.explain(v).to_dict()
    json.dumps(expected)
    for other in ("a/w", "a/w:0", v.value(), v.op):
        assert tf.explain(other).to_dict() == expected
    with pytest.raises(ValueError, match="no variable 'a/x'.*a/w"):
        tf.explain("a/x")
    with pytest.raises(TypeError):
        tf.explain(3)


def test_text() -> None:
    with tf.variable_scope("a"):
        v = tf.get_variable("w", [2], trainable=False)
    first, a, w, created, shared = str(tf.explain(v)).split("\n")
    assert first == "a/w:0  (RefVariable, shape (2,), float32, not trainable)"
    assert a.startswith('  a  from variable_scope("a") at ') and w.startswith('  w  from get_variable("w") at ')
    assert created.startswith("created at ") and shared == "shared by no other call"
