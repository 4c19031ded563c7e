"""Branches and loops in a MetaGraph: their contexts as messages, and back, so that gradients go through an imported cond."""

from __future__ import annotations

from typing import Any

from ..formats.control_flow_messages import CondContextDef, WhileContextDef
from ..graph.default_graph import get_default_graph
from ..graph.graph import GraphKeys
from ..graph.operation import Tensor
from ..graph.proto_functions import register_proto_function
from ..graph.public import export
from ..graph.scope_prefixes import prepend_name_scope, strip_name_scope
from .control_contexts import ControlFlowContext
from .control_flow import CondContext
from .loops import WhileContext


def to_message(context: ControlFlowContext, export_scope: str | None = None) -> Any:
    """The CondContextDef or WhileContextDef of a context; None for one outside of `export_scope`."""

    def name(value: Any) -> str:
        return strip_name_scope(value if isinstance(value, str) else value.name, export_scope)

    if export_scope and not context.name.startswith(export_scope):
        return None
    out: Any
    if isinstance(context, CondContext):
        out = CondContextDef(
            context_name=name(context.name), pred_name=name(context.pred), pivot_name=name(context.pivot), branch=context.branch
        )
    else:
        assert isinstance(context, WhileContext)
        out = WhileContextDef(
            context_name=name(context.name),
            parallel_iterations=context.parallel_iterations,
            back_prop=context.back_prop,
            swap_memory=context.swap_memory,
            pivot_name=name(context._pivot),
            pivot_for_pred_name=name(context._pivot_for_pred),
            pivot_for_body_name=name(context._pivot_for_body),
            loop_exit_names=[name(t) for t in context._loop_exits],
            loop_enter_names=[name(t) for t in context._loop_enters],
        )
        if isinstance(context._maximum_iterations, Tensor):
            out.maximum_iterations_name = name(context._maximum_iterations)
    out.values_def.values.extend(sorted(name(t) for t in context._values))
    if isinstance(context, CondContext):
        # What comes from outside and is used as it is: the predicate, and what stands for a value in the context around.
        for t in context._values - {context.pivot}:
            if not context.contains(t.op):
                out.values_def.external_values[name(t)] = name(t)
    for outside, inside in context._external_values.items():
        out.values_def.external_values[name(outside)] = name(inside)
    for nested in _nested(context):
        found = to_message(nested, export_scope)
        if isinstance(nested, CondContext):
            out.nested_contexts.add().cond_ctxt.CopyFrom(found)
        else:
            out.nested_contexts.add().while_ctxt.CopyFrom(found)
    return out


def _nested(context: ControlFlowContext) -> list[ControlFlowContext]:
    """The contexts directly inside, in the order they were made."""
    some = next(iter(context._values), None)
    found: dict[ControlFlowContext, None] = {}
    for op in some.graph.get_operations() if some is not None else ():
        inner = op._context
        while inner is not None and inner._outer_context is not context:
            inner = inner._outer_context
        if inner is not None:
            found.setdefault(inner)
    return list(found)


def from_message(message: Any, import_scope: str | None = None, outer: ControlFlowContext | None = None) -> ControlFlowContext:
    """The context that a message describes, whose ops are in the default graph already."""
    graph = get_default_graph()

    def element(name: str) -> Any:
        return graph.as_graph_element(prepend_name_scope(name, import_scope))

    is_cond = hasattr(message, "pred_name")
    context: Any = (CondContext if is_cond else WhileContext).__new__(CondContext if is_cond else WhileContext)
    ControlFlowContext.__init__(context)
    context._outer_context = outer
    context._name = prepend_name_scope(message.context_name, import_scope)
    if is_cond:
        context._pred, context._pivot, context._branch = element(message.pred_name), element(message.pivot_name), message.branch
    else:
        context._parallel_iterations, context._back_prop = message.parallel_iterations, message.back_prop
        context._swap_memory = message.swap_memory
        context._pivot, context._pivot_for_pred, context._pivot_for_body = (
            element(n) for n in (message.pivot_name, message.pivot_for_pred_name, message.pivot_for_body_name)
        )
        context._loop_exits = [element(n) for n in message.loop_exit_names]
        context._loop_enters = [element(n) for n in message.loop_enter_names]
        context._maximum_iterations = element(message.maximum_iterations_name) if message.maximum_iterations_name else None
    context._values = {element(n) for n in message.values_def.values}
    external = {element(k): element(v) for k, v in message.values_def.external_values.items()}
    context._external_values = {k: v for k, v in external.items() if k is not v}
    for t in context._values - set(external):
        if not is_cond and not t.op._inputs and all(c.type == "Enter" for c in t.consumers()):
            # What starts a counter of TensorFlow's gradients is named as well, and lies outside.
            continue
        t.op._context = context
        graph.prevent_fetching(t.op)
    # Loops that are gradients do not lie where the message says.
    graph._contexts_to_check = True
    for nested in message.nested_contexts:
        from_message(getattr(nested, nested.WhichOneof("ctxt")), import_scope, context)
    return context


def _to_proto(self: ControlFlowContext, export_scope: str | None = None) -> Any:
    """The context as a message; None if it is outside of `export_scope`."""
    return to_message(self, export_scope)


ControlFlowContext.to_proto = _to_proto  # type: ignore[attr-defined]
for _context, _message, _key in (
    (CondContext, CondContextDef, GraphKeys.COND_CONTEXT),
    (WhileContext, WhileContextDef, GraphKeys.WHILE_CONTEXT),
):
    _context.from_proto = staticmethod(from_message)  # type: ignore[attr-defined]
    register_proto_function(_key, _message, to_message, from_message)
    export(_context, f"python.ops.control_flow_ops.{_context.__name__}")
