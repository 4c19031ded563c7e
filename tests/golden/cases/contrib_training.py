"""tf.contrib.training's samplers: the same numbers for the same seeds."""

CASES = [
    "x = P(np.arange(6, dtype=np.float32).reshape(3, 2)); r = tf.constant([.5, 2., 3.]); T = tf.contrib.training; "
    "out = [T.resample_at_rate([x], r), T.resample_at_rate([x, r], r, seed=3)]; runs = 3",
    "out = tf.contrib.training.resample_at_rate([tf.ones([2, 1])], tf.zeros([2]))",
    "x = tf.reshape(tf.range(6.), [3, 2]); w = tf.constant([.5, 2., 3.]); out = tf.contrib.training.weighted_resample([x], w, 2., seed=3); runs = 3",
]
