"""tf.distributions and tf.contrib.distributions: samples of a seed, probabilities, statistics, divergences, gradients, errors."""

MESSAGES = True
#: 1 - cdf near 1, and polygamma: differences of rounded numbers
TOLERANCE = {"Geometric(a)": (5e-4, 1e-5), "p, q = D.Dirichlet": (1e-5, 2e-4)}
_SETUP = (
    "D = tf.contrib.distributions\n"
    "a = P(np.array([0.7, 1.5, 3.0], np.float32), [None]); b = P(np.array([[2.0], [0.5]], np.float32), [None, 1])\n"
    "c = P(np.array([[0.2, 0.3, 0.5], [0.6, 0.3, 0.1]], np.float32), [None, 3])\n"
    "x = P(np.array([0.1, 0.45, 0.9], np.float32), [None]); k = P(np.array([0.0, 1.0, 4.0], np.float32), [None])\n"
    "tf.set_random_seed(5)\n"
)
#: distribution: where its density is looked at
_SCALARS = {
    "Normal(a, b)": "x",
    "NormalWithSoftplusScale(a, b)": "x",
    "Uniform(-a, b)": "x",
    "Laplace(a, b)": "x - a",
    "LaplaceWithSoftplusScale(a, b)": "x",
    "Logistic(a, b)": "x",
    "Cauchy(a, b)": "x",
    "StudentT(a + 0.5, x, b)": "x",
    "StudentT(2.5 + a, x, b)": "x",
    "StudentTWithAbsDfSoftplusScale(a + 1.0, x, b)": "x",
    "Gamma(a, b)": "x",
    "GammaWithSoftplusConcentrationRate(a, b)": "x",
    "Exponential(a)": "x",
    "ExponentialWithSoftplusRate(a)": "x",
    "Chi2(a)": "x",
    "Chi2WithAbsDf(-a - 1.0)": "x",
    "InverseGamma(a + 2.0, b)": "x",
    "InverseGamma(a, b)": "x",
    "Beta(a, b)": "x",
    "Beta(a + 1.0, b + 1.0)": "x",
    "BetaWithSoftplusConcentration(a, b)": "x",
    "Bernoulli(a)": "tf.constant([0, 1, 1])",
    "Bernoulli(probs=x)": "tf.constant([0, 1, 1])",
    "Bernoulli(probs=x, dtype=tf.float32)": "x",
    "Binomial(k + 1.0, logits=a)": "k - x * 0.0",
    "Binomial(k + 1.0, probs=x)": "k",
    "Geometric(a)": "k * 0.5",
    "Geometric(probs=x)": "k * 0.5",
    "Poisson(a)": "k",
    "Poisson(log_rate=b)": "k",
    "Categorical(c)": "tf.constant([0, 2])",
    "Categorical(probs=c)": "tf.constant([0, 2])",
    "Categorical(c[0], dtype=tf.int64)": "tf.constant([0, 2], tf.int64)",
    "OneHotCategorical(c)": "tf.one_hot([1, 2], 3)",
    "OneHotCategorical(probs=c)": "tf.one_hot([1, 2], 3)",
    "Dirichlet(c[0])": "c",
    "Dirichlet(c[0] + 1.0)": "c",
    "Multinomial(4.0, c)": "tf.constant([1.0, 2.0, 1.0])",
    "Multinomial([4.0, 2.0], probs=c)": "tf.constant([[1.0, 2.0, 1.0], [0.0, 2.0, 0.0]])",
}
_QUESTIONS = ["prob(v)", "log_prob(v)", "cdf(v)", "log_cdf(v)", "survival_function(v)", "log_survival_function(v)"]
_STATISTICS = [
    "mean()",
    "variance()",
    "stddev()",
    "mode()",
    "entropy()",
    "covariance()",
    "batch_shape_tensor()",
    "event_shape_tensor()",
    "is_scalar_batch()",
]


def _asked(distribution: str, value: str, questions: list[str]) -> str:
    return (
        f"{_SETUP}d = D.{distribution}; v = {value}\nout = []\n"
        f"for f in [{', '.join(f'lambda: d.{q}' for q in questions)}]:\n"
        "  try: out.append(f())\n"
        "  except NotImplementedError: out.append('not implemented')\n"
        "out += [str(d), repr(d), d.dtype.name, repr(d.reparameterization_type)]"
    )


