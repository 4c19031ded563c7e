"""Which ops a run needs."""

from __future__ import annotations

from collections.abc import Iterable

from ..graph.operation import Operation, Tensor
from .own_gradients import OWN_GRADIENT
from .state import REGIONS


def needed_ops(fetches: Iterable[Tensor], targets: Iterable[Operation], feeds: frozenset[Tensor]) -> list[Operation]:
    """The ops to run for `fetches` and `targets` when `feeds` are given, in the order they were made."""
    needed: set[Operation] = set()
    todo: list[Operation] = [t.op for t in fetches if t not in feeds]
    todo += targets
    while todo:
        op = todo.pop()
        if op in needed:
            continue
        needed.add(op)
        for t in op._inputs:
            if t not in feeds and t.op not in needed:
                todo.append(t.op)
        if op.type == "Gradients":
            # Also where a feed cuts the way to the xs: their gradients go through the ops behind it.
            for b in op.attrs["$between"]:
                todo += [t.op for t in b.outputs] if b.type in REGIONS else [b]
        context = op._context
        if context is not None and context.IsCondContext() and context._pred.op not in needed and context._pred not in feeds:
            # Branches of constants alone name their predicate nowhere.
            todo.append(context._pred.op)
        own = op.attrs.get(OWN_GRADIENT)
        if own is not None:
            todo += own.nodes
        for c in op._control_inputs:
            if c not in needed and not (c.type.startswith("Placeholder") and c.outputs[0] in feeds):
                todo.append(c)
    return sorted(needed, key=lambda op: op._id)
