"""tf.contrib.integrate: ordinary differential equations."""

from . import fixed_steps  # noqa: F401
