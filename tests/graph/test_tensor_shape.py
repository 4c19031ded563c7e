"""Dimension and TensorShape: unknown parts, arithmetic, merging, equality. Each result is what the reference gives."""

import pytest

DIMENSION = [
    ("tf.Dimension(3)", "Dimension(3)"),
    ("tf.Dimension(None)", "Dimension(None)"),
    ("(str(tf.Dimension(3)), str(tf.Dimension(None)))", "('3', '?')"),
    ("tf.Dimension(tf.Dimension(4))", "Dimension(4)"),
    ("tf.Dimension(np.int64(2))", "Dimension(2)"),
    ("tf.Dimension('5')", "Dimension(5)"),
    ("tf.Dimension(2.0)", "Dimension(2)"),
    ("tf.Dimension(2.5)", "ValueError: Ambiguous dimension: 2.5"),
    ("tf.Dimension(-1)", "ValueError: Dimension -1 must be >= 0"),
    ("tf.Dimension('a')", "ValueError: invalid literal for int() with base 10: 'a'"),
    ("tf.Dimension([])", "TypeError: int() argument must be a string, a bytes-like object or a "),
    ("tf.Dimension(True)", "Dimension(1)"),
    (
        "[tf.Dimension(3) == x for x in (3, 4, None, tf.Dimension(3), tf.Dimension(None), 'a', [])]",
        "[True, False, None, True, None, False, False]",
    ),
    ("[tf.Dimension(3) != x for x in (3, 4, None, tf.Dimension(None), 'a')]", "[False, True, None, None, True]"),
    ("[tf.Dimension(3) < x for x in (3, 4, None)]", "[False, True, None]"),
    ("[tf.Dimension(3) <= x for x in (3, 2, None)]", "[True, False, None]"),
    ("[tf.Dimension(3) > x for x in (3, 2, None)]", "[False, True, None]"),
    ("[tf.Dimension(3) >= x for x in (3, 4, None)]", "[True, False, None]"),
    ("tf.Dimension(3) < 'a'", "ValueError: invalid literal for int() with base 10: 'a'"),
    ("(tf.Dimension(None) == tf.Dimension(None), tf.Dimension(None) != 3)", "(None, None)"),
    (
        "(int(tf.Dimension(3)), [10, 20, 30][tf.Dimension(1)], bool(tf.Dimension(0)), bool(tf.Dimension(None)), bool(tf.Dimension(2)))",
        "(3, 20, True, True, True)",
    ),
    ("int(tf.Dimension(None))", "TypeError: __int__ returned non-int (type NoneType)"),
    ("list(range(tf.Dimension(2)))", "[0, 1]"),
    ("tf.Dimension(3).value", "3"),
    (
        "[tf.Dimension(7) + 2, 2 + tf.Dimension(7), tf.Dimension(7) - 2, 9 - tf.Dimension(7), tf.Dimension(7) * 2, 2 * tf.Dimension(7)]",
        "[Dimension(9), Dimension(9), Dimension(5), Dimension(2), Dimension(14), Dimension(14)]",
    ),
    (
        "[tf.Dimension(7) // 2, 20 // tf.Dimension(7), tf.Dimension(7) % 4, 20 % tf.Dimension(7)]",
        "[Dimension(3), Dimension(2), Dimension(3), Dimension(6)]",
    ),
    (
        "[tf.Dimension(7) + None, tf.Dimension(None) * 2, tf.Dimension(None) // 2, tf.Dimension(None) - 2, 2 - "
        "tf.Dimension(None), tf.Dimension(None) % 2]",
        "[Dimension(None), Dimension(None), Dimension(None), Dimension(None), Dimension(None), Dimension(None)]",
    ),
    ("tf.Dimension(7) / 2", "TypeError: unsupported operand type(s) for /: 'Dimension' and 'int', please use // instead"),
    ("7 / tf.Dimension(2)", "TypeError: unsupported operand type(s) for /: 'int' and 'Dimension', please use // instead"),
    ("tf.Dimension(2) - 3", "ValueError: Dimension -1 must be >= 0"),
    ("tf.Dimension(2) + 'a'", "TypeError: unsupported operand type(s) for +: 'Dimension' and 'str'"),
    ("tf.Dimension(2) * 'a'", "'aa'"),
    ("'a' + tf.Dimension(2)", "TypeError: unsupported operand type(s) for +: 'Dimension' and 'str'"),
    ("tf.Dimension(2) // 0", "ZeroDivisionError: integer division or modulo by zero"),
    ("[tf.Dimension(3).is_compatible_with(x) for x in (3, 4, None)]", "[True, False, True]"),
    ("tf.Dimension(3).assert_is_compatible_with(4)", "ValueError: Dimensions 3 and 4 are not compatible"),
    ("tf.Dimension(3).assert_is_compatible_with(None)", "None"),
    (
        "[tf.Dimension(3).merge_with(None), tf.Dimension(None).merge_with(3), tf.Dimension(None).merge_with(None)]",
        "[Dimension(3), Dimension(3), Dimension(None)]",
    ),
    ("tf.Dimension(3).merge_with(2)", "ValueError: Dimensions 3 and 2 are not compatible"),
    ("pickle.loads(pickle.dumps([tf.Dimension(3), tf.Dimension(None)]))", "[Dimension(3), Dimension(None)]"),
    ("[tf.dimension_value(tf.Dimension(3)), tf.dimension_value(tf.Dimension(None)), tf.dimension_value(4)]", "[3, None, 4]"),
    (
        "[tf.dimension_at_index(tf.TensorShape([1, None]), 0), tf.dimension_at_index(tf.TensorShape(None), 5)]",
        "[Dimension(1), Dimension(None)]",
    ),
    ("tf.dimension_at_index(tf.TensorShape([1]), 1)", "IndexError: list index out of range"),
]


