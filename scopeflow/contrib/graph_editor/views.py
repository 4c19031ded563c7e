"""SubGraphView: some operations of a graph, with the tensors they take and make."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from ...graph.graph import Graph
from ...graph.operation import Operation, Tensor
from ...graph.public import public
from .elements import flat, make_list_of_op, make_list_of_t, published
from .selecting import compute_boundary_ts, get_name_scope_ops, select_ops_and_ts


@public("contrib.graph_editor.SubGraphView", "contrib.graph_editor.subgraph.SubGraphView")
class SubGraphView:
    """Operations, and tensors that only pass through. Which inputs and outputs it has, and in which order, can be changed."""

    def __init__(self, inside_ops: Any = (), passthrough_ts: Any = ()):
        self._ops = make_list_of_op(inside_ops)
        passing = make_list_of_t(passthrough_ts)
        inputs, outputs, inside = compute_boundary_ts(self._ops)
        known = {*inputs, *outputs, *inside}
        self._passthroughs = [t for t in passing if t not in known]
        self._all_inputs, self._all_outputs = inputs + self._passthroughs, outputs + self._passthroughs
        self._inputs, self._outputs = list(self._all_inputs), list(self._all_outputs)

    # -- what it is -------------------------------------------------------------------
    @property
    def graph(self) -> Graph | None:
        """The graph, None for an empty view."""
        items = [*self._ops, *self._passthroughs]
        return items[0].graph if items else None

    @property
    def ops(self) -> list[Operation]:
        return list(self._ops)

    @property
    def inputs(self) -> list[Tensor]:
        return list(self._inputs)

    @property
    def outputs(self) -> list[Tensor]:
        return list(self._outputs)

    @property
    def passthroughs(self) -> list[Tensor]:
        return list(self._passthroughs)

    @property
    def connected_inputs(self) -> list[Tensor]:
        """The inputs that do not only pass through."""
        return [t for t in self._inputs if t not in self._passthroughs]

    @property
    def connected_outputs(self) -> list[Tensor]:
        """The outputs that do not only pass through."""
        return [t for t in self._outputs if t not in self._passthroughs]

    def op(self, op_id: int) -> Operation:
        """The operation at a position."""
        return self._ops[op_id]

    def is_passthrough(self, t: Tensor) -> bool:
        return t in self._passthroughs

    def input_index(self, t: Tensor) -> int:
        """Where an input is. Raises ValueError."""
        return self._inputs.index(t)

    def output_index(self, t: Tensor) -> int:
        """Where an output is. Raises ValueError."""
        return self._outputs.index(t)

    def consumers(self) -> list[Operation]:
        """The operations that take the outputs, outside and inside."""
        return list(dict.fromkeys(c for t in self._outputs for c in t.consumers()))

    def find_op_by_name(self, op_name: str) -> Operation:
        """The operation of that name. Raises AttributeError."""
        for op in self._ops:
            if op.name == op_name:
                return op
        raise AttributeError(f"{op_name} not found in subgraph.")

    # -- another choice of inputs and outputs -----------------------------------------------
    def copy(self) -> SubGraphView:
        """Another view of the same operations."""
        return copy.copy(self)

    def _with(self, inputs: Sequence[Tensor] | None, outputs: Sequence[Tensor] | None) -> SubGraphView:
        out = self.copy()
        out._inputs = list(self._inputs if inputs is None else inputs)
        out._outputs = list(self._outputs if outputs is None else outputs)
        return out

    def remap_inputs(self, new_input_indices: Sequence[int]) -> SubGraphView:
        """A view with these of the inputs."""
        return self._with([self._inputs[i] for i in new_input_indices], None)

    def remap_outputs(self, new_output_indices: Sequence[int]) -> SubGraphView:
        """A view with these of the outputs."""
        return self._with(None, [self._outputs[i] for i in new_output_indices])

    def remap(self, new_input_indices: Any = None, new_output_indices: Any = None) -> SubGraphView:
        """A view with these of the inputs and of the outputs."""
        out = self if new_input_indices is None else self.remap_inputs(new_input_indices)
        return out if new_output_indices is None else out.remap_outputs(new_output_indices)

    def remap_outputs_make_unique(self) -> SubGraphView:
        """A view with each output once."""
        return self._with(None, list(dict.fromkeys(self._outputs)))

    def remap_outputs_to_consumers(self) -> SubGraphView:
        """A view with each output as often as it is taken."""
        return self._with(None, [t for t in self._outputs for _ in t.consumers()])

    def remap_default(self, remove_input_map: bool = True, remove_output_map: bool = True) -> SubGraphView:
        """A view with all inputs and outputs again."""
        return self._with(self._all_inputs if remove_input_map else None, self._all_outputs if remove_output_map else None)

    def remove_unused_ops(self, control_inputs: bool = True) -> SubGraphView:
        """A view without the operations that its outputs do not need."""
        from .selecting import get_walks_union_ops

        needed = set(
            get_walks_union_ops(self.connected_inputs, self.connected_outputs, within_ops=self._ops, control_inputs=control_inputs)
        )
        return SubGraphView([op for op in self._ops if op in needed], self._passthroughs)

    def __bool__(self) -> bool:
        return self.graph is not None

    def __enter__(self) -> SubGraphView:
        """Lets `with view.copy() as v:` change a copy."""
        return self

    def __exit__(self, *unused: Any) -> None:
        pass

    def __str__(self) -> str:
        lines = [f"SubGraphView (graphid={id(self.graph) if self.graph else -1}):"]
        for title, names in (("ops", [op.name for op in self._ops]), ("inputs", self._inputs), ("outputs", self._outputs)):
            lines.append(f"** {title}[{len(names)}]:")
            lines += [f"  {getattr(n, 'name', n)}" for n in names]
        return "\n".join(lines) + "\n"


@published("subgraph", "sgv")
def make_view(*args: Any, **kwargs: Any) -> SubGraphView:
    """A view of operations, tensors that pass through, and what regular expressions (with `graph`) find."""
    if len(args) == 1 and isinstance(args[0], SubGraphView):
        return args[0].copy()
    ops, ts = select_ops_and_ts(*args, **kwargs)
    return SubGraphView(ops, ts)


@published("subgraph", "sgv_scope")
def make_view_from_scope(scope: str, graph: Graph) -> SubGraphView:
    """A view of a name scope."""
    return SubGraphView(get_name_scope_ops(graph, scope))


def view_of(value: Any) -> SubGraphView:
    """A view of what programs hand in for one."""
    return value if isinstance(value, SubGraphView) else SubGraphView(flat(value))
