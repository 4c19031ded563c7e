"""A graph's variables as a tree by scope."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from ..graph.default_graph import get_default_graph
from ..graph.graph import Graph


def graph_variables(graph: Graph) -> list[Any]:
    """The variables of a graph in the order they were made, local ones too; a partitioned one's parts one by one."""
    found: dict[int, Any] = {}
    for key in ("variables", "local_variables"):
        for v in graph.get_collection(key):
            found.setdefault(id(v), v)
    return sorted(found.values(), key=lambda v: v.op._id)


def variable_tree(variables: Iterable[Any], title: str, details: Callable[[Any], Iterable[Text]] = lambda v: ()) -> Tree:
    """A tree of scopes with the variables at its leaves; `details` gives lines to hang below one."""
    root = Tree(Text(title), guide_style="dim")
    scopes: dict[str, Tree] = {"": root}
    for v in variables:
        path, _, last = v.op.name.rpartition("/")
        node = _scope_node(scopes, path).add(label(v, last))
        for line in details(v):
            node.add(line)
    return root


def _scope_node(scopes: dict[str, Tree], path: str) -> Tree:
    if path not in scopes:
        parent, _, last = path.rpartition("/")
        scopes[path] = _scope_node(scopes, parent).add(Text(last + "/", "bold blue"))
    return scopes[path]


def label(variable: Any, name: str) -> Text:
    """`name [shape] dtype` in colours."""
    shape = variable.shape
    dims = "[?]" if shape.ndims is None else str(shape.as_list())
    return Text.assemble((name, "bold"), " ", (dims, "cyan"), " ", (variable.dtype.base_dtype.name, "green"))


def print_variables(graph: Graph | None = None, console: Console | None = None) -> None:
    """Prints the variables of a graph (the default graph if None) as a tree by scope."""
    variables = graph_variables(graph or get_default_graph())
    size = sum(v.shape.num_elements() or 0 for v in variables)
    (console or Console()).print(variable_tree(variables, f"{len(variables)} variables, {size:,} elements"))