@pytest.mark.parametrize("code, result", DIMENSION)
def test_dimension(gives, code, result):
    assert gives(code, result)


CONSTRUCTION = [
    (
        "[tf.TensorShape(x) for x in (None, [], [2, None], (3,), 4, tf.Dimension(5), range(2), np.array([1, 2]), tf.TensorShape([1]))]",
        "[TensorShape(None), TensorShape([]), TensorShape([Dimension(2), Dimension(None)]), "
        "TensorShape([Dimension(3)]), TensorShape([Dimension(4)]), TensorShape([Dimension(5)]), "
        "TensorShape([Dimension(0), Dimension(1)]), TensorShape([Dimension(1), Dimension(2)]), "
        "TensorShape([Dimension(1)])]",
    ),
    ("[str(tf.TensorShape(x)) for x in (None, [], [2, None], [3])]", "['<unknown>', '()', '(2, ?)', '(3,)']"),
    ("tf.TensorShape('abc')", "TypeError: A string has ambiguous TensorShape, please wrap in a list or convert to an int: abc"),
    ("tf.TensorShape([-1])", "ValueError: Dimension -1 must be >= 0"),
    ("tf.TensorShape([1.5])", "ValueError: Ambiguous dimension: 1.5"),
    ("tf.TensorShape(['a'])", "ValueError: invalid literal for int() with base 10: 'a'"),
    ("tf.TensorShape(2.5)", "ValueError: Ambiguous dimension: 2.5"),
    ("tf.TensorShape(object())", "TypeError: int() argument must be a string, a bytes-like object or a "),
    ("tf.TensorShape(tf.TensorShape([1, None]).as_proto())", "TensorShape([Dimension(1), Dimension(None)])"),
    ("tf.TensorShape(tf.TensorShape(None).as_proto())", "TensorShape(None)"),
    ("tf.TensorShape({3: 1})", "TensorShape([Dimension(3)])"),
    (
        "pickle.loads(pickle.dumps([tf.TensorShape([1, None]), tf.TensorShape(None)]))",
        "[TensorShape([Dimension(1), Dimension(None)]), TensorShape(None)]",
    ),
    ("copy.deepcopy(tf.TensorShape([1, None]))", "TensorShape([Dimension(1), Dimension(None)])"),
    (
        "tf.TensorShape(tf.constant([1]))",
        "OperatorNotAllowedInGraphError: iterating over `tf.Tensor` is not allowed in Graph execution. Use",
    ),
]


