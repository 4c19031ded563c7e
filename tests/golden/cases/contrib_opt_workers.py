"""Thirty steps of the optimizers of tf.contrib.opt that share variables among workers, that drop gradients, and of Shampoo and AdamGS."""

_VARIABLE = "w = tf.get_variable('w', initializer=[[1., 2.], [3., -4.], [.5, .25]]%s)\n"
_DENSE = "loss = tf.reduce_sum(tf.square(w) * [.1, .2]) + tf.reduce_sum(w * [[.1], [0.], [-.3]])\n"
_SPARSE = "loss = tf.reduce_sum((tf.nn.embedding_lookup(w, [0, 2, 0]) - .5) ** 2)\n"
_COUNT = "n = tf.train.get_or_create_global_step()\n"
_END = """
step = %s.minimize(loss, global_step=n)
with tf.control_dependencies([step]):
    out = [[v.name, v.read_value()] for v in tf.global_variables()]
runs = 30
keep = (1, 3, 30)
"""
#: singular vectors of nearly equal singular values amplify differences in the last place
TOLERANCE = {"Shampoo": (2e-4, 1e-5)}
_MAKERS = [
    "tf.contrib.opt.AdamGSOptimizer(n, .1, .8, .9)",
    "tf.contrib.opt.LazyAdamGSOptimizer(n, .1, .8, .9)",
    "tf.contrib.opt.AdamGSOptimizer(learning_rate=.05)",
    "tf.contrib.opt.ShampooOptimizer(n, learning_rate=.1)",
    "tf.contrib.opt.ShampooOptimizer(n, max_matrix_size=2, learning_rate=.1, mat_gbar_weight=.5)",
    "tf.contrib.opt.ShampooOptimizer(n, 1, .1, .9, learning_rate=lambda t: 1. / (t + 9.))",
    "tf.contrib.opt.ShampooOptimizer(n, 8, .1, .9, .8, .2, .05, 2, 3, epsilon=.1)",
    "tf.contrib.opt.ShampooOptimizer(n, learning_rate=.1, use_iterative_root=True, epsilon=.01)",
]
CASES = [
    _COUNT + _VARIABLE % kind + loss + _END % maker
    for maker in _MAKERS
    for kind in ("", ", use_resource=True")
    for loss in (_DENSE, _SPARSE)
]
_PARTITIONED = """
n = tf.train.get_or_create_global_step()
w = tf.get_variable('w', [6, 2], initializer=tf.random_uniform_initializer(seed=3), partitioner=tf.fixed_size_partitioner(2)%s)
step = %s.minimize(tf.reduce_sum(tf.nn.embedding_lookup(w, [0, 5, 3, 0]) ** 2), global_step=n)
with tf.control_dependencies([step]):
    out = [[v.name, v.read_value()] for v in tf.global_variables()]
runs = 30
keep = (1, 3, 30)
"""
CASES += [
    _PARTITIONED % (kind, maker)
    for kind in ("", ", use_resource=True")
    for maker in ("tf.contrib.opt.AdamGSOptimizer(n, .1)", "tf.contrib.opt.LazyAdamGSOptimizer(n, .1)", "tf.contrib.opt.ShampooOptimizer(n, 2, learning_rate=.1)")
]
#: gradients of a fixed step do not depend on whether the weights are read before or after their step
_WORKER = """
n = tf.train.get_or_create_global_step()
c = tf.contrib.opt.%sCustomGetter('/cpu:0')
with tf.variable_scope('m', custom_getter=c):
    w = tf.get_variable('w', initializer=[1., -2., 3.])
    b = tf.get_variable('b', initializer=.5)
o = tf.contrib.opt.%s
k = tf.cast(tf.get_variable('k', initializer=0, trainable=False, use_resource=True).assign_add(1), tf.float32)
step = o.apply_gradients([(tf.stack([.1 * k, .2, -.3]), w), (tf.cos(k), b)], n)
with tf.control_dependencies([step]):
    out = [[v.name, v.read_value()] for v in tf.global_variables() + tf.local_variables()]
init = o.get_init_op(%s)
runs = 30
keep = (1, 3, 4, 30)
"""
CASES += [
    _WORKER % ("AGN", "AGNOptimizer(tf.train.GradientDescentOptimizer(.1), 1, c, 3)", "0"),
    _WORKER % ("AGN", "AGNOptimizer(tf.train.MomentumOptimizer(.1, .9), 2, c, 4)", "0"),
    _WORKER % ("ElasticAverage", "ElasticAverageOptimizer(tf.train.GradientDescentOptimizer(.1), 1, c, 3)", "0"),
    _WORKER % ("ElasticAverage", "ElasticAverageOptimizer(tf.train.MomentumOptimizer(.1, .9), 3, c, 4, .2, .1)", "0"),
    _WORKER % ("ElasticAverage", "ElasticAverageOptimizer(tf.train.MomentumOptimizer(.1, .9), 1, c, 4, synchronous=True)", "0"),
    _WORKER % ("ModelAverage", "ModelAverageOptimizer(tf.train.GradientDescentOptimizer(.1), 1, True, c, 3)", ""),
    _WORKER % ("ModelAverage", "ModelAverageOptimizer(tf.train.MomentumOptimizer(.1, .9), 1, True, c, 4)", ""),
]
CASES += [
    """
n = tf.train.get_or_create_global_step()
w = tf.get_variable('w', initializer=[1., 2.]%s)
o = tf.contrib.opt.DropStaleGradientOptimizer(tf.train.MomentumOptimizer(.1, .5), %d)
pairs = o.compute_gradients(tf.reduce_sum(w * w))
step = o.apply_gradients(pairs, n)
with tf.control_dependencies([step]):
    out = [[v.name, v.read_value()] for v in tf.global_variables()]
runs = 5
"""
    % (kind, staleness)
    for kind in ("", ", use_resource=True")
    for staleness in (0, -1)
]
