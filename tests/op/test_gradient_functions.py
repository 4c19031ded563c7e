"""Declared ops stop gradients where the reference does."""

from __future__ import annotations

from pathlib import Path

import scopeflow  # noqa: F401  (declares the ops)
from scopeflow.op.declare import OPS

_STOPS = (Path(__file__).parent.parent / "golden" / "not_differentiable.txt").read_text().split()


def test_gradients_stop_where_the_reference_stops_them() -> None:
    """Op types that are declared not differentiable there must not have JAX's gradient here."""
    wrong = []
    for op_type in _STOPS:
        spec = OPS.get(op_type)
        if spec is None or not spec.differentiable or spec.writes or spec.host or spec.gradient_missing:
            continue
        floats = [any(a.dtype is None or a.dtype.is_floating for a in args) for args in (spec.inputs, spec.outputs)]
        if all(floats) and spec.grad_rule is None:
            wrong.append(op_type)
    assert not wrong, f"say differentiable=False in the declarations of {wrong}"
