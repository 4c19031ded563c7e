"""Structures read only as deep as another."""

from __future__ import annotations

import pytest

from scopeflow.graph.shallow_nest import assert_shallow_structure, flatten_up_to, get_traverse_shallow_structure, map_structure_up_to


def test_flatten_up_to():
    assert flatten_up_to([1, 2], [[3, 4], 5]) == [[3, 4], 5]
    assert flatten_up_to(1, [[3, 4], 5]) == [[[3, 4], 5]]
    assert flatten_up_to({"b": 0, "a": [0, 0]}, {"a": [1, (2,)], "b": {"c": 3}}) == [1, (2,), {"c": 3}]


def test_map_structure_up_to():
    assert map_structure_up_to([1, (2,)], lambda a, b: (a, b), [1, ([2],)], [[9], (3,)]) == [(1, [9]), (([2], 3),)]
    with pytest.raises(ValueError, match="Cannot map over no sequences"):
        map_structure_up_to(1, lambda a: a)


@pytest.mark.parametrize(
    "shallow, deep, error, text",
    [
        ([1, 2], 3, TypeError, "input must also be a sequence"),
        ([1, 2], (3, 4), TypeError, "the same sequence type"),
        ([1, 2], [3, 4, 5], ValueError, "Input structure has length 3, while shallow structure has length 2"),
        ({"a": 1}, {"b": 1}, ValueError, r"not in the input_tree: \['a'\]"),
    ],
)
def test_what_does_not_fit(shallow, deep, error, text):
    with pytest.raises(error, match=text):
        assert_shallow_structure(shallow, deep)


def test_get_traverse_shallow_structure():
    assert get_traverse_shallow_structure(lambda s: isinstance(s, tuple), ((1, [2, 3]), [4])) == ((False, False), False)
    assert get_traverse_shallow_structure(lambda s: True, {"a": [1, 2]}) == {"a": [True, True]}
    with pytest.raises(TypeError, match="non-bool scalar"):
        get_traverse_shallow_structure(lambda s: 5, [1])
