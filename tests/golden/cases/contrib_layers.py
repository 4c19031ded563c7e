"""tf.contrib.layers and slim: values, averages and losses. Initial values come from the graph's seed, so they must agree as well."""

_X = "x = P(np.linspace(-2.0, 3.0, 12).reshape(4, 3).astype(np.float32), [None, 3])"
_V = "v = P(np.sin(np.arange(2 * 8 * 3)).reshape(2, 8, 3).astype(np.float32), [None, 8, 3])"
_Z = "z = P(np.sin(np.arange(2 * 6 * 5 * 4)).reshape(2, 6, 5, 4).astype(np.float32), [None, 6, 5, 4])"
_W = "w = P(np.cos(np.arange(4 * 4 * 3 * 2)).reshape(1, 4, 4, 3, 2).astype(np.float32))"
_L = "; L = tf.contrib.layers; "
_VARIABLES = "; out = [out] + tf.global_variables()"

_ON_X = [
    "out = L.fully_connected(x, 2)",
    "out = L.fully_connected(x, 2, None, L.batch_norm, {'scale': True}, L.variance_scaling_initializer())",
    "out = L.fully_connected(x, 2, tf.nn.tanh, L.layer_norm, weights_regularizer=L.l2_regularizer(0.1))",
    "out = L.stack(x, L.fully_connected, [4, 3, 2])",
    "out = [L.linear(x, 2), L.relu6(x, 2), L.elu(x, 2), L.legacy_fully_connected(x, 2, weight_regularizer=L.l1_regularizer(0.3))]",
    "out = [L.unit_norm(x, 1), L.softmax(x), L.maxout(tf.concat([x, -x], 1), 2), L.bias_add(x, initializer=tf.ones_initializer())]",
    "out = [L.dropout(x, 0.4), L.dropout(x, 0.4, noise_shape=[4, 1], seed=3), L.dropout(x, is_training=False)]",
    "out = [L.dropout(x, is_training=tf.placeholder_with_default(t, [])) for t in (False, True)]",
    "y = L.scale_gradient(x, 0.25); out = [y, tf.gradients(y * x, x)[0]]",
    "out = [L.one_hot_encoding([0, 2, 1], 3), L.one_hot_encoding(tf.constant([1, 0], tf.int64), 2, 0.9, 0.1)]",
    "out = [r(x) for r in (L.l1_regularizer(0.1), L.l2_regularizer(0.1), L.l1_l2_regularizer(0.1, 0.2), "
    "L.sum_regularizer([L.l1_regularizer(0.5), L.l2_regularizer(0.5)]))]",
    "L.fully_connected(x, 2); out = L.apply_regularization(L.l2_regularizer(0.5), tf.trainable_variables())",
    "L.fully_connected(x, 2, weights_regularizer=L.l2_regularizer(0.5)); out = tf.losses.get_regularization_losses()",
    "out = [L.layer_norm(x), L.layer_norm(x, center=False, activation_fn=tf.nn.relu), L.layer_norm(x, begin_norm_axis=0)]",
    "out = [L.embed_sequence([[1, 2], [0, 3]], 5, 3), L.bow_encoder([[1, 2], [0, 3]], 5, 3)]",
    "out = L.embedding_lookup_unique(x, [[1, 1], [3, 0]])",
    "s = tf.SparseTensor([[0, 0], [0, 1], [2, 0]], tf.constant([1, -1, 3], tf.int64), [4, 2]); "
    "out = L.safe_embedding_lookup_sparse([tf.identity(x)], s, combiner='sum', default_id=2)",
    "out = L.dense_to_sparse(tf.constant([[1, 0], [0, 2]]))",
]

_ON_IMAGES = [
    (_V, "out = L.conv1d(v, 4, 3)"),
    (_V, "out = L.convolution(v, 2, 3, rate=2, activation_fn=tf.nn.elu)"),
    (_Z, "out = L.conv2d(z, 3, 3)"),
    (_Z, "out = L.conv2d(z, 3, [2, 3], 2, 'VALID', normalizer_fn=L.batch_norm, normalizer_params={'decay': 0.5})"),
    (_Z, "out = L.conv2d(z, 3, 3, rate=2, weights_initializer=L.xavier_initializer_conv2d(uniform=False), biases_initializer=None)"),
    (_Z, "out = L.conv2d_transpose(z, 3, 3, 2, activation_fn=None)"),
    (_Z, "out = L.conv2d_in_plane(z, 3)"),
    (_Z, "out = L.separable_conv2d(z, 3, 3, 2)"),
    (_Z, "out = L.separable_conv2d(z, None, 3, 1, stride=2)"),
    (_Z, "out = [L.avg_pool2d(z, 2), L.max_pool2d(z, [3, 2], 1, 'SAME')]"),
    (_Z, "out = [L.flatten(z), L.spatial_softmax(z), L.spatial_softmax(z, 0.5)]"),
    (_Z, "out = L.repeat(z, 2, L.conv2d, 3, 3, scope='r')"),
    (_Z, "out = [L.instance_norm(z), L.group_norm(z, 2), L.group_norm(z, 2, mean_close_to_zero=True), L.layer_norm(z)]"),
    (_Z, "out = L.instance_norm(tf.transpose(z, [0, 3, 1, 2]), data_format='NCHW', epsilon=0.1, center=False)"),
    (_W, "out = [L.conv3d(w, 2, 2), L.conv3d_transpose(w, 2, 2, 2)]"),
    (_W, "out = [L.max_pool3d(w, 2), L.avg_pool3d(w, 2, 1)]"),
]

