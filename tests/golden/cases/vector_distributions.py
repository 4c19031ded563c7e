"""Wishart, vectors of Laplace and exponential variates, normal vectors of low rank."""

TOLERANCE = {"float32": (1e-3, 1e-3)}
_S = (
    "D = tf.contrib.distributions; r = np.random.RandomState(3)\n"
    "l = P(np.array([[[2.0, 0.0], [0.5, 1.0]], [[1.0, 0.0], [-0.3, 1.5]]], np.float32)); v = P(r.rand(2, 3).astype(np.float32) + 0.5)\n"
    "u = P(r.randn(2, 3, 2).astype(np.float32)); m = tf.matmul(l, l, transpose_b=True)\n"
)
_LAWS = {
    "WishartCholesky(4.0, l)": "m + tf.eye(2)",
    "WishartCholesky(4.0, l, cholesky_input_output_matrices=True)": "l",
    "WishartFull(5.0, m)": "m + tf.eye(2)",
    "VectorLaplaceDiag(v, v + 0.5)": "v * 2.0",
    "VectorLaplaceDiag(v, scale_identity_multiplier=[0.5, 2.0])": "v * 2.0",
    "VectorExponentialDiag(v, v + 0.5)": "v * 2.0",
    "MultivariateNormalDiagPlusLowRank(v, v + 0.5, scale_perturb_factor=u)": "v * 2.0",
    "MultivariateNormalDiagPlusLowRank(v, scale_identity_multiplier=2.0, scale_perturb_factor=u * 0.1, scale_perturb_diag=v[:, :2])": "v * 2.0",
}
_ASKED = "log_prob(v) prob(v) mean() variance() stddev() covariance() mode() entropy() batch_shape_tensor() event_shape_tensor()".split()
CASES = []
for _d, _v in _LAWS.items():
    CASES.append(
        "%sd = D.%s; v = %s\nout = []\nfor f in [%s]:\n  try: out.append(f())\n  except (NotImplementedError, ValueError): out.append('no')"
        % (_S, _d, _v, ", ".join("lambda: d." + q for q in _ASKED))
    )
    CASES.append("%sd = D.%s\nout = tf.stop_gradient(d.sample(2, seed=7))" % (_S, _d))
CASES.append(_S + "d = D.WishartFull(4.0, m); out = [d.scale(), d.mean_log_det(), d.log_normalization(), d.dimension]")
