"""Reverse mode: the ops a gradient goes through are recorded as they run, and run backwards when it is asked for.

A `Gradients` node (made by ops/gradients.py) names ys, the gradients that flow into them, and xs; its attribute
`$between` holds the ops on the paths from xs to ys. Each of those is run through `jax.vjp` once, so that forward values
are computed once; the node then pulls the gradients back through them in reverse order. For a gradient of a gradient
the backward pass is itself a function of the values it used, and is differentiated as one op.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np

from ..graph import errors
from ..graph.operation import Operation, Tensor
from ..op.array_state import ArrayState
from ..op.checks import collecting
from ..op.fold import fold
from . import control, kept_rows
from .regions import Layout, Region
from .state import REGIONS, describe, key_of, variable_op

if TYPE_CHECKING:
    from .trace import Frame

#: the ops that branches are made of: only what was taken carries gradients
BRANCHES = frozenset({"Switch", "RefSwitch", "Merge", "RefMerge"})
#: the ops that loops are made of
LOOPS = frozenset({"Enter", "RefEnter", "Exit", "RefExit", "NextIteration", "RefNextIteration", "Merge", "RefMerge", "Switch", "RefSwitch"})
#: ops through which a gradient that is IndexedSlices goes unchanged
PASS_SPARSE = frozenset({"Identity", "ReadVariableOp", "Enter", "RefIdentity"})


@dataclass
class Sparse:
    """A gradient that is rows of its tensor: values [n, ...] at indices [n]."""

    values: Any
    indices: Any
    shape: tuple[int, ...]

    def dense(self) -> Any:
        zeros = jnp.zeros(self.shape, self.values.dtype)
        return zeros.at[self.indices].add(self.values, mode="drop")


@dataclass
class Record:
    """A recorded op: the tensors its gradients go to, and the function that gives them."""

    wanted: list[Tensor]
    pull: Callable[[list[Any]], list[Any]]
    inputs: list[Any] = field(default_factory=list)
    #: for a gather: the index of the indices input; the gradient is then rows of the wanted tensor
    rows_at: int | None = None
    #: for a region: the frame it ran in
    frame: Any = None


def is_differentiable_type(t: Tensor) -> bool:
    """True if gradients can flow through a tensor of this type."""
    base = t.dtype.base_dtype
    return base.is_floating or base.is_complex or base.name == "resource"


def taped_ops(layout: Layout) -> dict[Any, list[frozenset[Tensor]]]:
    """For each unit to record, the sets of tensors that depend on some x: gradients go to its inputs among them."""
    taped: dict[Any, list[frozenset[Tensor]]] = {}
    for op in layout.units:
        if op.type == "Gradients":
            for b in op.attrs["$between"]:
                sets = taped.setdefault(layout.unit(b), [])
                if not sets or sets[-1] is not op.attrs["$active"]:
                    sets.append(op.attrs["$active"])
    return taped


def _units_between(layout: Layout, op: Operation) -> list[Any]:
    """What lies between a Gradients node's xs and ys, as units of `layout`."""
    between = op.attrs["$between"]
    units = list(dict.fromkeys(layout.unit(b) for b in between))
    if not any(u.type in REGIONS for u in units):
        return between
    # Regions stand for many ops: the order in which they ran is one in which gradients can be pulled back.
    place = {u: i for i, u in enumerate(layout.units)}
    return sorted(units, key=lambda u: place.get(u, -1))


# -- forward ------------------------------------------------------------------------
def record(frame: Frame, op: Operation, inputs: list[Any], keywords: dict[str, Any], active: list[frozenset[Tensor]]) -> list[Any]:
    """Runs `op` and keeps what its backward pass needs."""
    results, frame.tape[op], found = recorded(op, inputs, keywords, active)
    frame.check(op, found)
    return results


def record_masked(frame: Frame, op: Operation, inputs: list[Any], active: list[frozenset[Tensor]] | None) -> list[Any]:
    """Runs an op that keeps all rows instead of those a mask picks; keeps what its backward pass needs."""
    if op.type != "GatherV2" or active is None or not any(op._inputs[0] in a for a in active):
        return [kept_rows.run(op, inputs)]
    frame.tape[op] = Record([op._inputs[0]], _take_apart, inputs, rows_at=1)
    return [inputs[1].of(jnp.asarray(inputs[0]))]


