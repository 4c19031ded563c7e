"""tf.contrib.solvers: iterative solvers of linear equations and least squares, with operators that are only applied."""

from . import conjugate_gradients, operators  # noqa: F401
