"""The errors about sharing: TensorFlow's first line, then where, in which scopes, what is near, and the fix."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import scopeflow as tf


@pytest.fixture(autouse=True)
def graph() -> Iterator[tf.Graph]:
    """A fresh default graph."""
    with tf.Graph().as_default() as g:
        yield g


def message(call: Any) -> list[str]:
    """The lines of the ValueError that `call` raises."""
    with pytest.raises(ValueError) as caught:
        call()
    return str(caught.value).split("\n")


_EXISTS = "Variable a/w already exists, disallowed. Did you mean to set reuse=True or reuse=tf.AUTO_REUSE in VarScope?"


@pytest.mark.parametrize("use_resource, first", [(False, _EXISTS + " Originally defined at:"), (True, _EXISTS)])
def test_exists(use_resource: bool, first: str) -> None:
    with tf.variable_scope("a", use_resource=use_resource):
        tf.get_variable("w", [2])
    with tf.variable_scope("a"):
        lines = message(lambda: tf.get_variable("w", [2]))
    text = "\n".join(lines)
    assert lines[0] == first
    assert "test_sharing_errors.py" in text and 'tf.get_variable("w", [2])' in text
    assert 'variable_scope("a") at ' in text and "name 'a', reuse=False" in text
    assert lines[-1].startswith('To share it, enter the scope with tf.variable_scope("a", reuse=tf.AUTO_REUSE)')


def test_missing_names_the_nearest() -> None:
    with tf.variable_scope("layer"):
        tf.get_variable("kernel", [2])
    tf.Variable(1.0, name="layer_1/kernl")
    with tf.variable_scope("layer", reuse=True):
        lines = message(lambda: tf.get_variable("kernl", [2]))
    assert lines[0] == (
        "Variable layer/kernl does not exist, or was not created with tf.get_variable(). Did you mean to set reuse=tf.AUTO_REUSE in "
        "VarScope?"
    )
    assert any(x.startswith("  layer/kernel, made at ") for x in lines)
    assert "reuse=tf.AUTO_REUSE in place of reuse=True" in lines[-1]


def test_missing_because_it_was_made_by_variable() -> None:
    tf.Variable(1.0, name="v")
    with tf.variable_scope(tf.get_variable_scope(), reuse=True):
        text = "\n".join(message(lambda: tf.get_variable("v", [])))
    assert "was made by tf.Variable at" in text
    with tf.Graph().as_default(), tf.variable_scope("x", reuse=True):
        assert "has no variables" in "\n".join(message(lambda: tf.get_variable("v", [])))


def test_shapes_and_types() -> None:
    with tf.variable_scope("a", reuse=tf.AUTO_REUSE):
        tf.get_variable("w", [2])
        lines = message(lambda: tf.get_variable("w", [3]))
        assert lines[0] == "Trying to share variable a/w, but specified shape (3,) and found shape (2,)." and "It was made at:" in lines
        lines = message(lambda: tf.get_variable("w", [2], tf.int32))
        assert lines[0] == "Trying to share variable a/w, but specified dtype int32 and found dtype float32_ref."
        assert "dtype=tf.float32" in lines[-1]


def test_partitioned() -> None:
    two = tf.fixed_size_partitioner(2)
    with tf.variable_scope("a", partitioner=two):
        tf.get_variable("w", [4])
        assert message(lambda: tf.get_variable("w", [4]))[0] == (
            "Partitioned variable with name a/w already exists. Did you mean to set reuse=True or reuse=tf.AUTO_REUSE in VarScope?"
        )
    with tf.variable_scope("a", partitioner=two, reuse=True):
        assert message(lambda: tf.get_variable("x", [4]))[0] == (
            "PartitionedVariable a/x does not exist, or was not created with tf.get_variable(). Did you mean to set reuse=False or "
            "reuse=tf.AUTO_REUSE in VarScope?"
        )
        assert message(lambda: tf.get_variable("w", [6]))[0].startswith(
            "Trying to reuse partitioned variable a/w, but specified shape (6,)"
        )
        assert message(lambda: tf.get_variable("w", [4], tf.int32))[0].startswith(
            "Trying to reuse partitioned variable a/w, but specified dtype"
        )


def test_names_that_are_no_strings() -> None:
    """TensorFlow takes None, bytes and numbers for names; errors about them and beside them are its own."""
    two = tf.fixed_size_partitioner(2)
    tf.get_variable(b"w", [2])
    assert message(lambda: tf.get_variable(b"w", [2]))[0].startswith("Variable b'w' already exists, disallowed.")
    tf.get_variable(None, [2])
    assert message(lambda: tf.get_variable(None, [2]))[0].startswith("Variable None already exists, disallowed.")
    assert [v.op.name for v in tf.get_variable(7, [4], partitioner=two)] == ["7/part_0", "7/part_1"]
    assert message(lambda: tf.get_variable(7, [4], partitioner=two))[0].startswith("Partitioned variable with name 7 already exists.")
    with tf.variable_scope("a", reuse=True):
        lines = message(lambda: tf.get_variable("part_0", [2]))
        assert lines[0].startswith("Variable a/part_0 does not exist") and "The nearest names that exist:" in lines