def record_region(frame: Frame, region: Region, active: list[frozenset[Tensor]]) -> None:
    """Runs a loop or a branching and keeps what its backward pass needs."""
    if any(frame.values.get(t) is control._dead() for t in region._inputs):
        control.run(frame, region)
        return
    effects, frame.tape[region] = _recorded_region(frame, region, lambda t: control.value_of(frame, t, region), {}, active)
    control.absorb(frame, region, effects)


def _recorded_region(
    frame: Frame, region: Region, lookup: Callable[[Tensor], Any], known: dict[Tensor, Any], active: list[frozenset[Tensor]]
) -> tuple[control.Effects, Record]:
    """(effects, record) of running `region` with the values `known` in place of the frame's."""
    wanted = [t for t in region._inputs if is_differentiable_type(t) and any(t in a for a in active)]
    values = {}
    for t in wanted:
        root = variable_op(t) if t.dtype.is_ref or t.dtype.base_dtype.name == "resource" else None
        values[t] = known[t] if t in known else frame.read(key_of(root), region) if root is not None else lookup(t)
    wanted = [t for t in wanted if _is_float(values[t])]
    floats = [i for i, t in enumerate(region.outputs) if is_differentiable_type(t) and t.dtype.base_dtype.name != "resource"]
    messages: list[str] = []

    def forward(*parts: Any) -> Any:
        given = {t: _joined(values[t], p) for t, p in zip(wanted, parts)}
        effects = control.evaluate(frame, region, {**known, **given})
        messages[:] = effects.messages
        carried = [i for i in floats if effects.outputs[i] is not control._live()]
        rest = [None if v is control._live() else v for v in effects.outputs]
        return [_part(effects.outputs[i]) for i in carried], (rest, effects.state, effects.drawn, effects.code)

    primal, pull_back, (outputs, state, drawn, code) = jax.vjp(forward, *[_part(values[t]) for t in wanted], has_aux=True)
    carried = [i for i in floats if outputs[i] is not None]
    for i, p in zip(carried, primal):
        outputs[i] = _joined(outputs[i], p)
    outputs = [control._live() if v is None else v for v in outputs]

    def pull(grads: list[Any]) -> list[Any]:
        return [_conj(g) for g in pull_back([_conj(_like(grads[i], p)) for i, p in zip(carried, primal)])]

    return control.Effects(outputs, state, drawn, code, list(messages)), Record(wanted, pull, frame=frame)


def _part(value: Any) -> Any:
    """What can be differentiated of a value: the elements of a TensorArray, if they are floats; else the array."""
    if not isinstance(value, ArrayState):
        return jnp.asarray(value)
    if value.dtype.kind not in "fcV" and value.dtype.name != "bfloat16":
        return ()
    return jax.tree_util.tree_map(jnp.asarray, value.elements)


def _joined(value: Any, part: Any) -> Any:
    """`value` with the differentiable part `part`."""
    if not isinstance(value, ArrayState):
        return part
    return (
        value
        if isinstance(part, tuple) and not part and not (isinstance(value.elements, tuple) and not value.elements)
        else value.replace(elements=part)
    )


def _is_float(value: Any) -> bool:
    return isinstance(value, ArrayState) or jnp.issubdtype(np.result_type(value), np.inexact)


def recorded(
    op: Operation, inputs: list[Any], keywords: dict[str, Any], active: list[frozenset[Tensor]]
) -> tuple[list[Any], Record, list[Any]]:
    """(results, record, checks) of running `op` on `inputs`."""
    wanted = [i for i, t in enumerate(op.inputs) if is_differentiable_type(t) and any(t in a for a in active)]
    sparse = op.spec.sparse_rule(op) if op.spec.sparse_rule is not None else None
    if sparse is not None and wanted == [sparse[0]]:
        with collecting() as found:
            results = _flat(op, op.spec.kernel(*op.spec.group(op, inputs), **keywords))
        return results, Record([op.inputs[sparse[0]]], _take_apart, inputs, sparse[1]), found
    results, pull, found = linearize(op, inputs, keywords, wanted)
    return results, Record([op.inputs[i] for i in wanted], pull, inputs), found


def _take_apart(grads: list[Any]) -> list[Any]:
    raise AssertionError("a gather's gradient is taken apart, not pulled back")


