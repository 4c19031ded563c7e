"""Loops and branchings as units: what a run, a branch or a loop body consists of, found by the contexts of its ops.

The graph holds a loop as single ops (Enter, Merge, Switch, ..., Exit) and a branching as Switches and Merges. The
lowering takes all ops of one as a `Region`, which looks like an operation to those who order ops, split them into
stages and differentiate them: it has inputs, outputs and control inputs.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from ..graph.operation import Operation, Tensor
from .found_contexts import contexts_around, find_contexts
from .state import REGIONS, VariableKey, reads_of, run_state, writes_of

WHILE, COND = sorted(REGIONS, reverse=True)
_ENTER = frozenset({"Enter", "RefEnter"})
_EXIT = frozenset({"Exit", "RefExit"})
_SWITCH = frozenset({"Switch", "RefSwitch"})
_MERGE = frozenset({"Merge", "RefMerge"})
_NEXT = frozenset({"NextIteration", "RefNextIteration"})

#: an op, or a region that stands for many
Unit = Any


class LoopVariable(NamedTuple):
    """A loop variable: the tensors of its ops."""

    enters: Tensor  #: what it starts as (outside)
    merged: Tensor  #: its value when the condition is asked
    inside: Tensor | None  #: its value in the body, None if nothing uses it there
    back: Tensor  #: its next value
    leaves: Tensor | None  #: its last value (outside), None if nothing uses it


class Region:
    """A loop, or both branches of a cond.

    Regions of the same loop or cond are equal, also where they were found from different sets of ops.
    """

    spec = None

    def __init__(self, kind: str, key: Any, contexts: list[Any], ops: list[Operation]):
        self.type, self.key, self.contexts = kind, key, contexts
        self.ops = sorted(ops, key=lambda op: op._id)
        self.graph = self.ops[0].graph
        self.attrs: dict[str, Any] = {}
        mine = frozenset(self.ops)
        self.inside = mine
        self._id = self.ops[-1]._id
        inputs: dict[Tensor, None] = {}
        controls: dict[Operation, None] = {}
        for op in self.ops:
            for t in op._inputs:
                if t.op not in mine:
                    inputs.setdefault(t)
            for c in op._control_inputs:
                if c not in mine:
                    controls.setdefault(c)
        if kind == COND:
            inputs.setdefault(contexts[0]._pred)
        self._inputs = tuple(inputs)
        self._control_inputs = tuple(controls)
        ends = [op for op in self.ops if self._ends(op)]
        self.outputs = [t for op in ends for t in op.outputs]

    def _ends(self, op: Operation) -> bool:
        if self.type == WHILE:
            return op.type in _EXIT and op._context is self.contexts[0]
        # A Merge inside a branch brings together what lies in that branch.
        return op.type in _MERGE and _outermost(op, self._context) is None

    # -- as an operation -----------------------------------------------------------------------
    @property
    def inputs(self) -> tuple[Tensor, ...]:
        return self._inputs

    @property
    def name(self) -> str:
        """The scope of the loop or branching."""
        return (self.outputs[0].op.name if self.outputs else self.ops[0].name).rpartition("/")[0] or self.ops[0].name

    @property
    def defined_at(self) -> str | None:
        return self.ops[0].defined_at

    @property
    def _context(self) -> Any:
        return self.contexts[0]._outer_context

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, Region) and self.key == other.key

    def __lt__(self, other: Any) -> bool:
        return self._id < other._id

    def __repr__(self) -> str:
        return f"<{self.type} {self.name}: {len(self.ops)} ops>"

    # -- what it does ----------------------------------------------------------------------------
    @functools.cached_property
    def reads(self) -> set[VariableKey]:
        return set().union(*(reads_of(op) for op in self.ops)) - self._own_arrays

    @functools.cached_property
    def writes(self) -> set[VariableKey]:
        return set().union(*(writes_of(op) for op in self.ops)) - self._own_arrays

    @functools.cached_property
    def _own_arrays(self) -> set[VariableKey]:
        """The arrays of gradients that each iteration of a loop here has anew: those of arrays whose handles are popped in it."""
        found = set()
        for op in self.ops:
            if op.type == "TensorArrayGradV3":
                handle = op._inputs[0].op
                while handle.type in _ENTER or handle.type in _SWITCH or handle.type == "Identity":
                    handle = handle._inputs[0].op
                if handle.type == "StackPopV2" and handle in self.inside and any(not c.IsCondContext() for c in self._contexts_of(handle)):
                    found.add(run_state(op)[0])
        return found

    def _contexts_of(self, op: Operation) -> list[Any]:
        """The contexts of an op from its own to this region's."""
        context, out = op._context, []
        while context is not None and context is not self._context:
            out.append(context)
            context = context._outer_context
        return out

    @functools.cached_property
    def written(self) -> list[VariableKey]:
        """The variables it writes, in a fixed order."""
        return sorted(self.writes)

    @functools.cached_property
    def random_ops(self) -> list[Operation]:
        return [op for op in self.ops if op.spec is not None and op.spec.random]

    @functools.cached_property
    def keys(self) -> set[Any]:
        """The keys of this and all regions inside."""
        found: set[Any] = set()
        for op in self.ops:
            found.update(map(_key, self._contexts_of(op)))
        return found

    # -- the parts of a loop -----------------------------------------------------------------------
    @functools.cached_property
    def condition(self) -> Tensor:
        """The loop's condition, as the test part computes it."""
        context = self.contexts[0]
        return next(op for op in self.ops if op.type == "LoopCond" and op._context is context)._inputs[0]

    @functools.cached_property
    def variables(self) -> list[LoopVariable]:
        """The loop variables, in the order of their Merges."""
        context = self.contexts[0]
        own = [op for op in self.ops if op._context is context]
        switches = {op._inputs[0]: op for op in own if op.type in _SWITCH and op._inputs[1].op.type == "LoopCond"}
        exits = {_handed_on(op._inputs[0]): op for op in own if op.type in _EXIT}
        out = []
        for op in own:
            if op.type not in _MERGE or op._inputs[0].op.type not in _ENTER or op._inputs[1].op.type not in _NEXT:
                continue
            switch = switches.get(op.outputs[0])
            leaves = exits.get(switch.outputs[0]) if switch is not None else None
            out.append(
                LoopVariable(
                    op._inputs[0].op._inputs[0],
                    op.outputs[0],
                    None if switch is None else switch.outputs[1],
                    op._inputs[1].op._inputs[0],
                    None if leaves is None else leaves.outputs[0],
                )
            )
        return out

    @functools.cached_property
    def constants(self) -> list[tuple[Tensor, Tensor]]:
        """(tensor inside, tensor outside) of what enters and stays as it is."""
        merged = {v.merged.op._inputs[0] for v in self.variables}
        context = self.contexts[0]
        return [
            (op.outputs[0], op._inputs[0])
            for op in self.ops
            if op.type in _ENTER and op._context is context and op.outputs[0] not in merged
        ]

    @functools.cached_property
    def _loop_parts(self) -> tuple[Layout, Layout]:
        context = self.contexts[0]
        structure = set()
        for op in self.ops:
            if op._context is context and (
                op.type in _ENTER
                or op.type in _EXIT
                or op.type in _NEXT
                or op.type == "LoopCond"
                or self._is_structure(op)
                or self._leaves(op)
            ):
                structure.add(op)
        # What gradient functions made runs on the way back only.
        inner = [op for op in self.ops if op not in structure and "$of_gradient" not in op.attrs]
        testing: set[Operation] = set()
        todo = [self.condition.op]
        todo += [c for op in self.ops if op.type == "LoopCond" and op._context is context for c in op._control_inputs]
        while todo:
            op = todo.pop()
            if op in testing or op in structure or op not in self.inside:
                continue
            testing.add(op)
            todo += [t.op for t in op._inputs]
            todo += op._control_inputs
        test = organize([op for op in inner if op in testing], context)
        body = organize([op for op in inner if op not in testing], context)
        return test, body

    def _is_structure(self, op: Operation) -> bool:
        if op.type in _MERGE:
            return op._inputs[1].op.type in _NEXT
        return op.type in _SWITCH and op._inputs[1].op.type == "LoopCond"

    def _leaves(self, op: Operation) -> bool:
        """True for an Identity on the way from a Switch out of the loop."""
        if op.type != "Identity":
            return False
        source = _handed_on(op.outputs[0])
        return source.value_index == 0 and source.op.type in _SWITCH and self._is_structure(source.op)

    @property
    def test(self) -> Layout:
        """What computes a loop's condition."""
        return self._loop_parts[0]

    @property
    def body(self) -> Layout:
        """What computes a loop's next values."""
        return self._loop_parts[1]

    @functools.cached_property
    def shared(self) -> list[Tensor]:
        """What the test part of a loop computes and its body uses."""
        tested = {t for u in self.test.units for t in u.outputs}
        used = {t for u in self.body.units for t in u._inputs if t in tested}
        used.update(v.back for v in self.variables if v.back in tested)
        return sorted(used, key=lambda t: (t.op._id, t.value_index))

    # -- the parts of a branching ----------------------------------------------------------------------
    @property
    def predicate(self) -> Tensor:
        return self.contexts[0]._pred

    @functools.cached_property
    def merges(self) -> list[Operation]:
        """The Merges that carry its results out; their inputs are those of the false and of the true branch."""
        return [op for op in self.ops if self._ends(op)]

    def result_of(self, merge: Operation, side: int) -> Tensor:
        """The tensor that a Merge takes from a branch (1: the true one)."""
        outer = self._context
        return next(t for t in merge._inputs if _outermost(t.op, outer)._branch == side)

    @functools.cached_property
    def branches(self) -> tuple[Layout, Layout]:
        """The units of the false and of the true branch."""
        sides: list[list[Operation]] = [[], []]
        outer = self._context
        for op in self.ops:
            context = _outermost(op, outer)
            if context is None or self._brings_in(op) or "$of_gradient" in op.attrs:
                continue
            if not op.outputs or op.outputs[0] not in self.pivots:
                sides[context._branch].append(op)
        by_side = {c._branch: c for c in self.contexts}
        return tuple(organize(sides[i], by_side.get(i, self.contexts[0])) for i in (0, 1))  # type: ignore[return-value]

    def _brings_in(self, op: Operation) -> bool:
        """True for a Switch through which something from outside comes into a branch."""
        return op.type in _SWITCH and op._context in self.contexts and op._inputs[1] is self.predicate

    @functools.cached_property
    def brought_in(self) -> list[tuple[Tensor, Tensor]]:
        """(tensor inside, tensor outside) of what comes into the branches through Switches."""
        return [(op.outputs[op._context._branch], op._inputs[0]) for op in self.ops if self._brings_in(op)]

    @functools.cached_property
    def pivots(self) -> dict[Tensor, bool]:
        """The tensors that say which branch is taken, in that branch."""
        return {c._pivot: bool(c._branch) for c in self.contexts if c._pivot is not None}


