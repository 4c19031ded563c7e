"""The loops and branches of imported graphs: a GraphDef holds their ops, but not what belongs together.

An Enter opens the frame that it names, an Exit leaves it. What a Switch's outputs reach lies in a branch of its
predicate, until a Merge brings both branches together. Ops get contexts that say so, as they have in graphs built here.
"""

from __future__ import annotations

from typing import Any

from ..graph.graph import Graph
from ..graph.operation import Operation, Tensor

_ENTER = frozenset({"Enter", "RefEnter"})
_EXIT = frozenset({"Exit", "RefExit"})
_SWITCH = frozenset({"Switch", "RefSwitch"})
_MERGE = frozenset({"Merge", "RefMerge"})
_NEXT = frozenset({"NextIteration", "RefNextIteration"})

#: attribute of a Switch in a loop, of which the branch is used that the loop lies in
SURELY = "$surely"


class _Found:
    def __init__(self, outer: Any):
        self._outer_context = outer

    def IsCondContext(self) -> bool:
        return False

    def IsWhileContext(self) -> bool:
        return False

    def GetWhileContext(self) -> Any:
        return self if self.IsWhileContext() else None if self._outer_context is None else self._outer_context.GetWhileContext()


class FoundLoop(_Found):
    """A loop of an imported graph."""

    back_prop = True

    def IsWhileContext(self) -> bool:
        return True


class FoundBranch(_Found):
    """A branch of an imported graph: what its predicate (or the pivot's, where there is one) decides."""

    def __init__(self, outer: Any, pred: Tensor, branch: int):
        super().__init__(outer)
        self._pred, self._branch = pred, branch
        self._pivot: Tensor | None = None

    def IsCondContext(self) -> bool:
        return True


def find_contexts(graph: Graph) -> None:
    """Gives the ops of `graph` that have no context the one they lie in.

    A MetaGraph says for most ops of loops and branches where they lie. Gradients that TensorFlow wrote lie in loops of their own, of which
    it says nothing, or that they are part of the branch through which they go back, and partly in the loops that they go back through.
    """
    ops = list(graph._ops.values())
    graph._contexts_to_check = False
    if not any(op.type in _ENTER for op in ops):
        return
    order = _forward_order(ops)
    frames = _frames(order)
    predicates = _predicates(ops)
    decided: dict[Operation, frozenset[tuple[Tensor, int]]] = {}
    for op in order:
        decided[op] = _decided(op, decided, predicates, frames)
    # A branch that the next iteration lies in is the one that the whole loop lies in.
    surely = {p[0] for op in order if op.type in _NEXT for p in decided[op] if frames.get(p[0].op) == frames[op]}
    decided = {op: frozenset(p for p in literals if p[0] not in surely) for op, literals in decided.items()}
    again = _on_the_way_back(order, decided, frames)
    back = {op._context.GetWhileContext() for op in ops if op.type == "StackPopV2" and op._context is not None}
    for op in order:
        if any(c._pred in again[op] if c.IsCondContext() else c in back for c in contexts_around(op._context)):
            op._context = None
    loops: dict[Any, Any] = {}
    for op in order:
        if op.type in _ENTER and op._context is not None:
            loops.setdefault(frames[op], op._context.GetWhileContext())

    def loop(path: tuple[str, ...]) -> Any:
        if not path:
            return None
        if path not in loops:
            loops[path] = FoundLoop(loop(path[:-1]))
        return loops[path]

    branches: dict[Any, Any] = {}
    for op in order:
        for c in contexts_around(op._context):
            if c.IsCondContext():
                branches.setdefault(((c._pred, c._branch), id(c._outer_context)), c)

    def depth(literal: tuple[Tensor, int]) -> int:
        return len(decided.get(literal[0].op, ()))

    def context(path: tuple[str, ...], literals: frozenset[tuple[Tensor, int]]) -> Any:
        """The context of a frame and of the branches in it, the innermost last."""
        own = sorted((p for p in literals if frames.get(p[0].op, ()) == path), key=lambda p: (depth(p), p[0].op._id))
        around = context(path[:-1], literals - set(own)) if path and (literals - set(own)) else loop(path[:-1]) if path else None
        if path:
            found: Any = loop(path)
            if isinstance(found, FoundLoop):
                found._outer_context = around
        else:
            found = None
        for literal in own:
            key = (literal, id(found))
            if key not in branches:
                branches[key] = FoundBranch(found, *literal)
            found = branches[key]
        return found

    for op in order:
        literals = decided[op]
        if op in predicates and predicates[op] in surely:
            op.attrs[SURELY] = True
        elif op.type in _SWITCH and op._inputs[1].op.type != "LoopCond" and op._inputs[0] is not op._inputs[1]:
            # What brings a value in belongs to the branch that takes it.
            used = {t.value_index for t in op.outputs for c in t.consumers()} or {1}
            if len(used) == 1:
                literals = literals | {(predicates[op], used.pop())}
        if op._context is None:
            op._context = context(frames[op], frozenset(p for p in literals if p[0] not in again[op]))
    for op in order:
        if op.type in _SWITCH and op._inputs[0] is op._inputs[1]:
            for t in op.outputs:
                for c in t.consumers():
                    if c.type == "Identity":
                        for b in branches.values():
                            if isinstance(b, FoundBranch) and b._pred is predicates[op] and b._branch == t.value_index:
                                b._pivot = c.outputs[0]
                                c._context = op._context
    graph._changed()


