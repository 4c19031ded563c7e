"""tf.feature_column: values, gradients, and training of wide and deep models."""

_P = """
fc = tf.feature_column
S = tf.SparseTensor
N, B, D, E, X, W = fc.numeric_column, fc.bucketized_column, fc.indicator_column, fc.embedding_column, fc.crossed_column, fc.weighted_categorical_column
H = lambda k, n=10, **a: fc.categorical_column_with_hash_bucket(k, n, **a)
I = lambda k, n=4, **a: fc.categorical_column_with_identity(k, n, **a)
V = lambda k, **a: fc.categorical_column_with_vocabulary_list(k, ['a', 'b', 'c'], **a)
tags = S([[0, 0], [0, 1], [2, 0]], P(['a', 'zz', 'b']), [3, 2])
F = {'x': P([[1.5], [-2.], [7.]]), 'v': P([[1., 2.], [0., -1.], [3., 8.]]), 'r': P([.5, .25, 2.]), 'k': P(np.array([[1], [-1], [3]]), [None, 1]),
     'bad': P(np.array([[1], [9], [-5]])), 'd': P([['a', ''], ['b', 'q'], ['', '']], [None, 2]), 'tags': tags,
     'w': S(tags.indices, tf.constant([.5, 2., -1.]), tags.dense_shape), 'wd': P([[1., 0.], [2., .5], [0., 0.]]),
     'ints': S([[0, 0], [1, 1]], tf.constant([3, 5], tf.int32), [3, 2])}
IL = lambda *c, **a: fc.input_layer(F, list(c), **a)
LM = lambda *c, **a: fc.linear_model(F, list(c), **a)
"""
_ONES = "tf.get_variable_scope().set_initializer(tf.ones_initializer()); "
_TRAIN = """
deep = IL(N('x'), E(H('tags'), 3), E(X(['d', 'k'], 20), 2, combiner='sum'))
logits = tf.layers.dense(deep, 1) + LM(H('tags'), W(V('tags'), 'w'), N('r'))
labels = tf.constant([[1.], [0.], [1.]])
loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits))
with tf.control_dependencies([%s.minimize(loss)]):
    out = {'loss': tf.identity(loss), 'names': [v.name for v in tf.global_variables()]}
    for v in tf.trainable_variables():
        out[v.name] = v.read_value()
runs = 3
keep = (1, 3)
"""
_SEQ = """
steps = S([[0, 0], [0, 1], [0, 2], [2, 0]], ['a', 'c', 'nope', 'b'], [3, 4])
F['steps'] = steps
F['nums'] = S([[0, 0], [0, 1], [0, 2], [0, 3], [2, 0], [2, 1]], P([1., 2., 3., 4., 5., 6.]), [3, 8])
F['deep'] = S([[0, 0, 0], [0, 0, 1], [0, 1, 0], [2, 0, 0]], ['a', 'c', 'b', 'b'], [3, 2, 2])
SQ = tf.contrib.feature_column
SV = lambda k: fc.sequence_categorical_column_with_vocabulary_list(k, ['a', 'b', 'c'])
"""
_VALUES = [
    "out = IL(N('x'), N('v', 2), N('r'))",
    "out = IL(N('v', 2, normalizer_fn=lambda t: t * t), N('x'))",
    "out = IL(B(N('x'), [-2., 0., 7.]), B(N('v', 2), [0., 2.]))",
    "out = IL(D(I('k')), D(I('bad', default_value=2)))",
    "out = IL(D(I('bad')))",
    "out = IL(D(I('bad', 100)))",
    "out = IL(D(V('d')), D(V('tags')))",
    "out = IL(D(V('d', default_value=0)), D(V('tags', num_oov_buckets=2)))",
    "out = IL(D(H('d')), D(H('tags')), D(H('ints', 6, dtype=tf.int32)), D(fc.categorical_column_with_hash_bucket('k', 6, tf.int64)))",
    "out = IL(D(fc.categorical_column_with_vocabulary_list('k', [3, 1])), D(fc.categorical_column_with_vocabulary_list('ints', [5, 3], num_oov_buckets=1)))",
    "out = IL(D(W(V('tags'), 'w')), D(W(V('d'), 'wd')))",
    "out = IL(D(X(['d', 'k'], 7)), D(X(['tags', 'd', I('k')], 5, hash_key=3)))",
    "out = IL(D(X([B(N('x'), [0.]), 'd'], 6)))",
    "out = IL(D(X([V('tags'), X(['d', 'k'], 9)], 8)))",
    "out = IL(E(H('tags'), 3), E(V('d'), 2))",
    "out = IL(E(I('k'), 3, initializer=tf.constant_initializer(2.)), E(V('tags'), 2, 'sum'), E(V('d'), 2, 'sqrtn', max_norm=.3))",
    "out = IL(E(W(V('tags'), 'w'), 2), E(W(V('d'), 'wd'), 2, 'sum'))",
    "out = IL(*fc.shared_embedding_columns([V('tags'), V('d')], 3))",
    "out = IL(*fc.shared_embedding_columns([V('tags'), V('d')], 3, combiner='sqrtn', max_norm=.5))",
    "out = IL(E(B(N('x'), [0., 5.]), 2), D(B(N('v', 2), [0.])))",
    "with tf.variable_scope('p', partitioner=tf.fixed_size_partitioner(3)):\n    out = IL(E(H('tags'), 3), E(V('d'), 2))",
    "out = LM(N('x'), N('v', 2))",
    _ONES + "out = LM(N('x'))",
    "m = LM(N('x'), V('tags'), I('k'), units=2)\nu = [tf.assign(v, tf.random_uniform(v.shape, seed=i)) for i, v in enumerate(tf.global_variables())]\ninit = tf.group(*u)\nout = m",
    "m = LM(X(['d', 'k'], 7), W(V('tags'), 'w'), B(N('v', 2), [0., 2.]), sparse_combiner='mean')\nu = [tf.assign(v, tf.random_uniform(v.shape, seed=i)) for i, v in enumerate(tf.global_variables())]\ninit = tf.group(*u)\nout = m",
    "m = LM(H('tags'), D(V('d')), E(V('tags'), 2), sparse_combiner='sqrtn')\nu = [tf.assign(v, tf.random_uniform(v.shape, seed=i)) for i, v in enumerate(tf.global_variables())]\ninit = tf.group(*u)\nout = m",
    "F['y'] = P([1., 2., 3.], '?')\nout = IL(N('y'))",
    "F['y'] = P(5., '?')\nout = IL(N('y'))",
    "out = LM(H('tags'), sparse_combiner='nope')",
    "out = LM(N('tags'))",
    "out = LM(D(N('x')))",
]
_SEQUENCES = [
    "out = SQ.sequence_input_layer(F, [D(SV('steps'))])",
    "out = SQ.sequence_input_layer(F, [E(SV('steps'), 3), D(SV('steps'))])",
    "out = SQ.sequence_input_layer(F, [E(SV('deep'), 3, combiner='sum')])",
    "out = SQ.sequence_input_layer(F, [SQ.sequence_numeric_column('nums')])",
    "out = SQ.sequence_input_layer(F, [SQ.sequence_numeric_column('nums', 2, default_value=-1.)])",
    "out = SQ.sequence_input_layer(F, [SQ.sequence_numeric_column('nums', (2, 2), normalizer_fn=lambda t: t + 10.)])",
    "out = SQ.sequence_input_layer(F, [D(SV('deep')), D(SV('steps'))])",
    "out = SQ.sequence_input_layer(F, [SQ.sequence_numeric_column('nums', 2, normalizer_fn=lambda t: S(t.indices, t.values * 10., t.dense_shape))])",
    "out = SQ.sequence_input_layer(F, [N('x')])",
    "out = SQ.sequence_input_layer(F, [fc.sequence_numeric_column('nums')])",
    "out = SQ.sequence_input_layer(F, [E(V('tags'), 2)])",
    "out = IL(E(SV('steps'), 2))",
]
_PARSING = [
    """
columns = [N('x'), N('v', 2, default_value=[3., 4.]), E(H('tags'), 2), W(V('d'), 'w'), I('k')]
spec = fc.make_parse_example_spec(columns)
def example(**kw):
    f = {}
    for k, v in kw.items():
        if isinstance(v[0], bytes): f[k] = tf.train.Feature(bytes_list=tf.train.BytesList(value=v))
        elif isinstance(v[0], float): f[k] = tf.train.Feature(float_list=tf.train.FloatList(value=v))
        else: f[k] = tf.train.Feature(int64_list=tf.train.Int64List(value=v))
    return tf.train.Example(features=tf.train.Features(feature=f)).SerializeToString()
data = [example(x=[1.], tags=[b'a', b'b'], d=[b'c'], w=[2.], k=[3]), example(x=[2.], v=[1., 2.], tags=[b'q'], k=[0])]
features = tf.parse_example(P(data, [None]), spec)
out = [fc.input_layer(features, columns[:3] + [D(columns[3])]), fc.linear_model(features, columns[2:])]
""",
    """
layer = tf.contrib.slim.InputLayer([N('x'), E(V('tags'), 2)])
a, b = layer(F), layer(F)
out = [a - b, a, layer.name, [v.name for v in layer.variables], [v.name for v in layer.trainable_weights]]
""",
]
_OPTIMIZERS = ["tf.train.GradientDescentOptimizer(.5)", "tf.train.FtrlOptimizer(.3, l1_regularization_strength=.01)", "tf.train.AdagradOptimizer(.4)"]
CASES = [_P + c for c in _VALUES]
CASES += [_P + _SEQ + c for c in _SEQUENCES]
CASES += [_P + c for c in _PARSING]
CASES += [_P + _TRAIN % o for o in _OPTIMIZERS]
