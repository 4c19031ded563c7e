"""Where gradients stop: ops without a gradient function raise LookupError when one gets there, others give None."""

_OPS = [
    "tf.truncatemod(x, x)",
    "tf.segment_prod(x, [0, 0, 1, 1])",
    "tf.unique(x)[0]",
    "tf.unique(x)[0][0] * x",
    "tf.cast(tf.unique(x)[1], tf.float32) * x",
    "tf.cast(tf.where(x), tf.float32)",
    "tf.guarantee_const(x)",
    "tf.bitcast(tf.bitcast(x, tf.int32), tf.float32) * x",
    "tf.random_poisson(x, [2])",
    "tf.random_shuffle(x)",
    "tf.setdiff1d(x, [1.])[0]",
    "tf.linalg.lu(tf.reshape(x, [2, 2]))[0]",
    "tf.linalg.expm(tf.reshape(x, [2, 2]))",
    "tf.parallel_stack([x, x])",
    "tf.sparse_reduce_max(tf.SparseTensor([[0], [1], [2], [3]], x, [4]))",
    "tf.sparse_split(sp_input=tf.SparseTensor([[0], [1], [2], [3]], x, [4]), num_split=2, axis=0)[0].values",
    "tf.sparse_reduce_sum_sparse(tf.SparseTensor([[0], [1], [2], [3]], x, [4])).values",
    "tf.stop_gradient(tf.unique(x)[0]) + x[0]",
    "tf.floor(tf.unique(x)[0]) + x[0]",
    # it depends on x through what stops gradients
    "tf.unique(tf.stop_gradient(x))[0] + x[0]",
    "tf.unique(tf.floor(x))[0] + x[0]",
    "tf.unique(tf.cast(tf.cast(x, tf.int32), tf.float32))[0] + x[0]",
    "tf.unique(tf.constant([1., 2.]))[0] + x[0]",
    "tf.is_nan(x)",
    "tf.zeta(x + 2., x + 1.)",
    "tf.zeta(x + 2., [2.])",
    "tf.zeta([2.], x)",
    "tf.polygamma(x, [2.])",
    "tf.polygamma([2.], x)",
    "tf.betainc(x, x + 1., x / 9.)",
    "tf.betainc(x, [.5] * 4, [.5] * 4)",
    "tf.betainc([1.] * 4, [.5] * 4, x / 9.)",
    "tf.linalg.lstsq(tf.reshape(x, [2, 2]), [[1.], [2.]], fast=True)",
]

CASES = (
    ["x = P([1., 2., 1., 4.]); out = [g is None for g in tf.gradients(%s, x)]" % code for code in _OPS]
    + ["x = P([1., 2., 1., 4.]); v = tf.Variable([1., 2., 3., 4.]); out = [g is None for g in tf.gradients(%s, [v, x])]" % code for code in (
        "tf.assign(v, x)",
        "tf.assign_add(v, x)",
        "tf.scatter_add(v, [0], x[:1])",
        "tf.scatter_update(v, [0], x[:1])",
        "tf.scatter_max(v, [0], x[:1])",
    )]
    + [
        # an override gives it a gradient
        """
@tf.RegisterGradient("_UniqueOnes")
def grad(op, y, idx):
    return tf.ones_like(op.inputs[0])
x = P([1., 2., 1., 4.])
with tf.get_default_graph().gradient_override_map({"Unique": "_UniqueOnes"}):
    y = tf.unique(x)[0]
out = tf.gradients(y, x)
""",
    ]
)  # fmt: skip

#: A gradient of rows goes through a concatenation within rows, so that optimizers update rows alone.
CASES += [
    f"""
a, b = tf.Variable(np.arange(12.).reshape(6, 2)), tf.Variable(np.arange(18.).reshape(6, 3) / 10.)
rows = tf.nn.embedding_lookup(tf.concat({parts}, {axis}), [1, 3, 1, 5])
loss = tf.reduce_sum(rows * rows){more}
found = [g for g in tf.gradients(loss, [a, b]) if g is not None]
with tf.control_dependencies(found):
    step = tf.train.MomentumOptimizer(0.01, 0.9).minimize(loss)
with tf.control_dependencies([step]):
    out = [found, a.read_value(), b.read_value()]
runs = 2
"""
    for parts in ("[a, b]", "[b, tf.ones([6, 1], tf.float64), a]", "[a, a]")
    for axis in (1, -1)
    for more in ("", " + tf.reduce_sum(a)")
]
