"""tf.contrib.layers: layers as functions, which argument scopes configure."""

from . import arguments, regularizers  # noqa: F401
