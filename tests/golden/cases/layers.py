"""tf.layers: values, gradients and moving averages. Initial values come from the graph's seed, so they must agree as well."""

_X = "x = P(np.linspace(-2.0, 3.0, 12).reshape(4, 3).astype(np.float32), [None, 3])"
_V = "v = P(np.sin(np.arange(2 * 8 * 3)).reshape(2, 8, 3).astype(np.float32), [None, 8, 3])"
_Z = "z = P(np.sin(np.arange(2 * 6 * 5 * 2)).reshape(2, 6, 5, 2).astype(np.float32), [None, 6, 5, 2])"
_W = "w = P(np.cos(np.arange(4 * 4 * 3 * 2)).reshape(1, 4, 4, 3, 2).astype(np.float32))"
_VARIABLES = "; out = [out] + tf.trainable_variables()"

_ON_X = [
    "out = tf.layers.dense(x, 2)",
    "out = tf.layers.dense(x, 2, tf.nn.tanh, kernel_initializer=tf.orthogonal_initializer(), bias_initializer=tf.ones_initializer())",
    "out = tf.layers.dense(tf.layers.dense(x, 4, tf.nn.relu), 2, use_bias=False)",
    "out = [tf.layers.dense(x, 3, name='d'), tf.layers.dense(x, 3, name='d', reuse=True)]",
    "out = [tf.layers.dense(x, 2, activation=a) for a in ('elu', 'selu', 'softplus', 'softsign', 'hard_sigmoid', 'exponential', 'softmax')]",
    "out = [tf.keras.activations.relu(x, 0.1, 2.0), tf.keras.activations.relu(x, threshold=0.5), tf.keras.activations.elu(x, 0.5)]",
    "out = [tf.keras.regularizers.l1_l2(0.1, 0.2)(x), tf.keras.regularizers.l1(0.3)(x), tf.keras.regularizers.l2(0.3)(x)]",
    "c = tf.keras.constraints; out = [c.max_norm(1.0)(x), c.non_neg()(x), c.unit_norm()(x), c.min_max_norm(0.5, 1.5, 0.3)(x)]",
    "out = tf.layers.dropout(x, 0.4, training=True)",
    "out = tf.layers.dropout(x, 0.4, noise_shape=[None, 1], training=True, seed=3)",
    "out = [tf.layers.dropout(x), tf.layers.dropout(x, training=tf.placeholder_with_default(True, []))]",
    "d = tf.layers.dense(x, 2, kernel_regularizer=tf.nn.l2_loss, activity_regularizer=tf.nn.l2_loss); "
    "out = tf.losses.get_regularization_losses()",
    "l = tf.layers.Dense(2); out = [l(x), l(x + 1.0), l.count_params(), [v.name for v in l.variables]]",
    "l = tf.layers.Dense(2, kernel_initializer='ones', activation='relu'); out = sorted(l.get_config().items(), key=str)",
]

_ON_IMAGES = [
    (_V, "out = tf.layers.conv1d(v, 4, 3)"),
    (_V, "out = tf.layers.conv1d(v, 2, 3, padding='causal', dilation_rate=2)"),
    (_V, "out = tf.layers.conv1d(v, 2, 3, strides=2, padding='same', activation=tf.nn.relu)"),
    (_V, "out = tf.layers.separable_conv1d(v, 2, 3, depth_multiplier=2)"),
    (_V, "out = [tf.layers.max_pooling1d(v, 2, 2), tf.layers.average_pooling1d(v, 3, 2, 'same')]"),
    (_V, "out = tf.layers.max_pooling1d(v, 2, 2, data_format='channels_first')"),
    (_V, "out = [tf.layers.flatten(v), tf.layers.flatten(v, data_format='channels_first')]"),
    (_V, "out = tf.layers.dense(v, 2)"),
    (_Z, "out = tf.layers.conv2d(z, 3, 3)"),
    (_Z, "out = tf.layers.conv2d(z, 3, (2, 3), (2, 1), 'same', use_bias=False)"),
    (_Z, "out = tf.layers.conv2d(z, 3, 3, dilation_rate=2, padding='same')"),
    (_Z, "out = tf.layers.conv2d_transpose(z, 3, 3, strides=2)"),
    (_Z, "out = tf.layers.conv2d_transpose(z, 3, 2, strides=2, padding='same', activation=tf.nn.relu)"),
    (_Z, "out = tf.layers.separable_conv2d(z, 3, 3, strides=2, padding='same')"),
    (_Z, "out = [tf.layers.max_pooling2d(z, 2, 2), tf.layers.average_pooling2d(z, (2, 3), 1, 'same')]"),
    (_W, "out = tf.layers.conv3d(w, 2, 2)"),
    (_W, "out = tf.layers.conv3d_transpose(w, 2, 2, strides=2)"),
    (_W, "out = [tf.layers.max_pooling3d(w, 2, 1), tf.layers.average_pooling3d(w, 2, 2)]"),
]

