"""tf.nest: flattening and packing nested structures."""

from __future__ import annotations

import collections
from typing import Any

import pytest

import scopeflow as tf
from scopeflow.graph import nest

Pair = collections.namedtuple("Pair", "b a")


@pytest.mark.parametrize(
    "structure, flat",
    [
        (1, [1]),
        ("ab", ["ab"]),
        ([], []),
        ([1, (2, [3])], [1, 2, 3]),
        (Pair(1, [2]), [1, 2]),
        ({"b": 1, "a": (2, 3)}, [2, 3, 1]),
        (collections.OrderedDict([("z", 1), ("y", 2)]), [2, 1]),
        (collections.defaultdict(int, q=1), [1]),
    ],
)
def test_flatten_and_pack(structure: Any, flat: list[Any]) -> None:
    assert nest.flatten(structure) == flat
    packed = nest.pack_sequence_as(structure, [10 * v if isinstance(v, int) else v for v in flat])
    assert type(packed) is type(structure) and nest.flatten(packed) == [10 * v if isinstance(v, int) else v for v in flat]
    assert nest.map_structure(lambda v: v, structure) == structure


def test_composites() -> None:
    with tf.Graph().as_default():
        s = tf.SparseTensor([[0, 0]], [1.0], [1, 1])
        i = tf.IndexedSlices(tf.constant([1.0]), tf.constant([0]))
        assert nest.flatten([s, i]) == [s, i]
        flat = nest.flatten([s, i], expand_composites=True)
        assert len(flat) == 5
        packed = nest.pack_sequence_as([s, i], flat, expand_composites=True)
        assert [type(x) for x in packed] == [tf.SparseTensor, tf.IndexedSlices]


@pytest.mark.parametrize(
    "a, b, error",
    [
        ([1], [1, 2], ValueError),
        ([1], 1, ValueError),
        ([1], (1,), TypeError),
        ({"a": 1}, {"b": 1}, ValueError),
        (Pair(1, 2), (1, 2), TypeError),
    ],
)
def test_different_structures(a: Any, b: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match="don't have the same nested structure"):
        nest.assert_same_structure(a, b)
    if error is TypeError:
        nest.assert_same_structure(a, b, check_types=False)


@pytest.mark.parametrize(
    "call, error",
    [
        (lambda: nest.pack_sequence_as([1, 2], [1]), ValueError),
        (lambda: nest.pack_sequence_as(1, [1, 2]), ValueError),
        (lambda: nest.pack_sequence_as([1], 3), TypeError),
        (lambda: nest.map_structure(3, [1]), TypeError),
        (lambda: nest.map_structure(abs), ValueError),
        (lambda: nest.map_structure(abs, [1], wrong=True), ValueError),
        (lambda: nest.flatten({"a": 1, 2: 3}), TypeError),
    ],
)
def test_errors(call: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        call()
