"""Gradient descent, Momentum and Adam: five steps each, dense and sparse, on reference, resource and partitioned variables."""

_MAKERS = [
    "tf.train.GradientDescentOptimizer(.1)",
    "tf.train.MomentumOptimizer(.1, .9)",
    "tf.train.MomentumOptimizer(.1, .9, use_nesterov=True)",
    "tf.train.AdamOptimizer(.1)",
    "tf.train.AdamOptimizer(tf.constant(.2), beta1=.8, beta2=.9, epsilon=.01)",
]
_DENSE = "loss = tf.reduce_sum(tf.square(w) * [1., 2.]) + tf.reduce_sum(w)"
_SPARSE = "loss = tf.reduce_sum(tf.nn.embedding_lookup(w, [0, 2, 0]) ** 2)"
_MIXED = "loss = tf.reduce_sum(tf.nn.embedding_lookup(w, [0, 2, 0]) ** 2) + tf.reduce_sum(tf.sin(w))"
_END = """
step = %s.minimize(loss)
with tf.control_dependencies([step]):
    out = [v.read_value() for v in tf.global_variables()]
runs = 5
"""
CASES = []
for _maker in _MAKERS:
    for _resource in (False, True):
        for _loss in (_DENSE, _SPARSE, _MIXED):
            _w = "w = tf.get_variable('w', initializer=[[1., 2.], [3., -4.], [.5, .25]], use_resource=%s)\n" % _resource
            CASES.append(_w + _loss + _END % _maker)
    CASES.append(
        "w = tf.get_variable('w', [3, 2], initializer=tf.constant_initializer(.5), partitioner=tf.fixed_size_partitioner(2))\n"
        + "w = tf.convert_to_tensor(w)\n"
        + _DENSE
        + _END % _maker
    )
    CASES.append(
        "w = tf.get_variable('w', [3, 2], initializer=tf.constant_initializer(.5), partitioner=tf.fixed_size_partitioner(2))\n"
        + _SPARSE
        + _END % _maker
    )
CASES += [
    """
w = tf.get_variable('w', initializer=[1., 2.], constraint=lambda v: tf.clip_by_value(v, 0., 1.5))
step = tf.train.GradientDescentOptimizer(.5).minimize(tf.reduce_sum(-w))
with tf.control_dependencies([step]):
    out = w.read_value()
runs = 3
""",
    """
w = tf.get_variable('w', initializer=[1., 2.])
n = tf.train.get_or_create_global_step()
step = tf.train.MomentumOptimizer(.5, .5).minimize(tf.reduce_sum(w * w), global_step=n)
with tf.control_dependencies([step]):
    out = [w.read_value(), n.read_value()]
runs = 3
""",
    """
w = tf.get_variable('w', initializer=[1., 2.])
v = tf.get_variable('v', initializer=[1., 2.])
opt = tf.train.AdamOptimizer(.1)
pairs = opt.compute_gradients(tf.reduce_sum(w * v * v), var_list=[w, v], gate_gradients=opt.GATE_GRAPH)
step = opt.apply_gradients([(tf.clip_by_norm(g, 1.), x) for g, x in pairs])
with tf.control_dependencies([step]):
    out = [w.read_value(), v.read_value(), opt.get_slot(v, 'm').read_value()]
runs = 3
""",
    """
class Mine(tf.train.Optimizer):
    def __init__(self):
        super(Mine, self).__init__(False, 'Mine')
    def _create_slots(self, var_list):
        for v in var_list:
            self._zeros_slot(v, 'sum', self._name)
    def _apply_dense(self, grad, var):
        total = tf.assign_add(self.get_slot(var, 'sum'), grad)
        return tf.assign_sub(var, .1 * total)
w = tf.get_variable('w', initializer=[1., 2.])
step = Mine().minimize(tf.reduce_sum(w * w))
with tf.control_dependencies([step]):
    out = [v.read_value() for v in tf.global_variables()]
runs = 3
""",
    "w = tf.get_variable('w', initializer=[1., 2.]); out = tf.train.AdamOptimizer().minimize(tf.constant(1.))",
    "w = tf.get_variable('w', initializer=[1, 2]); out = tf.train.AdamOptimizer().minimize(tf.reduce_sum(w))",
    "out = tf.train.AdamOptimizer().minimize(tf.constant(1.))",
    "w = tf.get_variable('w', initializer=[1., 2.]); out = tf.train.GradientDescentOptimizer(.1).apply_gradients([])",
    "w = tf.get_variable('w', initializer=[1., 2.]); out = tf.train.GradientDescentOptimizer(.1).apply_gradients([(None, w)])",
    "w = tf.get_variable('w', initializer=[1., 2.]); out = tf.train.GradientDescentOptimizer(.1).compute_gradients(w, gate_gradients=7)",
    "out = tf.train.Optimizer(False, '')",
]
MESSAGES = True
