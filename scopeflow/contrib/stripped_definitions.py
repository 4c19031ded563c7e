"""tf.contrib.util: which ops a graph is made of, and their definitions."""

from __future__ import annotations

from typing import Any

from tensorboard.compat.proto.op_def_pb2 import OpList

from ..graph.op_definitions import definition
from ..graph.public import public


@public("contrib.util.ops_used_by_graph_def")
def ops_used_by_graph_def(graph_def: Any) -> list[str]:
    """The types of a GraphDef's nodes, and of its functions' that these call."""
    functions = {f.signature.name: f for f in graph_def.library.function}
    found: set[str] = set()
    left = [graph_def.node]
    while left:
        for node in left.pop():
            if node.op not in found:
                found.add(node.op)
                if node.op in functions:
                    left.append(functions[node.op].node_def)
    return sorted(found - set(functions))


@public("contrib.util.stripped_op_list_for_graph")
def stripped_op_list_for_graph(graph_def: Any) -> Any:
    """The definitions, an OpList without descriptions, of the ops that a GraphDef needs. Raises ValueError for one that is not known."""
    used = ops_used_by_graph_def(graph_def)
    unknown = [name for name in used if definition(name) is None]
    if unknown:
        raise ValueError(f"The ops {', '.join(unknown)} are used by the graph, but are not registered")
    return OpList(op=[definition(name) for name in used])
