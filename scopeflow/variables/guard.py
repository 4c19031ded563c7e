"""Initial values that depend on other variables: rewritten so that those need not be initialized first."""

from __future__ import annotations

from typing import Any

from ..graph.graph import Graph, GraphKeys
from ..graph.operation import Operation, Tensor

_VARIABLES = ("VariableV2", "Variable", "VarHandleOp")
#: ops behind which nothing is rewritten
_OPAQUE = ("IsVariableInitialized", "VarIsInitializedOp", "ReadVariableOp", "If")


def guarded(name: str, value: Tensor) -> Tensor:
    """`value` with each variable it depends on replaced by its `initialized_value()`.

    Ops that have to be copied for it are named after the original, with `_` and `name` (the new variable's) appended.
    """
    if not _needs_guard(value.op):
        return value
    return _Copy(name, value.graph).tensor(value)


def _needs_guard(op: Operation) -> bool:
    """True if a variable's state is reached from `op`, and no loop is in the way."""
    if not op._inputs and op.type not in _VARIABLES:
        return False
    graph = op.graph
    free = graph.__dict__.setdefault("_variable_free", set())
    seen = {op}
    todo = [op]
    found = False
    while todo:
        current = todo.pop()
        if current.type in _VARIABLES:
            found = True
            continue
        if current.type in _OPAQUE or current in free:
            continue
        for t in current._inputs:
            source = t.op
            if source not in seen:
                seen.add(source)
                todo.append(source)
    if not found:
        # Remembered, so that variables initialized from one large expression do not walk it again and again.
        free.add(op)
        return False
    return not _has_cycle(op)


def _has_cycle(start: Operation) -> bool:
    """True if the inputs of `start` lead into a loop."""
    done: set[Operation] = set()
    open_ops: set[Operation] = set()
    stack: list[tuple[Operation, int]] = [(start, 0)]
    open_ops.add(start)
    while stack:
        op, i = stack.pop()
        if i == len(op._inputs):
            open_ops.discard(op)
            done.add(op)
            continue
        stack.append((op, i + 1))
        source = op._inputs[i].op
        if source in open_ops:
            return True
        if source not in done:
            open_ops.add(source)
            stack.append((source, 0))
    return False


class _Copy:
    def __init__(self, name: str, graph: Graph):
        self._suffix = "_" + name
        self._graph = graph
        self._done: dict[Operation, Operation] = {}

    def tensor(self, t: Tensor) -> Tensor:
        op = self._done.get(t.op)
        if op is None:
            op = self._done[t.op] = self._op(t.op)
        return op.outputs[t.value_index]

    def _op(self, op: Operation) -> Operation:
        if op.type in _OPAQUE:
            return op
        if op.type in _VARIABLES:
            value = self._initialized_value(op)
            return op if value is None else value.op
        inputs = tuple([self.tensor(t) for t in op._inputs])
        if all(a is b for a, b in zip(inputs, op._inputs)):
            return op
        kind = "Switch" if op.type == "RefSwitch" else op.type
        name = (op.name + self._suffix).replace(":", "_")
        graph = self._graph
        scope, graph._name_stack = graph._name_stack, ""
        try:
            return graph.create_op(kind, inputs, [t.dtype.base_dtype for t in op.outputs], name=name, attrs=dict(op.attrs))
        finally:
            graph._name_stack = scope

    def _initialized_value(self, op: Operation) -> Any:
        names = (op.name, op.name + ":0")
        for key in (GraphKeys.GLOBAL_VARIABLES, GraphKeys.LOCAL_VARIABLES):
            for v in self._graph.get_collection(key):
                if getattr(v, "name", None) in names:
                    return v.initialized_value()
        return None
