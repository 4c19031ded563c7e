"""tf.contrib.distributions: multivariate normals, relaxed laws, transformed and independent ones, mixtures, bijectors."""

MESSAGES = True
_SETUP = (
    "D = tf.contrib.distributions; B = D.bijectors\n"
    "a = P(np.array([0.7, 1.5, 3.0], np.float32), [None]); b = P(np.array([[2.0], [0.5]], np.float32), [None, 1])\n"
    "c = P(np.array([[0.2, 0.3, 0.5], [0.6, 0.3, 0.1]], np.float32), [None, 3])\n"
    "m = P(np.array([[[1.0, 9.0, 9.0], [0.5, 2.0, 9.0], [0.3, -0.2, 0.5]], [[1.5, 0.0, 0.0], [0.5, 0.2, 0.0], [-0.3, -0.2, 2.5]]], np.float32), [None, 3, 3])\n"
    "x = P(np.array([0.1, 0.45, 0.9], np.float32), [3])\n"
    "tf.set_random_seed(5)\n"
)
_LAWS = {
    "MultivariateNormalDiag(c, a)": "x",
    "MultivariateNormalDiag(c)": "c + x",
    "MultivariateNormalDiag(scale_diag=x)": "c",
    "MultivariateNormalDiag(c, scale_identity_multiplier=2.0)": "x",
    "MultivariateNormalDiag(c, a, b[:, 0])": "x",
    "MultivariateNormalDiag([0.0, 1.0], [1.0, 2.0])": "[[0.5, 0.5], [0.0, 1.0], [3.0, 3.0]]",
    "MultivariateNormalDiagWithSoftplusScale(c, x)": "c * 2.0",
    "MultivariateNormalTriL(c, m)": "x",
    "MultivariateNormalTriL(x, m[0])": "c",
    "MultivariateNormalTriL(x, m)": "tf.stack([c, c + 1.0])",
    "MultivariateNormalFullCovariance(c, tf.matmul(tf.matrix_band_part(m, -1, 0), tf.matrix_band_part(m, -1, 0), transpose_b=True))": "x",
    "RelaxedOneHotCategorical(0.5, c)": "tf.nn.softmax(c)",
    "RelaxedOneHotCategorical(0.5, probs=c)": "tf.nn.softmax(c)",
    "ExpRelaxedOneHotCategorical(0.5, c)": "tf.nn.log_softmax(c)",
    "RelaxedBernoulli(0.5, a)": "x",
    "RelaxedBernoulli(0.5, probs=x)": "x",
    "TransformedDistribution(D.Normal(a, 2.0), B.Exp())": "x",
    "TransformedDistribution(D.Normal(a, b), B.Exp(), name='LogNormal')": "x",
    "TransformedDistribution(D.Normal(0.0, 1.0), B.Affine(c, scale_tril=m), event_shape=[3], batch_shape=[2])": "x",
    "TransformedDistribution(D.Normal(a, 1.0), B.AffineScalar(2.0, -0.5))": "x",
    "TransformedDistribution(D.Laplace(a, 1.0), B.Chain([B.Softplus(), B.AffineScalar(scale=2.0)]))": "x",
    "TransformedDistribution(D.Normal(a, 2.0), B.Sigmoid())": "x",
    "TransformedDistribution(D.Uniform(0.0, 1.0), B.Invert(B.Sigmoid()))": "x",
    "Independent(D.Normal(c, 2.0), 1)": "x",
    "Independent(D.Normal(c, b), 2)": "c + x",
    "Independent(D.Bernoulli(c))": "tf.constant([0, 1, 1])",
    "Deterministic(x)": "[0.1, 0.5, 0.9]",
    "Deterministic(x, atol=0.06)": "[0.1, 0.5, 1.9]",
    "VectorDeterministic(x, rtol=0.2)": "[[0.1, 0.5, 0.9], [0.1, 0.5, 1.9]]",
}
_MIXTURES = {
    "MixtureSameFamily(D.Categorical(x), D.Normal(a, [1.0, 2.0, 3.0]))": "x",
    "MixtureSameFamily(D.Categorical(probs=[0.3, 0.7]), D.MultivariateNormalDiag([[0.0, 1.0], [2.0, 3.0]], [[1.0, 2.0], [1.5, 1.0]]))": "[[0.5, 0.5], [3.0, 1.0]]",
}


def _asked(distribution: str, value: str, questions: list[str]) -> str:
    return (
        f"{_SETUP}d = D.{distribution}; v = {value}\nout = []\n"
        f"for f in [{', '.join(f'lambda: d.{q}' for q in questions)}]:\n"
        "  try: out.append(f())\n"
        "  except NotImplementedError: out.append('not implemented')"
    )


_QUESTIONS = ["prob(v)", "log_prob(v)", "cdf(v)", "survival_function(v)"]
_STATISTICS = ["mean()", "variance()", "stddev()", "mode()", "entropy()", "covariance()", "batch_shape_tensor()", "event_shape_tensor()"]
CASES = []
for _d, _v in {**_LAWS, **_MIXTURES}.items():
    CASES += [_asked(_d, _v, _QUESTIONS), _asked(_d, _v, _STATISTICS)]
