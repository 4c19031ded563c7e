"""Parts of a graph copied, with other inputs or into another graph."""

from __future__ import annotations

from typing import Any

from tensorboard.compat.proto.graph_pb2 import GraphDef

from ...graph import nest
from ...graph.graph import Graph
from ...graph.importing import import_nodes
from ...graph.operation import Operation, Tensor
from ...graph.public import public
from .elements import ControlOutputs, flat, make_placeholder_from_tensor, published
from .selecting import get_walks_intersection_ops
from .views import SubGraphView, view_of


@public("contrib.graph_editor.TransformerInfo", "contrib.graph_editor.transform.TransformerInfo")
class TransformerInfo:
    """Which copy belongs to which original."""

    def __init__(self, copies: dict[Operation, Operation], tensors: dict[Tensor, Tensor]):
        self._ops, self._tensors = copies, tensors
        self._original_ops = {v: k for k, v in copies.items()}

    def _map(self, value: Any, ops: dict[Operation, Operation], tensors: dict[Tensor, Tensor], missing_fn: Any) -> Any:
        if isinstance(value, SubGraphView):
            return SubGraphView([self._map(op, ops, tensors, missing_fn) for op in value.ops])
        if isinstance(value, (list, tuple, dict)):
            return nest.map_structure(lambda v: self._map(v, ops, tensors, missing_fn), value)
        if isinstance(value, Operation) and value in ops:
            return ops[value]
        if isinstance(value, Tensor):
            if value in tensors:
                return tensors[value]
            if value.op in ops:
                return ops[value.op].outputs[value.value_index]
        return None if missing_fn is None else missing_fn(value)

    def transformed(self, original: Any, missing_fn: Any = None) -> Any:
        """The copies of operations, tensors or views; None, or what `missing_fn` gives, for what was not copied."""
        return self._map(original, self._ops, self._tensors, missing_fn)

    def original(self, transformed: Any, missing_fn: Any = None) -> Any:
        """The originals of copies."""
        return self._map(transformed, self._original_ops, {v: k for k, v in self._tensors.items()}, missing_fn)


def _copied(
    view: SubGraphView, replaced: dict[Tensor, Tensor] | None, graph: Graph, dst_scope: str, src_scope: str, reuse_dst_scope: bool
) -> tuple[SubGraphView, TransformerInfo]:
    """Copies a view; inputs not in `replaced` stay as they are, or without `replaced` become placeholders."""
    scope = dst_scope.rstrip("/") if reuse_dst_scope or not dst_scope else graph.unique_name(dst_scope.rstrip("/"))
    prefix = src_scope.rstrip("/") + "/" if src_scope else ""
    inside = set(view.ops)
    nodes = GraphDef()
    names: dict[Operation, str] = {}
    for op in view.ops:
        if not op.name.startswith(prefix):
            raise ValueError(f"{op.name} does not belong to source scope: {src_scope}.")
        names[op] = op.name[len(prefix) :]
    given: dict[str, Tensor] = {}
    tensors: dict[Tensor, Tensor] = {}
    with graph.as_default():
        for op in view.ops:
            node = op.node_def
            node.name = names[op]
            del node.input[:]
            for t in op.inputs:
                if t.op in inside and not (replaced and t in replaced):
                    node.input.append(f"{names[t.op]}:{t.value_index}")
                    continue
                if t not in tensors:
                    tensors[t] = _stand_in(t, replaced, graph, scope, prefix)
                # No node of the copy has a colon in its name.
                key = f"{t.op.name}:{t.value_index}:given"
                node.input.append(key)
                given[key] = tensors[t]
            node.input.extend("^" + names[c] for c in op.control_inputs if c in inside)
            if "_class" in node.attr:
                groups = [g.decode().removeprefix("loc:@") for g in node.attr["_class"].list.s]
                known = {o.name: n for o, n in names.items()}
                node.attr["_class"].list.s[:] = [f"loc:@{known[g]}".encode() for g in groups if g in known]
                if not node.attr["_class"].list.s:
                    del node.attr["_class"]
            nodes.node.add().CopyFrom(node)
        nodes.versions.CopyFrom(graph.graph_def_versions)
        made = import_nodes(nodes, given, [names[op] for op in view.ops], scope + "/" if scope else "")
    copies = dict(zip(view.ops, made or ()))
    for op, new in copies.items():
        new._original_op = op
        for t, t_new in zip(op.outputs, new.outputs):
            t_new.set_shape(t.get_shape())
        outside = [c for c in op.control_inputs if c not in inside]
        if outside and graph is op.graph:
            new._add_control_inputs(outside)
    _join_collections(view, copies, graph)
    return SubGraphView(list(copies.values())), TransformerInfo(copies, tensors)


