"""Draws with the graph's seed alone: they depend on how many ops came before, so that distributions made of others must make the same."""

_D = "D = tf.contrib.distributions; B = D.bijectors; x = P([[0.1, 0.45, 0.9], [1.0, 2.0, 3.0]], [None, 3])\n"
_LAWS = [
    "MultivariateNormalDiag(x, tf.ones([3]))",
    "MultivariateNormalDiag(x, scale_identity_multiplier=2.0)",
    "MultivariateNormalDiagWithSoftplusScale(x, x)",
    "MultivariateNormalTriL(x, tf.eye(3))",
    "MultivariateNormalFullCovariance(x, tf.eye(3))",
    "MultivariateNormalDiagPlusLowRank(x, tf.ones([3]), scale_perturb_factor=tf.ones([3, 2]))",
    "VectorLaplaceDiag(x, tf.ones([3]))",
    "VectorExponentialDiag(x, tf.ones([3]))",
    "ExpRelaxedOneHotCategorical(0.5, logits=x)",
    "RelaxedOneHotCategorical(0.5, logits=x)",
    "RelaxedBernoulli(0.5, logits=x)",
    "TransformedDistribution(D.Normal(x, 1.0), B.Exp())",
    "TransformedDistribution(D.Normal(0.0, 1.0), B.AffineScalar(2.0, 3.0), event_shape=[3], batch_shape=[2])",
]
CASES = [f"{_D}a = D.{_l}; out = [a.sample(), a.sample([2]), D.Normal(0.0, tf.exp(a.log_prob(x + 0.5) * 0.0)).sample()]" for _l in _LAWS]
CASES += [
    _D + "a = D.Kumaraswamy(x, 2.0); out = [a.sample(), a.sample([2])]",
    _D + "a = D.SinhArcsinh(x, 1.0); out = [a.sample(), a.sample([2])]",
    _D + "a = D.Independent(D.Normal(x, 2.0), 1); out = [a.sample(), a.sample([2]), a.log_prob(x), D.Normal(0.0, 1.0).sample()]",
    _D + "a = D.Deterministic(x); out = [a.sample(), a.sample([2]), D.Normal(0.0, 1.0).sample()]",
]
