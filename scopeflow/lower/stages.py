"""Splitting a run into stages: device stages, each one compiled function, and host stages that compute with NumPy."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..graph import errors
from ..graph.operation import Operation, Tensor
from .order import schedule
from .regions import Layout, Region
from .state import REGIONS, VariableKey, array_op, describe, is_alias, is_handle, reads_of, run_state, sign_of_life, writes_of

SHAPE_OPS = frozenset({"Shape", "ShapeN", "Size", "Rank"})
#: graph structure that the tracer interprets itself
STRUCTURAL = frozenset({"Const", "Placeholder", "NoOp", "Switch", "RefSwitch", "Merge", "RefMerge", "Gradients", "PlaceholderWithDefault"})
STRUCTURAL |= {"ArrivingGradient", "Enter", "RefEnter", "Exit", "RefExit", "NextIteration", "RefNextIteration", "LoopCond", "RefIdentity"}


@dataclass
class Stage:
    """Some of a run's units, in order."""

    host: bool
    ops: list[Any]
    layout: Layout
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
    #: ops that keep all rows instead of those a mask picks (lower/kept_rows.py)
    masked: frozenset[Operation] = frozenset()
    #: an op in it may wait for other threads; then it has no state
    blocking: bool = False


def _has_host_type(t: Tensor) -> bool:
    return t.dtype.base_dtype.np_dtype.kind == "O"


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


def _holds_text(op: Operation) -> bool:
    """True for an op on a TensorArray of strings."""
    if not op.type.startswith("TensorArray"):
        return False
    array = op if op.type == "TensorArrayV3" else array_op(op._inputs[0])
    return array is not None and array.attrs["dtype"].np_dtype.kind == "O"


def is_shape_op(op: Operation) -> bool:
    """True if the op's result is known when it is traced, whatever the values are."""
    if op.type == "TensorArraySizeV3":
        array = array_op(op._inputs[0])
        return array is not None and not array.attrs["dynamic_size"]
    return op.type in SHAPE_OPS


def must_be_known(ops: list[Any], feeds: frozenset[Tensor]) -> set[Tensor]:
    """The tensors whose values tracing needs: inputs declared static, and what those are computed from."""
    needed: set[Tensor] = set()
    for op in reversed(ops):
        if op.type in REGIONS:
            _known_in_region(op, needed, feeds)
            continue
        spec = op.spec
        if spec is None:
            continue
        static = spec.static and spec.static_of(op)
        if static:
            for name, t in zip(spec.flat_input_names(op), op._inputs):
                if name in static:
                    needed.add(t)
        if is_shape_op(op) or op.type in ("Gradients", "TensorArraySizeV3") or run_state(op) is not None:
            continue
        if op.type == "TensorArrayConcatV3" and op.outputs[0] not in needed:
            # The elements' lengths are shapes.
            continue
        if any(t in needed and t not in feeds for t in op.outputs):
            # What a host op gives is known to later stages. Its floats may come from compiled code: values, where the shape is asked for.
            needed.update(t for t in op._inputs if not (spec.host and t.dtype.base_dtype.is_floating))
    return needed


def _known_in_region(region: Region, needed: set[Tensor], feeds: frozenset[Tensor]) -> None:
    """Adds what tracing a region's ops needs to know. What goes round in a loop is gone through twice."""
    for _ in range(2):
        inside = must_be_known(list(region.ops), feeds)
        for op in reversed(region.ops):
            if (
                op.spec is not None
                and not is_shape_op(op)
                and run_state(op) is None
                and any(t in needed or t in inside for t in op.outputs)
            ):
                inside.update(op._inputs)
        needed |= inside


def split(
    layout: Layout,
    feeds: frozenset[Tensor],
    fetches: list[Tensor],
    on_host: frozenset[Any] = frozenset(),
    masked: frozenset[Operation] = frozenset(),
) -> list[Stage]:
    """The stages of a run of `layout`.

    Args:
      on_host: the keys of regions that cannot be compiled.
      masked: ops that keep all rows instead of those a mask picks.

    Raises:
      UnimplementedError: an op's type has no kernel in scopeflow.
      InvalidArgumentError: a placeholder is neither fed nor has a default.
    """
    ops = layout.units
    static = must_be_known(ops, feeds)
    known: set[Tensor] = set()
    host: dict[Any, bool] = {}
    for op in ops:
        if op in masked:
            host[op] = False
        elif op.type in REGIONS:
            host[op] = _is_host_region(op, feeds, on_host) or any(t in static for t in op.outputs)
        else:
            host[op] = _is_host(op, feeds, static, known)
    wait = awaited(ops, known)
    stages = [part for stage in _joined(_group(layout, host, feeds, wait), layout, wait) for part in _apart(stage)]
    _connect(layout, stages, feeds, fetches, static | wait | _decided(ops, known), _may_be_dead(ops))
    for stage in stages:
        stage.masked = masked
    return stages