def _stand_in(t: Tensor, replaced: dict[Tensor, Tensor] | None, graph: Graph, scope: str, prefix: str) -> Tensor:
    if replaced is not None and t in replaced:
        return replaced[t]
    if replaced is not None and t.graph is graph:
        return t
    folder = t.op.name.rpartition("/")[0]
    if prefix and (folder + "/").startswith(prefix):
        folder = (folder + "/")[len(prefix) :].rstrip("/")
    return make_placeholder_from_tensor(t, "/".join(filter(None, [scope, folder])))


def _join_collections(view: SubGraphView, copies: dict[Operation, Operation], graph: Graph) -> None:
    """A copy is in the collections that its original is in."""
    source = view.graph
    for key in source.get_all_collection_keys() if source is not None else ():
        for item in source.get_collection(key):
            if isinstance(item, Operation) and item in copies:
                graph.add_to_collection(key, copies[item])
            elif isinstance(item, Tensor) and item.op in copies:
                graph.add_to_collection(key, copies[item.op].outputs[item.value_index])


@published("transform")
def copy(
    sgv: Any, dst_graph: Graph | None = None, dst_scope: str = "", src_scope: str = "", reuse_dst_scope: bool = False
) -> tuple[SubGraphView, TransformerInfo]:
    """Copies a part of a graph, with placeholders for what it takes from outside: (the copy, which is whose copy).

    Args:
      sgv: a view, operations, or a Graph.
      dst_graph: where the copy goes; the same graph if None.
      dst_scope: the name scope it goes into, made unique unless `reuse_dst_scope`.
      src_scope: the name scope it is taken out of.

    Raises:
      ValueError: an operation is not in `src_scope`.
    """
    view = view_of(sgv)
    return _copied(view, None, dst_graph or view.graph, dst_scope, src_scope, reuse_dst_scope)


@published("transform")
def copy_with_input_replacements(
    sgv: Any,
    replacement_ts: dict[Tensor, Tensor],
    dst_graph: Graph | None = None,
    dst_scope: str = "",
    src_scope: str = "",
    reuse_dst_scope: bool = False,
) -> tuple[SubGraphView, TransformerInfo]:
    """Copies a part of a graph; where it takes a key of `replacement_ts`, the copy takes the value. Arguments as those of `copy`."""
    view = view_of(sgv)
    return _copied(view, dict(replacement_ts), dst_graph or view.graph, dst_scope, src_scope, reuse_dst_scope)


@published("transform")
def graph_replace(target_ts: Any, replacement_ts: Any, dst_scope: str = "", src_scope: str = "", reuse_dst_scope: bool = False) -> Any:
    """`target_ts` as they would be if tensors were others: what lies between is copied.

    Args:
      target_ts: tensors, in any structure.
      replacement_ts: tensor -> what takes its place.

    Raises:
      ValueError: the targets do not depend on any of the tensors.
    """
    targets = flat(target_ts)
    graph = targets[0].graph
    seeds = list(replacement_ts)
    ops = get_walks_intersection_ops(seeds, targets, control_ios=ControlOutputs(graph))
    if not ops:
        raise ValueError("Targets and replacements are not connected!")
    _, info = copy_with_input_replacements(ops, dict(replacement_ts), None, dst_scope, src_scope, reuse_dst_scope)
    single = isinstance(target_ts, Tensor)
    found = [info.transformed(t, lambda original: original) for t in targets]
    return found[0] if single else nest.pack_sequence_as(target_ts, found)
