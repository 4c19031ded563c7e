"""Name scopes in names, and the graph's placeholders."""

from __future__ import annotations

from ...graph.default_graph import get_default_graph, graph_of_inputs
from ...graph.graph import Graph
from ...graph.operation import Tensor
from ...graph.public import export, public

export(graph_of_inputs, "contrib.framework.get_graph_from_inputs", "python.framework.ops._get_graph_from_inputs")


@public("contrib.framework.get_name_scope")
def get_name_scope() -> str:
    """The name scope that is open: "a/b"."""
    return get_default_graph().get_name_scope()


@public("contrib.framework.get_placeholders")
def get_placeholders(graph: Graph) -> list[Tensor]:
    """The placeholders of a graph."""
    return [op.outputs[0] for op in graph.get_operations() if op.type == "Placeholder"]