def record_gradients(frame: Frame, op: Operation, active: list[frozenset[Tensor]]) -> list[Any]:
    """Runs a Gradients node whose outputs are differentiated in turn: its backward pass becomes one recorded function."""

    def lookup(t: Tensor, recorded_value: Any = None) -> Any:
        return frame.value(t, op) if recorded_value is None else recorded_value

    results, frame.tape[op] = _recorded_gradients(frame.layout, op, frame.tape, lookup, active)
    return results


def _recorded_gradients(
    layout: Layout, op: Operation, tape: dict[Any, Record], lookup: Callable[..., Any], active: list[frozenset[Tensor]]
) -> tuple[list[Any], Record]:
    attrs = op.attrs
    ordered = _units_between(layout, op)
    # What lies in a branch not taken was not recorded.
    between = [b for b in ordered if b in tape and b.type not in PASS_SPARSE and b.type not in BRANCHES]
    used = dict.fromkeys(t for b in between for t in (tape[b].wanted if b.type == "Gradients" else b.inputs))
    used.update(dict.fromkeys(g for g in attrs["$grad_ys"] if g is not None))
    wanted = [t for t in used if any(t in a for a in active) and t.dtype.base_dtype.name != "resource" and is_differentiable_type(t)]
    integers: list[Any] = []
    values_of = [lookup(t) for t in wanted]

    def run(values: list[Any]) -> list[Any]:
        known = dict(zip(wanted, values))

        def look(t: Tensor, recorded_value: Any = None) -> Any:
            return known[t] if t in known else lookup(t, recorded_value)

        fresh: dict[Any, Record] = {b: tape[b] for b in ordered if b.type in BRANCHES and b in tape}
        for b in between:
            if b.type == "Gradients":
                _, fresh[b] = _recorded_gradients(layout, b, {**tape, **fresh}, look, [attrs["$active"]])
                continue
            if b.type in REGIONS:
                given = {t: known[t] for t in b._inputs if t in known}
                _, fresh[b] = _recorded_region(tape[b].frame, b, look, given, [attrs["$active"]])
                continue
            inputs = [look(t, v) for t, v in zip(b.inputs, tape[b].inputs)]
            keywords = {k: b.attrs[k] for k in b.spec.kernel_attrs}
            _, fresh[b], _ = recorded(b, inputs, keywords, [attrs["$active"]])
        out = results_of(layout, op, fresh, look)
        integers[:] = [v for v, t in zip(out, op.outputs) if not is_differentiable_type(t)]
        return [v for v, t in zip(out, op.outputs) if is_differentiable_type(t)]

    floats, pull_back = jax.vjp(lambda parts: run([_joined(v, p) for v, p in zip(values_of, parts)]), [_part(v) for v in values_of])
    rest, values = list(integers), list(floats)
    results = [values.pop(0) if is_differentiable_type(t) else rest.pop(0) for t in op.outputs]

    def pull(grads: list[Any]) -> list[Any]:
        here = [g for g, t in zip(grads, op.outputs) if is_differentiable_type(t)]
        (out,) = pull_back([_conj(_like(g, f)) for g, f in zip(here, floats)])
        return [_conj(g) for g in out]

    return results, Record(wanted, pull)


def _flat(op: Operation, out: Any) -> list[Any]:
    from .trace import flat_results_of

    return flat_results_of(op, out)


def linearize(op: Operation, inputs: list[Any], keywords: dict[str, Any], wanted: list[int]) -> tuple[list[Any], Any, list[Any]]:
    """(results, pull, checks) of `op`: `pull` takes a gradient an output (or None) to a gradient a wanted input."""
    spec = op.spec
    floats = [i for i, t in enumerate(op.outputs) if is_differentiable_type(t)]

    def forward(*parts: Any) -> tuple[list[Any], tuple[list[Any], list[Any]]]:
        values = list(inputs)
        for i, p in zip(wanted, parts):
            values[i] = _joined(inputs[i], p)
        with collecting() as found:
            out = _flat(op, spec.kernel(*spec.group(op, values), **keywords))
        out = [_as(v, t) for v, t in zip(out, op.outputs)]
        return [_part(out[i]) for i in floats], (out, [(ok, m) for ok, m in found])

    at = [_part(inputs[i]) for i in wanted]
    if spec.grad_rule is not None:
        _, (out, found) = forward(*at)
        return out, _ruled_pull(op, inputs, out, keywords, wanted), found
    messages: list[str] = []

    def traced(*parts: Any) -> Any:
        differentiable, (out, found) = forward(*parts)
        messages[:] = [m for _, m in found]
        return differentiable, (out, [ok for ok, _ in found])

    primal, pull_back, (out, oks) = jax.vjp(traced, *at, has_aux=True)
    out = [_joined(v, primal[floats.index(i)]) if i in floats else v for i, v in enumerate(out)]

    def pull(grads: list[Any]) -> list[Any]:
        ct = [_conj(_like(grads[i], p)) for i, p in zip(floats, primal)]
        return [_conj(g) for g in pull_back(ct)]

    return out, pull, list(zip(oks, messages))


