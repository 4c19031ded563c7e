"""while_loop, map_fn, scan, folds, TensorArray and case: values, gradients, static shapes and errors."""

MESSAGES = False
CASES = (
    [
        # -- loops ------------------------------------------------------------------------------------
        "out = tf.while_loop(lambda i: i < 10, lambda i: i + 1, [0])",
        "x = P(3.); out = tf.while_loop(lambda i, a: i < 4, lambda i, a: (i + 1, a * x + 1.), [0, x])[1]",
        "x = P(3.); out = tf.while_loop(lambda a: a < 1000., lambda a: a * x + 1., [x])",
        "x = P(1.01); out = tf.while_loop(lambda i, a: a < 1000., lambda i, a: (i + 1, a * x + 1.), [0, x])",
        "x = P(30.); out = tf.while_loop(lambda a: a < 10., lambda a: a * x, [x])",
        "x = P([1., 2.], [None]); out = tf.while_loop(lambda i, a: i < 3, lambda i, a: [i + 1, tf.tanh(a) * x], [0, x])",
        "n = P(5, []); x = P(1.5); out = tf.while_loop(lambda i, a: i < n, lambda i, a: [i + 1, a * x], [0, x])[1]",
        "n = P(0, []); x = P(1.5); out = tf.while_loop(lambda i, a: i < n, lambda i, a: [i + 1, a * x], [0, x])[1]",
        "x = P(1.5); out = tf.while_loop(lambda i, a: i < 10, lambda i, a: [i + 1, a * x], [0, x], maximum_iterations=3)",
        "x = P(1.5); out = tf.while_loop(lambda a: a < 10., lambda a: a * x, [x], maximum_iterations=2)",
        "x = P(1.5); out = tf.while_loop(lambda a: a < 1e9, lambda a: a * x, [x], maximum_iterations=P(7, []))",
        "x = P(1.5); y = tf.while_loop(lambda i, a: i < 3, lambda i, a: (i + 1, a * x), [0, x], back_prop=False)[1]; out = y + x",
        "x = P(1.5); z = P(2.); out = tf.while_loop(lambda i, a, b: i < 3, lambda i, a, b: (i + 1, a * x, b * z), [0, x, z])[1]",
        "out = tf.while_loop(lambda s: s['i'] < 3, lambda s: {'i': s['i'] + 1, 'x': s['x'] * 2.}, [{'i': 0, 'x': 1.}])",
        "out = tf.while_loop(lambda i, s: i < 3, lambda i, s: (i + 1, (s[0] * 2., [s[1] + s[0]])), (0, (1., [2.])))",
        "out = tf.while_loop(lambda i: i < 3, lambda i: [i + 1], [0], return_same_structure=True)",
        "x = tf.constant([1., 2.]); out = tf.while_loop(lambda i, a: i < 3, lambda i, a: (i + 1, tf.concat([a, x], 0)), [0, x],"
        " shape_invariants=[tf.TensorShape([]), tf.TensorShape([None])])",
        "x = P([1., 2.]); n = P(4, []); out = tf.while_loop(lambda i, a: i < n, lambda i, a: (i + 1, tf.concat([a, [1.]], 0)), [0, tf.zeros([1])],"
        " shape_invariants=[tf.TensorShape([]), tf.TensorShape([None])])",
        "x = P([[1., 2.], [3., 4.]]); out = tf.while_loop(lambda i, a: i < 2, lambda i, a: (i + 1, tf.matmul(a, x)), [0, x])[1]",
        "x = P([[1., 2.], [3., 4.]], [None, 2]); out = tf.while_loop(lambda i, a: i < tf.shape(x)[0], lambda i, a: (i + 1, a + x[i]), [0, tf.zeros([2])])[1]",
        "x = P(2.); out = tf.while_loop(lambda i, a: tf.logical_and(i < 5, a < 20.), lambda i, a: (i + 1, a * x), [0, x])",
        "out = tf.while_loop(lambda i, s: i < 3, lambda i, s: (i + 1, tf.cond(i > 1, lambda: tf.identity(s), lambda: tf.constant('y'))), [0, tf.constant('x')])",
        "out = tf.while_loop(lambda i, a: i < 3, lambda i, a: (i + 1, a + tf.random_uniform([2], seed=5)), [0, tf.zeros([2])]); runs = 2",
        "out = tf.while_loop(lambda i, a: a < 3., lambda i, a: (i + 1, a + tf.random_uniform([])), [0, 0.]); runs = 3",
        "a = tf.random_uniform([2]); l = tf.while_loop(lambda i, x: i < 2, lambda i, x: (i + 1, x + tf.random_normal([])), [0, 0.]); out = [a, l[1], tf.random_uniform([2])]; runs = 2",
        """
def body(i, x):
    j, y = tf.while_loop(lambda j, y: j < i, lambda j, y: (j + 1, y * 2. + p), [0, x])
    return i + 1, y + p
p = P(.5)
out = tf.while_loop(lambda i, x: i < 4, body, [0, p])[1]
""",
        """
p = P([[.5, .25], [1., 2.]])
def body(i, x):
    return i + 1, tf.cond(tf.equal(i % 2, 0), lambda: tf.sin(x) * p, lambda: x - p)
out = tf.while_loop(lambda i, x: i < 4, body, [0, p])[1]
""",
        """
p = P(.5)
def body(i, x):
    return i + 1, tf.cond(x > 1., lambda: x * .5, lambda: tf.cond(x > .7, lambda: x + p, lambda: x * 3.))
out = tf.while_loop(lambda i, x: i < 6, body, [0, p])[1]
""",
        """
w = tf.get_variable('w', initializer=[1., 2.])
n = tf.get_variable('n', initializer=0, trainable=False)
def body(i, x):
    with tf.control_dependencies([tf.assign_add(n, 2)]):
        return i + 1, x * w
i, y = tf.while_loop(lambda i, x: i < 3, body, [0, w])
with tf.control_dependencies([y]):
    out = [y, n.read_value()]
runs = 2
""",
        """
w = tf.get_variable('w', initializer=[1., 2.], use_resource=True)
g, = tf.gradients(tf.while_loop(lambda i, x: i < 3, lambda i, x: (i + 1, x * w), [0, w])[1], w)
out = g
""",
        """
w = tf.get_variable('w', initializer=[.3, .2])
loss = tf.reduce_sum(tf.while_loop(lambda i, x: i < 3, lambda i, x: (i + 1, x * w + 1.), [0, w])[1] ** 2)
step = tf.train.GradientDescentOptimizer(.1).minimize(loss)
with tf.control_dependencies([step]):
    out = w.read_value()
runs = 3
""",
        """
def body(i, x):
    with tf.variable_scope('v', reuse=tf.AUTO_REUSE):
        w = tf.get_variable('w', [2], initializer=tf.constant_initializer(3.))
    return i + 1, x * w
out = tf.while_loop(lambda i, x: i < 3, body, [0, P([1., 2.])])[1]
""",
        """
x = P(2.)
def body(i, a):
    g, = tf.gradients(a * a * a, a)
    return i + 1, a - .1 * g
out = tf.while_loop(lambda i, a: i < 3, body, [0, tf.constant(1.)])[1] + x
""",
        "c = tf.constant(1.); out = tf.while_loop(lambda i, x: i < 2, lambda i, x: (i + 1, tf.Print(x, [x]) + c), [0, 0.])",
        "out = tf.while_loop(lambda i, x: i < 3, lambda i, x: (i + 1, x + tf.py_func(lambda v: v * v, [x], tf.float32)), [0, 1.], shape_invariants=[tf.TensorShape([]), tf.TensorShape(None)])",
        """
def body(i, x):
    with tf.control_dependencies([tf.Assert(i < 2, ['too big', i])]):
        return i + 1, x + 1.
out = tf.while_loop(lambda i, x: i < 5, body, [0, 1.])
""",
        """
def body(i, x):
    with tf.control_dependencies([tf.assert_less(x, 10.)]):
        return i + 1, x + 1.
out = tf.while_loop(lambda i, x: i < 5, body, [0, P(1.)])
""",
        "s = tf.SparseTensor([[0, 1]], [2.], [2, 3]); out = tf.sparse_tensor_to_dense(tf.while_loop(lambda i, s: i < 2, lambda i, s: (i + 1, tf.SparseTensor(s.indices, s.values * 2., s.dense_shape)), (0, s))[1])",
        "out = tf.while_loop(lambda i: i < 3, lambda i: i + 1, [])",
        "out = tf.while_loop(1, lambda i: i + 1, [0])",
        "out = tf.while_loop(lambda i: i < 3, lambda i: (i + 1, i), [0])",
        "out = tf.while_loop(lambda i, x: i < 3, lambda i, x: (i + 1, tf.concat([x, [1.]], 0)), [0, tf.constant([1.])])",
        "out = tf.while_loop(lambda i: i < 3, lambda i: i + 1, [0], parallel_iterations=0)",
        "out = tf.while_loop(lambda i: i < 3, lambda i: i + 1, [0], maximum_iterations=[1])",
        "out = tf.while_loop(lambda i: i, lambda i: i + 1, [0])",
        "out = tf.while_loop(lambda i: i < 3, lambda i: i + 1, [0], shape_invariants=[tf.TensorShape([1])])",
        # -- gradients that are not those of the values, inside of loops and branches
        """
@tf.custom_gradient
def clipped(x):
    return tf.sin(x), lambda g: tf.clip_by_value(g * x, -1., 1.)
k = tf.constant(3.)
@tf.custom_gradient
def scaled(x):
    return x * x, lambda g: g * k
x = P([.3, 2.])
out = tf.while_loop(lambda i, a: i < 3, lambda i, a: (i + 1, scaled(clipped(a)) + x), [0, x])[1]
""",
        """
@tf.custom_gradient
def clipped(x):
    return tf.sin(x), lambda g: tf.clip_by_value(g * x, -1., 1.)
x = P([.3, 2.])
out = tf.map_fn(lambda r: tf.cond(r > 1., lambda: tf.stop_gradient(r) * r, lambda: clipped(r)), x)
""",
        """
x = P([.3, 2.])
with tf.get_default_graph().gradient_override_map({'Tanh': 'Sigmoid'}):
    out = tf.while_loop(lambda i, a: i < 3, lambda i, a: (i + 1, tf.tanh(a) + x), [0, x])[1]
""",
        "x = P([.3, 2.]); z = P([1., 3.]); out = tf.while_loop(lambda i, a: i < 3, lambda i, a: (i + 1, a * tf.stop_gradient(a) + z), [0, x])[1]",
        "x = P([.3, 2., 2., 6., 0.]); out = tf.while_loop(lambda i, a: i < 3, lambda i, a: (i + 1, tf.nn.relu6(a) + tf.reduce_max(a) * .1 + tf.abs(a) + tf.clip_by_value(a, 0., 2.)), [0, x])[1]",
        "x = P([[.3, 2.]]); out = tf.map_fn(lambda r: tf.nn.swish(r) + tf.norm(r) * tf.sqrt(r), x)",
        # -- along the first dimension ------------------------------------------------------------------
        "x = P([[1., 2.], [3., 4.], [5., 6.]], [None, 2]); out = tf.map_fn(lambda r: r * r, x)",
        "x = P([1., 2., 3.]); y = P([2, 3, 4]); out = tf.map_fn(lambda r: (r[0] * tf.cast(r[1], tf.float32), r[1] + 1), (x, y))",
        "x = P([1, 2, 3]); out = tf.map_fn(lambda r: tf.cast(r, tf.float32) * [1., 2.], x, dtype=tf.float32)",
        "x = P([[1., 2.], [3., 4.]]); out = tf.map_fn(lambda r: {'a': r[0], 'b': tf.reduce_sum(r)}, x, dtype={'a': tf.float32, 'b': tf.float32})",
        "x = P([[1., 2.], [3., 4.]]); out = tf.map_fn(lambda r: tf.map_fn(lambda v: v * v, r), x)",
        "x = tf.zeros([0, 2]); out = tf.map_fn(lambda r: r * r, x)",
        "x = P(['a', 'bc']); out = tf.map_fn(lambda s: tf.stack([s, '!']), x)",
        "x = P([[1., 2.], [3., 4.], [5., 6.]], [None, 2]); out = tf.scan(lambda a, r: a * .5 + r, x)",
        "x = P([[1., 2.], [3., 4.], [5., 6.]], [None, 2]); out = tf.scan(lambda a, r: a * .5 + r, x, initializer=tf.ones([2]), reverse=True)",
        "x = P([1., 2., 3.]); out = tf.scan(lambda a, r: (a[0] + r, a[1] * 2), x, initializer=(0., 1))",
        "x = P([1., 2., 3.]); out = tf.scan(lambda a, r: (a[1], a[0] + a[1]), x, initializer=(P(1.), P(2.)))",
        "x = P([[1., 2.], [3., 4.], [5., 6.]], [None, 2]); out = [tf.foldl(lambda a, r: a * r, x), tf.foldr(lambda a, r: a - r, x)]",
        "x = P([[1., 2.], [3., 4.], [5., 6.]], [None, 2]); out = tf.foldl(lambda a, r: a + tf.reduce_sum(r), x, initializer=P(2.))",
        "x = P([1., 2.]); out = tf.foldr(lambda a, r: a + r[0] * r[1], (x, x), initializer=0.)",
        "out = tf.map_fn(1, [1.])",
        "out = tf.map_fn(lambda x: x, P(1.))",
        "out = tf.map_fn(lambda x: (x, x), P([1.]))",
        "out = tf.scan(1, [1.])",
        # -- TensorArray ----------------------------------------------------------------------------------
        "x = P([1., 2.]); t = tf.TensorArray(tf.float32, 3).write(0, x).write(2, x * x).write(1, x + 1.); out = [t.stack(), t.size()]",
        "x = P([[1., 2.], [3., 4.], [5., 6.]]); t = tf.TensorArray(tf.float32, 3, clear_after_read=False).unstack(x); out = [t.read(1), t.gather([2, 0]), t.stack(), t.concat()]",
        "x = P([[1., 2.], [3., 4.]]); t = tf.TensorArray(tf.float32, 3).scatter([2, 0], x); out = t.gather([0, 2])",
        "x = P([1., 2., 3.]); t = tf.TensorArray(tf.float32, 2, infer_shape=False, clear_after_read=False).split(x, [1, 2]); out = [t.concat(), t.read(1), t.size()]",
        "x = P([[1., 2.], [3., 4.], [5., 6.]]); t = tf.TensorArray(tf.float32, 0, dynamic_size=True, clear_after_read=False).unstack(x).write(4, x[0]); out = [t.size(), t.read(4), t.read(3)]",
        "t = tf.TensorArray(tf.float32, 3, element_shape=[2]); out = t.stack()",
        "t = tf.TensorArray(tf.float32, 3); out = t.stack()",
        "t = tf.TensorArray(tf.float32, 3).write(0, 1.).write(0, 2.); out = t.read(0)",
        "t = tf.TensorArray(tf.float32, 3).write(5, 1.); out = t.read(5)",
        "t = tf.TensorArray(tf.float32, 3).write(P(5, []), 1.); out = t.read(0)",
        "t = tf.TensorArray(tf.float32, 3).write(0, 1.).write(1, [1.])",
        "t = tf.TensorArray(tf.float32, 3).unstack(tf.zeros([4, 2])); out = t.stack()",
        "t = tf.TensorArray(tf.float32)",
        "t = tf.TensorArray(tf.float32, 2).write(0, tf.constant(1)); out = t.read(0)",
        "x = P(2.); t = tf.TensorArray(tf.float32, 2); out = tf.cond(P(True), lambda: t.write(0, x), lambda: t.write(0, -x)).read(0)",
        """
x = P([1., 2.])
t = tf.TensorArray(tf.float32, 0, dynamic_size=True)
i, t = tf.while_loop(lambda i, t: i < 40, lambda i, t: (i + 1, t.write(i, x * tf.cast(i, tf.float32))), (0, t))
out = [t.stack(), t.size()]
""",
        """
x = P([1., 2.])
n = P(37, [])
t = tf.TensorArray(tf.float32, 0, dynamic_size=True)
i, t = tf.while_loop(lambda i, t: i < n, lambda i, t: (i + 1, t.write(i, x * tf.cast(i, tf.float32))), (0, t))
out = t.stack()
""",
        """
x = P([1., 2., 3., 4.])
inputs = tf.TensorArray(tf.float32, 4).unstack(x)
outputs = tf.TensorArray(tf.float32, 4)
_, t = tf.while_loop(lambda i, t: i < 4, lambda i, t: (i + 1, t.write(3 - i, inputs.read(i) ** 2)), (0, outputs))
out = t.stack()
""",
        "x = P([1., 2.]); i = P(3, []); t = tf.TensorArray(tf.float32, 0, dynamic_size=True, element_shape=[2]).write(i, x).write(i + 1, x * x); out = [t.stack(), t.size()]",
    # -- case -------------------------------------------------------------------------------------------
    ]
    + [
        "x = P(%s); out = tf.case([(x < 1., lambda: x + 1.), (x < 2., lambda: x * 2.)], default=lambda: x * x)" % v
        for v in (".5", "1.5", "2.5")
    ]
    + ["x = P(%s); out = tf.case([(x < 1., lambda: x + 1.), (x < 2., lambda: x * 2.)])" % v for v in (".5", "1.5", "2.5")]
    + [
        "x = P(.5); out = tf.case([(x < 1., lambda: x + 1.), (x < 2., lambda: x * 2.)], default=lambda: x, exclusive=True)",
        "x = P(1.5); out = tf.case([(x < 1., lambda: x + 1.), (x < 2., lambda: x * 2.)], default=lambda: x, exclusive=True)",
        "out = tf.case(3)",
        "x = P(.5); out = tf.case([(x < 1., 3)])",
        "x = P(.5); out = tf.case([(x, lambda: x)])",
    ]
)
