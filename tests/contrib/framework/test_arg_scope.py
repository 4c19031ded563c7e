"""Argument scopes: what they set, nesting, entering again."""

from __future__ import annotations

import pytest

import scopeflow as tf

arg_scope, add_arg_scope = tf.contrib.framework.arg_scope, tf.contrib.framework.add_arg_scope


@add_arg_scope
def first(a, b=1, c=2):
    """A function of three."""
    return a, b, c


@add_arg_scope
def second(*, d=1):
    return d


class Holder:
    @add_arg_scope
    def method(self, a, b=1):
        return a, b


def test_sets_defaults_that_a_call_overrides() -> None:
    with arg_scope([first], b=7, c=8):
        assert first(1) == (1, 7, 8)
        assert first(1, c=3) == (1, 7, 3)
        assert second() == 1
    assert first(1) == (1, 1, 2)


def test_positional_argument_that_the_scope_sets_is_an_error() -> None:
    with arg_scope([first], b=7), pytest.raises(TypeError, match="multiple values for argument 'b'"):
        first(1, 5)


def test_inner_scope_wins_and_keeps_the_rest() -> None:
    with arg_scope([first], b=7, c=8), arg_scope([first], c=9):
        assert first(0) == (0, 7, 9)


def test_entering_again_replaces_the_present_scope() -> None:
    with arg_scope([first], b=7) as kept:
        pass
    with arg_scope([second], d=5):
        with arg_scope(kept):
            assert first(0) == (0, 7, 2)
            assert second() == 1
        assert second() == 5


def test_scope_is_left_after_an_error() -> None:
    with pytest.raises(RuntimeError), arg_scope([first], b=7):
        raise RuntimeError
    assert tf.contrib.framework.current_arg_scope() == {}


def test_functions_of_a_scope_do_not_share_arguments() -> None:
    with arg_scope([first], b=7) as outer:
        before = {k: dict(v) for k, v in outer.items()}
        with arg_scope([first], b=8):
            pass
        assert outer == before


def test_methods() -> None:
    with arg_scope([Holder.method], b=3):
        assert Holder().method(1) == (1, 3)


def test_keeps_name_and_docstring() -> None:
    assert (first.__name__, first.__doc__) == ("first", "A function of three.")


def test_arguments_that_can_be_set() -> None:
    assert tf.contrib.framework.arg_scoped_arguments(first) == ("b", "c")
    with pytest.raises(AssertionError, match="not decorated"):
        tf.contrib.framework.arg_scoped_arguments(print)
