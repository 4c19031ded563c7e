"""tf.data.Options: known names, types and merging."""

from __future__ import annotations

import pytest

import scopeflow as tf


def test_names_and_types_are_checked() -> None:
    """A name or a type that is not known is an error that says so."""
    options = tf.data.Options()
    options.experimental_threading.private_threadpool_size = 4
    options.experimental_optimization.map_vectorization.enabled = True
    with pytest.raises(AttributeError, match="Cannot set the property nothing on Options"):
        options.nothing = 1
    with pytest.raises(TypeError, match='Property "experimental_deterministic" must be of type'):
        options.experimental_deterministic = "yes"
    with pytest.raises(TypeError, match="OptimizationOptions"):
        options.experimental_optimization = tf.data.experimental.ThreadingOptions()
    assert options != tf.data.Options() and tf.data.Options() == tf.data.Options()


def test_merged() -> None:
    """What is set on either holds; contradictions are errors."""
    first, second = tf.data.Options(), tf.data.Options()
    first.experimental_deterministic = False
    second.experimental_optimization.map_fusion = True
    dataset = tf.data.Dataset.range(3).with_options(first).with_options(second)
    assert dataset.options().experimental_deterministic is False
    assert dataset.options().experimental_optimization.map_fusion is True
    assert first.experimental_optimization.map_fusion is None
    second.experimental_deterministic = True
    with pytest.raises(ValueError, match="Cannot merge incompatible values"):
        first.merge(second)
