"""tf.profiler: the parameters and floating point operations of a graph, by name scope or by op type."""

from __future__ import annotations

import copy
import re
import sys
from dataclasses import dataclass, field
from typing import Any

from ..formats.profile_messages import GraphNodeProto, MultiGraphNodeProto
from ..graph import errors
from ..graph.default_graph import get_default_graph
from ..graph.graph import Graph
from ..graph.operation import Operation
from ..graph.public import export, public
from .float_operations import OpenShape, float_operations
from .logging import info

export(GraphNodeProto, "profiler.GraphNodeProto")
export(MultiGraphNodeProto, "profiler.MultiGraphNodeProto")
_VARIABLES = ("Variable", "VariableV2", "VarHandleOp")
_ROOT = "_TFProfRoot"
#: what is counted -> its name in headings, the unit beside a number
_COUNTED = {"params": ("# parameters", "params"), "float_ops": ("# float_ops", "flops")}
_DOC = {
    "params": "param: Number of parameters (in the Variable).",
    "float_ops": "flops: Number of float operations. Note: Please read the implementation for the math behind it.",
}
_ARRANGED = {
    "scope": "scope: The nodes in the model graph are organized by their names, which is hierarchical like filesystem.",
    "op": "op: The nodes are operation kernel type, such as MatMul, Conv2D. Graph nodes belonging to the same type are aggregated "
    "together.",
}
#: the options as a report lists them
_LISTED = (
    "max_depth min_bytes min_peak_bytes min_residual_bytes min_output_bytes min_micros min_accelerator_micros min_cpu_micros min_params "
    "min_float_ops min_occurrence step order_by account_type_regexes start_name_regexes trim_name_regexes show_name_regexes "
    "hide_name_regexes account_displayed_op_only select output"
).split()
_DEFAULTS: dict[str, Any] = {
    "max_depth": 100,
    "min_bytes": 0,
    "min_micros": 0,
    "min_params": 0,
    "min_float_ops": 0,
    "min_occurrence": 0,
    "order_by": "name",
    "account_type_regexes": [".*"],
    "start_name_regexes": [".*"],
    "trim_name_regexes": [],
    "show_name_regexes": [".*"],
    "hide_name_regexes": [],
    "account_displayed_op_only": False,
    "select": ["micros"],
    "step": -1,
    "output": "stdout",
}


