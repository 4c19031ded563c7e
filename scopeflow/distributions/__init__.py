"""tf.distributions and tf.contrib.distributions: probability distributions and bijectors."""

from . import (  # noqa: F401
    bijector,
    bijectors,
    counts,
    discrete,
    distribution,
    gamma_family,
    kullback_leibler,
    location_scale,
    matrix_scale,
    multivariate_normal,
    normal,
    percentile,
    positive_parameters,
    relaxed,
    transformed,
)
