"""Ops inside of loops and branches that gradients go through: JAX differentiates the region, and must be told where
TensorFlow's gradient is not that of the kernel.

That is so for ops that pass no gradient (stop_gradient), for ops with a gradient rule, and for ops whose gradient is a
function of the user's own. Such a function has been called once, when tf.gradients built the graph: the nodes that it
made lie in the loop and are run on the way back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from ..graph.operation import Operation, Tensor
from ..op.array_state import ArrayState
from ..op.checks import collecting
from .gradient import _as, _flat, _like, is_differentiable_type
from .regions import organize

if TYPE_CHECKING:
    from .trace import Frame

#: attribute of an op with a gradient function of the user's own, in a loop: the `OwnGradient`
OWN_GRADIENT = "$gradient"
#: attribute of the nodes that such a function made
MADE_BY_GRADIENT = "$of_gradient"


class OwnGradient(NamedTuple):
    """The nodes of a gradient function."""

    arriving: list[Tensor]  #: stand for the gradients at the op's outputs
    results: list[Tensor | None]  #: the gradients at its inputs
    nodes: list[Operation]  #: all that were made


def run(frame: Frame, op: Operation, inputs: list[Any], keywords: dict[str, Any]) -> tuple[list[Any], list[Any]]:
    """(results, checks) of an op in a region that is being differentiated."""
    spec = op.spec
    own = op.attrs.get(OWN_GRADIENT)
    if own is None and spec.grad_rule is None:
        blocked = spec.no_gradient
        names = spec.flat_input_names(op) if blocked else ()
        if not spec.differentiable:
            inputs = [_stopped(v) for v in inputs]
        elif blocked:
            inputs = [_stopped(v) if n in blocked else v for v, n in zip(inputs, names)]
        kernel = spec.padded_kernel if op.attrs.get("$padded") else spec.kernel
        with collecting() as found:
            return _flat(op, kernel(*spec.group(op, inputs), **keywords)), found
    return _ruled(frame, op, inputs, keywords, own)


def _stopped(value: Any) -> Any:
    return jax.tree_util.tree_map(lambda v: v if isinstance(v, np.ndarray) else jax.lax.stop_gradient(v), value)


def _ruled(frame: Frame, op: Operation, inputs: list[Any], keywords: dict[str, Any], own: OwnGradient | None) -> Any:
    spec = op.spec
    floats = [
        i
        for i, (t, v) in enumerate(zip(op._inputs, inputs))
        if is_differentiable_type(t) and hasattr(v, "dtype") and not isinstance(v, ArrayState) and jnp.issubdtype(v.dtype, np.inexact)
    ]
    rest = [i for i, v in enumerate(inputs) if i not in floats and isinstance(v, jax.core.Tracer)]
    captured = _captured(op, own) if own is not None else []
    used = [jnp.asarray(frame.value(t, op)) for t in captured]
    messages: list[str] = []

    def assembled(parts: list[Any], others: list[Any]) -> list[Any]:
        values = list(inputs)
        for i, v in zip(floats, parts):
            values[i] = v
        for i, v in zip(rest, others):
            values[i] = v
        return values

    def forward(parts: list[Any], others: list[Any], used: list[Any]) -> Any:
        with collecting() as found:
            out = _flat(op, spec.kernel(*spec.group(op, assembled(parts, others)), **keywords))
        messages[:] = [m for _, m in found]
        return [_as(v, t) for v, t in zip(out, op.outputs)], [ok for ok, _ in found]

    def keeping(parts: list[Any], others: list[Any], used: list[Any]) -> Any:
        out = forward(parts, others, used)
        return out, (parts, others, used, out[0])

    def back(kept: Any, arriving: Any) -> Any:
        parts, others, used, out = kept
        values = assembled(parts, others)
        grads = [_like(g, o) if is_differentiable_type(t) else None for g, o, t in zip(arriving[0], out, op.outputs)]
        if own is not None:
            found = _through(frame, op, own, values, out, grads, dict(zip(captured, used)))
        else:
            grouped = spec.group(op, values)
            plain = {k: v for k, v in keywords.items() if k != "rng"}
            found = []
            for arg, given, g in zip(spec.inputs, grouped, spec.grad_rule(grouped, out, grads, **plain)):
                found += ([None] * len(given) if g is None else list(g)) if arg.many else [g]
        return [_like(found[i], p) for i, p in zip(floats, parts)], _no_gradient(others), _no_gradient(used)

    function = jax.custom_vjp(forward)
    function.defvjp(keeping, back)
    out, oks = function([jnp.asarray(inputs[i]) for i in floats], [inputs[i] for i in rest], used)
    return out, list(zip(oks, messages))


def _no_gradient(values: list[Any]) -> list[Any]:
    return [jnp.zeros(v.shape, v.dtype) if jnp.issubdtype(v.dtype, np.inexact) else np.zeros(v.shape, jax.dtypes.float0) for v in values]


def _captured(op: Operation, own: OwnGradient) -> list[Tensor]:
    """What the gradient function uses beside the op's own tensors and the gradients that arrive."""
    made = set(own.nodes)
    known = {*op._inputs, *op.outputs, *own.arriving}
    found = dict.fromkeys(t for n in own.nodes for t in n._inputs if t.op not in made and t not in known)
    found.update(dict.fromkeys(t for t in own.results if t is not None and t.op not in made and t not in known))
    return list(found)


def _through(
    frame: Frame, op: Operation, own: OwnGradient, inputs: list[Any], outputs: list[Any], grads: list[Any], captured: dict[Tensor, Any]
) -> list[Any]:
    """Runs the nodes of a gradient function."""
    nodes = [n for n in own.nodes if n.type != ARRIVING]
    child = frame.child(organize(nodes, op._context))
    child.values.update(zip(op._inputs, inputs))
    child.values.update(zip(op.outputs, outputs))
    child.values.update(zip(own.arriving, grads))
    child.values.update(captured)
    child.run_units()
    return [None if t is None else child.value(t, op) for t in own.results]


#: the type of the nodes that stand for the gradients that arrive
ARRIVING = "ArrivingGradient"
