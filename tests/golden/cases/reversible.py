"""GDN, reversible blocks and recomputed gradients of tf.contrib.layers."""

_F = "L = tf.contrib.layers\nf = lambda x: tf.layers.dense(x, 3, activation=tf.nn.tanh, use_bias=False)\nx = P([[1., -2., .5], [.3, .2, -1.]])\nz = P([[.1, .2, .3], [1., 2., 3.]])\n"
_G = "\nv = tf.trainable_variables()\nout = [y, [u.name for u in v], tf.gradients(y, v + [x])]"
CASES = [
    _F + "y = L.gdn(P(np.arange(24.).reshape(1, 2, 4, 3).astype(np.float32)))" + _G.replace(" + [x]", ""),
    _F + "y = L.gdn(tf.stack([x, x]), inverse=True, beta_min=.1, gamma_init=.5)" + _G,
    _F + "y = L.gdn(tf.reshape(x, [1, 1, 2, 1, 3]), name='q')" + _G,
    _F + "y = L.gdn(tf.zeros([2, 3, 4, 5]), data_format='x')\nout = y",
    _F + "y = L.gdn(tf.zeros([2]))\nout = y",
    _F + "y = tf.add_n(L.rev_block(x, z, f, f, num_layers=2))" + _G,
    _F + "y = tf.add_n(L.rev_block(x, z, f, f, num_layers=2, is_training=False))" + _G,
    _F + "s = P([[2., 1., .5]])\ny = tf.add_n(L.rev_block(x, z, lambda a, b: f(a) * b[0], f, 2, f_side_input=[s]))\nv = tf.trainable_variables()\nout = [y, [tf.stop_gradient(d) for d in tf.gradients(y, v + [x, z, s])]]",
    _F + "b = L.RevBlock(f, f, num_layers=2)\na, c = b.forward(x, z)\nout = [b.backward(a, c), [v.name for v in tf.global_variables()]]",
    _F + "tf.get_variable_scope().set_use_resource(True)\ny = L.recompute_grad(f)(x)" + _G,
    _F + "tf.get_variable_scope().set_use_resource(True)\n@L.recompute_grad\ndef fn(a, b):\n    with tf.variable_scope('in'):\n        return f(a) * b\ny = fn(x, z)" + _G,
    _F + "y = L.recompute_grad(f)(x)\nout = y",
    _F + "y = L.recompute_grad(f)(np.ones([2, 3], np.float32))\nout = y",
]
