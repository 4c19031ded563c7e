"""Loops, arrays of tensors, functions along the first dimension: what nodes they make, with control inputs, shapes and errors."""

_ONE = [
    "tf.while_loop(lambda i: i < 3, lambda i: i + 1, [0], maximum_iterations=5, name='l')",
    "tf.while_loop(lambda i, a: i < 3, lambda i, a: (i + 1, a * x), [0, x], swap_memory=True, parallel_iterations=3)",
    "tf.while_loop(lambda i, a: tf.reduce_sum(a) < 3., lambda i, a: (i + 1, tf.nn.relu(a) + u), [0, tf.zeros([2])],"
    " shape_invariants=[tf.TensorShape([]), tf.TensorShape(None)])",
    "tf.map_fn(lambda r: r * 2., x)",
    "tf.map_fn(lambda r: (r, tf.cast(r, tf.int32)), x, dtype=(tf.float32, tf.int32), name='m', parallel_iterations=2)",
    "tf.map_fn(lambda r: r * tf.get_variable('w', [], initializer=tf.ones_initializer()), tf.ones([3]))",
    "tf.scan(lambda a, r: a + r, x)",
    "tf.scan(lambda a, r: a + r, tf.ones([4, 2]), initializer=tf.zeros([2]), reverse=True)",
    "tf.scan(lambda a, r: a + r, tf.ones([4, 2]), infer_shape=False)",
    "tf.foldl(lambda a, r: a + r, x)",
    "tf.foldr(lambda a, r: a + r, x, initializer=tf.zeros([]))",
    "tf.TensorArray(tf.float32, 3, name='t').write(0, 1., name='wr').read(0, name='rd')",
    "tf.TensorArray(tf.float32, 3).unstack(tf.zeros([3, 2])).stack()",
    "tf.TensorArray(tf.float32, 3, colocate_with_first_write_call=False).unstack(tf.zeros([3, 2])).concat()",
    "tf.TensorArray(tf.float32, 0, dynamic_size=True, element_shape=[2], clear_after_read=False).scatter([0, 1], tf.zeros([2, 2])).gather([0])",
    "tf.TensorArray(tf.float32, 2).split(tf.zeros([4, 2]), [2, 2]).read(0)",
    "tf.TensorArray(tf.float32, 2).identity().size()",
    "tf.TensorArray(tf.float32, 2).close()",
]
_MORE = [
    """
c = tf.constant(1., name='ext'); w = tf.get_variable('w', [])
def body(i, x):
    with tf.control_dependencies([c.op]):
        y = x * w
        z = tf.constant(2.)
    with tf.control_dependencies([y]):
        z2 = tf.identity(c)
    tf.assign_add(w, 1.)
    return i + 1, tf.cond(i < 2, lambda: y + z * c, lambda: z2)
with tf.control_dependencies([c.op]):
    out = tf.while_loop(lambda i, x: i < 3, body, [0, 1.])
""",
    """
def body(i, y):
    with tf.name_scope('inner'):
        _, y = tf.while_loop(lambda j, y: j < i, lambda j, y: (j + 1, y * 2.), [0, y])
    return i + 1, y
out = tf.while_loop(lambda i, y: i < 3, body, [0, 1.])
""",
    """
out = tf.cond(tf.reduce_sum(x) > 0., lambda: tf.while_loop(lambda i, a: i < 3, lambda i, a: (i + 1, a * x), [0, x])[1], lambda: x)
""",
    """
with tf.variable_scope('s'):
    def body(i, a):
        with tf.variable_scope('b', reuse=tf.AUTO_REUSE):
            return i + 1, a * tf.get_variable('v', [2])
    out = tf.while_loop(lambda i, a: i < 3, body, [0, tf.ones([2])])
""",
    """
t = tf.TensorArray(tf.float32, 2)
out = tf.cond(tf.reduce_sum(x) > 0., lambda: t.write(0, 1.), lambda: t.write(0, 2.)).read(0)
""",
    """
a = tf.no_op(name='a')
with tf.control_dependencies([a]):
    y = tf.identity(x)
    with tf.control_dependencies([a, y]):
        out = [y + 1., tf.constant(1.), x * 2.]
""",
]
CASES = _ONE + [code.strip("\n") + " ;; out" for code in _MORE]
