"""Writes which op types of TensorFlow 1.15.5 have no gradient function, and which are declared not differentiable.

Runs on the reference interpreter only.

    TF115/bin/python tests/golden/record_gradient_functions.py

`scopeflow/op/without_gradient.txt`: the gradient registry has no entry, so that tf.gradients through the op raises LookupError.
`tests/golden/not_differentiable.txt`: gradients stop there.
"""

import os
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import tensorflow.contrib  # noqa: E402, F401
from tensorflow.python.framework import op_def_registry, ops  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]


def main():
    """Writes both files."""
    missing, stops = [], []
    for op_type in sorted(op_def_registry.get_registered_ops()):
        try:
            if ops._gradient_registry.lookup(op_type) is None:
                stops.append(op_type)
        except LookupError:
            missing.append(op_type)
    (ROOT / "scopeflow/op/without_gradient.txt").write_text("\n".join(missing) + "\n")
    (ROOT / "tests/golden/not_differentiable.txt").write_text("\n".join(stops) + "\n")


if __name__ == "__main__":
    main()
