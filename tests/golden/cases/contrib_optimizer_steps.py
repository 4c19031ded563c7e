"""Thirty steps of the optimizers of tf.contrib.opt: dense and sparse gradients, reference and resource variables."""

#: the decay of a weight and its use in the loss come in any order: with these, gradients do not depend on weights
_DECAYING = [
    "tf.contrib.opt.AdamWOptimizer(.01, .1)",
    "tf.contrib.opt.MomentumWOptimizer(.01, .05, .5, use_nesterov=True)",
    "tf.contrib.opt.extend_with_decoupled_weight_decay(tf.train.RMSPropOptimizer)(weight_decay=.1, learning_rate=.1)",
]
_BOTH = [
    "tf.contrib.opt.LazyAdamOptimizer(.1, beta2=.9)",
    "tf.contrib.opt.NadamOptimizer(.05, .8, .9)",
    "tf.contrib.opt.AdaMaxOptimizer(.05, .8, .9)",
    "tf.contrib.opt.LARSOptimizer(.5, eeta=.1, epsilon=.01)",
    "tf.contrib.opt.RegAdagradOptimizer(.1)",
    "tf.contrib.opt.MovingAverageOptimizer(tf.train.MomentumOptimizer(.02, .5), .8, n)",
    "tf.contrib.opt.VariableClippingOptimizer(tf.train.GradientDescentOptimizer(.05), {w: [1]}, 2.)",
    "tf.contrib.opt.MultitaskOptimizerWrapper(tf.train.MomentumOptimizer(.02, .5))",
]
_DENSE_ONLY = [
    "tf.contrib.opt.PowerSignOptimizer(.02)",
    "tf.contrib.opt.PowerSignOptimizer(.02, 2., .5, lambda s: 1. / tf.cast(s + 1, tf.float32))",
    "tf.contrib.opt.AddSignOptimizer(.02, 2., .5, lambda s: .5)",
    "tf.contrib.opt.GGTOptimizer(.01, .5, window=4, svd_eps=1e-2)",
    "tf.contrib.opt.GGTOptimizer(.01, .5, window=4, eps=1e3)",
]
_VARIABLE = "w = tf.get_variable('w', initializer=[[1., 2.], [3., -4.], [.5, .25]]%s)\n"
_DENSE = "loss = tf.reduce_sum(tf.square(w) * [.1, .2]) + tf.reduce_sum(w * [[.1], [0.], [-.3]])\n"
_SPARSE = "loss = tf.reduce_sum((tf.nn.embedding_lookup(w, [0, 2, 0]) - .5) ** 2)\n"
_END = """
n = tf.train.get_or_create_global_step()
step = %s.minimize(loss, global_step=n)
with tf.control_dependencies([step]):
    out = [[v.name, v.read_value()] for v in tf.global_variables()]
runs = 30
keep = (1, 3, 30)
"""
#: the nearly singular matrices of GGT's window amplify differences in the last place
TOLERANCE = {"GGTOptimizer(": (5e-3, 1e-4)}
CASES = [
    _VARIABLE % kind + loss + _END % maker
    for maker in _BOTH + _DENSE_ONLY
    for kind in ("", ", use_resource=True")
    for loss in (_DENSE, _SPARSE)
    if loss is _DENSE or maker in _BOTH
]
_COUNT = "n = tf.train.get_or_create_global_step()\nc = tf.cos(tf.cast(n, tf.float32))\n"
CASES += [
    _COUNT + _VARIABLE % kind + loss + _END % maker
    for maker in _DECAYING
    for kind in ("", ", use_resource=True")
    for loss in (
        "loss = tf.reduce_sum(w * [[.1], [.2], [.3]]) * c\n",
        "loss = tf.reduce_sum(tf.nn.embedding_lookup(w, [0, 2, 0]) * [[.1], [.2], [.3]]) * c\n",
    )
]
CASES += [
    """
w = tf.get_variable('w', initializer=[1., 2.])
o = tf.contrib.opt.RegAdagradOptimizer(.1)
a = o.minimize(tf.reduce_sum(w * w))
with tf.control_dependencies([a]), o.avoid_updating_slots():
    b = o.minimize(tf.reduce_sum(tf.abs(w)))
with tf.control_dependencies([b]):
    out = [v.read_value() for v in tf.global_variables()]
runs = 3
""",
    """
w = tf.get_variable('w', initializer=[[1., 2.], [3., 4.], [5., 6.]])
o = tf.contrib.opt.AddSignOptimizer(.1)
step = o.apply_gradients([(tf.IndexedSlices(tf.constant([[1., -2.], [3., 4.]]), tf.constant([2, 2]), tf.constant([3, 2])), w)])
with tf.control_dependencies([step]):
    out = [v.read_value() for v in tf.global_variables()]
runs = 3
""",
    """
w = tf.get_variable('w', initializer=[[1., 2.], [3., 4.], [5., 6.]])
o = tf.contrib.opt.PowerSignOptimizer(.1)
step = o.apply_gradients([(tf.IndexedSlices(tf.constant([[1., -2.], [3., 4.]]), tf.constant([2, 0]), tf.constant([3, 2])), w)])
with tf.control_dependencies([step]):
    out = [v.read_value() for v in tf.global_variables()]
runs = 3
""",
    """
w = tf.get_variable('w', initializer=[1., 2.])
x = tf.Variable(0., trainable=False)
wrapped = tf.contrib.opt.MultitaskOptimizerWrapper(tf.train.MomentumOptimizer(.1, .5))
pairs, norm = tf.contrib.opt.clip_gradients_by_global_norm([(w * x, w), (None, x)], 1.)
step = wrapped.apply_gradients(pairs)
with tf.control_dependencies([step]):
    with tf.control_dependencies([tf.assign_add(x, 1.)]):
        out = [v.read_value() for v in tf.global_variables()] + [norm]
runs = 4
""",
    """
v = tf.get_variable('v', initializer=[1., 2.], use_resource=True)
step = tf.train.GradientDescentOptimizer(.1).minimize(lambda: tf.reduce_sum(v * v))
with tf.control_dependencies([step]):
    out = v.read_value()
runs = 2
""",
]
