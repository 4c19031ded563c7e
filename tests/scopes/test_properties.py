"""Properties that hold for any names: uniquifying, scope restoration, sharing."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

import scopeflow as tf

part = st.text("abAB_1.", min_size=1, max_size=3).filter(lambda s: s[0] not in "_")
path = st.lists(part, min_size=1, max_size=3).map("/".join)
few = settings(max_examples=60, deadline=None)


@few
@given(st.lists(path, max_size=12))
def test_unique_names_differ_and_start_with_what_was_asked(names: list[str]) -> None:
    graph = tf.Graph()
    made = [graph.unique_name(n) for n in names]
    assert len({m.lower() for m in made}) == len(made)
    for asked, got in zip(names, made):
        assert got == asked or (got.startswith(asked + "_") and got[len(asked) + 1 :].replace("_", "").isdigit())


@few
@given(st.lists(path, max_size=8))
def test_unique_name_without_marking_tells_what_comes_next(names: list[str]) -> None:
    graph = tf.Graph()
    for n in names:
        expected = graph.unique_name(n, mark_as_used=False)
        assert graph.unique_name(n) == expected


entry = st.one_of(
    st.tuples(st.just("vs"), path),
    st.tuples(st.just("default"), part),
    st.tuples(st.just("ns"), path),
    st.tuples(st.just("again"), st.integers(0, 5)),
    st.tuples(st.just("plain"), part),
)


@few
@given(st.lists(entry, max_size=6), st.sampled_from([None, KeyError]))
def test_scopes_are_restored(entries: list[Any], error: Any) -> None:
    """Leaving any nesting, also by an exception, puts both scopes back."""
    with tf.Graph().as_default() as graph:
        seen: list[Any] = [tf.get_variable_scope()]

        def where() -> Any:
            return graph.get_name_scope(), tf.get_variable_scope(), graph._frame

        def enter(i: int) -> None:
            if i == len(entries):
                if error:
                    raise error
                return
            kind, value = entries[i]
            before = where()
            context = {
                "vs": lambda: tf.variable_scope(value),
                "default": lambda: tf.variable_scope(None, value),
                "ns": lambda: tf.name_scope(value),
                "again": lambda: tf.variable_scope(seen[value % len(seen)]),
                "plain": lambda: tf.variable_scope(value, auxiliary_name_scope=False),
            }[kind]()
            try:
                with context as s:
                    if kind != "ns":
                        seen.append(s)
                    enter(i + 1)
            finally:
                assert where() == before

        if error:
            with pytest.raises(error):
                enter(0)
        else:
            enter(0)
        assert graph.get_name_scope() == "" and tf.get_variable_scope().name == ""


@few
@given(st.lists(st.tuples(st.lists(part, max_size=2), part), min_size=1, max_size=10))
def test_auto_reuse_gives_one_variable_a_path(asked: list[Any]) -> None:
    """Under AUTO_REUSE the variable is a function of the path, however the path is cut into scopes and name."""
    with tf.Graph().as_default():
        made: dict[str, Any] = {}
        for scopes, name in asked:
            full = "/".join([*scopes, name])
            if scopes:
                with tf.variable_scope("/".join(scopes), reuse=tf.AUTO_REUSE):
                    v = tf.get_variable(name, [2])
            else:
                with tf.variable_scope(tf.get_variable_scope(), reuse=tf.AUTO_REUSE):
                    v = tf.get_variable(name, [2])
            assert made.setdefault(full, v) is v
        assert len(tf.global_variables()) == len(made)
        for full, v in made.items():
            explained = tf.explain(v)
            assert explained.key == full and "/".join(p.text for p in explained.parts) == full


@few
@given(path, st.lists(part, max_size=2))
def test_no_reuse_raises_the_second_time(name: str, scopes: list[str]) -> None:
    with tf.Graph().as_default():
        scope = "/".join(scopes) or tf.get_variable_scope()
        with tf.variable_scope(scope):
            tf.get_variable(name, [1])
        with tf.variable_scope(scope), pytest.raises(ValueError, match="already exists, disallowed"):
            tf.get_variable(name, [1])
        with tf.variable_scope(scope, reuse=True):
            tf.get_variable(name, [1])
            with pytest.raises(ValueError, match="does not exist, or was not created with"):
                tf.get_variable(name + "x", [1])


@few
@given(st.lists(part, min_size=1, max_size=12))
def test_default_names_are_unique_among_siblings(names: list[str]) -> None:
    with tf.Graph().as_default():
        made = []
        for n in names:
            with tf.variable_scope(None, n) as s:
                made.append(s.name)
                tf.get_variable("w", [1])
        assert len(set(made)) == len(made)


@few
@given(st.integers(1, 20), st.integers(1, 20))
def test_slices_cover_the_whole(size: int, count: int) -> None:
    from scopeflow.scopes.partitioning import slices

    count = min(size, count)
    parts = list(slices([3, size], count, 1))
    assert [o[1] for o, _ in parts] == [sum(s[1] for _, s in parts[:i]) for i in range(count)]
    assert sum(s[1] for _, s in parts) == size
    lengths = [s[1] for _, s in parts]
    assert max(lengths) - min(lengths) <= 1 and lengths == sorted(lengths, reverse=True)
