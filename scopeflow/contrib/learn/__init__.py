"""tf.contrib.learn: the modes of a model, and texts as sequences of word numbers."""

from . import modes, vocabulary  # noqa: F401
