"""tf.distributions and tf.contrib.distributions: probability distributions and bijectors."""

from . import discrete, distribution, gamma_family, kullback_leibler, location_scale, normal  # noqa: F401