@public("profiler.ProfileOptionBuilder")
class ProfileOptionBuilder:
    """Makes the dictionary of options that `profile` takes."""

    def __init__(self, options: Any = None):
        self._options = copy.deepcopy(_DEFAULTS if options is None else options)

    @staticmethod
    def trainable_variables_parameter() -> dict[str, Any]:
        """Options that count the elements of trainable variables."""
        given = {"max_depth": 10000, "account_type_regexes": ["_trainable_variables"], "account_displayed_op_only": True}
        return {**copy.deepcopy(_DEFAULTS), **given, "select": ["params"]}

    @staticmethod
    def float_operation() -> dict[str, Any]:
        """Options that count floating point operations."""
        given = {"max_depth": 10000, "min_float_ops": 1, "order_by": "float_ops", "account_displayed_op_only": True}
        return {**copy.deepcopy(_DEFAULTS), **given, "select": ["float_ops"]}

    @staticmethod
    def time_and_memory(
        min_micros: int = 1,
        min_bytes: int = 1,
        min_accelerator_micros: int = 0,
        min_cpu_micros: int = 0,
        min_peak_bytes: int = 0,
        min_residual_bytes: int = 0,
        min_output_bytes: int = 0,
    ) -> dict[str, Any]:
        """Options for time and memory, which `profile` refuses."""
        builder = ProfileOptionBuilder({**copy.deepcopy(_DEFAULTS), "max_depth": 10000, "account_displayed_op_only": True})
        builder.with_min_execution_time(min_micros, min_accelerator_micros, min_cpu_micros)
        builder.with_min_memory(min_bytes, min_peak_bytes, min_residual_bytes, min_output_bytes)
        return builder.order_by("micros").select(["micros", "bytes"]).build()

    def build(self) -> dict[str, Any]:
        """The options."""
        return copy.deepcopy(self._options)

    def _set(self, **options: Any) -> ProfileOptionBuilder:
        self._options.update(options)
        return self

    def with_max_depth(self, max_depth: int) -> ProfileOptionBuilder:
        """How deep scopes are shown."""
        return self._set(max_depth=max_depth)

    def with_min_memory(
        self, min_bytes: int = 0, min_peak_bytes: int = 0, min_residual_bytes: int = 0, min_output_bytes: int = 0
    ) -> ProfileOptionBuilder:
        """Shows what uses as much memory."""
        return self._set(
            min_bytes=min_bytes, min_peak_bytes=min_peak_bytes, min_residual_bytes=min_residual_bytes, min_output_bytes=min_output_bytes
        )

    def with_min_execution_time(
        self, min_micros: int = 0, min_accelerator_micros: int = 0, min_cpu_micros: int = 0
    ) -> ProfileOptionBuilder:
        """Shows what takes as many microseconds."""
        return self._set(min_micros=min_micros, min_accelerator_micros=min_accelerator_micros, min_cpu_micros=min_cpu_micros)

    def with_min_parameters(self, min_params: int) -> ProfileOptionBuilder:
        """Shows what has as many parameters."""
        return self._set(min_params=min_params)

    def with_min_occurrence(self, min_occurrence: int) -> ProfileOptionBuilder:
        """Shows op types that occur as often."""
        return self._set(min_occurrence=min_occurrence)

    def with_min_float_operations(self, min_float_ops: int) -> ProfileOptionBuilder:
        """Shows what costs as many operations."""
        return self._set(min_float_ops=min_float_ops)

    def with_accounted_types(self, account_type_regexes: list[str]) -> ProfileOptionBuilder:
        """Counts nodes of these types: op types, or "_trainable_variables"."""
        return self._set(account_type_regexes=copy.copy(account_type_regexes))

    def with_node_names(
        self, start_name_regexes: Any = None, show_name_regexes: Any = None, hide_name_regexes: Any = None, trim_name_regexes: Any = None
    ) -> ProfileOptionBuilder:
        """Which names to begin at, to show, to hide, and to end at."""
        given = {
            "start_name_regexes": start_name_regexes,
            "show_name_regexes": show_name_regexes,
            "hide_name_regexes": hide_name_regexes,
            "trim_name_regexes": trim_name_regexes,
        }
        return self._set(**{k: copy.copy(v) for k, v in given.items() if v is not None})

    def account_displayed_op_only(self, is_true: bool) -> ProfileOptionBuilder:
        """Whether totals are of what is shown alone."""
        return self._set(account_displayed_op_only=is_true)

    def with_empty_output(self) -> ProfileOptionBuilder:
        """Prints nothing."""
        return self._set(output="none")

    def with_stdout_output(self) -> ProfileOptionBuilder:
        """Prints to standard output."""
        return self._set(output="stdout")

    def with_file_output(self, outfile: str) -> ProfileOptionBuilder:
        """Prints to a file."""
        return self._set(output=f"file:outfile={outfile}")

    def with_timeline_output(self, timeline_file: str) -> ProfileOptionBuilder:
        """Writes a timeline, which `profile` refuses."""
        return self._set(output=f"timeline:outfile={timeline_file}")

    def with_pprof_output(self, pprof_file: str) -> ProfileOptionBuilder:
        """Writes for pprof, which `profile` refuses."""
        return self._set(output=f"pprof:outfile={pprof_file}")

    def order_by(self, attribute: str) -> ProfileOptionBuilder:
        """By what to sort."""
        return self._set(order_by=attribute)

    def select(self, attributes: list[str]) -> ProfileOptionBuilder:
        """What to show."""
        return self._set(select=copy.copy(attributes))

    def with_step(self, step: int) -> ProfileOptionBuilder:
        """Which step to show."""
        return self._set(step=step)


@dataclass
class _Node:
    """A name scope or op type with its counts."""

    name: str
    op: Operation | None = None
    own: dict[str, int] = field(default_factory=lambda: {"params": 0, "float_ops": 0})
    total: dict[str, int] = field(default_factory=lambda: {"params": 0, "float_ops": 0})
    children: list[_Node] = field(default_factory=list)
    ops: list[Operation] = field(default_factory=list)


def _matches(name: str, patterns: list[str]) -> bool:
    return any(re.fullmatch(p, name) for p in patterns)


def _counts(graph: Graph, options: dict[str, Any]) -> tuple[dict[Operation, dict[str, int]], int]:
    """(what each op that is accounted for counts, how many could not be counted for open shapes)."""
    trainable = {v.op for v in graph.get_collection("trainable_variables")}
    out, open_shapes = {}, 0
    for op in graph.get_operations():
        kinds = [op.type, *(["_trainable_variables"] if op in trainable else [])]
        if not any(_matches(k, options["account_type_regexes"]) for k in kinds):
            continue
        size = op.attrs["shape"].num_elements() if op.type in _VARIABLES else 0
        try:
            cost = float_operations(op)
        except OpenShape:
            cost, open_shapes = 0, open_shapes + 1
        out[op] = {"params": size or 0, "float_ops": cost}
    return out, open_shapes


