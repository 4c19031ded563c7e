"""Control-flow contexts: what the ops of one branch or one loop body have in common, and how values get into it.

While a branch function or a loop body is being built, its context is the graph's current one. The graph hands each new
op to it (`AddOp`); the context replaces the op's inputs from outside by what stands for them inside: the output of a
Switch in a branch, of an Enter in a loop. Method names are those of TensorFlow, whose users reach them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from ..graph.default_graph import get_default_graph
from ..graph.graph import Graph
from ..graph.operation import Operation, Tensor

#: ops that carry values out of a loop
EXITS = frozenset({"Exit", "RefExit"})


def output_context(op: Operation) -> Any:
    """The context in which `op`'s outputs can be used: for the exit of a loop, the one around the loop."""
    context = op._context
    return context._outer_context if context is not None and op.type in EXITS else context


@contextlib.contextmanager
def below(op: Operation) -> Iterator[None]:
    """The name scope of nodes that `op` needs: below its own, but that of constants, which open none."""
    graph = op.graph
    scope = graph._name_stack
    if op.type != "Const":
        graph._name_stack = op.name
    try:
        yield
    finally:
        graph._name_stack = scope


class ControlFlowContext:
    """Base of the contexts of branches and loops."""

    def __init__(self) -> None:
        self._outer_context: ControlFlowContext | None = get_default_graph()._control_flow_context
        #: tensors that may be used inside as they are
        self._values: set[Tensor] = set()
        #: tensor from outside -> what stands for it inside
        self._external_values: dict[Tensor, Tensor] = {}
        self._saved: list[Any] = []
        self._name = ""

    @property
    def name(self) -> str:
        return self._name

    @property
    def outer_context(self) -> ControlFlowContext | None:
        return self._outer_context

    def Enter(self) -> None:
        """Makes this the context of new ops."""
        graph = get_default_graph()
        self._saved.append((graph, graph._control_flow_context))
        graph._control_flow_context = self

    def Exit(self) -> None:
        """Undoes `Enter`."""
        graph, before = self._saved.pop()
        graph._control_flow_context = before

    def __enter__(self) -> ControlFlowContext:
        self.Enter()
        return self

    def __exit__(self, *unused: Any) -> None:
        self.Exit()

    def AddName(self, name: Tensor) -> None:
        """Lets a tensor be used inside as it is."""
        self._values.add(name)

    def AddValue(self, val: Tensor) -> Tensor:
        """What stands for `val` inside."""
        raise NotImplementedError

    def AddOp(self, op: Operation) -> None:
        """Takes a new op in."""
        raise NotImplementedError

    def AddInnerOp(self, op: Operation) -> None:
        """Takes note of an op of a context inside this one."""
        if self._outer_context is not None:
            self._outer_context.AddInnerOp(op)

    def ExitResult(self, result: list[Tensor]) -> None:
        """Lets the context around this one use `result`."""
        if self._outer_context is not None:
            for t in result:
                self._outer_context.AddName(t)

    def GetWhileContext(self) -> Any:
        """The innermost loop's context, this one or one around it; None outside of loops."""
        return self._outer_context.GetWhileContext() if self._outer_context is not None else None

    def GetControlPivot(self) -> Tensor | None:
        """What ops without inputs wait for, if this is a loop."""
        return None

    def IsWhileContext(self) -> bool:
        return False

    def IsCondContext(self) -> bool:
        return False

    def contains(self, op: Operation) -> bool:
        """True if `op` belongs to this context or one inside it."""
        context = op._context
        while context is not None:
            if context is self:
                return True
            context = context._outer_context
        return False

    # -- what AddOp of both kinds does -------------------------------------------------------
    def _replace_inputs(self, op: Operation) -> None:
        """Inputs from outside are replaced by what stands for them."""
        values, external = self._values, self._external_values
        for index, t in enumerate(op._inputs):
            if (t in values and t not in external) or (t.op.type == "NextIteration" and op.type == "Merge"):
                continue
            with below(op):
                inside = self.AddValue(t)
            if inside is not t:
                op._update_input(index, inside)

    def _split_control_inputs(self, op: Operation) -> tuple[list[Operation], list[Operation]]:
        """Takes the control inputs from outside of the innermost loop away from `op`; (those that stay, those taken)."""
        inputs = list(op._control_inputs)
        loop = self.GetWhileContext()
        if loop is None or not inputs:
            return inputs, []
        inside, outside = [], []
        for c in inputs:
            context = output_context(c)
            (inside if context is not None and context.GetWhileContext() is loop else outside).append(c)
        if outside:
            op._control_inputs = ()
            op._add_control_inputs(inside)
        return inside, outside

    def _hide(self, op: Operation) -> None:
        """What is inside can be neither fetched nor fed; contexts around take note of it."""
        graph: Graph = op.graph
        if self._outer_context is not None or op.type not in EXITS:
            graph.prevent_fetching(op)
            for t in op.outputs:
                graph.prevent_feeding(t)
        if self._outer_context is not None:
            self._outer_context.AddInnerOp(op)
