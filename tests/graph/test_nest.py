"""Nested structures. Each result is what the reference gives."""

import pytest

import scopeflow as tf

STRUCTURES = [
    (
        "[tf.nest.is_nested(x) for x in ([], (), {}, 'a', b'a', 1, None, np.zeros(2), collections.OrderedDict(), {1}, "
        "range(2), collections.namedtuple('N', 'a')(1))]",
        "[True, True, True, False, False, False, False, False, True, False, True, True]",
    ),
    ("tf.nest.flatten([1, (2, {'b': 3, 'a': [4]}), 'x', None])", "[1, 2, 4, 3, 'x', None]"),
    ("tf.nest.flatten(5)", "[5]"),
    ("tf.nest.flatten(collections.OrderedDict([('z', 1), ('a', 2)]))", "[2, 1]"),
    ("tf.nest.flatten({1: 2, 'a': 3})", "TypeError: "),
    ("tf.nest.flatten(np.zeros(2))[0].shape", "(2)"),
    ("tf.nest.flatten(collections.namedtuple('N', 'b a')(1, [2]))", "[1, 2]"),
    ("s = tf.SparseTensor([[0]], [1.0], [1]); [len(tf.nest.flatten([s])), len(tf.nest.flatten([s], expand_composites=True))]", "[1, 3]"),
    (
        "s = tf.IndexedSlices(tf.constant([1.0]), tf.constant([0])); [len(tf.nest.flatten([s], "
        "expand_composites=True)), tf.nest.flatten([s])[0] is s]",
        "[2, True]",
    ),
    (
        "s = tf.IndexedSlices(tf.constant([1.0]), tf.constant([0]), tf.constant([3])); [t.op.type for t in tf.nest.flatten(s, True)]",
        "['Const', 'Const', 'Const']",
    ),
    ("tf.nest.pack_sequence_as([1, (2, {'b': 3, 'a': [4]})], [10, 20, 30, 40])", "[10, (20, {'b': 40, 'a': [30]})]"),
    ("tf.nest.pack_sequence_as(1, [5])", "5"),
    ("tf.nest.pack_sequence_as(collections.namedtuple('N', 'b a')(1, [2]), [3, 4])", "N(b=3, a=[4])"),
    ("list(tf.nest.pack_sequence_as(collections.OrderedDict([('z', 1), ('a', 2)]), [3, 4]).items())", "[('z', 4), ('a', 3)]"),
    ("tf.nest.pack_sequence_as(collections.defaultdict(list, {'z': 1, 'a': 2}), [3, 4])", "defaultdict(<class 'list'>, {'z': 4, 'a': 3})"),
    (
        "tf.nest.pack_sequence_as([1, 2], [1])",
        "ValueError: Could not pack sequence. Structure had 2 elements, but flat_sequence had 1 elements. ",
    ),
    ("tf.nest.pack_sequence_as(1, [1, 2])", "ValueError: Structure is a scalar but len(flat_sequence) == 2 > 1"),
    ("tf.nest.pack_sequence_as([1], 5)", "TypeError: flat_sequence must be a sequence"),
    ("tf.nest.pack_sequence_as(1, [])", "ValueError: Structure is a scalar but len(flat_sequence) == 0 > 1"),
    (
        "s = tf.SparseTensor([[0]], [1.0], [1]); r = tf.nest.pack_sequence_as([s], tf.nest.flatten([s], True), True); "
        "(type(r[0]).__name__, r[0].values is s.values)",
        "('SparseTensor', True)",
    ),
    (
        "s = tf.IndexedSlices(tf.constant([1.0]), tf.constant([0])); r = tf.nest.map_structure(tf.identity, s, "
        "expand_composites=True); (type(r).__name__, r.dense_shape)",
        "('IndexedSlices', None)",
    ),
    ("tf.nest.map_structure(lambda x: x + 1, [1, {'a': (2,)}])", "[2, {'a': (3)}]"),
    ("tf.nest.map_structure(lambda x, y: x + y, [1, (2,)], [10, (20,)])", "[11, (22)]"),
    ("tf.nest.map_structure(lambda x, y: x + y, [1, 2], (10, 20))", "TypeError: The two structures don't have the same nested structure."),
    ("tf.nest.map_structure(lambda x, y: x + y, [1, 2], (10, 20), check_types=False)", "[11, 22]"),
    ("tf.nest.map_structure(lambda x, y: x + y, [1, 2], [1])", "ValueError: The two structures don't have the same nested structure."),
    ("tf.nest.map_structure(3, [1])", "TypeError: func must be callable, got: 3"),
    ("tf.nest.map_structure(lambda: 1)", "ValueError: Must provide at least one structure"),
    (
        "tf.nest.map_structure(lambda x: x, [1], foo=2)",
        "ValueError: Only valid keyword arguments are `check_types` and `expand_composites`, not: `foo`",
    ),
]


