"""Name scopes in names, and the graph's placeholders."""

from __future__ import annotations

import re

from ...graph.default_graph import get_default_graph, graph_of_inputs
from ...graph.graph import Graph
from ...graph.operation import Tensor
from ...graph.public import export, public

export(graph_of_inputs, "contrib.framework.get_graph_from_inputs", "python.framework.ops._get_graph_from_inputs")


@public("contrib.framework.get_name_scope")
def get_name_scope() -> str:
    """The name scope that is open: "a/b"."""
    return get_default_graph().get_name_scope()


@public("contrib.framework.prepend_name_scope", "python.framework.ops.prepend_name_scope")
def prepend_name_scope(name: str, import_scope: str | None) -> str:
    """A name (also "^name" or "loc:@name") moved into `import_scope`."""
    if not import_scope:
        return name
    try:
        return re.sub(r"([\^]|loc:@|^)(.*)", r"\1" + import_scope.rstrip("/") + r"/\2", str(name), count=1)
    except TypeError:
        return name


@public("contrib.framework.strip_name_scope", "python.framework.ops.strip_name_scope")
def strip_name_scope(name: str, export_scope: str | None) -> str:
    """A name (also "^name" or "loc:@name") moved out of `export_scope`; unchanged if it is not in it."""
    if not export_scope:
        return name
    try:
        return re.sub(r"([\^]|loc:@|^)" + export_scope.rstrip("/") + r"[\/]+(.*)", r"\1\2", str(name), count=1)
    except TypeError:
        return name


@public("contrib.framework.get_placeholders")
def get_placeholders(graph: Graph) -> list[Tensor]:
    """The placeholders of a graph."""
    return [op.outputs[0] for op in graph.get_operations() if op.type == "Placeholder"]