CASES += [f"{_SETUP}d = D.{_d}; out = d.sample([2, 4], seed=7)" for _d in _LAWS]
CASES += [f"{_SETUP}d = D.{_d}; out = d.log_prob(d.sample(2, seed=7))" for _d in list(_LAWS)[:12]]
_PAIRS = [
    ("MultivariateNormalDiag(c, a)", "MultivariateNormalDiag(x)"),
    ("MultivariateNormalTriL(c, m)", "MultivariateNormalDiag(x, a)"),
    ("MultivariateNormalDiag(x, a)", "MultivariateNormalTriL(c, m)"),
    ("MultivariateNormalTriL(c, m + 1.0)", "MultivariateNormalTriL(x, m)"),
    ("Independent(D.Normal(c, 2.0), 1)", "Independent(D.Normal(c, 3.0), 1)"),
]
CASES += [f"{_SETUP}p, q = D.{p}, D.{q}\nout = [D.kl_divergence(p, q), p.cross_entropy(q)]" for p, q in _PAIRS]
_BIJECTORS = {
    "Identity()": "x",
    "Exp()": "x",
    "PowerTransform(0.5)": "x",
    "Sigmoid()": "x",
    "Softplus()": "x",
    "Softplus(2.0)": "x",
    "Softsign()": "x",
    "Square()": "x",
    "AffineScalar(a)": "x",
    "AffineScalar(scale=-a)": "x",
    "AffineScalar(1.0, 2.0)": "c",
    "Affine(a)": "c",
    "Affine(scale_identity_multiplier=2.0)": "c",
    "Affine(a, scale_diag=x)": "c",
    "Affine(a, 3.0, x)": "c",
    "Affine(a, 3.0, x, m)": "c",
    "Affine(scale_tril=m)": "c",
    "Permute([2, 0, 1])": "c",
    "Invert(B.Exp())": "x",
    "Invert(B.Affine(a, scale_tril=m))": "c",
    "Chain([B.Exp(), B.Softplus()])": "c + 2.0",
    "Chain([B.Exp(), B.Affine(a, scale_tril=m), B.Sigmoid()])": "c",
    "Chain()": "c",
    "Inline(tf.exp, tf.log, lambda y: -tf.log(y), forward_min_event_ndims=0)": "c",
}
CASES += [
    f"{_SETUP}f = B.{f}; v = {v}; n = max(1, f.forward_min_event_ndims)\n"
    "out = [f.forward(v), f.inverse(v * 0.9), f.forward_log_det_jacobian(v, n), f.inverse_log_det_jacobian(v * 0.9, event_ndims=n), f.inverse(f.forward(v)), "
    "f.forward_log_det_jacobian(v, f.forward_min_event_ndims), f.name, f.forward_min_event_ndims, f.inverse_min_event_ndims, f.is_constant_jacobian, "
    "f.forward_event_shape([3]).as_list()]"
    for f, v in _BIJECTORS.items()
]
CASES += [
    _SETUP + c
    for c in [
        "d = D.MultivariateNormalDiag([0.0, 1.0], [1.0, 2.0]); out = [str(d), repr(d), sorted(d.parameters), d.name, d.distribution.name, d.bijector.name, d.batch_shape.as_list()]",
        "d = D.Independent(D.Normal([0.0, 1.0], 1.0), 1); out = [str(d), repr(d), sorted(d.parameters), d.name]",
        "d = D.TransformedDistribution(D.Normal(0.0, 1.0), B.Exp()); out = [str(d), d.name, d.event_shape.as_list()]",
        "out = D.MultivariateNormalDiag()",
        "out = D.MultivariateNormalTriL()",
        "out = B.Affine(scale_diag=[1.0, 2.0]).forward_log_det_jacobian([1.0, 2.0], event_ndims=0)",
        "out = B.Inline(forward_fn=tf.exp)",
        "out = B.PowerTransform(-1.0)",
        "out = B.Inline(forward_fn=tf.exp, forward_min_event_ndims=0).inverse(1.0)",
        "out = B.AffineScalar(1.0).forward(np.float64(1.0))",
        "out = D.Independent(D.Normal([0.0, 1.0], 1.0), 2)",
        "class F(B.Bijector):\n  def __init__(self): super(F, self).__init__(forward_min_event_ndims=0, name='f')\n  def _forward(self, x): return 3.0 * x\n  def _inverse(self, y): return y / 3.0\n"
        "  def _forward_log_det_jacobian(self, x): return tf.log(3.0) * tf.ones_like(x)\nd = D.TransformedDistribution(D.Normal(a, 1.0), F()); out = [d.log_prob(x), d.cdf(x)]",
        "d = D.DirichletMultinomial(4.0, c); v = tf.constant([1.0, 2.0, 1.0]); out = [d.log_prob(v), d.mean(), d.variance(), d.covariance(), str(d)]",
        "d = tf.distributions.DirichletMultinomial([4.0, 3.0], c); v = tf.constant([1.0, 2.0, 1.0]); out = d.prob(v)",
        "out = D.DirichletMultinomial(4.0, c + 1.0).sample([2, 3], seed=7)",
        "out = D.DirichletMultinomial([4.0, 3.0], c + 1.0).sample([2, 3], seed=7)",
        "y = tf.stack([x, x * 2.0 - 0.5, x[::-1]]); out = [D.percentile(y, q, interpolation=i) for q in (0.0, 30.0, 50.0, 77.0, 100.0) for i in (None, 'lower', 'higher')]",
        "y = tf.stack([x, x * 2.0 - 0.5, x[::-1]]); out = [D.percentile(y, 50.0, axis=a, keep_dims=k) for a in ([0], [1], [0, 1], None) for k in (False, True)]",
        "out = D.percentile(x, [50.0, 20.0])",
    ]
]
