"""Conditional distributions, and softplus parameters."""

_C = """
D = tf.contrib.distributions
class C(D.ConditionalDistribution):
  def __init__(self):
    super(C, self).__init__(tf.float32, D.FULLY_REPARAMETERIZED, False, True, name='C')
  def _sample_n(self, n, seed=None, shift=0.0): return tf.random_uniform([n], seed=seed) + shift
  def _log_prob(self, x, shift=0.0): return x * 2.0 - shift
  def _cdf(self, x, shift=0.0): return tf.sigmoid(x - shift)
  def _batch_shape(self): return tf.TensorShape([])
  def _event_shape(self): return tf.TensorShape([])
x = P([0.1, 0.7]); d = C()
"""
CASES = [
    _C + "out = [d.sample([2, 3], seed=4, shift=1.5), d.log_prob(x, shift=0.5), d.prob(x), d.cdf(x, shift=0.5), d.log_cdf(x)]",
    _C + "out = d.survival_function(x)",
    "x = P([0.1, 0.7]); d = tf.contrib.distributions.InverseGammaWithSoftplusConcentrationRate(x, 2.0); out = [d.log_prob(0.5), d.concentration, d.rate, d.mode()]",
]
