"""Transformed, relaxed distributions, multivariate laws through linear operators, and the bijectors they use: nodes."""

_D = "D = tf.contrib.distributions ;; B = D.bijectors ;; u = tf.placeholder(tf.float32, [None, 3]) ;; w = tf.placeholder(tf.float32) ;; "
_ALL = "d.sample(), d.sample([2, 3]), d.log_prob(%s), d.prob(%s), d.mean(), d.variance(), d.stddev(), d.mode(), d.covariance(), d.entropy()"
_MULTIVARIATE = {
    "D.MultivariateNormalDiag(u, tf.ones([3]))": "u",
    "D.MultivariateNormalDiag(w, w)": "w",
    "D.MultivariateNormalDiag([1.0, 2.0], [1.0, 1.0])": "[[0.0, 0.0]]",
    "D.MultivariateNormalDiag([1.0, 2.0])": "[0.0, 0.0]",
    "D.MultivariateNormalDiag([1.0, 2.0, 3.0], [1.0, 1.0, 1.0], u[:, 0])": "u",
    "D.MultivariateNormalDiag(u, scale_identity_multiplier=2.0)": "u",
    "D.MultivariateNormalDiag(scale_diag=u)": "u",
    "D.MultivariateNormalDiag(w, tf.ones([3]), validate_args=True)": "w",
    "D.MultivariateNormalDiagWithSoftplusScale(u, u)": "u",
    "D.MultivariateNormalTriL(u, tf.ones([3, 3]))": "u",
    "D.MultivariateNormalTriL(scale_tril=tf.ones([2, 3, 3]))": "u",
    "D.MultivariateNormalTriL([1.0, 2.0])": "[0.0, 0.0]",
    "D.MultivariateNormalTriL([1.0, 2.0], [[1.0, 1.0], [2.0, 3.0]], validate_args=True)": "[0.0, 0.0]",
    "D.MultivariateNormalFullCovariance([1.0, 2.0], tf.eye(2))": "[0.0, 0.0]",
    "D.MultivariateNormalFullCovariance([1.0, 2.0])": "[0.0, 0.0]",
    "D.MultivariateNormalFullCovariance([1.0, 2.0], tf.eye(2), validate_args=True)": "[0.0, 0.0]",
    "D.MultivariateNormalDiagPlusLowRank([1.0, 2.0], [1.0, 1.0], scale_perturb_factor=[[1.0], [2.0]], scale_perturb_diag=[2.0])": "[0.0, 0.0]",
    "D.MultivariateNormalDiagPlusLowRank(u, scale_identity_multiplier=2.0, scale_perturb_factor=tf.ones([3, 2]), validate_args=True)": "u",
    "D.VectorLaplaceDiag([1.0, 2.0], [1.0, 1.0])": "[0.0, 0.0]",
    "D.VectorLaplaceDiag(u)": "u",
    "D.VectorExponentialDiag([1.0, 2.0], [1.0, 1.0])": "[2.0, 3.0]",
    "D.VectorExponentialDiag(scale_diag=u)": "u",
}
CASES = []
for _d, _at in _MULTIVARIATE.items():
    # Exponential variates have no entropy here, whose Jacobian would be the last.
    CASES.append(_D + f"d = {_d} ;; (" + _ALL % (_at, _at) + ")")
_PAIRS = [
    ("D.MultivariateNormalDiag(u, tf.ones([3]))", "D.MultivariateNormalDiag(tf.zeros([3]), tf.ones([3]))"),
    ("D.MultivariateNormalTriL(u, tf.ones([3, 3]))", "D.MultivariateNormalDiag(u, tf.ones([3]))"),
    ("D.MultivariateNormalDiag(u)", "D.MultivariateNormalTriL(u, tf.ones([3, 3]))"),
]
CASES += [_D + f"a = {_a} ;; b = {_b} ;; (D.kl_divergence(a, b), a.cross_entropy(b))" for _a, _b in _PAIRS]
_TRANSFORMED = {
    "D.Normal(0.0, 1.0), B.Exp()": "x",
    "D.Normal(0.0, 1.0), B.AffineScalar(2.0, 3.0), event_shape=[3], batch_shape=[2]": "tf.ones([2, 3])",
    "D.Normal([0.0, 1.0], 1.0), B.AffineScalar(2.0, 3.0), event_shape=[3]": "u",
    "D.Normal(0.0, 1.0), batch_shape=tf.shape(w)": "w",
    "D.Normal(w, 1.0), B.AffineScalar(2.0, 3.0), event_shape=[3]": "u",
    "D.Normal(w, 1.0), B.AffineScalar(2.0, 3.0), batch_shape=[3]": "w",
    "D.Normal(w, 1.0), B.AffineScalar(2.0, 3.0), batch_shape=tf.shape(w), validate_args=True": "w",
    "D.Normal(0.0, 1.0), B.AffineScalar(2.0, 3.0), batch_shape=tf.shape(w), event_shape=tf.shape(x)": "w",
    "D.Normal(0.0, 1.0), B.Sigmoid()": "w",
    "D.Normal(0.0, 1.0), B.Invert(B.Exp())": "w",
}
for _t, _at in _TRANSFORMED.items():
    CASES.append(
        _D
        + f"d = D.TransformedDistribution({_t}) ;; e = d.entropy() if d.bijector.is_constant_jacobian else 0 ;; "
        + f"(d.sample(), d.sample(2), d.sample(tf.shape(x)), d.log_prob({_at}), d.prob({_at}), d.batch_shape_tensor(), d.event_shape_tensor())"
    )