def _shown(node: _Node, options: dict[str, Any]) -> bool:
    low = node.own["params"] < options["min_params"] or node.own["float_ops"] < options["min_float_ops"]
    return not low and _matches(node.name, options["show_name_regexes"]) and not _matches(node.name, options["hide_name_regexes"])


def _sorted(nodes: list[_Node], order_by: str) -> list[_Node]:
    if order_by in ("params", "float_ops"):
        return sorted(nodes, key=lambda n: (-n.total[order_by], n.name))
    return sorted(nodes, key=lambda n: n.name)


def _by_scope(counts: dict[Operation, dict[str, int]], options: dict[str, Any]) -> _Node:
    root = _Node(_ROOT)
    nodes = {"": root}

    def at(path: str) -> _Node:
        if path not in nodes:
            nodes[path] = _Node(path)
            at(path.rpartition("/")[0]).children.append(nodes[path])
        return nodes[path]

    for op, count in counts.items():
        node = at(op.name)
        node.op, node.own = op, count
    started = [n for child in root.children for n in _started(child, options)]
    _settle(root, started, options, 1)
    return root


def _started(node: _Node, options: dict[str, Any]) -> list[_Node]:
    """The topmost nodes, this one or below, whose names the report begins with."""
    if _matches(node.name, options["start_name_regexes"]):
        return [node]
    return [n for child in node.children for n in _started(child, options)]


def _settle(node: _Node, children: list[_Node], options: dict[str, Any], depth: int) -> None:
    """Gives `node` its totals, and the children that are shown: those of a child that is not are taken in its place."""
    node.total = dict(node.own)
    node.children = []
    if _matches(node.name, options["trim_name_regexes"]):
        children = []
    for child in children:
        _settle(child, child.children, options, depth + 1)
        shown = [child] if _shown(child, options) else child.children
        all_counted = [child] if shown == [child] or not options["account_displayed_op_only"] else shown
        for k in node.total:
            node.total[k] += sum(c.total[k] for c in all_counted)
        if depth <= options["max_depth"]:
            node.children += shown
    node.children = _sorted(node.children, options["order_by"])


def _by_type(counts: dict[Operation, dict[str, int]], options: dict[str, Any]) -> _Node:
    types: dict[str, _Node] = {}
    for op, count in counts.items():
        node = types.setdefault(op.type, _Node(op.type))
        node.ops.append(op)
        for k, v in count.items():
            node.own[k] += v
            node.total[k] += v
    shown = [n for n in types.values() if _shown(n, options) and len(n.ops) >= options["min_occurrence"]]
    order = _sorted(shown, options["order_by"])[: options["max_depth"]]
    # Each one holds those after it, so that its total is of itself and them.
    root = _Node(_ROOT)
    for k in root.total:
        left = root.total[k] = sum(n.own[k] for n in order)
        for n in order:
            n.total[k] = left
            left -= n.own[k]
    for outer, inner in zip([root, *order], order):
        outer.children = [inner]
    return root


def _human(number: int) -> str:
    for power, letter in ((9, "b"), (6, "m"), (3, "k")):
        if number >= 10**power:
            return f"{number / 10**power:.2f}{letter}"
    return str(number)


def _report(root: _Node, cmd: str, options: dict[str, Any], selected: list[str]) -> str:
    lines = ["", "=========================Options============================="]
    for key in _LISTED:
        value = options.get(key, 0)
        spelled = ",".join(value) if isinstance(value, list) else str(value).lower() if isinstance(value, bool) else value
        if key == "output" and ":" not in value:
            spelled = value + ":"
        lines.append(f"-{key:<26} {spelled}")
    what = _ARRANGED[cmd]
    lines += [
        "",
        "==================Model Analysis Report======================",
        "",
        "Doc:",
        what,
        *(_DOC[s] for s in selected),
        "",
        "Profile:",
    ]
    lines.append("node name | " + " | ".join(_COUNTED[s][0] for s in selected))
    lines += _scope_lines(root, selected, 0) if cmd == "scope" else _type_lines(root, selected)
    return "\n".join([*lines, "", "======================End of Report=========================="]) + "\n"


def _scope_lines(node: _Node, selected: list[str], depth: int) -> list[str]:
    shown = []
    for s in selected:
        own = "--" if node.op is None or (s == "params" and node.op.type not in _VARIABLES) else _human(node.own[s])
        shape = ""
        if s == "params" and own != "--":
            dims = node.op.attrs["shape"].as_list()
            shape = "x".join(map(str, dims)) + ", " if dims else ""
        shown.append(f"{shape}{own}/{_human(node.total[s])} {_COUNTED[s][1]}")
    lines = [f"{'  ' * depth}{node.name} ({', '.join(shown)})"]
    for child in node.children:
        lines += _scope_lines(child, selected, depth + 1)
    return lines


