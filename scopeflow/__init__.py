"""TensorFlow 1's scoped variables and graphs on JAX: `import scopeflow as tf`."""

from __future__ import annotations

import sys

from . import (  # noqa: F401
    compat,
    contrib,
    data,
    distributions,
    feature_columns,
    graph,
    layers,
    losses,
    metrics,
    namespace,
    ops,
    ragged,
    runtime,
    scopes,
    summary,
    train,
    variables,
)

__version__ = "0.1.0"
#: the TensorFlow version whose behaviour this is
VERSION = "1.15.5"

namespace.assemble(sys.modules[__name__])
__getattr__ = namespace.missing_name(sys.modules[__name__])
# `tf.compat.v1` is this same namespace
compat.v1 = sys.modules[__name__ + ".compat.v1"] = sys.modules[__name__]  # type: ignore[attr-defined]
