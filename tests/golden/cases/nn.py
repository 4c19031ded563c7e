"""Activations, losses, selection, embeddings, bias and small layers."""

_X = "x = P([[1., -2., 0.], [-0.5, 3., 7.]])\n"
_NAMES = [
    "relu",
    "relu6",
    "elu",
    "selu",
    "leaky_relu",
    "swish",
    "softsign",
    "softplus",
    "crelu",
    "softmax",
    "log_softmax",
    "sigmoid",
    "tanh",
    "l2_loss",
]

CASES = (
    [_X + "out = tf.nn.%s(x)" % n for n in _NAMES]
    + ["x = P(np.array([[1., -2., 0.], [-0.5, 3., 7.]]))\nout = tf.nn.%s(x)" % n for n in _NAMES]
    + ["x = P(np.array([1., -2., 0., -0.5, 3., 7.], np.float16))\nout = tf.nn.%s(x)" % n for n in _NAMES]
    + ["x = P(np.array([-88., -20., -1e-6, 0., 1e-6, 20., 88., 100.], np.float32))\nout = tf.nn.%s(x)" % n for n in _NAMES]
    + [
        "x = P([[1., -2., 0.], [-0.5, 3., 7.]], [None, 3])\nout = tf.gradients(tf.nn.%s(x), x)[0]" % n
        for n in _NAMES
        if n not in ("swish", "softsign")
    ]
    + [
        "x = P(np.array([-3, 0, 5, 9], np.int32)); out = [tf.nn.relu(x), tf.nn.relu6(x), tf.nn.leaky_relu(x)]",
        "x = P([np.nan, np.inf, -np.inf]); out = [tf.nn.relu(x), tf.nn.relu6(x), tf.nn.elu(x), tf.nn.leaky_relu(x)]",
        _X + "out = tf.nn.leaky_relu(x, alpha=0.3)",
        _X + "out = tf.nn.leaky_relu(x, alpha=1.5)",
        _X + "out = tf.nn.crelu(x, axis=0)",
        _X + "out = tf.nn.zero_fraction(x)",
        "x = P([[0., 0.], [1., 0.]], '?'); out = tf.nn.zero_fraction(x)",
        # softmax along any axis
        "x = P(np.arange(24.).reshape(2, 3, 4) % 5); out = [tf.nn.softmax(x, axis=a) for a in (0, 1, 2, -1, -2, -3)]",
        "x = P(np.arange(24.).reshape(2, 3, 4) % 5); out = [tf.nn.log_softmax(x, axis=a) for a in (0, 1, 2, -1, -2, -3)]",
        "x = P(np.arange(24.).reshape(2, 3, 4) % 5, [None, 3, None]); out = [tf.nn.softmax(x, dim=1), tf.nn.softmax(x)]",
        "x = P([1e4, 1e4, -1e4]); out = [tf.nn.softmax(x), tf.nn.log_softmax(x)]",
        "x = P([[1., 2.]], '?'); out = tf.nn.softmax(x)",
        "x = P([[1., 2.]]); out = tf.nn.softmax(x, axis=2)",
        "x = P(1.0); out = tf.nn.softmax(x)",
        "x = P([[1., 2.]], '?'); out = tf.nn.softmax(x, axis=0)",
        # cross entropies
        "x = P([[1., 2., 3.], [0., -1., 4.]]); y = P([[0.2, 0.3, 0.5], [1., 0., 0.]]); out = tf.nn.softmax_cross_entropy_with_logits_v2(labels=y, logits=x)",
        "x = P([[1., 2., 3.], [0., -1., 4.]]); y = P([[0.2, 0.3, 0.5], [1., 0., 0.]]); out = tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=x)",
        "x = P([[1., 2., 3.], [0., -1., 4.]]); y = P([[0.2, 0.3, 0.9], [1., 2., 0.]]); out = tf.nn.softmax_cross_entropy_with_logits_v2(labels=y, logits=x)",
        "x = P([[1., 2., 3.]], [None, 3]); y = P([[0.2, 0.3, 0.5]], [None, 3]); out = tf.nn.softmax_cross_entropy_with_logits_v2(labels=y, logits=x)",
        "x = P([[1., 2., 3.]], '?'); y = P([[0.2, 0.3, 0.5]], '?'); out = tf.nn.softmax_cross_entropy_with_logits_v2(labels=y, logits=x)",
        "x = P(np.ones([4, 3, 5], np.float32), [4, None, 5]); y = P(np.ones([4, 3, 5], np.float32) / 3); c = tf.nn.softmax_cross_entropy_with_logits_v2(labels=y, logits=x, axis=1); out = [c, c.op.inputs[0], c.op.inputs[0].op.inputs[0]]",
        "x = P(np.arange(24.).reshape(2, 3, 4) % 7); y = P(np.arange(24.).reshape(2, 3, 4) % 3 / 4)\n"
        "out = [tf.nn.softmax_cross_entropy_with_logits_v2(labels=y, logits=x, axis=a) for a in (0, 1, 2, -1)]",
        "x = P(np.array([[1., 2., 3.]], np.float16)); y = P([[0.2, 0.3, 0.5]]); out = tf.nn.softmax_cross_entropy_with_logits_v2(labels=y, logits=x)",
        "x = P([[1000., -1000., 3.]]); y = P([[1., 0., 0.]]); out = tf.nn.softmax_cross_entropy_with_logits_v2(labels=y, logits=x)",
        "x = P([[1., 2., 3.]]); y = P([[0.2, 0.3, 0.5]]); c = tf.nn.softmax_cross_entropy_with_logits_v2(labels=y, logits=x); out = tf.gradients(c, x)[0]",
        "x = P([[1., 2., 3.]]); out = tf.nn.softmax_cross_entropy_with_logits(x, x)",
        "x = P([[1., 2., 3.]]); y = P([[0.2, 0.8]]); out = tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=x)",
        "x = P([[1., 2., 3.], [0., -1., 4.]]); y = P([2, 0]); out = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=x)",
        "x = P([[1., 2., 3.], [0., -1., 4.]], [None, 3]); y = P(np.array([2, 0])); out = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=x)",
        "x = P(np.arange(24.).reshape(2, 3, 4) % 7); y = P([[0, 1, 2], [3, 2, 1]]); out = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=x)",
        "x = P(np.arange(24.).reshape(2, 3, 4) % 7, [None, 3, 4]); y = P([[0, 1, 2], [3, 2, 1]], [None, None])\n"
        "out = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=x)",
        "x = P([1., 2., 3.]); y = P(1); out = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=x)",
        "x = P(np.array([[1., 2., 3.]], np.float16)); y = P([1]); out = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=x)",
        "x = P([[1., 2., 3.]]); y = P([3]); out = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=x)",
        "x = P([[1., 2., 3.]]); y = P([-1]); out = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=x)",
        "x = P([[1., 2., 3.]]); y = P([1, 2]); out = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=x)",
        "x = P([[1., -2., 0.]]); y = P([[0., 0.3, 1.]]); out = tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=x)",
        "x = P([[100., -200., 0.]]); y = P([[0., 0.3, 1.]]); out = tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=x)",
        "x = P([[1., -2., 0.]]); y = P([[0., 0.3, 1.]]); out = tf.nn.weighted_cross_entropy_with_logits(y, x, 2.5)",
        "x = P([[1., -2., 0.]]); y = P([[0., 0.3, 1.]]); w = P([1., 2., 3.]); out = tf.nn.weighted_cross_entropy_with_logits(targets=y, logits=x, pos_weight=w)",
        "x = P([[1., -2., 0.]]); y = P([[0., 0.3, 4.]]); out = [tf.nn.log_poisson_loss(y, x), tf.nn.log_poisson_loss(y, x, compute_full_loss=True)]",
        # selection
        "x = P([[1., 5., 3., 5.], [2., 2., 2., 2.]]); out = tf.nn.top_k(x, 3)",
        "x = P([[1., 5., 3., 5.]], [None, None]); k = P(2); out = tf.nn.top_k(x, k)",
        "x = P([3, 1, 2]); out = tf.nn.top_k(x)",
        "x = P([3, 1, 2]); out = tf.nn.top_k(x, 0)",
        "x = P([3., 1.]); out = tf.nn.top_k(x, 3)",
        "x = P([3., 1.]); out = tf.nn.top_k(x, -1)",
        "x = P([3., 1.], '?'); k = P(3); out = tf.nn.top_k(x, k)",
        "x = P([[1., 5., 3.], [2., 2., 1.]]); t = P([0, 1]); out = [tf.nn.in_top_k(x, t, 1), tf.nn.in_top_k(x, t, 2), tf.nn.in_top_k(x, t, 3)]",
        "x = P([[1., np.inf, 3.], [np.nan, 2., 1.], [1., 2., 3.]]); t = P([0, 1, 7]); out = tf.nn.in_top_k(x, t, 2)",
        "x = P([[5., 1., 3.], [2., 9., 1.]]); out = [tf.contrib.nn.nth_element(x, 1), tf.contrib.nn.nth_element(x, 0, reverse=True)]",
        # bias and layers
        "x = P(np.arange(6.).reshape(2, 3)); b = P([1., 2., 3.]); out = tf.nn.bias_add(x, b)",
        "x = P(np.arange(24.).reshape(2, 3, 2, 2)); b = P([1., 2., 3.]); out = tf.nn.bias_add(x, b, data_format='NCHW')",
        "x = P(np.arange(12.).reshape(2, 3, 2)); b = P([1., 2.]); out = tf.nn.bias_add(x, b, data_format='N..C')",
        "x = P(np.arange(12.).reshape(2, 3, 2)); b = P([1., 2., 3.]); out = tf.nn.bias_add(x, b)",
        "x = P(np.arange(6.).reshape(2, 3), '?'); b = P([1., 2., 3.], [None]); out = tf.nn.bias_add(x, b)",
        "x = P(np.arange(6.).reshape(2, 3)); w = P(np.arange(6.).reshape(3, 2) / 3); b = P([1., -20.]); out = [tf.nn.xw_plus_b(x, w, b), tf.nn.relu_layer(x, w, b)]",
        # embeddings
        "t = P(np.arange(12.).reshape(6, 2)); out = tf.nn.embedding_lookup(t, [[0, 5], [3, 3]])",
        "t = P(np.arange(12.).reshape(6, 2)); i = P([4, 0], [None]); out = tf.nn.embedding_lookup(t, i, max_norm=3.)",
        "t = P(np.arange(12.).reshape(6, 2)); out = tf.nn.embedding_lookup(t, [6])",
        "t = P(np.arange(12.).reshape(6, 2)); u = P(-np.arange(12.).reshape(6, 2)); i = P([[4, 0, 7], [11, 1, 1]])\n"
        "out = [tf.nn.embedding_lookup([t, u], i), tf.nn.embedding_lookup([t, u], i, 'div'), tf.nn.embedding_lookup([t, u], i, max_norm=2.)]",
        "t = P(np.arange(12.).reshape(6, 2)); u = P(-np.arange(10.).reshape(5, 2)); i = P([[4, 0, 7], [10, 1, 5]])\n"
        "out = tf.nn.embedding_lookup([t, u], i, 'div')",
        "t = P(np.arange(12.).reshape(6, 2), [None, 2]); u = P(-np.arange(10.).reshape(5, 2), [None, 2]); i = P(np.array([4, 10, 5]))\n"
        "out = tf.nn.embedding_lookup([t, u], i, 'div')",
        "v = tf.get_variable('v', initializer=np.arange(12., dtype=np.float32).reshape(6, 2)); i = P([4, 0])\n"
        "e = tf.nn.embedding_lookup(v, i); out = [e, tf.gradients(e * e, v)[0]]",
        "v = tf.get_variable('v', initializer=np.arange(12., dtype=np.float32).reshape(6, 2), use_resource=True); i = P([4, 4])\n"
        "e = tf.nn.embedding_lookup(v, i); out = [e, tf.gradients(e * e, v)[0]]",
        "v = tf.get_variable('v', [7, 2], initializer=tf.ones_initializer(), partitioner=tf.fixed_size_partitioner(3)); i = P([4, 0, 6])\n"
        "out = tf.nn.embedding_lookup(v, i, 'div')",
    ]
    + [
        "t = P(np.arange(12.).reshape(6, 2) + 1); ids = tf.SparseTensor([[0, 0], [0, 2], [2, 1]], P(np.array([1, 4, 1])), [3, 3])\n"
        "out = tf.nn.embedding_lookup_sparse(t, ids, None, combiner='%s')" % c
        for c in ("sum", "mean", "sqrtn")
    ]
    + [
        "t = P(np.arange(12.).reshape(6, 2) + 1); ids = tf.SparseTensor([[0, 0], [0, 2], [2, 1]], P(np.array([1, 4, 1])), [3, 3])\n"
        "w = tf.SparseTensor([[0, 0], [0, 2], [2, 1]], P([0.5, 2., 3.]), [3, 3])\n"
        "out = tf.nn.embedding_lookup_sparse(t, ids, w, combiner='%s')" % c
        for c in ("sum", "mean", "sqrtn")
    ]
    + [
        "t = P(np.arange(12.).reshape(6, 2) + 1); ids = tf.SparseTensor([[0, 0], [0, 2], [2, 1]], P(np.array([1, -4, 1])), [4, 3])\n"
        "out = tf.nn.safe_embedding_lookup_sparse(t, ids%s)" % c
        for c in ("", ", combiner='sum', default_id=3", ", combiner='sqrtn', max_norm=2.")
    ]
    + [
        "t = P(np.arange(12.).reshape(6, 2) + 1); ids = tf.SparseTensor([[0, 0, 0], [0, 1, 2], [1, 0, 1]], P(np.array([1, 4, 1])), [2, 2, 3])\n"
        "w = tf.SparseTensor([[0, 0, 0], [0, 1, 2], [1, 0, 1]], P([0.5, -2., 3.]), [2, 2, 3])\n"
        "out = tf.nn.safe_embedding_lookup_sparse([t, t], ids, w)",
        # dropout follows the seeds
        "x = P(np.ones([4, 5], np.float32)); out = tf.nn.dropout(x, 0.4)",
        "x = P(np.ones([4, 5], np.float32)); out = tf.nn.dropout(x, rate=0.25, seed=7)",
        "x = P(np.ones([4, 5], np.float32)); out = tf.nn.dropout(x, 0.5, noise_shape=[4, 1], seed=1)",
        "x = P(np.ones([4, 5], np.float32), [None, 5]); k = P(0.5); out = tf.nn.dropout(x, k, seed=1)",
        "x = P(np.ones([4, 5])); out = tf.nn.dropout(x, 0.5, noise_shape=[None, 5], seed=1); runs = 2",
        "x = P(np.ones([4, 5], np.float32)); out = tf.nn.dropout(x, 1.)",
        "x = P(np.ones([4, 5], np.float32)); out = tf.nn.dropout(x, 0.)",
    ]
)