@pytest.mark.parametrize("code, result", CONSTRUCTION)
def test_construction(gives, code, result):
    assert gives(code, result)


PARTS = [
    ("(tf.TensorShape([2, None]).dims, tf.TensorShape(None).dims)", "([Dimension(2), Dimension(None)], None)"),
    ("(tf.TensorShape([2, None]).ndims, tf.TensorShape([2, None]).rank, tf.TensorShape(None).rank)", "(2, 2, None)"),
    ("(len(tf.TensorShape([1, 2])), bool(tf.TensorShape(None)), bool(tf.TensorShape([])))", "(2, False, True)"),
    ("len(tf.TensorShape(None))", "ValueError: Cannot take the length of shape with unknown rank."),
    ("list(tf.TensorShape([1, None]))", "[Dimension(1), Dimension(None)]"),
    ("list(tf.TensorShape(None))", "ValueError: Cannot iterate over a shape with unknown rank."),
    ("[tf.TensorShape([1, None, 3])[i] for i in (0, 1, -1)]", "[Dimension(1), Dimension(None), Dimension(3)]"),
    ("tf.TensorShape([1])[1]", "IndexError: "),
    (
        "[tf.TensorShape([1, None, 3])[s] for s in (slice(1, None), slice(None, -1), slice(None, None, 2))]",
        "[TensorShape([Dimension(None), Dimension(3)]), TensorShape([Dimension(1), Dimension(None)]), "
        "TensorShape([Dimension(1), Dimension(3)])]",
    ),
    (
        "[tf.TensorShape(None)[s] for s in (0, slice(1, None), slice(1, 3), slice(None, 2), slice(-2, None), slice(3, 1))]",
        "[Dimension(None), TensorShape(None), TensorShape([Dimension(None), Dimension(None)]), "
        "TensorShape([Dimension(None), Dimension(None)]), TensorShape(None), TensorShape([])]",
    ),
    ("tf.TensorShape(None)[0:4:2]", "ValueError: Steps are not yet handled"),
    (
        "(tf.TensorShape([2, 3]).num_elements(), tf.TensorShape([]).num_elements(), tf.TensorShape([2, "
        "None]).num_elements(), tf.TensorShape(None).num_elements())",
        "(6, 1, None, None)",
    ),
    ("(tf.TensorShape([2, None]).as_list(), tf.TensorShape([]).as_list())", "([2, None], [])"),
    ("tf.TensorShape(None).as_list()", "ValueError: as_list() is not defined on an unknown TensorShape."),
    ("tf.TensorShape(None).as_proto().unknown_rank", "True"),
    ("[d.size for d in tf.TensorShape([2, None]).as_proto().dim]", "[2, -1]"),
    ("[tf.TensorShape(x).is_fully_defined() for x in ([2], [None], None)]", "[True, False, False]"),
    ("tf.TensorShape([None, 2]).assert_is_fully_defined()", "ValueError: Shape (?, 2) is not fully defined"),
    ("tf.TensorShape([2]).assert_is_fully_defined()", "None"),
]


@pytest.mark.parametrize("code, result", PARTS)
def test_parts(gives, code, result):
    assert gives(code, result)