#: several runs with the updates between them: (shape, options)
_NORMALIZED = [
    ("x", "training=True"),
    ("x", "training=False"),
    ("x", "training=tf.placeholder_with_default(True, [])"),
    ("x", "training=tf.placeholder_with_default(False, [])"),
    ("x", "training=True, momentum=0.5, epsilon=0.1, center=False"),
    ("x", "training=True, scale=False, beta_initializer=tf.ones_initializer()"),
    ("x", "training=True, renorm=True, momentum=0.8"),
    ("x", "training=True, renorm=True, renorm_clipping={'rmax': 1.1, 'rmin': 0.9, 'dmax': 0.1}, renorm_momentum=0.5"),
    ("x", "training=tf.placeholder_with_default(True, []), renorm=True"),
    ("x", "training=False, renorm=True"),
    ("x", "training=True, virtual_batch_size=2, momentum=0.9"),
    ("x", "training=True, adjustment=lambda s: (tf.fill([4, 1], 2.0), tf.fill([4, 1], 0.5))"),
    ("x", "training=True, moving_mean_initializer=tf.constant_initializer(2.0)"),
    ("z", "training=True"),
    ("z", "training=False"),
    ("z", "training=True, fused=False"),
    ("z", "training=True, axis=1, fused=False"),
    ("z", "training=True, axis=[1, 3]"),
    ("z", "training=tf.placeholder_with_default(True, [])"),
    ("z", "training=tf.placeholder_with_default(False, []), momentum=0.5"),
    ("z", "training=True, scale=False, center=False"),
    ("v", "training=True"),
    ("v", "training=True, axis=1"),
]
_MADE = {"x": _X, "z": _Z, "v": _V}

CASES = [_X + "; " + c for c in _ON_X]
CASES += [made + "; " + c + _VARIABLES for made, c in _ON_IMAGES]
CASES += [
    f"{_MADE[n]}; y = tf.layers.batch_normalization({n}, {options})\n"
    "updates = tf.get_collection(tf.GraphKeys.UPDATE_OPS)\n"
    "with tf.control_dependencies(updates):\n  y = tf.identity(y)\n"
    "out = [y, len(updates)]; runs = 3"
    for n, options in _NORMALIZED
]
# What the averages are after three steps.
CASES += [
    f"{_MADE[n]}; y = tf.layers.batch_normalization({n}, {options})\n"
    "with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS) + [y]):\n"
    "  out = [v.read_value() for v in tf.global_variables()]\nruns = 3"
    for n, options in _NORMALIZED
]
CASES += [
    # The layer's averages are used after training, by a second call that shares them.
    f"""{_Z}
y = tf.layers.batch_normalization(z, training=True, momentum=0.3, name='b')
with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
  step = tf.identity(y)
with tf.control_dependencies([step]):
  out = [tf.layers.batch_normalization(z * 1.0, training=False, name='b', reuse=True), step]
runs = 3
""",
    f"""{_X}
class Own(tf.layers.Layer):
  def build(self, shape):
    self.w = self.add_weight('w', [3, 2])
    self.n = self.add_weight('n', [], trainable=False, initializer=tf.zeros_initializer())
    super(Own, self).build(shape)
  def call(self, x):
    self.add_update(self.n.assign_add(1.0))
    self.add_loss(tf.reduce_sum(x), inputs=x)
    return tf.matmul(x, self.w)
l = Own()
y = l(x)
with tf.control_dependencies(l.updates):
  out = [tf.identity(y), l.losses, l.n.read_value()]
runs = 2
""",
]
