"""tf.SparseConditionalAccumulator: sums and means of rows, the shapes it learns, and what it refuses."""

MESSAGES = True
_APPLY = """
a = tf.SparseConditionalAccumulator(tf.%s, shape=%s, reduction_type=%r)
done = []
for indices, values in %s:
    with tf.control_dependencies(done):
        done = [a.apply_grad(indices, np.array(values, np.%s), %s)]
with tf.control_dependencies(done):
    n = a.num_accumulated()
with tf.control_dependencies([n]):
    out = [n, list(a.take_grad(%d))]
"""
_TWO = "[([0, 2], [[1, 2], [3, 4]]), ([2, 1], [[10, 20], [30, 40]]), ([1], [[100, 200]])]"
CASES = [
    _APPLY % (kind, shape, how, rows, kind, given, 2)
    for kind in ("float32", "float64")
    for how in ("MEAN", "SUM")
    for shape in ("[3, 2]", "None", "[None, 2]")
    for rows, given in ((_TWO, "[3, 2]"), (_TWO, "None"), ("[([2, 0, 0], [[1, 2], [3, 4], [5, 6]]), ([0, 2], [[7, 8], [9, 1]])]", "None"))
]
CASES += [
    _APPLY % ("float32", shape, "MEAN", "[(%s, %s)]" % (indices, values), "float32", given, need)
    for shape, indices, values, given, need in (
        ("[3, 2]", "[0, 5]", "[[1, 2], [3, 4]]", "[3, 2]", 1),
        ("[3, 2]", "[0, 2]", "[[1, 2], [3, 4]]", "[4, 2]", 1),
        ("[3, 2]", "[0, 2]", "[[1], [3]]", "[3, 2]", 1),
        ("[3, 2]", "[0, 2]", "[[1, 3]]", "[3, 2]", 1),
        ("[3, 2]", "[[0, 2]]", "[[1, 3]]", "[3, 2]", 1),
        ("[3, 2]", "[0, 2]", "[[1, 2], [3, 4]]", "[3]", 1),
        ("[3, 2]", "[0, 2]", "[[1, 2], [3, 4]]", "[3, 2]", 0),
    )
]
CASES += [
    """
a = tf.SparseConditionalAccumulator(tf.float32)
first = a.set_global_step(5)
with tf.control_dependencies([first]):
    second = a.apply_grad([0], [[1., 2.]], local_step=4)
with tf.control_dependencies([second]):
    third = a.apply_indexed_slices_grad(tf.IndexedSlices(tf.constant([[3., 4.]]), tf.constant([7])), local_step=5)
with tf.control_dependencies([third]):
    out = [a.num_accumulated(), a.name, a.dtype.name]
    with tf.control_dependencies([out[0]]):
        out.append(a.take_indexed_slices_grad(1))
""",
    "out = tf.SparseConditionalAccumulator(tf.float32, reduction_type='X').name",
    """
n = tf.train.get_or_create_global_step()
v = tf.get_variable('v', initializer=[[1., 2.], [3., 4.], [5., 6.]])
a = tf.SparseConditionalAccumulator(tf.float32, shape=(), shared_name='rows')
x = tf.nn.embedding_lookup(v, [2, 0, 2])
g = tf.gradients(tf.reduce_sum(x * x), v)[0]
with tf.control_dependencies([a.apply_indexed_slices_grad(g, n)]):
    o = tf.train.AdagradOptimizer(.1).apply_gradients([(a.take_indexed_slices_grad(1), v)], n)
with tf.control_dependencies([o]):
    out = [n.read_value(), v.read_value()]
runs = 4
""",
]