def contexts_around(context: Any) -> list[Any]:
    """A context and those around it."""
    found = []
    while context is not None:
        found.append(context)
        context = context._outer_context
    return found


def _forward_order(ops: list[Operation]) -> list[Operation]:
    """`ops`, each after what it depends on, but for what comes round in a loop."""
    inside = set(ops)
    out: dict[Operation, None] = {}
    entered: set[Operation] = set()
    for start in ops:
        todo = [(start, False)]
        while todo:
            op, done = todo.pop()
            if done:
                out.setdefault(op)
            elif op not in entered and op in inside:
                entered.add(op)
                todo.append((op, True))
                before = [t.op for t in op._inputs if not (op.type in _MERGE and t.op.type in ("NextIteration", "RefNextIteration"))]
                todo += [(b, False) for b in (*before, *op._control_inputs) if b not in entered]
    return list(out)


def _frames(order: list[Operation]) -> dict[Operation, tuple[str, ...]]:
    """The frames around each op, the innermost last; an Enter and an Exit lie in the frame they open or leave."""
    frames: dict[Operation, tuple[str, ...]] = {}

    def of(op: Operation) -> tuple[str, ...]:
        path = frames.get(op, ())
        return path[:-1] if op.type in _EXIT else path

    for op in order:
        around = max([of(t.op) for t in op._inputs] + [of(c) for c in op._control_inputs], key=len, default=())
        frames[op] = (*around, op.attrs["frame_name"]) if op.type in _ENTER else around
    return frames


def _on_the_way_back(
    order: list[Operation], decided: dict[Operation, frozenset[tuple[Tensor, int]]], frames: dict[Operation, tuple[str, ...]]
) -> dict[Operation, frozenset[Tensor]]:
    """The predicates outside of loops whose branches come together before each op.

    What lies in a branch of such a predicate is a gradient that goes back through the branching. It uses what the branch has computed,
    so that it cannot be taken together with it, nor as a branching of its own: its ops stay single ones.
    """
    passed: dict[Any, frozenset[Tensor]] = {}
    nothing: frozenset[Tensor] = frozenset()
    for op in order:
        before = [*(t.op for t in op._inputs), *op._control_inputs]
        # All of a loop counts as one.
        found = nothing.union(*(passed.get(b, nothing) for b in before), passed.get(frames[op], nothing))
        if op.type in _MERGE and not frames[op]:
            sides = [p for t in op._inputs for p in decided.get(t.op, ())] + [p for b in before for p in decided.get(b, ())]
            found = found | {p[0] for p in sides if not frames.get(p[0].op) and p not in decided[op]}
        passed[op] = found
        if frames[op]:
            passed[frames[op]] = found
    return {op: passed[frames[op]] if frames[op] else passed[op] for op in order}


def _predicates(ops: list[Operation]) -> dict[Operation, Tensor]:
    """The tensor that stands for each Switch's predicate: the same for all Switches of a cond."""
    identities: dict[Tensor, list[Operation]] = {}
    for op in ops:
        if op.type == "Identity":
            identities.setdefault(op._inputs[0], []).append(op)
    out = {}
    for op in ops:
        if op.type not in _SWITCH or op._inputs[1].op.type == "LoopCond":
            continue
        pred = op._inputs[1]
        if op._inputs[0] is pred:
            scope = op.name.rpartition("/")[0]
            pred = next((i.outputs[0] for i in identities.get(pred, ()) if i.name == f"{scope}/pred_id"), pred)
        out[op] = pred
    return out


def _decided(
    op: Operation,
    decided: dict[Operation, frozenset[tuple[Tensor, int]]],
    predicates: dict[Operation, Tensor],
    frames: dict[Operation, tuple[str, ...]],
) -> frozenset[tuple[Tensor, int]]:
    """The branches that an op lies in, as (predicate, side)."""

    def through(t: Tensor) -> frozenset[tuple[Tensor, int]]:
        found = decided.get(t.op, frozenset())
        if t.op in predicates:
            found = found | {(predicates[t.op], t.value_index)}
        return found

    if op.type == "ControlTrigger":
        # It runs whatever branches of its own loop are taken.
        around = [decided[c] for c in op._control_inputs if c in decided]
        return frozenset(p for p in frozenset().union(*around) if frames.get(p[0].op, ()) != frames[op])
    before = [through(t) for t in op._inputs if t.op in decided] + [decided[c] for c in op._control_inputs if c in decided]
    if op.type in _MERGE and len(op._inputs) > 1 and op._inputs[1].op.type not in ("NextIteration", "RefNextIteration"):
        sides = [through(t) for t in op._inputs]
        everything = frozenset().union(*sides)
        # Both sides of a predicate come together here.
        return frozenset(p for p in everything if (p[0], 1 - p[1]) not in everything)
    return frozenset().union(*before)
