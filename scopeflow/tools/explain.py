"""`scopeflow explain`: runs a program, then tells of every variable how it came by its name."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

from rich.console import Console
from rich.text import Text

from ..graph.default_graph import get_default_graph
from ..graph.graph import Graph
from ..scopes.provenance import Explanation, explain
from .tree import graph_variables, variable_tree


def explain_program(start: Callable[[], None], as_json: bool) -> int:
    """Calls `start`, which runs the program, and prints the explanations; gives the program's exit code.

    With `as_json`, standard output holds the JSON alone: what the program prints goes to standard error.
    """
    with contextlib.redirect_stdout(sys.stderr) if as_json else contextlib.nullcontext(), _made_graphs() as graphs:
        code = _run(start)
    explained = [(graph, variables) for graph in graphs if (variables := graph_variables(graph))]
    if as_json:
        rows = [{**explain(v, graph).to_dict(), "graph": i} for i, (graph, variables) in enumerate(explained) for v in variables]
        print(json.dumps({"variables": rows}, indent=1))
        return code
    # lines are folded for a terminal only: a pipe gets them whole
    console = Console(width=None if sys.stdout.isatty() else 10_000, highlight=False)
    for i, (graph, variables) in enumerate(explained):
        title = _count(len(variables), "variable") + (f" of graph {i + 1}" if len(explained) > 1 else "")
        console.print()
        console.print(variable_tree(variables, title, lambda v, graph=graph: details(explain(v, graph))))
    if not explained:
        console.print("The program made no variables.")
    return code


def _run(start: Callable[[], None]) -> int:
    """Runs the program to its end, whatever the end is; gives the exit code."""
    try:
        start()
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        print(end.code, file=sys.stderr)
        return 1
    except Exception:
        # shown as `scopeflow run` shows it; what was made until then is explained all the same
        sys.excepthook(*sys.exc_info())
        return 1
    return 0


@contextlib.contextmanager
def _made_graphs() -> Iterator[list[Graph]]:
    """A list of the graphs that there are and that are made inside; it keeps them alive."""
    graphs = [get_default_graph()]
    plain = Graph.__init__

    def noted(self: Graph, *args: Any, **kwargs: Any) -> None:
        plain(self, *args, **kwargs)
        graphs.append(self)

    Graph.__init__ = noted  # type: ignore[method-assign]
    try:
        yield graphs
    finally:
        Graph.__init__ = plain  # type: ignore[method-assign]


def details(explanation: Explanation) -> Iterator[Text]:
    """The lines below a variable in the tree."""
    width = max([len(p.text) for p in explanation.parts], default=0)
    for p in explanation.parts:
        if not p.text:
            continue
        line = Text.assemble((f"{p.text:{width}}", "bold"), "  from ", (p.call, "magenta"), " at ", (p.at, "cyan"))
        yield line.append(f": {p.note}" if p.note else "")
    for u in explanation.uniquified:
        line = Text.assemble(
            "made unique: ", (u.asked, "bold"), " became ", (u.became, "bold"), f", because the name was taken by {u.taken_by}"
        )
        yield line.append(f", made at {u.taken_at}" if u.taken_at else "")
    for n in explanation.not_applied:
        yield Text.assemble("not part of the name: ", (n.call, "magenta"), " at ", (n.at, "cyan"), f": {n.why}")
    yield Text("created at " + chain(explanation.created_at))
    times = len(explanation.shared_at) + explanation.shared_more
    if times:
        counts: dict[str, int] = {}
        for places in explanation.shared_at:
            counts[chain(places)] = counts.get(chain(places), 0) + 1
        for text, n in counts.items():
            yield Text.assemble(("shared", "yellow"), " at " + text + (f" ({n} times)" if n > 1 else ""))
        if explanation.shared_more:
            yield Text(f"and {explanation.shared_more} times more")
    elif explanation.key is None:
        yield Text("made by tf.Variable: get_variable does not find it")


def chain(places: list[str]) -> str:
    """Places from the innermost outwards, in words."""
    return ", called from ".join(places) if places else "(unknown)"


def _count(n: int, what: str) -> str:
    return f"{n} {what}" + ("" if n == 1 else "s")