def _is_host_region(region: Region, feeds: frozenset[Tensor], on_host: frozenset[Any]) -> bool:
    known: set[Tensor] = set()
    if not region.keys.isdisjoint(on_host):
        return True
    for op in region.ops:
        if op.type == "Const":
            # A text that only a check quotes is no work for the host.
            if _has_host_type(op.outputs[0]) and not all(c.type in ("Assert", "Switch") for c in op.outputs[0].consumers()):
                return True
        elif op.type not in STRUCTURAL and not is_shape_op(op) and _is_host(op, feeds, set(), known):
            return True
        elif (
            op.type in STRUCTURAL
            and any(_has_host_type(t) for t in op.outputs)
            and not all(c.type == "Assert" for t in op.outputs for c in t.consumers())
        ):
            return True
    return False


def can_be_compiled(region: Region, feeds: frozenset[Tensor], needed: set[Tensor]) -> bool:
    """True if a cond's branches can be one compiled function: nothing in them is for the host, and none of its results must be known."""
    if any(t in needed for t in region.outputs):
        return False
    for m in region.merges:
        dims = [t._dims for t in m._inputs]
        if (
            any(d is None for d in dims)
            or len({len(d) for d in dims}) > 1
            or any(len({n for n in s if n is not None}) > 1 for s in zip(*dims))
        ):
            return False
    return not _is_host_region(region, feeds, frozenset())


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
    if op.type == "Assert":
        # The texts that it quotes do not matter; what else is text, is made on the host.
        return any(_has_host_type(t) and _source(t).type != "Const" for t in op._inputs)
    if is_shape_op(op):
        known.update(op.outputs)
        return any(_has_host_type(t) for t in op._inputs) or _holds_text(op)
    if op.type == "Const":
        known.update(op.outputs)
        return _has_host_type(op.outputs[0])
    if op.type in STRUCTURAL:
        return any(_has_host_type(t) for t in op.outputs) or any(is_handle(t) for t in op._inputs)
    if spec is None or (spec.kernel is None and not spec.variable):
        raise errors.UnimplementedError(
            None, op, f"Op type {op.type!r} has no kernel in scopeflow yet: op {op.name!r} cannot run.{describe(op)}"
        )
    if (
        (spec.host and not op.attrs.get("$padded"))
        or any(is_handle(t) for t in op._inputs)
        or any(_has_host_type(t) for t in op.outputs)
        or any(_has_host_type(t) for t in op._inputs)
        or _holds_text(op)
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


def _source(t: Tensor) -> Operation:
    """The op that made what a tensor hands on from outside of branches and loops."""
    while t.op.type in ("Switch", "Enter", "Identity"):
        t = t.op._inputs[0]
    return t.op


def _group(layout: Layout, host: dict[Any, bool], feeds: frozenset[Tensor], wait: set[Tensor]) -> list[Stage]:
    """Runs of device ops and of host ops, as few as dependencies and the order of state allow."""
    ops, owner = layout.units, layout.owner
    level: dict[Any, int] = {}
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
                least = max(least, level.get(owner.get(t.op, t.op), 0))
        if op.type in ("Switch", "RefSwitch") and op._inputs[1] in wait and op._inputs[1] not in feeds:
            least = max(least, level[owner.get(op._inputs[1].op, op._inputs[1].op)] + 1)
        for c in op._control_inputs:
            least = max(least, level.get(owner.get(c, c), 0))
        reads, writes = reads_of(op), writes_of(op)
        for key in reads:
            least = max(least, last_write.get(key, 0))
        for key in writes:
            least = max(least, last_touch.get(key, 0))
        effect = host[op] and (op.type in REGIONS or (op.spec is not None and op.spec.stateful))
        if effect:
            least = max(least, last_effect)
        if least % 2 != parity:
            least += 1
        level[op] = least
        for key in reads | writes:
            last_touch[key] = max(last_touch.get(key, 0), least)
        for key in writes:
            last_write[key] = max(last_write.get(key, 0), least)
        if effect:
            last_effect = least
    stages: dict[int, Stage] = {}
    for op in ops:
        n = level[op]
        stages.setdefault(n, Stage(n % 2 == 1, [], layout)).ops.append(op)
    return [stages[n] for n in sorted(stages)]


def _joined(stages: list[Stage], layout: Layout, wait: set[Tensor]) -> list[Stage]:
    """The stages, with each device stage that nothing in the following host stage needs joined to the device stage after that."""
    out = list(stages)
    at = 0
    while at + 2 < len(out):
        first, between, after = out[at : at + 3]
        if (
            first.host
            or not between.host
            or after.host
            or _needs(between.ops, first.ops, layout)
            or any(layout.unit(t.op) in first.ops for t in wait)
        ):
            at += 1
            continue
        joined = first.ops + after.ops
        out[at : at + 3] = [between, Stage(False, joined, layout)]
    return out


def _needs(later: list[Any], earlier: list[Any], layout: Layout) -> bool:
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
                layout.unit(t.op) in inside
                and not (t.op.spec is not None and t.op.spec.variable)
                and not (t.op.type == "Const" and not t.op._control_inputs)
            ):
                return True
        if any(layout.unit(c) in inside for c in op._control_inputs):
            return True
        if written & reads_of(op) or touched & writes_of(op):
            return True
    return False


