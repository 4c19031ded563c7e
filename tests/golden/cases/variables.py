"""Variables at run time: values after reads, assignments and scatters; errors; initialization."""

MESSAGES = True

_SHARED = """
v.assign([[1., 2.], [3., 4.], [5., 6.]])
v.assign_add(tf.ones([3, 2]))
v.assign_sub([[1., 1.], [2., 2.], [3., 3.]])
v[0].assign([7., 8.])
v[1:, 0].assign([7., 8.])
v[..., 1].assign([7., 8., 9.])
v[::-2].assign([[7., 8.], [9., 10.]])
tf.scatter_update(v, [0, 2], [[7., 7.], [8., 8.]])
tf.scatter_add(v, [0, 0], [[1., 1.], [2., 2.]])
tf.scatter_add(v, [0, 1], 5.)
tf.scatter_sub(v, [[0], [2]], [[[1., 1.]], [[2., 2.]]])
tf.scatter_mul(v, [1], [[2., 3.]])
tf.scatter_div(v, [1], [[2., 4.]])
tf.scatter_min(v, [0, 1, 2], tf.ones([3, 2]))
tf.scatter_max(v, [0, 1, 2], tf.ones([3, 2]))
tf.scatter_nd_update(v, [[0], [2]], [[7., 7.], [8., 8.]])
tf.scatter_nd_add(v, [[0, 1], [0, 1]], [1., 2.])
tf.scatter_nd_sub(v, [[1, 0]], [4.])
tf.batch_scatter_update(v, [[0], [1], [1]], [[7.], [8.], [9.]])
v.scatter_update(tf.IndexedSlices(tf.constant([[7., 7.]]), tf.constant([1])))
v.scatter_nd_add([[2, 1]], [9.])
tf.gather(v, P([2, 0]))
tf.nn.embedding_lookup(v, P([2, 0]))
tf.scatter_add(v, P([5]), [[1., 1.]])
tf.gather(v, P([3]))
v + 1. - 2. * v
v[1:]
v.initialized_value()
tf.is_variable_initialized(v)
tf.report_uninitialized_variables()
tf.cond(P(True, []), lambda: v + 1., lambda: v - 1.)
tf.cond(P(False, []), lambda: v.assign(tf.zeros([3, 2])) + 0., lambda: v * 1.)
v.assign(P([1., 2.], "?"))
v.assign_add(P([1., 2.], "?"))
"""

CASES = []
for _kind in ("False", "True"):
    _made = "v = tf.Variable([[3., 1.], [0.5, 2.], [4., -1.]], name='v', use_resource=%s); out = " % _kind
    CASES += [_made + line for line in _SHARED.strip().split("\n")]

CASES += [
    "v = tf.Variable(1, use_resource=False); out = v.count_up_to(3); runs = 2",
    "v = tf.Variable(1, use_resource=False); out = v.count_up_to(3); runs = 3",
    "v = tf.Variable(1, use_resource=True); out = v.count_up_to(2); runs = 2",
    "v = tf.Variable(0.); out = v.assign_add(2.); runs = 3",
    "v = tf.Variable(0., use_resource=True); out = v.assign_add(2.); runs = 3",
    "v = tf.Variable(2.); w = tf.Variable(v * 3.); out = tf.Variable(w + v)",
    "v = tf.Variable(2.); w = tf.get_variable('w', initializer=lambda: v.initialized_value() * 2.); out = w",
    "v = tf.Variable([1., 2.], validate_shape=False); out = tf.assign(v, [1., 2., 3.], validate_shape=False)",
    "v = tf.Variable([1., 2.], validate_shape=False); out = v.assign([1., 2., 3.])",
    "out = tf.Variable([1., 2.], shape=tf.TensorShape([None]))",
    "out = tf.Variable([1., 2.], shape=tf.TensorShape(None))",
    "out = tf.Variable([1., 2.], shape=tf.TensorShape(None), use_resource=True)",
    "out = tf.Variable(['a', 'b'])",
    "v = tf.Variable(['a', 'b']); out = tf.scatter_update(v, [1], ['c'])",
    "v = tf.Variable([True, False]); out = v.assign([False, False])",
    "v = tf.Variable([1+2j]); out = v.assign_add([1j])",
    "v = tf.get_variable('v', [5, 2], partitioner=tf.fixed_size_partitioner(3)); tf.set_random_seed(7); out = tf.convert_to_tensor(v)",
    "v = tf.get_variable('v', initializer=tf.range(5.), partitioner=tf.fixed_size_partitioner(2)); out = v.assign(tf.ones([5]))",
    "v = tf.get_variable('v', [3, 4], partitioner=tf.fixed_size_partitioner(2, axis=1), initializer=tf.ones_initializer()); out = tf.reduce_sum(v)",
    "v = tf.Variable(1., collections=[]); out = v + 1.",
    "v = tf.Variable(1., collections=[]); out = v.initialized_value()",
    "w = tf.Variable(2., use_resource=True); v = tf.Variable(1., collections=[], use_resource=True); out = v + 1.",
    "v = tf.Variable(1., collections=[]); out = tf.report_uninitialized_variables([v])",
    "v = tf.Variable(1., collections=[]); out = tf.assert_variables_initialized([v])",
    "v = tf.Variable(1.); x = P([2., 3.]); out = v * x",
    "v = tf.Variable([[1., 2.], [3., 4.]], use_resource=True); x = P([2.]); out = v.sparse_read([1, 1]) * x",
    "v = tf.Variable([[1., 2.], [3., 4.]], use_resource=True); out = v.gather_nd([[1, 0], [0, 1]])",
    "v = tf.Variable([[1., 2.], [3., 4.]], use_resource=True); out = v.gather_nd(P([[2, 0]]))",
    "v = tf.Variable(1.)\nwith tf.control_dependencies([v.assign(5.)]):\n  out = [v.read_value(), tf.identity(v)]",
    "v = tf.Variable(1., use_resource=True)\nwith tf.control_dependencies([v.assign(5.)]):\n  out = [v.read_value(), tf.identity(v)]",
    "out = tf.train.get_or_create_global_step()",
    "tf.get_variable('w', [2], initializer=tf.ones_initializer(), regularizer=tf.nn.l2_loss); out = tf.losses.get_regularization_loss()",
    "x = P([1., 2.]); out = tf.cond(P(True, []), lambda: x * 2., lambda: x * 3.)",
    "x = P([1., 2.]); out = tf.cond(P(False, []), lambda: [x * 2., x], lambda: [x * 3., x + 1.])",
    "x = P(2.); out = tf.cond(x > 1., lambda: tf.cond(x > 3., lambda: x, lambda: x * x), lambda: -x)",
]
