"""Splitting a run into stages: device stages, each one compiled function, and host stages that compute with NumPy."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..graph import errors
from ..graph.operation import Operation, Tensor
from .order import schedule
from .state import VariableKey, describe, is_alias, reads_of, variable_op, writes_of

SHAPE_OPS = frozenset({"Shape", "ShapeN", "Size", "Rank"})
#: graph structure that the tracer interprets itself
STRUCTURAL = frozenset({"Const", "Placeholder", "NoOp", "Switch", "RefSwitch", "Merge", "RefMerge", "Gradients", "PlaceholderWithDefault"})


@dataclass
class Stage:
    """Some of a run's ops, in order."""

    host: bool
    ops: list[Operation]
    #: tensors that come from feeds or earlier stages
    inputs: list[Tensor] = field(default_factory=list)
    #: of `inputs`, those whose values must be known when the stage is traced
    static_inputs: frozenset[Tensor] = frozenset()
    #: tensors that later stages or the fetches take
    outputs: list[Tensor] = field(default_factory=list)
    #: variables read or written, in a fixed order
    variables: list[VariableKey] = field(default_factory=list)
    written: frozenset[VariableKey] = frozenset()
    random_ops: list[Operation] = field(default_factory=list)
    #: an op in it may wait for other threads; then it has no state
    blocking: bool = False


def _has_host_type(t: Tensor) -> bool:
    return t.dtype.base_dtype.np_dtype.kind == "O"


def _is_handle(t: Tensor) -> bool:
    """True for the handle of a host object, which is a value; a variable's is followed through the graph."""
    return t.dtype.base_dtype.name == "resource" and variable_op(t) is None


def awaited(ops: list[Operation], known: set[Tensor]) -> set[Tensor]:
    """The predicates of branches: known when tracing, but computed wherever their inputs are, in an earlier stage."""
    return {op._inputs[1] for op in ops if op.type in ("Switch", "RefSwitch") and op._inputs[1] not in known}


def _decided(ops: list[Operation], known: set[Tensor]) -> set[Tensor]:
    """The predicates of branches that tracing finds out, and what they are computed from: known also in a later stage."""
    needed = {op._inputs[1] for op in ops if op.type in ("Switch", "RefSwitch") and op._inputs[1] in known}
    for op in reversed(ops):
        if op.type not in SHAPE_OPS and any(t in needed for t in op.outputs):
            needed.update(t for t in op._inputs if t in known)
    return needed


def _may_be_dead(ops: list[Operation]) -> set[Operation]:
    """The ops that lie in a branch which may not be taken."""
    out: set[Operation] = set()
    for op in ops:
        if op.type in ("Switch", "RefSwitch"):
            out.add(op)
        elif op.type not in ("Merge", "RefMerge") and (any(t.op in out for t in op._inputs) or any(c in out for c in op._control_inputs)):
            out.add(op)
    return out


def must_be_known(ops: list[Operation], feeds: frozenset[Tensor]) -> set[Tensor]:
    """The tensors whose values tracing needs: inputs declared static, and what those are computed from."""
    needed: set[Tensor] = set()
    for op in reversed(ops):
        spec = op.spec
        if spec is None:
            continue
        static = spec.static and spec.static_of(op)
        if static:
            for name, t in zip(spec.flat_input_names(op), op._inputs):
                if name in static:
                    needed.add(t)
        if op.type in SHAPE_OPS or op.type == "Gradients":
            continue
        if any(t in needed and t not in feeds for t in op.outputs):
            needed.update(op._inputs)
    return needed


def split(ops: list[Operation], feeds: frozenset[Tensor], fetches: list[Tensor]) -> list[Stage]:
    """The stages of a run whose ops, in order, are `ops`.

    Raises:
      UnimplementedError: an op's type has no kernel in scopeflow.
      InvalidArgumentError: a placeholder is neither fed nor has a default.
    """
    static = must_be_known(ops, feeds)
    known: set[Tensor] = set()
    host: dict[Operation, bool] = {}
    for op in ops:
        host[op] = _is_host(op, feeds, static, known)
    wait = awaited(ops, known)
    stages = [part for stage in _joined(_group(ops, host, feeds, wait), wait) for part in _apart(stage)]
    _connect(stages, feeds, fetches, static | wait | _decided(ops, known), _may_be_dead(ops))
    return stages