def _apart(stage: Stage) -> list[Stage]:
    """The stage in parts, so that what may wait for other threads is apart from what holds state."""
    if not stage.host or not any(_blocks(op) for op in stage.ops):
        return [stage]
    parts: list[Stage] = []
    open_to_both = True
    for op in _waiting_last(stage.ops):
        stateful = bool((op.spec is not None and op.spec.random) or reads_of(op) or writes_of(op))
        kind = True if _blocks(op) else False if stateful else None
        if not parts or (kind is not None and not open_to_both and parts[-1].blocking != kind):
            parts.append(Stage(True, [], stage.layout))
            open_to_both = True
        if kind is not None and open_to_both:
            parts[-1].blocking, open_to_both = kind, False
        parts[-1].ops.append(op)
    return parts


def _waiting_last(ops: list[Any]) -> list[Any]:
    """The units, first those that need nothing of one that may wait: what fails at the end of the input must not wait for it."""
    if not all(isinstance(op, Operation) for op in ops):
        return ops
    later: set[Operation] = set()
    for op in ops:
        if _blocks(op) or any(t.op in later for t in op._inputs) or any(c in later for c in op.control_inputs):
            later.add(op)
    return [op for op in ops if op not in later] + [op for op in ops if op in later]


def _blocks(op: Operation) -> bool:
    return op.spec is not None and op.spec.blocking


def _connect(
    layout: Layout, stages: list[Stage], feeds: frozenset[Tensor], fetches: list[Tensor], static: set[Tensor], branched: set[Operation]
) -> None:
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
        stage.layout = Layout(stage.ops, layout.owner)
        inputs: dict[Tensor, None] = {}
        for op in stage.ops:
            for t in op._inputs:
                if t not in mine or t in feeds:
                    if not is_alias(t) or t in feeds:
                        inputs.setdefault(t)
            for c in op._control_inputs:
                # A branch not taken kills what waits for it, in later stages as well.
                if c in branched:
                    sign = sign_of_life(c)
                    if sign is not None and sign not in mine:
                        inputs.setdefault(sign)
        stage.inputs = [t for t in inputs if t.dtype.base_dtype.name != "resource" or is_handle(t)]
        # A branch's predicate that an earlier stage knew has to be known here as well.
        chosen_by = {op._inputs[1] for op in stage.ops if op.type in ("Switch", "RefSwitch")}
        stage.static_inputs = frozenset(t for t in stage.inputs if t in static or t in chosen_by)
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
        stage.random_ops = random_ops(stage.ops)


def last_uses(stage: Stage) -> dict[Operation, list[Tensor]]:
    """Which tensors that a host stage's ops make no op needs after it, nor anything outside of the stage; by op.

    Empty where regions or gradients take values in ways of their own.
    """
    if any(op.type in REGIONS or op.type == "Gradients" for op in stage.ops):
        return {}
    last: dict[Tensor, Operation] = {t: op for op in stage.ops for t in op._inputs}
    for t in (*stage.inputs, *stage.outputs):
        last.pop(t, None)
    out: dict[Operation, list[Tensor]] = {}
    for t, op in last.items():
        spec = t.op.spec
        # What was done already may be given again in another division of the run.
        if spec is not None and not spec.variable and not (spec.host and spec.stateful):
            out.setdefault(op, []).append(t)
    return out


def random_ops(units: list[Any]) -> list[Operation]:
    """The random ops among `units` and inside of regions."""
    out: list[Operation] = []
    for u in units:
        if u.type in REGIONS:
            out += u.random_ops
        elif u.spec is not None and u.spec.random:
            out.append(u)
    return out


def _repeat_cheap_inputs(stage: Stage, feeds: frozenset[Tensor]) -> None:
    """Constants, variables and what gradients are taken through are had again in each stage that uses them."""
    inside = set(stage.ops)
    owner = stage.layout.owner
    extra: set[Any] = set()

    def want(op: Operation) -> None:
        if op in inside or op in extra or op in owner:
            return
        if op.type == "Const" or (op.spec is not None and op.spec.variable) or (op.type == "Identity" and is_alias(op.outputs[0])):
            extra.add(op)
            for t in op._inputs:
                want(t.op)

    for op in stage.ops:
        if op.type == "Gradients":
            for b in op.attrs["$between"]:
                b = stage.layout.unit(b)
                if b not in inside:
                    extra.add(b)
    for op in list(stage.ops) + list(extra):
        for t in op._inputs:
            if t not in feeds:
                want(t.op)
    if extra:
        stage.ops = schedule(sorted(extra, key=lambda op: op._id), feeds, owner) + stage.ops
