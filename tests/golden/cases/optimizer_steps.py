"""Thirty steps of every optimizer: dense and sparse gradients, reference, resource and partitioned variables."""

_MAKERS = [
    "tf.train.AdagradOptimizer(.1)",
    "tf.train.AdagradDAOptimizer(.1, n, l1_regularization_strength=.01, l2_regularization_strength=.02)",
    "tf.train.AdadeltaOptimizer(.5, rho=.9, epsilon=1e-3)",
    "tf.train.RMSPropOptimizer(.01)",
    "tf.train.RMSPropOptimizer(.01, decay=.8, momentum=.5, epsilon=.1)",
    "tf.train.RMSPropOptimizer(.01, momentum=.5, epsilon=.1, centered=True)",
    "tf.train.FtrlOptimizer(.1)",
    "tf.train.FtrlOptimizer(.1, l1_regularization_strength=.1, l2_regularization_strength=.2)",
    "tf.train.FtrlOptimizer(.1, -.7, .2, l1_regularization_strength=.1, l2_shrinkage_regularization_strength=.3)",
    "tf.train.FtrlOptimizer(.1, 0., 0., l2_regularization_strength=.1, accum_name='a', linear_name='b')",
    "tf.train.ProximalGradientDescentOptimizer(.05, .1, .2)",
    "tf.train.ProximalGradientDescentOptimizer(.05)",
    "tf.train.ProximalAdagradOptimizer(.1, .2, .1, .2)",
    "tf.train.GradientDescentOptimizer(tf.train.exponential_decay(.1, n, 10, .5))",
    "tf.train.MomentumOptimizer(lambda: .02, lambda: .9, use_nesterov=True)",
    "tf.train.AdamOptimizer(tf.train.polynomial_decay(.1, n, 20), beta1=.8)",
]
# Powers are computed in float32, here and there to the last place or two; a float64 variable shows that.
TOLERANCE = {"polynomial_decay(": (1e-5, 1e-6), "learning_rate_power": (1e-5, 1e-6), "exponential_decay(": (1e-5, 1e-6)}
_VARIABLE = "w = tf.get_variable('w', initializer=[[1., 2.], [3., -4.], [.5, .25]]%s)\n"
_DOUBLE = "w = tf.get_variable('w', initializer=tf.constant([[1., 2.], [3., -4.], [.5, .25]], tf.float64))\n"
_PARTS = """
w = tf.get_variable('w', [3, 2], initializer=tf.constant_initializer([.5, -1.]), partitioner=tf.fixed_size_partitioner(2))
"""
_DENSE = "loss = tf.reduce_sum(tf.square(w) * [.1, .2]) + tf.reduce_sum(w * [[.1], [0.], [-.3]])\n"
_WHOLE = "w = tf.convert_to_tensor(w)\n" + _DENSE
_SPARSE = "loss = tf.reduce_sum((tf.nn.embedding_lookup(w, [0, 2, 0]) - .5) ** 2)\n"
_END = """
n = tf.train.get_or_create_global_step()
step = %s.minimize(loss, global_step=n)
with tf.control_dependencies([step]):
    out = [[v.name, v.read_value()] for v in tf.global_variables()]
runs = 30
keep = (1, 3, 30)
"""
CASES = []
for _maker in _MAKERS:
    for _start in (
        _VARIABLE % "" + _DENSE,
        _VARIABLE % "" + _SPARSE,
        _VARIABLE % ", use_resource=True" + _DENSE,
        _VARIABLE % ", use_resource=True" + _SPARSE,
        _PARTS + _WHOLE,
        _PARTS + _SPARSE,
        "tf.get_variable_scope().set_use_resource(True)\n" + _PARTS + _SPARSE,
        _DOUBLE + _DENSE,
    ):
        CASES.append(_start + _END % _maker)