MERGING = [
    (
        "[tf.TensorShape([2, None]).merge_with(x) for x in (None, [None, 3], [2, 3])]",
        "[TensorShape([Dimension(2), Dimension(None)]), TensorShape([Dimension(2), Dimension(3)]), "
        "TensorShape([Dimension(2), Dimension(3)])]",
    ),
    ("tf.TensorShape(None).merge_with([1])", "TensorShape([Dimension(1)])"),
    ("tf.TensorShape([2]).merge_with([3])", "ValueError: Shapes (2,) and (3,) are not compatible"),
    ("tf.TensorShape([2]).merge_with([2, 3])", "ValueError: Shapes (2,) and (2, 3) are not compatible"),
    (
        "[tf.TensorShape([2]).concatenate(x) for x in ([None], None, 3)]",
        "[TensorShape([Dimension(2), Dimension(None)]), TensorShape(None), TensorShape([Dimension(2), Dimension(3)])]",
    ),
    (
        "(tf.TensorShape([2]) + [3], [1] + tf.TensorShape([2]))",
        "(TensorShape([Dimension(2), Dimension(3)]), TensorShape([Dimension(1), Dimension(2)]))",
    ),
    ("tf.TensorShape(None) + [1]", "TensorShape(None)"),
    ("tf.TensorShape([1, 2]).assert_same_rank([1])", "ValueError: Shapes (1, 2) and (1,) must have the same rank"),
    ("tf.TensorShape([1, 2]).assert_same_rank(None)", "None"),
    ("tf.TensorShape([1, 2]).assert_has_rank(1)", "ValueError: Shape (1, 2) must have rank 1"),
    ("tf.TensorShape(None).assert_has_rank(1)", "None"),
    (
        "[tf.TensorShape(None).with_rank(2), tf.TensorShape([1, 2]).with_rank(2), "
        "tf.TensorShape([1]).with_rank_at_least(1), tf.TensorShape([1]).with_rank_at_most(2)]",
        "[TensorShape([Dimension(None), Dimension(None)]), TensorShape([Dimension(1), Dimension(2)]), "
        "TensorShape([Dimension(1)]), TensorShape([Dimension(1)])]",
    ),
    ("tf.TensorShape([1]).with_rank(2)", "ValueError: Shape (1,) must have rank 2"),
    ("tf.TensorShape([1]).with_rank_at_least(2)", "ValueError: Shape (1,) must have rank at least 2"),
    ("tf.TensorShape([1, 2]).with_rank_at_most(1)", "ValueError: Shape (1, 2) must have rank at most 1"),
    ("[tf.TensorShape([2, None]).is_compatible_with(x) for x in (None, [2, 3], [3, 3], [2])]", "[True, True, False, False]"),
    ("tf.TensorShape([2]).assert_is_compatible_with([3])", "ValueError: Shapes (2,) and [3] are incompatible"),
    ("tf.TensorShape([2]).assert_is_compatible_with([None])", "None"),
    (
        "[tf.TensorShape([2, 3]).most_specific_compatible_shape(x) for x in ([2, 4], [2, 3], [2], None)]",
        "[TensorShape([Dimension(2), Dimension(None)]), TensorShape([Dimension(2), Dimension(3)]), TensorShape(None), TensorShape(None)]",
    ),
]


@pytest.mark.parametrize("code, result", MERGING)
def test_merging(gives, code, result):
    assert gives(code, result)


EQUALITY = [
    (
        "[tf.TensorShape([2, None]) == x for x in ([2, None], [2, 3], None, tf.TensorShape([2, None]), 'ab', 3)]",
        "[False, False, False, False, False, False]",
    ),
    ("tf.TensorShape(None) == tf.TensorShape(None)", "True"),
    ("tf.TensorShape([2]) != [3]", "True"),
    ("tf.TensorShape([2]) != 'a'", "True"),
    ("tf.TensorShape(None) != [3]", "ValueError: The inequality of unknown TensorShapes is undefined."),
    ("tf.TensorShape([None]) != [3]", "True"),
    ("tf.TensorShape([None]) != [None]", "True"),
]


@pytest.mark.parametrize("code, result", EQUALITY)
def test_equality(gives, code, result):
    assert gives(code, result)