def _as(value: Any, t: Tensor) -> Any:
    if isinstance(value, ArrayState):
        return value
    np_dtype = t.dtype.base_dtype.np_dtype
    value = jnp.asarray(value)
    return value if value.dtype == np_dtype else value.astype(np_dtype)


def _conj(value: Any) -> Any:
    # JAX's cotangents of complex values are the conjugates of TensorFlow's gradients.
    return jax.tree_util.tree_map(lambda v: jnp.conj(v) if jnp.iscomplexobj(v) else v, value)


def _like(grad: Any, primal: Any) -> Any:
    """`grad` (None: zeros) in the type and shape of `primal`; both may be the elements of a TensorArray."""
    if grad is None:
        return jax.tree_util.tree_map(lambda p: jnp.zeros(p.shape, p.dtype), primal)
    if isinstance(primal, tuple):
        return jax.tree_util.tree_map(_like, grad, primal)
    grad = grad.astype(primal.dtype) if grad.dtype != primal.dtype else grad
    return grad if grad.shape == primal.shape else jnp.broadcast_to(grad, primal.shape)


def _ruled_pull(op: Operation, inputs: list[Any], out: list[Any], keywords: dict[str, Any], wanted: list[int]) -> Any:
    spec = op.spec
    keywords = {k: v for k, v in keywords.items() if k != "rng"}
    grouped = spec.group(op, inputs)

    def pull(grads: list[Any]) -> list[Any]:
        filled = [_like(g, o) if is_differentiable_type(t) else None for g, o, t in zip(grads, out, op.outputs)]
        result = spec.grad_rule(grouped, out, filled, **keywords)
        flat: list[Any] = []
        for arg, g in zip(spec.inputs, result):
            flat += list(g) if arg.many and g is not None else [None] * len(grouped[spec.inputs.index(arg)]) if arg.many else [g]
        return [_like(flat[i], jnp.asarray(inputs[i])) for i in wanted]

    return pull


# -- backward -----------------------------------------------------------------------
def add(a: Any, b: Any) -> Any:
    """The sum of two gradients, IndexedSlices as long as both are."""
    if a is None:
        return b
    if b is None:
        return a
    if isinstance(a, Sparse) and isinstance(b, Sparse):
        return Sparse(jnp.concatenate([a.values, b.values]), jnp.concatenate([a.indices, b.indices]), a.shape)
    if isinstance(a, tuple):
        return jax.tree_util.tree_map(jnp.add, a, b)
    return dense(a) + dense(b)


def dense(grad: Any) -> Any:
    """`grad` as an array."""
    return grad.dense() if isinstance(grad, Sparse) else grad


def joins_within_rows(op: Operation) -> bool:
    """Whether the ConcatV2 `op` surely joins along another axis than the first: rows of the whole are then made of rows of each."""
    axis, dims = fold(op._inputs[-1]), op._inputs[0]._dims
    return axis is not None and (int(axis) > 0 or (dims is not None and int(axis) not in (0, -len(dims))))


def _cut_rows(rec: Record, op: Operation, grad: Sparse) -> list[tuple[Tensor, Any]]:
    """The rows `grad` of a concatenation, cut into rows of what it was made of."""
    axis = int(np.asarray(rec.inputs[-1])) % len(grad.shape)
    shapes = [tuple(np.shape(v)) for v in rec.inputs[:-1]]
    parts = jnp.split(grad.values, np.cumsum([shape[axis] for shape in shapes])[:-1], axis)
    cut = {t: [] for t in rec.wanted}
    for t, part, shape in zip(op._inputs, parts, shapes):
        if t in cut:
            cut[t].append(Sparse(part, grad.indices, shape))
    return [(t, g) for t, grads in cut.items() for g in grads]


