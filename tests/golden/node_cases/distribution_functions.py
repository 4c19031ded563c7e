"""Functions of tf.contrib.distributions: nodes."""

_VARIABLES = "m = tf.Variable(tf.zeros([3])) ;; v = tf.Variable(tf.zeros([3])) ;; D = tf.contrib.distributions ;; "
CASES = [
    "tf.contrib.distributions." + _c
    for _c in (
        "softplus_inverse(x)",
        "fill_triangular(tf.ones([4, 6]))",
        "fill_triangular(tf.ones([4, 6]), upper=True)",
        "fill_triangular(tf.ones([4, 5]))",
        "fill_triangular(y)",
        "fill_triangular_inverse(tf.ones([4, 3, 3]))",
        "fill_triangular_inverse(tf.ones([4, 3, 3]), upper=True)",
        "tridiag(x[:, :2], x, x[:, :2])",
        "tridiag(above=x[:, :2])",
        "tridiag()",
        "matrix_diag_transform(tf.ones([4, 3, 3]), tf.nn.softplus)",
        "reduce_weighted_logsumexp(x, w=x, axis=0)",
        "reduce_weighted_logsumexp(x, w=x, axis=[0, 1], return_sign=True)",
        "reduce_weighted_logsumexp(x, axis=1, keep_dims=True)",
        "moving_mean_variance(x, 0.9)",
        "normal_conjugates_known_scale_posterior(tf.distributions.Normal(0.0, 1.0), x[0], x[1], 5)",
        "normal_conjugates_known_scale_predictive(tf.distributions.Normal(0.0, 1.0), x[0], x[1], 5)",
        "normal_conjugates_known_scale_predictive(tf.distributions.Beta(1.0, 1.0), x[0], x[1], 5)",
    )
]
CASES += [_VARIABLES + "D.assign_moving_mean_variance(m, v, x[0], 0.9)", _VARIABLES + "D.assign_log_moving_mean_exp(m, x[0], 0.9)"]
CASES += [
    "c = tf.contrib.distributions.Categorical(%s) ;; (c.sample(2), c.log_prob(tf.argmax(c.probs, -1)), c.entropy(), c.mode())" % _p
    for _p in (
        "logits=[0.0, 0.0]",
        "probs=tf.placeholder(tf.float32, [2, 3])",
        "logits=tf.placeholder(tf.float32, [2, None])",
        "logits=tf.placeholder(tf.float32, [None, 3])",
        "tf.placeholder(tf.float32)",
        "probs=tf.placeholder(tf.float32, [4, 2, 3])",
    )
]
CASES += [
    "D = tf.contrib.distributions ;; m = D.MixtureSameFamily(D.Categorical(logits=[0.0, 0.0]), D.Normal([0.0, 1.0], [1.0, 1.0])) ;; (m.log_prob(0.5), m.log_cdf(x))"
]