CASES += [_D + "d = D.TransformedDistribution(D.Normal(0.0, 1.0), B.AbsoluteValue()) ;; (d.sample(), d.prob(x), d.log_prob(x))"]
CASES += [
    _D + _c
    for _c in (
        "b = B.Exp() ;; y = b.forward(w) ;; (b.forward(w), b.inverse(y), b.inverse_log_det_jacobian(y, 1), b.inverse_log_det_jacobian(y, 0), b.forward_log_det_jacobian(w, 1))",
        "b = B.Exp() ;; (b.forward_log_det_jacobian([1.0, 2.0], 0), b.inverse_log_det_jacobian([1.0, 2.0], 1))",
        "b = B.AffineScalar(2.0, 3.0) ;; (b.forward_log_det_jacobian(w, 2), b.forward_log_det_jacobian([1.0], 2), b.inverse_log_det_jacobian([1.0], 2), b.inverse_log_det_jacobian(x, 0))",
        "b = B.AffineScalar(2.0, 3.0) ;; b.forward_log_det_jacobian(w, tf.placeholder(tf.int32, []))",
        "(B.AffineScalar(shift=2.0).inverse(x), B.AffineScalar(scale=2.0).forward(x), B.AffineScalar(x, x, validate_args=True).scale)",
        "b = B.AffineLinearOperator(tf.ones([3]), tf.linalg.LinearOperatorDiag([1.0, 2.0, 3.0])) ;; (b.forward(u), b.inverse(w), b.inverse_log_det_jacobian(u, 1))",
        "b = B.AffineLinearOperator(tf.ones([3])) ;; (b.forward(u), b.inverse(w), b.forward_log_det_jacobian(u, 1))",
    )
]
_RELAXED = {
    "D.ExpRelaxedOneHotCategorical(0.5, logits=x)": "x",
    "D.ExpRelaxedOneHotCategorical(1, logits=w)": "x",
    "D.ExpRelaxedOneHotCategorical(tf.constant([0.5, 1.0]), probs=u, dtype=tf.float32)": "x[:2]",
    "D.RelaxedOneHotCategorical(0.5, logits=x)": "x",
    "D.RelaxedOneHotCategorical(w, probs=w)": "x",
    "D.RelaxedBernoulli(0.5, logits=x)": "x",
    "D.RelaxedBernoulli(0.5, probs=w)": "x",
    "D.RelaxedBernoulli(w, logits=x)": "w",
    "D.Logistic(x, 2.0)": "x",
}
for _r, _at in _RELAXED.items():
    CASES.append(
        _D + f"d = {_r} ;; (d.sample(), d.sample([2, 3]), d.log_prob({_at}), d.prob({_at}), d.batch_shape_tensor(), d.event_shape_tensor())"
    )
_OTHERS = {
    "D.Deterministic(x)": "x",
    "D.Deterministic(w, atol=1.0, rtol=2.0)": "x",
    "D.VectorDeterministic(u, atol=1.0)": "u",
    "D.Independent(D.Normal(x, 2.0), 1)": "x",
    "D.Independent(D.Normal(u, 2.0))": "u",
}
for _o, _at in _OTHERS.items():
    CASES.append(
        _D
        + f"d = {_o} ;; (d.sample(), d.sample([2, 3]), d.sample(tf.shape(x)), d.log_prob({_at}), d.prob({_at}), d.entropy(), d.mean(), d.mode(), "
        + "d.batch_shape_tensor(), d.event_shape_tensor())"
    )
CASES.append(_D + "a = D.Independent(D.Normal(x, 2.0), 1) ;; (D.kl_divergence(a, a), D.kl_divergence(a, a, name='q'))")
CASES.append(_D + "D.Deterministic(x).cdf(x)")