CASES = []
for _d, _v in _SCALARS.items():
    CASES += [
        _asked(_d, _v, _QUESTIONS),
        _asked(_d, _v, _STATISTICS),
        f"{_SETUP}d = D.{_d}\nout = tf.stop_gradient(d.sample([2, 3], seed=7)); runs = 2"
        # The reference's parallel loop over a batch of these draws in whatever order.
        if "Multinomial" not in _d
        else f"{_SETUP}d = D.Multinomial(4.0, c[0])\nout = d.sample([2, 3], seed=7)",
    ]
_PAIRS = [
    ("Normal(a, b)", "Normal(x, 2.0)"),
    ("Bernoulli(a)", "Bernoulli(probs=x)"),
    ("Beta(a, b)", "Beta(b, a)"),
    ("Gamma(a, b)", "Gamma(b, a)"),
    ("Categorical(c)", "Categorical(probs=c)"),
    ("OneHotCategorical(c)", "OneHotCategorical(probs=c)"),
    ("Dirichlet(c)", "Dirichlet(c + 1.0)"),
    ("Normal(a, b)", "Laplace(x, 2.0)"),
    ("Exponential(a)", "Gamma(b, a)"),
]
CASES += [f"{_SETUP}p, q = D.{p}, D.{q}\nout = [D.kl_divergence(p, q), p.cross_entropy(q)]" for p, q in _PAIRS]
CASES += [
    _SETUP + c
    for c in [
        "out = D.Normal(a, b).sample(3, seed=1)",
        "out = D.Gamma(a, b).sample(3, seed=1)",
        "d = D.Normal(a, b); out = [d.sample(seed=3), d.sample(4, seed=3), d.sample([], seed=2), d.sample(P(np.array([2, 1]), [None]), seed=2)]",
        "out = D.Beta(a, b).sample(3, seed=1)",
        "out = D.Laplace(a, b).sample(3, seed=1)",
        "out = D.Bernoulli(a, dtype=tf.float32).sample(3, seed=1)",
        "d = D.Normal(0.0, [1.0, 2.0]); out = [d.batch_shape.as_list(), d.event_shape.as_list(), d.name, sorted(d.parameters), d.copy(loc=1.0).mean(), str(d), repr(d)]",
        "out = [D.Normal.param_static_shapes([2, 3]), D.Normal.param_shapes([2, 3])]",
        "out = D.Normal.param_static_shapes(P(np.array([1, 2]), [None]))",
        "out = D.Normal(0.0, -1.0, validate_args=True).sample(2)",
        "out = D.Uniform(1.0, 0.0, validate_args=True).sample(2)",
        "out = D.StudentT(P(np.float32(0.5), []), 0.0, 1.0, allow_nan_stats=False).mean()",
        "out = D.Beta(0.5, 0.5, allow_nan_stats=False).mode()",
        "out = D.Bernoulli(logits=a, probs=x)",
        "out = D.Bernoulli()",
        "out = D.Normal(0, 1)",
        "out = D.Normal(0.0, np.float64(1.0))",
        "out = D.Categorical(1.0)",
        "out = D.Dirichlet(0.5)",
        "out = D.Bernoulli(probs=P(np.float32(1.5), []), validate_args=True).mean()",
        "out = D.Poisson(a, validate_args=True).log_prob(0.5)",
        "class Z(tf.distributions.Distribution):\n  def __init__(self): super(Z, self).__init__(tf.float32, tf.distributions.NOT_REPARAMETERIZED, False, True)\n  def _mean(self): return tf.constant(3.0)\n"
        "z = Z(); out = [z.mean(), z.name, z.batch_shape.ndims]",
        "class Z(tf.distributions.Distribution):\n  def __init__(self): super(Z, self).__init__(tf.float32, tf.distributions.NOT_REPARAMETERIZED, False, True)\n"
        "out = Z().entropy()",
        "class Z(D.Normal): pass\n@D.RegisterKL(Z, D.Normal)\ndef f(p, q, name=None): return tf.constant(42.0)\n"
        "out = [D.kl_divergence(Z(0.0, 1.0), D.Normal(1.0, 1.0)), D.kl_divergence(D.Normal(0.0, 1.0), Z(1.0, 1.0))]",
        "out = D.kl_divergence(D.Normal(P(np.float32(np.nan), []), 1.0), D.Normal(0.0, 1.0), allow_nan_stats=False)",
    ]
]
