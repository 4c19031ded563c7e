"""tf.distributions and tf.contrib.distributions: probability distributions and bijectors."""

from . import (  # noqa: F401
    discrete,
    distribution,
    gamma_family,
    kullback_leibler,
    location_scale,
    normal,
    positive_parameters,
)
