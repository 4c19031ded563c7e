"""tf.saved_model: a graph with its variables, files and named inputs and outputs, in one folder."""

from . import builder, constants, loader, main_op, signatures  # noqa: F401
