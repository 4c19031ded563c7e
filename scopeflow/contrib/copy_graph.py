"""tf.contrib.copy_graph: variables and ops copied from one graph to another."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..graph.graph import Graph
from ..graph.operation import Operation, Tensor
from ..graph.public import TABLE, public
from ..variables import Variable


def _scoped(name: str, scope: str) -> str:
    return f"{scope}/{name}" if scope else name


@public("contrib.copy_graph.copy_variable_to_graph")
def copy_variable_to_graph(org_instance: Any, to_graph: Graph, scope: str = "") -> Any:
    """A variable of another graph with the same initial value, in the same collections. Raises TypeError for what is no variable."""
    if not isinstance(org_instance, Variable):
        raise TypeError(f"{org_instance} is not a Variable")
    graph = org_instance.graph
    collections, trainable = [], False
    for name in graph.get_all_collection_keys():
        if any(v is org_instance for v in graph.get_collection(name)):
            if name == "trainable_variables":
                trainable = True
            else:
                collections.append(name)
    with graph.as_default(), TABLE["Session"]() as sess:
        value = sess.run(org_instance.initialized_value())
    with to_graph.as_default():
        return TABLE["Variable"](value, trainable, name=_scoped(org_instance.op.name, scope), collections=collections, validate_shape=False)


@public("contrib.copy_graph.copy_op_to_graph")
def copy_op_to_graph(org_instance: Any, to_graph: Graph, variables: Iterable[Any], scope: str = "") -> Any:
    """An op or tensor, with all that it is computed from, in another graph.

    Args:
      variables: variables of `to_graph` that stand for those of the same name.

    Raises:
      TypeError: what is neither op nor tensor.
    """
    copied = {v.name: v for v in variables}
    if isinstance(org_instance, Variable) and _scoped(org_instance.name, scope) in copied:
        return to_graph.get_tensor_by_name(copied[_scoped(org_instance.name, scope)].name)
    if isinstance(org_instance, Tensor):
        op = copy_op_to_graph(org_instance.op, to_graph, copied.values(), scope)
        return op.outputs[org_instance.value_index]
    if not isinstance(org_instance, Operation):
        raise TypeError(f"Could not copy instance: {org_instance}")
    name = _scoped(org_instance.name, scope)
    try:
        return to_graph.get_operation_by_name(name)
    except KeyError:
        pass
    inputs = [copy_op_to_graph(t, to_graph, copied.values(), scope) for t in org_instance.inputs]
    controls = [copy_op_to_graph(c, to_graph, copied.values(), scope) for c in org_instance.control_inputs]
    with to_graph.as_default(), to_graph.control_dependencies(controls), to_graph.name_scope(None):
        attrs = {k: v for k, v in org_instance.node_def.attr.items() if k != "_class"}
        dtypes = [t.dtype for t in org_instance.outputs]
        return to_graph.create_op(org_instance.type, inputs, dtypes, name=name + "/", attrs=attrs)


@public("contrib.copy_graph.get_copied_op")
def get_copied_op(org_instance: Any, graph: Graph, scope: str = "") -> Any:
    """What `copy_op_to_graph` made of an op, tensor or variable. Raises KeyError, ValueError if it was not copied."""
    return graph.as_graph_element(_scoped(org_instance.name, scope), allow_tensor=True, allow_operation=True)
