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
    """Gives the ops of `graph` that have no context the one they lie in."""
    ops = [op for op in graph._ops.values() if op._context is None]
    if not any(op.type in _ENTER for op in ops):
        return
    order = _forward_order(ops)
    frames = _frames(order)
    loops: dict[Any, FoundLoop] = {}

    def loop(path: tuple[str, ...]) -> FoundLoop | None:
        if not path:
            return None
        if path not in loops:
            loops[path] = FoundLoop(loop(path[:-1]))
        return loops[path]

    predicates = _predicates(ops)
    decided: dict[Operation, frozenset[tuple[Tensor, int]]] = {}
    for op in order:
        decided[op] = _decided(op, decided, predicates, frames)
    branches: dict[Any, FoundBranch] = {}

    def depth(literal: tuple[Tensor, int]) -> int:
        return len(decided.get(literal[0].op, ()))

    def context(path: tuple[str, ...], literals: frozenset[tuple[Tensor, int]]) -> Any:
        """The context of a frame and of the branches in it, the innermost last."""
        own = sorted((p for p in literals if frames.get(p[0].op, ()) == path), key=lambda p: (depth(p), p[0].op._id))
        around = context(path[:-1], literals - set(own)) if path and (literals - set(own)) else loop(path[:-1]) if path else None
        if path:
            found: Any = loop(path)
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
        if op.type in _SWITCH and op._inputs[1].op.type != "LoopCond" and op._inputs[0] is not op._inputs[1]:
            # What brings a value in belongs to the branch that takes it.
            used = {t.value_index for t in op.outputs for c in t.consumers()} or {1}
            if len(used) == 1:
                literals = literals | {(predicates[op], used.pop())}
        op._context = context(frames[op], literals)
    for op in order:
        if op.type in _SWITCH and op._inputs[0] is op._inputs[1]:
            for t in op.outputs:
                for c in t.consumers():
                    if c.type == "Identity":
                        for b in branches.values():
                            if b._pred is predicates[op] and b._branch == t.value_index:
                                b._pivot = c.outputs[0]
                                c._context = op._context
    graph._changed()


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

    before = [through(t) for t in op._inputs if t.op in decided] + [decided[c] for c in op._control_inputs if c in decided]
    if op.type in _MERGE and len(op._inputs) > 1 and op._inputs[1].op.type not in ("NextIteration", "RefNextIteration"):
        sides = [through(t) for t in op._inputs]
        everything = frozenset().union(*sides)
        # Both sides of a predicate come together here.
        return frozenset(p for p in everything if (p[0], 1 - p[1]) not in everything)
    return frozenset().union(*before)