def _type_lines(root: _Node, selected: list[str]) -> list[str]:
    lines = []
    node = root
    while node.children:
        node = node.children[0]
        shown = []
        for s in selected:
            whole = root.total[s] or 1
            unit = "float_ops" if s == "float_ops" else "parameters"
            shown.append(f"{_human(node.own[s]):>5} {unit} ({100 * node.total[s] / whole:.2f}%, {100 * node.own[s] / whole:.2f}%)")
        lines.append(f"{node.name:<25}{', '.join(shown)}")
    return lines


def _message(node: _Node, kind: Any) -> Any:
    out = kind(name=node.name, parameters=node.own["params"], float_ops=node.own["float_ops"])
    out.total_parameters, out.total_float_ops = node.total["params"], node.total["float_ops"]
    for op in node.ops:
        out.graph_nodes.add(name=op.name)
    for child in node.children:
        out.children.add().CopyFrom(_message(child, kind))
    return out


@public("profiler.profile")
def profile(graph: Any = None, run_meta: Any = None, op_log: Any = None, cmd: str = "scope", options: Any = 0) -> Any:
    """Counts the parameters or floating point operations of a graph, and prints them.

    Args:
      graph: the default graph if None.
      run_meta, op_log: accepted; they hold no more than the graph tells.
      cmd: "scope", by name, or "op", by op type.
      options: from a ProfileOptionBuilder; by default those for trainable variables.

    Returns:
      A GraphNodeProto (scope) or MultiGraphNodeProto (op): `total_parameters`, `total_float_ops`, `children`.

    Raises:
      UnimplementedError: time or memory of single ops, which XLA compiles into one function; other commands and outputs.
    """
    graph = graph or get_default_graph()
    given = ProfileOptionBuilder.trainable_variables_parameter() if options == 0 else options
    options = {**copy.deepcopy(_DEFAULTS), **given}
    selected = [s for s in options["select"] if s in _COUNTED]
    if len(selected) < len(options["select"]) or options["order_by"] not in ("name", "params", "float_ops", "occurrence"):
        rest = [s for s in [*options["select"], options["order_by"]] if s not in (*_COUNTED, "name", "occurrence")]
        raise _refused(f"select or order by {', '.join(rest)}: ops have no time or memory of their own once XLA has compiled them together")
    if cmd not in ("scope", "op"):
        raise _refused(f"the command {cmd!r}; there are 'scope' and 'op'")
    output, _, file = options["output"].partition(":outfile=")
    if output not in ("none", "stdout", "file"):
        raise _refused(f"output to {output!r}; there are 'stdout', 'file' and 'none'")
    counts, open_shapes = _counts(graph, options)
    if open_shapes:
        info("%d ops no flops stats due to incomplete shapes.", open_shapes)
    root = (_by_scope if cmd == "scope" else _by_type)(counts, options)
    if output == "stdout":
        sys.stdout.write(_report(root, cmd, options, selected))
    elif output == "file":
        with open(file, "w") as f:
            f.write(_report(root, cmd, options, selected))
    return _message(root, GraphNodeProto if cmd == "scope" else MultiGraphNodeProto)


def _refused(what: str) -> errors.UnimplementedError:
    return errors.UnimplementedError(None, None, f"tf.profiler.profile counts parameters and float operations; it does not know {what}.")


@public("profiler.Profiler")
class Profiler:
    """Counts a graph's parameters and floating point operations, one request after the other."""

    def __init__(self, graph: Any = None, op_log: Any = None):
        self._graph = graph or get_default_graph()

    def add_step(self, step: int, run_meta: Any) -> None:
        """Nothing: counts do not depend on a step."""

    def profile_operations(self, options: dict[str, Any]) -> Any:
        """By op type."""
        return profile(self._graph, cmd="op", options=options)

    def profile_name_scope(self, options: dict[str, Any]) -> Any:
        """By name."""
        return profile(self._graph, cmd="scope", options=options)


@public("contrib.tfprof.model_analyzer.print_model_analysis")
def print_model_analysis(graph: Any, run_meta: Any = None, op_log: Any = None, tfprof_cmd: str = "scope", tfprof_options: Any = 0) -> Any:
    """The older name of `profile`."""
    return profile(graph, run_meta, op_log, tfprof_cmd, tfprof_options)


export(ProfileOptionBuilder.trainable_variables_parameter(), "contrib.tfprof.model_analyzer.TRAINABLE_VARS_PARAMS_STAT_OPTIONS")
export(ProfileOptionBuilder.float_operation(), "contrib.tfprof.model_analyzer.FLOAT_OPS_OPTIONS")