class Layout(NamedTuple):
    """Units in the order in which they run, and which unit each op belongs to (itself where it is missing)."""

    units: list[Unit]
    owner: dict[Operation, Region]

    def unit(self, op: Unit) -> Unit:
        """The unit that an op, or a region found elsewhere, is or belongs to."""
        if isinstance(op, Region):
            return self.owner.get(op.ops[0], op)
        return self.owner.get(op, op)


def _handed_on(t: Tensor) -> Tensor:
    """What Identities hand on as `t`."""
    while t.op.type == "Identity":
        t = t.op._inputs[0]
    return t


def _key(context: Any) -> Any:
    return context._pred if context.IsCondContext() else context


def _outermost(op: Operation, level: Any) -> Any:
    """The outermost context around `op` inside the context `level` (None: inside the graph); None if there is none."""
    context, found = op._context, None
    while context is not None and context is not level:
        found, context = context, context._outer_context
    return found


def outermost_cond(op: Operation) -> Any:
    """The key of the cond that is the outermost region around `op`; None if that is a loop, or there is none."""
    context = _outermost(op, None)
    return _key(context) if context is not None and context.IsCondContext() else None


def organize(
    ops: Iterable[Operation],
    level: Any = None,
    flat: Callable[[Any], bool] = lambda key: False,
    feeds: frozenset[Tensor] = frozenset(),
    ordered: bool = True,
) -> Layout:
    """The units that `ops`, which lie in the context `level` or around it, form.

    Args:
      flat: true for the predicate of a cond whose ops are to stay single ones.
      ordered: whether to put the units into the order in which they run.
    """
    from .order import schedule

    ops = list(ops)
    if ops and (ops[0].graph._contexts_to_check or any(op.type in _ENTER and op._context is None for op in ops)):
        find_contexts(ops[0].graph)
    groups: dict[Any, list[Operation]] = {}
    contexts: dict[Any, dict[Any, None]] = {}
    single: list[Operation] = []
    around = frozenset(contexts_around(level))
    if any(op._context is not level for op in ops):
        top: dict[Operation, Any] = {}
        for op in ops:
            context = _top(op, around, flat)
            if context is not None:
                top[op] = context
                groups.setdefault(_key(context), []).append(op)
                contexts.setdefault(_key(context), {}).setdefault(context)
        for op in ops:
            if op in top:
                continue
            key = _merges(op, around, flat) if op.type in _MERGE else None
            if key is not None and key in groups:
                groups[key].append(op)
            else:
                single.append(op)
        pivots = {p: key for key, cs in contexts.items() for c in cs if c.IsCondContext() for p in _pivot_ops(c)}
        single, entries = [op for op in single if op not in pivots], [op for op in single if op in pivots]
        for op in entries:
            groups[pivots[op]].append(op)
    else:
        single = ops
    owner: dict[Operation, Region] = {}
    regions = []
    for key, members in groups.items():
        cs = list(contexts[key])
        region = Region(COND if cs[0].IsCondContext() else WHILE, key, cs, members)
        regions.append(region)
        owner.update(dict.fromkeys(members, region))
    units = sorted([*single, *regions], key=lambda u: u._id) if regions else single
    return Layout(schedule(units, feeds, owner) if ordered else units, owner)


def _pivot_ops(context: Any) -> list[Operation]:
    """The ops at the head of a cond: the Switch of its predicate, and the pivot."""
    if context._pivot is None:
        return []
    pivot = context._pivot.op
    return [pivot, pivot._inputs[0].op] if pivot._inputs and pivot._inputs[0].op.type in _SWITCH else [pivot]


def _top(op: Operation, around: frozenset[Any], flat: Callable[[Any], bool]) -> Any:
    """The outermost context around `op`, inside of those of `around`, that is taken as a region."""
    context, found = op._context, None
    while context is not None and context not in around:
        if not (context.IsCondContext() and flat(context._pred)):
            found = context
        context = context._outer_context
    return found


def _merges(op: Operation, around: frozenset[Any], flat: Callable[[Any], bool]) -> Any:
    """The predicate of the cond whose results a Merge brings together."""
    keys = set()
    for t in op._inputs:
        context = _top(t.op, around, flat)
        if context is None or not context.IsCondContext():
            return None
        keys.add(context._pred)
    return keys.pop() if len(keys) == 1 else None
