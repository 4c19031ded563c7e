"""Ordinary functions of ragged arguments; others refuse them."""

from __future__ import annotations

import pytest

import scopeflow as tf
from scopeflow.ragged import dispatch


@pytest.fixture(autouse=True)
def _graph():
    with tf.Graph().as_default():
        yield


def test_functions_keep_their_names_and_pages() -> None:
    assert tf.concat.__name__ == "concat" and tf.concat.__doc__
    assert tf.math.reduce_sum is tf.reduce_sum


def test_a_function_that_does_not_dispatch_says_what_it_was_given() -> None:
    r = tf.ragged.constant([[1.0]])
    with pytest.raises(TypeError, match="RaggedTensor"):
        tf.nn.relu(r)
    with pytest.raises(TypeError, match="RaggedTensor"):
        tf.convert_to_tensor(r)


def test_errors_of_ordinary_calls_stay_their_own() -> None:
    with pytest.raises(ValueError, match="Dimensions"):
        tf.add(tf.ones([2]), tf.ones([3]))
    with pytest.raises(TypeError):
        tf.concat([tf.ones([2]), tf.constant("a")], 0)


def test_keywords_reach_the_ragged_form() -> None:
    r = tf.ragged.constant([[1.0, 2.0], [3.0]])
    out = [tf.add(x=r, y=1.0), tf.concat(values=[r, r], axis=0), tf.reduce_sum(input_tensor=r, axis=1), tf.expand_dims(r, dim=0)]
    with tf.Session() as session:
        added, joined, total, grown = session.run(out)
    assert added.to_list() == [[2.0, 3.0], [4.0]] and joined.to_list() == [[1.0, 2.0], [3.0]] * 2
    assert total.tolist() == [3.0, 3.0] and grown.to_list() == [[[1.0, 2.0], [3.0]]]


def test_no_truth_value() -> None:
    with pytest.raises(TypeError, match="boolean"):
        bool(tf.ragged.constant([[1]]))


def test_all_that_dispatches_is_published() -> None:
    names = [*dispatch._UNARY, *dispatch._UNARY_OF_LIST, *dispatch._BINARY, *dispatch._SPECIAL]
    assert len(names) == len(set(names)) and all(n in tf.graph.public.TABLE for n in names)
