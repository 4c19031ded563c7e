"""tf.contrib.framework: argument scopes, model variables, and what the other parts of tf.contrib share."""

from . import arg_scope, checks, creating, functions, global_steps, listing, names, restoring, smart_cases, zeroing  # noqa: F401
