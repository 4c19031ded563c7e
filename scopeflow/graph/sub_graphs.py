"""Parts of a GraphDef: what some nodes need, and what is left without the nodes that only training uses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tensorboard.compat.proto import types_pb2
from tensorboard.compat.proto.graph_pb2 import GraphDef
from tensorboard.compat.proto.node_def_pb2 import NodeDef

from . import gradient_nodes
from .operation import Operation
from .public import public
from .tensor_shape import TensorShape


def node_of(text: str) -> str:
    """The node that an input "node", "node:1" or "^node" comes from."""
    return text.removeprefix("^").partition(":")[0]


def needs(node: NodeDef) -> list[str]:
    """The names of the nodes that `node` needs."""
    out = [node_of(i) for i in node.input]
    if node.op == gradient_nodes.EXPORTED:
        out += [node_of(r) for r in gradient_nodes.references(node)]
    return out


@public("graph_util.extract_sub_graph")
def extract_sub_graph(graph_def: Any, dest_nodes: Any) -> GraphDef:
    """The nodes of a GraphDef that the nodes called `dest_nodes` need, in their order.

    Raises:
      TypeError: `graph_def` is no GraphDef or `dest_nodes` no list.
      AssertionError: there is no node of such a name.
    """
    if not hasattr(graph_def, "node") or not hasattr(graph_def, "library"):
        raise TypeError("graph_def must be a graph_pb2.GraphDef proto.")
    if isinstance(dest_nodes, str):
        raise TypeError("dest_nodes must be a list.")
    nodes = {n.name: n for n in graph_def.node}
    for name in dest_nodes:
        assert name in nodes, f"{name} is not in graph"
    wanted: set[str] = set()
    todo = list(dest_nodes)
    while todo:
        name = todo.pop()
        if name not in wanted:
            wanted.add(name)
            todo += needs(nodes[name])
    out = GraphDef()
    out.node.extend(n for n in graph_def.node if n.name in wanted)
    out.library.MergeFrom(graph_def.library)
    out.versions.CopyFrom(graph_def.versions)
    return out


@public("graph_util.remove_training_nodes")
def remove_training_nodes(input_graph: Any, protected_nodes: Iterable[str] | None = None) -> GraphDef:
    """A GraphDef without CheckNumerics, whose users lose that input, and without Identity nodes, whose users get its input.

    An Identity with control inputs, or that is one, stays, and so do the nodes called `protected_nodes`.
    """
    protected = set(protected_nodes or ())
    awaited = {i[1:] for n in input_graph.node for i in n.input if i.startswith("^")}
    kept = [n for n in input_graph.node if n.op != "CheckNumerics" or n.name in protected]
    removed = {n.name for n in input_graph.node} - {n.name for n in kept}
    inputs = {n.name: [i for i in n.input if i.removeprefix("^") not in removed] for n in kept}
    spliced = {
        n.name: inputs[n.name][0]
        for n in kept
        if n.op == "Identity"
        and n.name not in protected | awaited
        and inputs[n.name]
        and not any(i.startswith("^") for i in inputs[n.name])
    }
    # An Identity of nothing is left when its CheckNumerics went: it goes too.
    gone = {n.name for n in kept if n.op == "Identity" and not inputs[n.name] and n.name not in protected | awaited}
    out = GraphDef()
    for n in kept:
        if n.name in spliced or n.name in gone:
            continue
        node = out.node.add()
        node.CopyFrom(n)
        del node.input[:]
        for text in inputs[n.name]:
            while text in spliced:
                text = spliced[text]
            if text not in gone:
                node.input.append(text)
    return out


@public("graph_util.tensor_shape_from_node_def_name")
def tensor_shape_from_node_def_name(graph: Any, input_name: str) -> TensorShape:
    """The static shape of the tensor that an input of a NodeDef ("a", "a:1") names."""
    return graph.get_tensor_by_name(input_name if ":" in input_name else input_name + ":0").get_shape()


_HOST_TYPES = (types_pb2.DT_STRING, types_pb2.DT_INT32)


@public("graph_util.must_run_on_cpu")
def must_run_on_cpu(node: Any, pin_variables_on_cpu: bool = False) -> bool:
    """Whether TensorFlow places a node (an Operation or NodeDef) on the CPU even if there is a GPU."""
    if isinstance(node, Operation):
        node = node.node_def
    if pin_variables_on_cpu and node.op in ("Variable", "VariableV2"):
        return True
    if node.op == "Const":
        return node.attr["dtype"].type in _HOST_TYPES
    if node.op in ("DynamicStitch", "ParallelDynamicStitch"):
        return node.attr["T"].type == types_pb2.DT_INT32
    if node.op == "Cast":
        return node.attr["SrcT"].type in _HOST_TYPES
    return False
