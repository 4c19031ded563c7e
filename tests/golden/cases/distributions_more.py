"""Half normal, negative binomial, mixtures, Kumaraswamy, sinh-arcsinh; bijectors of laws, vectors and triangles; functions."""

_S = (
    "D = tf.contrib.distributions; B = D.bijectors\n"
    "a = P(np.array([0.7, 1.5, 3.0], np.float32), [None]); b = P(np.array([[2.0], [0.5]], np.float32), [None, 1])\n"
    "x = P(np.array([0.1, 0.45, 0.9], np.float32), [None]); k = P(np.array([0.0, 1.0, 4.0], np.float32), [None])\n"
)
TOLERANCE = {"float32": (2e-4, 2e-4)}
_LAWS = {
    "HalfNormal(a)": "x",
    "NegativeBinomial(a, logits=b)": "k",
    "NegativeBinomial(a, probs=x)": "k",
    "Kumaraswamy(a, b)": "x",
    "Kumaraswamy(a + 1.0, b + 1.0)": "x",
    "SinhArcsinh(a, b + 0.1, skewness=0.3, tailweight=1.2)": "x",
    "SinhArcsinh(a, b + 0.1)": "x",
    "Mixture(D.Categorical(probs=[0.3, 0.7]), [D.Normal(0.5, 1.0), D.Normal(1.0, 2.0)])": "x",
    "Mixture(D.Categorical(logits=[[0.3, 0.7], [0.0, 1.0]]), [D.Normal([0.5, 0.0], 1.0), D.Normal([1.0, 2.0], 2.0)])": "x[:2]",
}
_ASKED = ("prob(v)", "log_prob(v)", "cdf(v)", "mean()", "variance()", "stddev()", "mode()", "entropy()", "batch_shape_tensor()", "event_shape_tensor()")
CASES = []
for _d, _v in _LAWS.items():
    CASES.append(
        "%sd = D.%s; v = %s\nout = []\nfor f in [%s]:\n  try: out.append(f())\n  except NotImplementedError: out.append('not implemented')"
        % (_S, _d, _v, ", ".join("lambda: d." + q for q in _ASKED))
    )
    CASES.append("%sd = D.%s\nout = tf.stop_gradient(d.sample([2, 3], seed=7))" % (_S, _d))
CASES.append(_S + "d = D.HalfNormal(a); out = d.quantile(x)")
CASES.append(_S + "d = D.Mixture(D.Categorical(probs=[0.3, 0.7]), [D.Normal(0.5, 1.0), D.Normal(1.0, 2.0)]); out = d.entropy_lower_bound()")
#: bijector: (an argument, the dimensions of its events)
_BIJECTORS = {
    "Kumaraswamy(a, a + 1.0)": ("x", 0),
    "Gumbel(a, 2.0)": ("x", 0),
    "SinhArcsinh(0.3, 1.2)": ("x", 1),
    "SoftmaxCentered()": ("x[None] * b", 1),
    "Ordered()": ("x[None] * b", 1),
    "Reshape([3, 1], [3])": ("x", 1),
    "FillTriangular()": ("x", 1),
    "ScaleTriL()": ("x", 1),
    "TransformDiagonal(B.Exp())": ("b * x[:2]", 2),
    "CholeskyOuterProduct()": ("tf.convert_to_tensor([[1.0, 0.0], [0.5, 2.0]]) * a[0]", 2),
    "MatrixInverseTriL()": ("tf.convert_to_tensor([[1.0, 0.0], [0.5, 2.0]]) * a[0]", 2),
    "AffineLinearOperator(a, tf.linalg.LinearOperatorDiag(a))": ("x", 1),
    "AbsoluteValue()": ("x", 0),
}
for _b, (_x, _n) in _BIJECTORS.items():
    CASES.append(
        "%sf = B.%s; x = %s\ny = tf.identity(f.forward(x)); n = %d\nm = n - f.forward_min_event_ndims + f.inverse_min_event_ndims\n"
        "out = [y, f.inverse(y), f.inverse_log_det_jacobian(y, m), f.name]\n"
        "if f.name not in ('absolute_value', 'cholesky_outer_product'): out.append(B.%s.forward_log_det_jacobian(x, n))" % (_S, _b, _x, _n, _b)
    )
CASES += [
    "x = P(np.linspace(1e-8, 20.0, 9).astype(np.float32)); out = tf.contrib.distributions.softplus_inverse(x)",
    "x = P(np.arange(6.0).astype(np.float32)); D = tf.contrib.distributions; out = [D.fill_triangular(x), D.fill_triangular(x, upper=True)]",
    "x = P(np.arange(12.0).astype(np.float32).reshape(2, 6)); D = tf.contrib.distributions; out = D.fill_triangular_inverse(D.fill_triangular(x))",
    "x = P(np.arange(12.0).astype(np.float32).reshape(2, 6)); D = tf.contrib.distributions; out = D.fill_triangular_inverse(D.fill_triangular(x, True), True)",
    "x = P([1.0, 2.0, 3.0]); out = tf.contrib.distributions.tridiag(x[1:], x, x[:2] * 5.0)",
    "x = P([[1.0, -2.0, 3.0]]); out = tf.contrib.distributions.reduce_weighted_logsumexp(x, w=x, axis=1, return_sign=True)",
    "x = P(np.random.RandomState(0).randn(2, 7).astype(np.float32)); D = tf.contrib.distributions; out = [D.auto_correlation(x), D.auto_correlation(x, axis=0, center=False, normalize=False), D.auto_correlation(x, max_lags=3)]",
    "x = P([1.0, 2.0, 3.0]); out = tf.contrib.distributions.moving_mean_variance(x, 0.9); runs = 3",
    "v = tf.Variable([0.0, 1.0]); out = tf.contrib.distributions.assign_log_moving_mean_exp(v, [0.5, 0.1], 0.9); runs = 2",
    "x = P([1.0, 2.0, 3.0]); D = tf.contrib.distributions; p = D.normal_conjugates_known_scale_predictive(D.Normal(0.0, 2.0), x, x, 4); out = [p.loc, p.scale]",
    "s = tf.contrib.distributions.SeedStream(3, 'a'); out = [str(s()), str(s()), str(tf.contrib.distributions.SeedStream(s, 'b')())]",
]