def _is_host(op: Operation, feeds: frozenset[Tensor], static: set[Tensor], known: set[Tensor]) -> bool:
    spec = op.spec
    if op.type == "Placeholder":
        from ..graph.tensor_shape import Dimension

        if any(t not in feeds for t in op.outputs):
            t = op.outputs[0]
            shape = "" if t._dims is None else " and shape [" + ",".join(str(Dimension(d)) for d in t._dims) + "]"
            raise errors.InvalidArgumentError(
                None, op, f"You must feed a value for placeholder tensor '{op.name}' with dtype {t.dtype.proto_name}{shape}{describe(op)}"
            )
        return False
    if op.type in SHAPE_OPS:
        known.update(op.outputs)
        return any(_has_host_type(t) for t in op._inputs)
    if op.type == "Const":
        known.update(op.outputs)
        return _has_host_type(op.outputs[0])
    if op.type in STRUCTURAL:
        return any(_has_host_type(t) for t in op.outputs)
    if spec is None or (spec.kernel is None and not spec.variable):
        raise errors.UnimplementedError(
            None, op, f"Op type {op.type!r} has no kernel in scopeflow yet: op {op.name!r} cannot run.{describe(op)}"
        )
    if (
        (spec.host and not op.attrs.get("$padded"))
        or any(_is_handle(t) for t in op._inputs)
        or any(_has_host_type(t) for t in op.outputs)
        or any(_has_host_type(t) for t in op._inputs)
    ):
        return True
    if spec.static and not spec.jax_only:
        # A shape that is a variable's value is known on the host alone.
        needed = spec.static_of(op)
        if any(n in needed and is_alias(t) and t not in feeds for n, t in zip(spec.flat_input_names(op), op._inputs)):
            return True
    pure = not spec.random and not spec._has_state_inputs and not any(is_alias(t) for t in op._inputs)
    if pure and all(t in known for t in op._inputs) and not spec.jax_only and not spec.variable:
        known.update(op.outputs)
        return False
    return not spec.variable and not spec.jax_only and any(t in static for t in op.outputs)


def _group(ops: list[Operation], host: dict[Operation, bool], feeds: frozenset[Tensor], wait: set[Tensor]) -> list[Stage]:
    """Runs of device ops and of host ops, as few as dependencies and the order of state allow."""
    level: dict[Operation, int] = {}
    last_write: dict[VariableKey, int] = {}
    last_touch: dict[VariableKey, int] = {}
    last_effect = 0
    for op in ops:
        parity = 1 if host[op] else 0
        least = 0
        for t in op._inputs:
            if t not in feeds:
                # Constants and variables cost nothing to have in every stage.
                if (t.op.type == "Const" and not t.op._control_inputs) or (t.op.spec is not None and t.op.spec.variable):
                    continue
                least = max(least, level.get(t.op, 0))
        if op.type in ("Switch", "RefSwitch") and op._inputs[1] in wait and op._inputs[1] not in feeds:
            least = max(least, level[op._inputs[1].op] + 1)
        for c in op._control_inputs:
            least = max(least, level.get(c, 0))
        reads, writes = reads_of(op), writes_of(op)
        for key in reads:
            least = max(least, last_write.get(key, 0))
        for key in writes:
            least = max(least, last_touch.get(key, 0))
        if host[op] and op.spec is not None and op.spec.stateful:
            least = max(least, last_effect)
        if least % 2 != parity:
            least += 1
        level[op] = least
        for key in reads | writes:
            last_touch[key] = max(last_touch.get(key, 0), least)
        for key in writes:
            last_write[key] = max(last_write.get(key, 0), least)
        if host[op] and op.spec is not None and op.spec.stateful:
            last_effect = least
    stages: dict[int, Stage] = {}
    for op in ops:
        n = level[op]
        stages.setdefault(n, Stage(n % 2 == 1, [])).ops.append(op)
    return [stages[n] for n in sorted(stages)]


def _joined(stages: list[Stage], wait: set[Tensor]) -> list[Stage]:
    """The stages, with each device stage that nothing in the following host stage needs joined to the device stage after that."""
    out = list(stages)
    at = 0
    while at + 2 < len(out):
        first, between, after = out[at : at + 3]
        if first.host or not between.host or after.host or _needs(between.ops, first.ops) or any(t.op in first.ops for t in wait):
            at += 1
            continue
        joined = first.ops + after.ops
        out[at : at + 3] = [between, Stage(False, joined)]
    return out


