"""Frozen graphs: variables become constants, so that a graph needs no checkpoint."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tensorboard.compat.proto.graph_pb2 import GraphDef
from tensorboard.compat.proto.node_def_pb2 import NodeDef

from ..graph.graph_def import make_tensor_proto
from ..graph.public import public
from ..graph.sub_graphs import extract_sub_graph, node_of
from .checkpoint_management import log

_VARIABLES = ("Variable", "VariableV2", "VarHandleOp")


@public("graph_util.convert_variables_to_constants")
def convert_variables_to_constants(
    sess: Any,
    input_graph_def: Any,
    output_node_names: Any,
    variable_names_whitelist: Iterable[str] | None = None,
    variable_names_blacklist: Iterable[str] | None = None,
) -> GraphDef:
    """What the output nodes need of a graph, with its variables' values in `sess` in place of the variables.

    Args:
      sess: the session whose values to take.
      input_graph_def: the graph.
      output_node_names: the names of the nodes to keep, with what they need.
      variable_names_whitelist, variable_names_blacklist: the variables to convert, and those to leave.

    Raises:
      AssertionError: there is no node of such a name.
      ValueError: a node reads a variable in a way that a constant cannot stand for.
    """
    inference = extract_sub_graph(input_graph_def, output_node_names)
    allowed = None if variable_names_whitelist is None else set(variable_names_whitelist)
    refused = set(variable_names_blacklist or ())
    nodes = {n.name: n for n in inference.node}
    found = [n.name for n in inference.node if n.op in _VARIABLES and (allowed is None or n.name in allowed) and n.name not in refused]
    reads = {name: f"{name}/Read/ReadVariableOp:0" if nodes[name].op == "VarHandleOp" else f"{name}:0" for name in found}
    reads = {name: _read_of(sess.graph, name, tensor) for name, tensor in reads.items()}
    values = dict(zip(found, sess.run(list(reads.values())) if reads else []))
    log("info", "Froze %d variables.", len(values))
    out = GraphDef()
    for n in inference.node:
        node = out.node.add()
        source = _variable_behind(n, nodes)
        if n.name in values:
            _constant(node, n, values[n.name])
        elif n.op == "ReadVariableOp" and source in values:
            node.op, node.name = "Identity", n.name
            node.input.extend(n.input)
            node.attr["T"].CopyFrom(n.attr["dtype"])
            if "_class" in n.attr:
                node.attr["_class"].CopyFrom(n.attr["_class"])
        elif n.op == "ResourceGather" and source in values:
            _gather(out, node, n)
        else:
            if source in values and n.op not in ("Identity", "Enter", "Switch", "Merge"):
                raise ValueError(
                    f"Cannot freeze the variable {source!r}: the node {n.name!r} ({n.op}) takes its resource. Keep the variable "
                    "(variable_names_blacklist) or the node out of the outputs."
                )
            node.CopyFrom(n)
            if source in values:
                # What handed the resource on hands the value on.
                node.attr["T"].CopyFrom(_dtype_of(nodes[source]))
    out.library.MergeFrom(inference.library)
    out.versions.CopyFrom(inference.versions)
    log("info", "Converted %d variables to const ops.", len(values))
    return out


def _read_of(graph: Any, name: str, tensor: str) -> Any:
    """The tensor to fetch for a variable's value."""
    for v in graph.get_collection("variables") + graph.get_collection("local_variables"):
        if getattr(getattr(v, "op", None), "name", None) == name:
            return v
    return graph.get_tensor_by_name(tensor)


def _variable_behind(node: NodeDef, nodes: dict[str, NodeDef]) -> str | None:
    """The VarHandleOp whose resource a node takes as its first input."""
    while node.input and not node.input[0].startswith("^"):
        node = nodes[node_of(node.input[0])]
        if node.op == "VarHandleOp":
            return node.name
        if node.op not in ("Identity", "Enter", "Switch", "Merge"):
            return None
    return None


def _dtype_of(variable: NodeDef) -> Any:
    return variable.attr["dtype"]


def _constant(node: NodeDef, variable: NodeDef, value: Any) -> None:
    node.op, node.name = "Const", variable.name
    node.attr["dtype"].CopyFrom(variable.attr["dtype"])
    node.attr["value"].tensor.CopyFrom(make_tensor_proto(value, dtype=variable.attr["dtype"].type, shape=value.shape))


def _gather(out: GraphDef, node: NodeDef, gather: NodeDef) -> None:
    """A GatherV2 in place of a ResourceGather, after the constant for its axis."""
    axis = gather.attr["batch_dims"].i
    node.op, node.name = "Const", gather.name + "/axis"
    node.attr["dtype"].type = 3  # int32
    node.attr["value"].tensor.CopyFrom(make_tensor_proto(axis, shape=()))
    node = out.node.add(op="GatherV2", name=gather.name)
    node.input.extend([gather.input[0], gather.input[1], gather.name + "/axis", *gather.input[2:]])
    node.attr["Tparams"].CopyFrom(gather.attr["dtype"])
    node.attr["Tindices"].CopyFrom(gather.attr["Tindices"])
    node.attr["Taxis"].type = 3  # int32
    if axis:
        node.attr["batch_dims"].i = axis
    if "_class" in gather.attr:
        node.attr["_class"].CopyFrom(gather.attr["_class"])
