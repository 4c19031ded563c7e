"""tf.gradients: values, None, IndexedSlices, orders, user gradients. The harness differentiates each result once more."""

# Gradients of gradients: where the reference gives None because a derivative is constant, zeros are as right.
CASES = [
    "x = P([1., 2.]); out = tf.gradients(x * x, x)",
    "x = P([1., 2.]); y = P([3., 4.]); out = tf.gradients([x * y, x + y], [x, y])",
    "x = P([1., 2.]); y = P([3., 4.]); out = tf.gradients(x * x * y, [x, y], grad_ys=[tf.constant([2., 3.])])",
    "x = P([1., 2.]); out = tf.gradients(tf.stop_gradient(x) * x, x)",
    "x = P([1., 2.]); y = x * x; out = tf.gradients(y * x, [x, y], stop_gradients=[y])",
    "x = P([1., 2.]); y = x * x; z = y * y; out = tf.gradients(z, [x, y, z])",
    "x = P([1., 2.]); out = tf.gradients(tf.cast(tf.cast(x, tf.int32), tf.float32), x)",
    "x = P([1., 2.]); y = P([1., 2.]); out = tf.gradients(x, y)",
    "x = P([1., 2.]); y = P([1., 2.]); out = tf.gradients(x * 3., y, unconnected_gradients=tf.UnconnectedGradients.ZERO)",
    "x = P([1., 2.]); out = tf.gradients(tf.floor(x) * 2., x)",
    "x = P([1., 2.]); out = tf.gradients(tf.argmax(x), x)",
    "x = P([[1., 2.], [3., 4.]]); out = tf.gradients(tf.gather(x, [0, 0, 1]), x)",
    "x = P([[1., 2.], [3., 4.]]); out = tf.gradients(tf.reduce_sum(tf.gather(x, [0, 0, 1]) ** 2) + tf.reduce_sum(x), x)",
    "x = P([[1., 2.], [3., 4.]]); out = tf.gradients(tf.gather(x, [0, 1]) * tf.gather(x, [1, 1]), x)",
    "x = P([[1., 2.], [3., 4.]]); out = tf.gradients(tf.gather(x * 2., [1]), x)",
    "x = P([.5, 1.5]); g = tf.gradients(tf.sin(x) * x, x)[0]; out = tf.gradients(g * g, x)",
    "x = P([.5, 1.5]); g = tf.gradients(x ** 4, x)[0]; h = tf.gradients(g, x)[0]; out = [g, h] + tf.gradients(h, x)",
    "x = P([.5, 1.5]); y = tf.exp(x); g = tf.gradients(y * y, y)[0]; out = tf.gradients(g * x, [x, y])",
    "x = P([[.5, 1.5]]); w = P([[.1, .2], [.3, .4]]); h = tf.tanh(tf.matmul(x, w)); g = tf.gradients(h, x)[0]; "
    "p = tf.reduce_sum(tf.square(g)); out = [g] + tf.gradients(p, [w, x])",
    "x = P([1., 2., 3.]); out = tf.hessians(tf.reduce_sum(x ** 3) + x[0] * x[1], x)",
    "x = P([[1., 2.]]); out = tf.hessians(tf.reduce_prod(x), x)",
    "x = P([1., 2.]); w = tf.get_variable('w', initializer=[3., 4.]); out = tf.gradients(w * x * w, [w, x])",
    "x = P([1., 2.]); w = tf.get_variable('w', initializer=[3., 4.], use_resource=True); out = tf.gradients(w * x * w, [w, x])",
    "w = tf.get_variable('w', initializer=[[3., 4.], [5., 6.]], use_resource=True); out = tf.gradients(tf.nn.embedding_lookup(w, [1, 1]), w)",
    "w = tf.get_variable('w', initializer=[[3., 4.], [5., 6.]]); out = tf.gradients(tf.nn.embedding_lookup(w, [[1, 0], [1, 1]]) ** 2, w)",
    """
@tf.custom_gradient
def f(x):
    def grad(dy):
        return dy * 100.
    return x * x, grad
x = P([1., 2.])
out = tf.gradients(f(x * 2.) * 3., x)
""",
    """
@tf.custom_gradient
def f(x, y):
    def grad(da, db):
        return da * 10. + db, da - db
    return [x * y, x + y], grad
x = P([1., 2.])
y = P([3., 4.])
a, b = f(x, y)
out = [a, b] + tf.gradients([a * 2., b], [x, y])
""",
    """
name = 'Case%d' % np.random.randint(10**9)
@tf.RegisterGradient(name)
def case_grad(op, grad):
    return grad * op.inputs[0] * 10.
x = P([1., 2.])
with tf.get_default_graph().gradient_override_map({'Identity': name}):
    y = tf.identity(x * 2.)
out = tf.gradients(tf.sin(y), x)
""",
    """
x = P([-1., .3, 2.])
with tf.get_default_graph().gradient_override_map({'Sign': 'Identity'}):
    y = tf.sign(x)
out = tf.gradients(y * 2., x)
""",
    """
x = P([-1., .3, 2.])
with tf.get_default_graph().gradient_override_map({'Relu': 'Tanh'}):
    y = tf.nn.relu(x)
out = tf.gradients(y * 2., x)
""",
    "x = P([1., 2.]); f = tf.grad_pass_through(tf.round); out = tf.gradients(f(x * 1.4) * 2., x)",
    "x = P(np.array([1 + 2j, 3 - 1j], np.complex64)); y = tf.real(x) ** 2 + tf.imag(x) * 3.; out = [y]",
    "x = P([1., 2.]); y = P([3., 4.]); z = tf.complex(x, y); w = tf.abs(z * z); out = tf.gradients(w, [x, y])",
    "x = P([1., 2.]); y = tf.where(x > 1.5, x * 2., x * x); out = tf.gradients(y, x)",
    "x = P([1., 2.]); out = tf.gradients(tf.boolean_mask(x * x, [True, False]), x)",
    "x = P([1., 2., 3.]); m = P([1., -1., 1.]); out = tf.gradients(tf.boolean_mask(x * x, m > 0.), x)",
    "x = P([1., 2.]); out = tf.gradients(3, x)",
    "x = P([1., 2.]); out = tf.gradients(x, x, grad_ys=[1., 2.])",
    "x = P([1., 2.]); out = tf.gradients([x, x], x, grad_ys=[tf.ones([2])])",
    "x = P([1., 2.]); out = tf.gradients(tf.reduce_sum(x * x), x, grad_ys=[tf.constant([3.])])",
    "x = P([1., 2.]); out = tf.gradients(tf.complex(x, x), x)",
]