def _needs(later: list[Operation], earlier: list[Operation]) -> bool:
    """Whether an op of `later` depends on one of `earlier`, or must not run before it."""
    inside = set(earlier)
    touched: set[VariableKey] = set()
    written: set[VariableKey] = set()
    for op in earlier:
        written |= writes_of(op)
        touched |= reads_of(op) | writes_of(op)
    for op in later:
        for t in op._inputs:
            if (
                t.op in inside
                and not (t.op.spec is not None and t.op.spec.variable)
                and not (t.op.type == "Const" and not t.op._control_inputs)
            ):
                return True
        if any(c in inside for c in op._control_inputs):
            return True
        if written & reads_of(op) or touched & writes_of(op):
            return True
    return False


def _apart(stage: Stage) -> list[Stage]:
    """The stage in parts, so that what may wait for other threads is apart from what holds state."""
    if not stage.host or not any(_blocks(op) for op in stage.ops):
        return [stage]
    parts: list[Stage] = []
    for op in stage.ops:
        stateful = bool((op.spec is not None and op.spec.random) or reads_of(op) or writes_of(op))
        kind = True if _blocks(op) else False if stateful else None
        if not parts or (kind is not None and parts[-1].blocking != kind):
            parts.append(Stage(True, [], blocking=bool(kind)))
        parts[-1].ops.append(op)
    return parts


def _blocks(op: Operation) -> bool:
    return op.spec is not None and op.spec.blocking


def _connect(stages: list[Stage], feeds: frozenset[Tensor], fetches: list[Tensor], static: set[Tensor], branched: set[Operation]) -> None:
    """Fills in what each stage takes and gives."""
    for stage in stages:
        _repeat_cheap_inputs(stage, feeds)
    home: dict[Tensor, int] = {}
    for n, stage in enumerate(stages):
        for op in stage.ops:
            for t in op.outputs:
                home.setdefault(t, n)
    used_later: list[set[Tensor]] = [set() for _ in stages]
    for n, stage in enumerate(stages):
        mine = {t for op in stage.ops for t in op.outputs if t not in feeds}
        inputs: dict[Tensor, None] = {}
        for op in stage.ops:
            for t in op._inputs:
                if t not in mine or t in feeds:
                    if not is_alias(t) or t in feeds:
                        inputs.setdefault(t)
            for c in op._control_inputs:
                # A branch not taken kills what waits for it, in later stages as well.
                if c in branched and c.outputs and c.outputs[0] not in mine:
                    inputs.setdefault(c.outputs[0])
        stage.inputs = [t for t in inputs if t.dtype.base_dtype.name != "resource" or variable_op(t) is None]
        stage.static_inputs = frozenset(t for t in stage.inputs if t in static)
        for t in stage.inputs:
            if t not in feeds and home.get(t, n) < n:
                used_later[home[t]].add(t)
    for t in fetches:
        if t not in feeds and t in home and not is_alias(t):
            used_later[home[t]].add(t)
    for n, stage in enumerate(stages):
        stage.outputs = sorted(used_later[n], key=lambda t: (t.op._id, t.value_index))
        keys: dict[VariableKey, None] = {}
        written: set[VariableKey] = set()
        for op in stage.ops:
            for key in sorted(reads_of(op)):
                keys.setdefault(key)
            w = writes_of(op)
            for key in sorted(w):
                keys.setdefault(key)
            written |= w
        stage.variables = list(keys)
        stage.written = frozenset(written)
        stage.random_ops = [op for op in stage.ops if op.spec is not None and op.spec.random]


def _repeat_cheap_inputs(stage: Stage, feeds: frozenset[Tensor]) -> None:
    """Constants, variables and what gradients are taken through are had again in each stage that uses them."""
    inside = set(stage.ops)
    extra: set[Operation] = set()

    def want(op: Operation) -> None:
        if op in inside or op in extra:
            return
        if op.type == "Const" or (op.spec is not None and op.spec.variable) or (op.type == "Identity" and is_alias(op.outputs[0])):
            extra.add(op)
            for t in op._inputs:
                want(t.op)

    for op in stage.ops:
        if op.type == "Gradients":
            for b in op.attrs["$between"]:
                if b not in inside:
                    extra.add(b)
    for op in list(stage.ops) + list(extra):
        for t in op._inputs:
            if t not in feeds:
                want(t.op)
    if extra:
        stage.ops = schedule(sorted(extra, key=lambda op: op._id), feeds) + stage.ops