def evaluate(frame: Frame, op: Operation, active: list[frozenset[Tensor]] | None) -> list[Any]:
    """The outputs of a Gradients node: a value an x, or values and indices where `$sparse` says so."""
    if active is not None:
        return record_gradients(frame, op, active)
    return results_of(frame.layout, op, frame.tape, lambda t: frame.value(t, op))


def results_of(layout: Layout, op: Operation, tape: dict[Any, Record], lookup: Callable[..., Any]) -> list[Any]:
    """The outputs of a Gradients node, from the records of the ops between."""
    attrs = op.attrs
    start: dict[Tensor, Any] = {}
    for y, g in zip(attrs["$ys"], attrs["$grad_ys"]):
        value = lookup(y)
        grad = jnp.ones(np.shape(value), y.dtype.base_dtype.np_dtype) if g is None else jnp.asarray(lookup(g))
        if np.shape(grad) != np.shape(value):
            # [1] for a scalar: the reference takes what its first gradient function can do with.
            shape = np.shape(value)
            grad = jnp.reshape(grad, shape) if np.size(grad) == np.size(value) else jnp.broadcast_to(grad, shape)
        start[y] = add(start.get(y), grad)
    found = backward(tape, _units_between(layout, op), attrs["$stops"], start, attrs["$xs"])
    out: list[Any] = []
    for x, is_sparse, grad in zip(attrs["$xs"], attrs["$sparse"], found):
        if is_sparse:
            if not isinstance(grad, Sparse):
                raise errors.InternalError(None, op, f"the gradient of {x.name} was to be IndexedSlices{describe(op)}")
            out += [grad.values, grad.indices]
        elif grad is None:
            value = lookup(x)
            out.append(jnp.zeros(np.shape(value), np.result_type(value)))
        else:
            out.append(dense(grad))
    return [_typed(v, t) for v, t in zip(out, op.outputs)]


def _typed(value: Any, t: Tensor) -> Any:
    np_dtype = t.dtype.base_dtype.np_dtype
    return value if value.dtype == np_dtype else value.astype(np_dtype)


def backward(
    tape: dict[Any, Record], between: list[Operation], stops: frozenset[Tensor], start: dict[Tensor, Any], xs: list[Tensor]
) -> list[Any]:
    """Pulls the gradients `start` back through `between` (in the order they ran) to `xs`; None where nothing arrives."""
    grads = dict(start)
    for op in reversed(between):
        here = [grads.get(t) if t not in stops else None for t in op.outputs]
        if all(g is None for g in here):
            continue
        for t, g in pull_through(tape, op, here):
            grads[t] = add(grads.get(t), g)
    return [grads.get(x) for x in xs]


def pull_through(tape: dict[Any, Record], op: Operation, here: list[Any]) -> list[tuple[Tensor, Any]]:
    """The gradients that `op` makes, for its inputs, of the gradients at its outputs."""
    if op.type in PASS_SPARSE:
        # Also where nothing was recorded: an alias of a variable runs no kernel.
        return [(op.inputs[0], here[0])]
    if op.type in ("Switch", "RefSwitch"):
        return [(op.inputs[0], g) for g in here if g is not None]
    rec = tape.get(op)
    if rec is None:
        raise errors.InternalError(None, op, f"op {op.name} was not recorded for its gradient{describe(op)}")
    if rec.rows_at is not None:
        shape = tuple(np.shape(rec.inputs[0 if rec.rows_at != 0 else 1]))
        if isinstance(rec.inputs[rec.rows_at], kept_rows.KeptRows):
            return [(rec.wanted[0], Sparse(rec.inputs[rec.rows_at].of(dense(here[0])), jnp.arange(shape[0]), shape))]
        indices = jnp.asarray(rec.inputs[rec.rows_at]).reshape(-1)
        return [(rec.wanted[0], Sparse(dense(here[0]).reshape((-1,) + shape[1:]), indices, shape))]
    if op.type == "ConcatV2" and isinstance(here[0], Sparse) and joins_within_rows(op):
        return _cut_rows(rec, op, here[0])
    return list(zip(rec.wanted, rec.pull([None if g is None else dense(g) for g in here])))
