"""tf.debugging.assert_shapes and tf.nn.collapse_repeated."""

CASES = [
    "tf.nn.collapse_repeated(tf.placeholder(tf.int32, [None, None], name='lb'), i)",
    "tf.nn.collapse_repeated(tf.placeholder(tf.int64, [2, 3], name='lb'), tf.placeholder(tf.int64, [None], name='ls'))",
    "tf.debugging.assert_shapes([(x, ('N', 'Q')), (tf.ones([4]), ('N',))])",
    "tf.debugging.assert_shapes([(y, ('N', 'Q')), (i, ('N',))])",
    "tf.debugging.assert_shapes([(u, ('N', 'Q', 3)), (i, ('N',))], message='m')",
    "tf.debugging.assert_shapes({x: ('N', 'Q')})",
    "tf.debugging.assert_shapes([(x, ('N', 'N'))])",
    "tf.debugging.assert_shapes([(x, (4, 5))], message='why')",
    "tf.debugging.assert_shapes([(z, ('*', 3))])",
    "tf.debugging.assert_shapes([(tf.placeholder(tf.float32, [None, None]), ('*', 3))])",
    "tf.debugging.assert_shapes([(n, ()), (i, ('D',)), (l, ('D',))])",
    "tf.debugging.assert_shapes([(x, 3)])",
    "tf.debugging.assert_shapes([(x, 'NQ')])",
]
