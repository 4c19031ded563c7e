"""Feature columns of tf.contrib.layers: values, gradients and training."""

_P = """
L = tf.contrib.layers
S = tf.SparseTensor
tags = S([[0, 0], [0, 1], [2, 0]], P(['a', 'zz', 'b']), [3, 2])
F = {'x': P([[1.5], [-2.], [7.]]), 'v': P([[1., 2.], [0., -1.], [3., 8.]]), 'k': P(np.array([[1], [-1], [7]]), [None, 1]),
     'd': P([['a', ''], ['b', 'q'], ['', '']], [None, 2]), 'tags': tags, 'w': S(tags.indices, P([.5, 2., -1.]), tags.dense_shape),
     's3': S([[0, 0, 0], [0, 1, 0], [0, 1, 1], [2, 0, 0]], P(['a', 'b', 'c', 'a']), [3, 2, 2]), 'v3': P([[[1.], [2.]], [[3.], [4.]], [[5.], [6.]]])}
R, B, O, E, X, W = L.real_valued_column, L.bucketized_column, L.one_hot_column, L.embedding_column, L.crossed_column, L.weighted_sparse_column
H = lambda k, n=10, **a: L.sparse_column_with_hash_bucket(k, n, **a)
K = lambda k, **a: L.sparse_column_with_keys(k, ['a', 'b', 'c'], **a)
I = L.sparse_column_with_integerized_feature('k', 4)
IN = lambda *c, **a: L.input_from_feature_columns(F, list(c), **a)
WS = lambda *c, **a: L.weighted_sum_from_feature_columns(F, list(c), **a)
"""
_FILL = "init = tf.group(*[tf.assign(v, tf.random_uniform(v.shape, seed=i)) for i, v in enumerate(tf.global_variables())])\nout = m[0]"
CASES = [
    _P + c
    for c in [
        "out = IN(R('x'), R('v', 2, normalizer=lambda t: t * t), B(R('x'), [-2., 0.]), B(R('v', 2), [0., 2.]))",
        "out = IN(O(H('tags')), O(K('d')), O(I), O(W(K('tags'), 'w')))",
        "out = IN(E(H('tags'), 3), E(K('d'), 2, 'sum'), E(W(K('tags'), 'w'), 2, max_norm=.2), E(X([H('tags'), K('d')], 9), 2))",
        "out = IN(*L.shared_embedding_columns([K('tags'), K('d')], 2))",
        "out = IN(L.scattered_embedding_column('tags', 20, 3, L.SPARSE_FEATURE_CROSS_DEFAULT_HASH_KEY), R('x'))",
        "m = WS(R('x'), R('v', 2), K('tags'), I, num_outputs=2)\n" + _FILL,
        "m = WS(W(K('tags'), 'w'), B(R('v', 2), [0., 2.]), X([H('tags'), K('d')], 9), X([B(R('x'), [0.]), K('d')], 8, hash_key=4), num_outputs=1)\n" + _FILL,
        "m = L.joint_weighted_sum_from_feature_columns(F, [K('tags'), I], 2)\n" + _FILL,
        "out = L.sequence_input_from_feature_columns(F, [E(K('s3'), 2), R('v3', 1)])",
        "out = [v for k, v in sorted(L.transform_features(F, [R('x'), B(R('v', 2), [0.]), K('d'), X([H('tags'), K('d')], 9), H('tags', hash_keys=[[1, 2], [3, 4]])]).items())]",
        "out = [tf.contrib.slim.scattered_embedding_lookup(P(np.arange(10).astype(np.float32)), P(['a', 'b']), 3), tf.contrib.slim.scattered_embedding_lookup([P([1., 2., 3.]), P([4., 5.])], P(['a', 'b']), 2, hash_key=5)]",
        "out = [tf.contrib.slim.scattered_embedding_lookup_sparse(P(np.arange(10).astype(np.float32)), tags, 3, c, 'none') for c in ('sum', 'mean', 'sqrtn')]",
        "ids = S(P(np.array([[0, 0], [1, 0], [1, 1]]), [None, 2]), P(np.array([3, 0, 3]), [None]), P(np.array([2, 2])))\nw = S(ids.indices, P([1., 2., 3.]), ids.dense_shape)\nt = P([[1., 2.], [3., 4.], [5., 6.], [7., 8.]])\nf = tf.contrib.slim.embedding_lookup_sparse_with_distributed_aggregation\nout = [f(t, ids, None), tf.identity(f([t[:2], t[2:]], ids, None, combiner='sum')), f([t[:2], t[2:]], ids, w, combiner='sqrtn'), f([t[:2], t[2:]], ids, w, 'div', combiner='mean')]",
        "t = L.multi_class_target(3, weight_column_name='wt')\nl = P([[1., 2., 3.], [0., 1., 0.]])\nout = [t.loss(l, tf.constant([1, 2]), {'wt': P([1., 3.])}), t.training_loss(l, tf.constant([1, 2]), {'wt': P([1., 3.])}), t.logits_to_predictions(l, True)]",
        "t = L.multi_class_target(2)\nl = P([[1.], [-1.]])\nout = [t.loss(l, tf.constant([1, 1]), {}), t.logits_to_predictions(l), tf.contrib.slim.binary_svm_target().loss(l, tf.constant([[1], [1]]), {})]",
        "m, _, _ = WS(K('tags'), R('x'), num_outputs=1)\nloss = L.regression_target().training_loss(m + tf.layers.dense(IN(E(H('tags'), 2)), 1), tf.constant([1., 0., 1.]), {})\nwith tf.control_dependencies([tf.train.FtrlOptimizer(.1).minimize(loss)]):\n    out = [tf.identity(loss), [v.name for v in tf.global_variables()]] + [v.read_value() for v in tf.trainable_variables()]\nruns = 2",
    ]
]
