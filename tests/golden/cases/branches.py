"""tf.cond: values, effects and gradients of the branch that is taken, and of it alone."""

CASES = [
    "x = P([1., 2.]); p = P(True); out = tf.cond(p, lambda: x * 2., lambda: x * x)",
    "x = P([1., 2.]); p = P(False); out = tf.cond(p, lambda: x * 2., lambda: x * x)",
    "x = P([1., 2.]); out = tf.cond(tf.reduce_sum(x) > 2., lambda: x * 2., lambda: x * x)",
    "x = P([1., 2.]); out = tf.cond(tf.reduce_sum(x) > 5., lambda: x * 2., lambda: x * x)",
    "x = P([1., 2.]); y = P([3., 4.]); out = tf.cond(x[0] < y[0], lambda: [x, y], lambda: [y, x])",
    "x = P([1., 2.]); p = P(True); q = P(False); out = tf.cond(p, lambda: tf.cond(q, lambda: x, lambda: -x), lambda: x * 3.)",
    "x = P([1., 2.]); p = P(False); q = P(False); out = tf.cond(p, lambda: tf.cond(q, lambda: x, lambda: -x), lambda: tf.zeros([2]))",
    "x = P([1., 2.]); p = P(True); y = tf.cond(p, lambda: x * x, lambda: x); out = tf.gradients(y * y, x)",
    "x = P([1., 2.]); p = P(True); y = tf.sin(x); out = tf.cond(p, lambda: y * 2., lambda: x) + y",
    """
w = tf.get_variable('w', initializer=1.)
x = P(3.)
out = tf.cond(x > 2., lambda: tf.assign_add(w, x), lambda: tf.assign_sub(w, x))
runs = 2
""",
    """
w = tf.get_variable('w', initializer=1., use_resource=True)
x = P(1.)
y = tf.cond(x > 2., lambda: w.assign_add(x).value(), lambda: w.assign_sub(x).value())
with tf.control_dependencies([y]):
    out = [y, w.read_value()]
runs = 2
""",
    "x = P(2.); w = tf.get_variable('w', initializer=3.); y = tf.cond(x > 1., lambda: w * x, lambda: x); out = tf.gradients(y, [w, x])",
    "x = P([1., 2., 3.]); m = tf.cond(x[0] > 0., lambda: tf.boolean_mask(x, x > 1.5), lambda: x); out = tf.reduce_sum(m)",
    "x = P(2); out = tf.cond(x > 1, lambda: tf.constant(1), lambda: tf.constant(2))",
    "x = P(2); out = tf.cond(x > 5, lambda: 'a', lambda: 'b')",
    "a = tf.Variable([1., 2.]); b = tf.Variable(a.initialized_value() * 2.); out = b.read_value()",
    "x = P([1., 2.]); a = tf.assert_less(x, 2.)\nwith tf.control_dependencies([a]): out = tf.identity(x)",
    "x = P([1., 1.5]); a = tf.assert_less(x, 2.)\nwith tf.control_dependencies([a]): out = tf.identity(x)",
    "out = tf.cond(True, lambda: 1., lambda: 2.)",
    "p = P(True); out = tf.cond(p, lambda: 1., lambda: 2)",
    "p = P(True); out = tf.cond(p, lambda: [1., 2.], lambda: 2.)",
    "p = P(True); out = tf.cond(p, lambda: None, lambda: 2.)",
] + [
    # A branch reads a variable when it uses it, as outside of branches: after what it waits for.
    f"""
v, w, p = tf.Variable([1., 2.]), tf.Variable([1., 2.]), {predicate}
def changed(make):
    with tf.control_dependencies([tf.assign(v, w * 5.)]):
        return make()
out = [tf.cond(p, lambda: changed(lambda: {value}), lambda: v + 0.), v]
"""
    for predicate in ("P(True)", "P(1.) > 0.", "tf.reduce_sum(w) > 0.", "tf.reduce_sum(w) < 0.")
    for value in ("v + 1.", "v.value() * w", "tf.assign(v, v * 7.)", "tf.identity(v)")
]

#: What has read a variable shares its buffer, and keeps it when a value of another size gets a new one.
CASES += [
    f"""
v = tf.Variable(np.array({old}), validate_shape=False, trainable=False)
def changed():
    read = v.value()
    with tf.control_dependencies([read]):
        assigned = tf.assign(v, {new}, validate_shape=False)
    with tf.control_dependencies([assigned]):
        return tf.stack([read[:1], tf.reshape(read, [-1])[1:2]])
out = {made}
"""
    for old, new in (
        ("[1., 2.]", "np.array([5., 6., 7.])"),
        ("[1., 2.]", "np.array([5., 6.])"),
        ("[b'a', b'b']", "[b'x', b'y', b'z']"),
        ("[b'a', b'b']", "[b'x', b'y']"),
    )
    for made in ("changed()", "tf.cond(P(True), changed, lambda: tf.stack([v[:1], v[1:2]]))")
] + [
    # Branches that give variables as they are.
    f"v, w, p = tf.Variable([1., 2.]), tf.Variable([3., 4.]), {predicate}; out = [tf.cond(p, lambda: v, lambda: w), tf.cond(p, lambda: [w, v], lambda: [v, w])]"
    for predicate in ("P(True)", "P(False)", "P(1.) > 0.", "tf.reduce_sum(w) > 0.", "tf.reduce_sum(w) < 0.")
]
