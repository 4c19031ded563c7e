"""tf.debugging.assert_shapes and tf.nn.collapse_repeated."""

CASES = [
    "out = tf.nn.collapse_repeated(P([[1, 1, 2, 2, 1], [1, 1, 1, 2, 3]]), P([5, 4]))",
    "out = tf.nn.collapse_repeated(P([[7, 7]]), P([0]))",
    "x = P([[1., 2.]], [None, 2]); y = P([3.], [None])\n"
    "with tf.control_dependencies([tf.debugging.assert_shapes([(x, ('N', 2)), (y, ('N',))])]):\n    out = tf.identity(y)",
    "x = P([[1., 2.]], [None, 2]); y = P([3., 4.], [None])\n"
    "with tf.control_dependencies([tf.debugging.assert_shapes([(x, ('N', 2)), (y, ('N',))])]):\n    out = tf.identity(y)",
    "x = P([[1., 2.]], '?')\nwith tf.control_dependencies([tf.debugging.assert_shapes([(x, ('*', 3))])]):\n    out = tf.identity(x)",
]