#: three runs with the updates between them: options of batch_norm
_NORMALIZED = [
    ("x", ""),
    ("x", "decay=0.5, scale=True"),
    ("x", "is_training=False"),
    ("x", "updates_collections=None, decay=0.9"),
    ("x", "zero_debias_moving_mean=True, decay=0.9"),
    ("x", "is_training=tf.placeholder_with_default(True, []), decay=0.5"),
    ("x", "is_training=tf.placeholder_with_default(False, []), updates_collections=None, scale=True"),
    ("x", "batch_weights=tf.constant([1.0, 0.0, 2.0, 1.0]), decay=0.5"),
    ("x", "renorm=True, renorm_decay=0.5, decay=0.5"),
    ("x", "center=False, epsilon=0.1, activation_fn=tf.nn.relu"),
    ("z", "decay=0.5"),
    ("z", "fused=False, decay=0.5"),
    ("z", "fused=True, scale=True, updates_collections=None, decay=0.5"),
    ("z", "is_training=tf.placeholder_with_default(True, []), updates_collections=None, decay=0.5"),
    ("z", "is_training=False, param_initializers={'moving_mean': tf.ones_initializer(), 'beta': tf.constant_initializer(2.0)}"),
]
_MADE = {"x": _X, "z": _Z}

CASES = [_X + _L + c for c in _ON_X]
CASES += [made + _L + c + _VARIABLES for made, c in _ON_IMAGES]
CASES += [
    f"{_MADE[n]}{_L}y = L.batch_norm({n}{', ' * bool(options)}{options})\n"
    "updates = tf.get_collection(tf.GraphKeys.UPDATE_OPS)\n"
    "with tf.control_dependencies(updates + [y]):\n  out = [y, len(updates)] + [v.read_value() for v in tf.global_variables()]\nruns = 3"
    for n, options in _NORMALIZED
]
CASES += [
    # A network under argument scopes, shared by a second call, with everything that it leaves in collections.
    f"""{_Z}
slim = tf.contrib.slim
def network(z, training, reuse=None):
  with slim.arg_scope([slim.conv2d, slim.fully_connected], weights_regularizer=slim.l2_regularizer(0.05), normalizer_fn=slim.batch_norm):
    with slim.arg_scope([slim.batch_norm], is_training=training, decay=0.5), tf.variable_scope('net', reuse=reuse):
      net = slim.max_pool2d(slim.repeat(z, 2, slim.conv2d, 4, [3, 3], scope='conv'), 2)
      return slim.fully_connected(slim.flatten(net), 3, activation_fn=None, normalizer_fn=None, scope='logits')
y = network(z, True)
with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS) + [y]):
  shared = network(z * 1.0, False, True)
out = [y, shared, tf.losses.get_regularization_loss(), len(slim.get_model_variables()), len(tf.get_collection('losses'))]
runs = 3
""",
    f"""{_X}
slim = tf.contrib.slim
y = slim.fully_connected(x, 1, activation_fn=None)
loss = tf.losses.mean_squared_error(tf.ones([4, 1]), y)
step = slim.learning.create_train_op(loss, tf.train.MomentumOptimizer(0.1, 0.9), clip_gradient_norm=0.7,
                                     gradient_multipliers={{'fully_connected/biases': 0.1}})
out = [step, slim.get_global_step()]
runs = 4
""",
    f"{_X}; F = tf.contrib.framework; out = [F.with_shape([4, 3], x), F.with_same_shape(x, x), F.reduce_sum_n([x, x * 2.0])]",
    f"{_X}; F = tf.contrib.framework; out = [F.sort(x, 1, 'DESCENDING'), F.argsort(x, 0, 'DESCENDING'), F.argsort(tf.constant([3, 1, 2])), F.sort(tf.constant([3.0, 1.0, 2.0]))]",
]