@pytest.mark.parametrize("code, result", STRUCTURES)
def test_structures(gives, code, result):
    assert gives(code, result)


SAME_STRUCTURE = [
    ("tf.nest.assert_same_structure([1, (2, 3)], [4, (5, 6)])", "None"),
    ("tf.nest.assert_same_structure([1, 2], [1, [2]])", "ValueError: The two structures don't have the same nested structure."),
    ("tf.nest.assert_same_structure([1, 2], [1])", "ValueError: The two structures don't have the same nested structure."),
    ("tf.nest.assert_same_structure([1, 2], 3)", "ValueError: The two structures don't have the same nested structure."),
    ("tf.nest.assert_same_structure(3, [4])", "ValueError: The two structures don't have the same nested structure."),
    ("tf.nest.assert_same_structure([1], (1,))", "TypeError: The two structures don't have the same nested structure."),
    ("tf.nest.assert_same_structure([1], (1,), check_types=False)", "None"),
    ("tf.nest.assert_same_structure({'a': 1}, {'b': 1})", "ValueError: The two structures don't have the same nested structure."),
    ("tf.nest.assert_same_structure({'a': 1}, collections.OrderedDict(a=1))", "None"),
    ("tf.nest.assert_same_structure({'a': 1}, [1])", "TypeError: The two structures don't have the same nested structure."),
    ("tf.nest.assert_same_structure({'a': 1}, [1], check_types=False)", "None"),
    ("N, M = collections.namedtuple('N', 'a'), collections.namedtuple('N', 'a'); tf.nest.assert_same_structure(N(1), M(2))", "None"),
    (
        "N, M = collections.namedtuple('N', 'a'), collections.namedtuple('M', 'a'); tf.nest.assert_same_structure(N(1), M(2))",
        "TypeError: The two structures don't have the same nested structure.",
    ),
    ("tf.nest.assert_same_structure('ab', 3)", "None"),
    (
        "s, t = tf.SparseTensor([[0]], [1.0], [1]), tf.IndexedSlices(tf.constant([1.0]), tf.constant([0])); "
        "tf.nest.assert_same_structure(s, s, expand_composites=True)",
        "None",
    ),
    (
        "s, t = tf.SparseTensor([[0]], [1.0], [1]), tf.IndexedSlices(tf.constant([1.0]), tf.constant([0])); "
        "tf.nest.assert_same_structure(s, t, expand_composites=True)",
        "TypeError: The two structures don't have the same nested structure.",
    ),
    (
        "s = tf.SparseTensor([[0]], [1.0], [1]); tf.nest.assert_same_structure(s, tf.constant(1.0), expand_composites=True)",
        "ValueError: The two structures don't have the same nested structure.",
    ),
    ("s = tf.SparseTensor([[0]], [1.0], [1]); tf.nest.assert_same_structure(s, tf.constant(1.0))", "None"),
]


@pytest.mark.parametrize("code, result", SAME_STRUCTURE)
def test_same_structure(gives, code, result):
    assert gives(code, result)


def test_flatten_dict_items():
    flatten = tf.contrib.framework.nest.flatten_dict_items
    assert flatten({("a", "b"): (1, 2), "c": (3,), (4, (5, 6)): (7, (8, 9))}) == {"a": 1, "b": 2, "c": (3,), 4: 7, 5: 8, 6: 9}
    with pytest.raises(ValueError, match="Key had 2 elements, but value had 1 elements"):
        flatten({("a", "b"): 1})
    with pytest.raises(ValueError, match="key a is not unique"):
        flatten({("a", "a"): (1, 2)})
    with pytest.raises(TypeError, match="input must be a dictionary"):
        flatten(3)


def test_how_structures_differ() -> None:
    """The message names the first part that differs, and shows both structures as a whole."""
    for first, second, found in [
        ((3, 4), (42, 42, 44), "have the same number of elements. First structure: type=tuple str=(3, 4)."),
        ((3, 4), (42, (1, 2)), 'Substructure "type=tuple str=(1, 2)" is a sequence, while substructure "type=int str=4" is not'),
        ({"a": 1}, {"b": 1}, "First structure has keys type=list str=['a'], while second structure has keys type=list str=['b']"),
    ]:
        with pytest.raises(ValueError) as error:
            tf.contrib.framework.nest.map_structure(lambda x, y: x, first, second)
        assert found in str(error.value)
    assert str(error.value).endswith("Entire first structure:\n{'a': .}\nEntire second structure:\n{'b': .}")
