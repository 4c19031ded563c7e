"""MetaGraphs: a graph with its collections, so that a program that never saw the code can go on with it."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable, Iterable
from typing import Any

from google.protobuf import text_format
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.message import DecodeError
from tensorboard.compat.proto.graph_pb2 import GraphDef
from tensorboard.compat.proto.meta_graph_pb2 import CollectionDef, MetaGraphDef
from tensorboard.compat.proto.op_def_pb2 import OpList
from tensorboard.compat.proto.saver_pb2 import SaverDef

from ..formats.safe_files import written_whole
from ..graph import gradient_nodes, op_definitions
from ..graph.default_graph import get_default_graph
from ..graph.graph import Graph, GraphKeys
from ..graph.importing import import_nodes
from ..graph.proto_functions import get_collection_proto_type, get_from_proto_function, get_to_proto_function
from ..graph.public import TABLE, public
from ..graph.scope_prefixes import prepend_name_scope, strip_name_scope
from ..graph.sub_graphs import node_of
from ..variables.listing import all_saveable_objects
from .checkpoint_management import log

_UNBOUND = "$unbound_inputs_"
_UNBOUND_COLLECTION = "unbound_inputs"
#: of what Savers are made
_SAVER_OPS = frozenset({"SaveV2", "SaveSlices", "Save", "RestoreV2", "RestoreSlice", "Restore", "MergeV2Checkpoints"})
#: collections whose items are variables; one variable in several of them is one object again
_VARIABLE_COLLECTIONS = frozenset(
    {
        GraphKeys.GLOBAL_VARIABLES,
        GraphKeys.LOCAL_VARIABLES,
        GraphKeys.METRIC_VARIABLES,
        GraphKeys.MODEL_VARIABLES,
        GraphKeys.MOVING_AVERAGE_VARIABLES,
        GraphKeys.TRAINABLE_VARIABLES,
        GraphKeys.GLOBAL_STEP,
    }
)


# -- which ops, which attributes ----------------------------------------------------------
@public("python.framework.meta_graph.ops_used_by_graph_def")
def ops_used_by_graph_def(graph_def: Any) -> set[str]:
    """The op types in a GraphDef, functions that are called included."""
    functions = {f.signature.name: f for f in graph_def.library.function}
    used: set[str] = set()
    todo = [graph_def.node, *(f.node_def for f in functions.values())]
    for nodes in todo:
        used.update(n.op for n in nodes)
    return used - set(functions)


@public("python.framework.meta_graph.stripped_op_list_for_graph")
def stripped_op_list_for_graph(graph_def: Any) -> OpList:
    """The definitions of the ops in a GraphDef, sorted by name."""
    out = OpList()
    for name in sorted(ops_used_by_graph_def(graph_def)):
        op_def = op_definitions.definition(name)
        if op_def is not None:
            out.op.add().CopyFrom(op_def)
    return out


@public("python.framework.meta_graph.strip_graph_default_valued_attrs")
def strip_graph_default_valued_attrs(meta_graph_def: Any) -> None:
    """Removes the attributes that have their op's default value, and says so in the MetaGraphDef."""
    nodes = [*meta_graph_def.graph_def.node, *(n for f in meta_graph_def.graph_def.library.function for n in f.node_def)]
    for node in nodes:
        op_def = op_definitions.definition(node.op)
        for attr in op_def.attr if op_def is not None else ():
            if attr.name in node.attr and attr.HasField("default_value") and node.attr[attr.name] == attr.default_value:
                del node.attr[attr.name]
    meta_graph_def.meta_info_def.stripped_default_attrs = True


# -- collections ----------------------------------------------------------------------------
def _name_of(item: Any) -> str | None:
    return item if isinstance(item, str) else getattr(item, "name", None)


def _included(item: Any, export_scope: str | None, excluded: frozenset[str]) -> bool:
    """Whether an item of a collection, or a node, belongs to what is exported."""
    name = _name_of(item)
    if not isinstance(name, str):
        return True
    return node_of(name) not in excluded and (not export_scope or name.startswith(export_scope))


@public("python.framework.meta_graph.add_collection_def")
def add_collection_def(
    meta_graph_def: Any,
    key: str,
    graph: Graph | None = None,
    export_scope: str | None = None,
    exclude_nodes: Iterable[str] | None = None,
    override_contents: Any = None,
) -> None:
    """Adds a collection to a MetaGraphDef; what cannot be written is left out with a warning."""
    if graph is not None and not isinstance(graph, Graph):
        raise TypeError("graph must be of type Graph, not %s" % type(graph))
    if not isinstance(key, (str, bytes)):
        log("warning", "Only collections with string type keys can be serialized. This key has %s", type(key))
        return
    graph = graph or get_default_graph()
    items = override_contents if override_contents else graph.get_collection(key)
    items = [i for i in items if _included(i, export_scope, frozenset(exclude_nodes or ()))]
    if not items:
        return
    try:
        found = _collection_def(key, items, export_scope)
    except Exception as error:
        log("warning", "Issue encountered when serializing %s.\nType is unsupported, or the types of the items don't match field type in "
            "CollectionDef. Note this is a warning and probably safe to ignore.\n%s", key, error)  # fmt: skip
        meta_graph_def.collection_def.pop(key, None)
        return
    meta_graph_def.collection_def[key].CopyFrom(found)


def _collection_def(key: str, items: list[Any], export_scope: str | None) -> CollectionDef:
    out = CollectionDef()
    to_proto = get_to_proto_function(key)
    if to_proto is not None:
        out.bytes_list.SetInParent()
        protos = (to_proto(item, export_scope=export_scope) for item in items)
        out.bytes_list.value.extend(p.SerializeToString() for p in protos if p is not None)
        return out
    first = items[0]
    if isinstance(first, (str, bytes)):
        if not all(isinstance(i, (str, bytes)) for i in items):
            raise TypeError(f"expected strings, got {items}")
        out.bytes_list.value.extend(i.encode() if isinstance(i, str) else i for i in items)
    elif isinstance(first, AnyMessage):
        out.any_list.value.extend(items)
    elif isinstance(first, int):
        out.int64_list.value.extend(map(int, items))
    elif isinstance(first, float):
        out.float_list.value.extend(items)
    else:
        out.node_list.value.extend(strip_name_scope(i.name, export_scope) for i in items)
    return out


# -- export -----------------------------------------------------------------------------------
@public("python.framework.meta_graph.create_meta_graph_def")
def create_meta_graph_def(
    meta_info_def: Any = None,
    graph_def: Any = None,
    saver_def: Any = None,
    collection_list: Any = None,
    graph: Graph | None = None,
    export_scope: str | None = None,
    exclude_nodes: Iterable[str] | None = None,
    clear_extraneous_savers: bool = False,
    strip_default_attrs: bool = False,
) -> MetaGraphDef:
    """A MetaGraphDef of a GraphDef (the graph's if None) and of the graph's collections.

    Raises:
      TypeError: an argument is not of its type.
    """
    for name, value, kind in (
        ("meta_info_def", meta_info_def, MetaGraphDef.MetaInfoDef),
        ("graph_def", graph_def, GraphDef),
        ("saver_def", saver_def, SaverDef),
    ):
        if value is not None and not isinstance(value, kind):
            raise TypeError(f"{name} must be of type {kind.__name__}, not %s", type(value))
    graph = graph or get_default_graph()
    out = MetaGraphDef()
    if meta_info_def is not None:
        out.meta_info_def.MergeFrom(meta_info_def)
    out.meta_info_def.tensorflow_version = TABLE["version.VERSION"]
    out.meta_info_def.tensorflow_git_version = TABLE["version.GIT_VERSION"]
    out.graph_def.MergeFrom(graph.as_graph_def(add_shapes=True) if graph_def is None else graph_def)
    if not out.meta_info_def.stripped_op_list.op:
        out.meta_info_def.stripped_op_list.MergeFrom(stripped_op_list_for_graph(out.graph_def))
    out.meta_info_def.stripped_op_list.SetInParent()
    if strip_default_attrs:
        strip_graph_default_valued_attrs(out)
    if saver_def is not None:
        out.saver_def.MergeFrom(saver_def)
    excluded = frozenset(exclude_nodes or ())
    for key in graph.get_all_collection_keys() if collection_list is None else collection_list:
        add_collection_def(out, key, graph=graph, export_scope=export_scope, exclude_nodes=excluded)
    return out


@public("python.framework.meta_graph.export_scoped_meta_graph")
def export_scoped_meta_graph(
    filename: Any = None,
    graph_def: Any = None,
    graph: Graph | None = None,
    export_scope: str | None = None,
    as_text: bool = False,
    unbound_inputs_col_name: str = _UNBOUND_COLLECTION,
    clear_devices: bool = False,
    saver_def: Any = None,
    clear_extraneous_savers: bool = False,
    strip_default_attrs: bool = False,
    save_debug_info: bool = False,
    **kwargs: Any,
) -> tuple[MetaGraphDef, dict[str, Any]]:
    """(a MetaGraphDef of the graph or of one name scope of it, the variables in it by name).

    What a scope takes from outside becomes an input `$unbound_inputs_NAME`, to be given when it is imported.
    """
    graph = graph or get_default_graph()
    excluded: frozenset[str] = frozenset()
    unbound: dict[str, None] = {}
    variables: dict[str, Any] = {}
    if graph_def is None:
        graph_def = graph.as_graph_def(add_shapes=True)
    if clear_extraneous_savers:
        excluded = _extraneous_saver_nodes(graph_def, saver_def)
    if export_scope or clear_extraneous_savers or clear_devices:
        graph_def = _part_of(graph_def, export_scope, excluded, clear_devices, unbound)
        if unbound:
            # The collection goes out with the others.
            graph.clear_collection(unbound_inputs_col_name)
            for name in unbound:
                graph.add_to_collection(unbound_inputs_col_name, name)
    for v in graph.get_collection(GraphKeys.GLOBAL_VARIABLES, scope=export_scope):
        if _included(v, export_scope, excluded):
            variables[strip_name_scope(v.name, export_scope)] = v
    meta_graph_def = create_meta_graph_def(
        graph_def=graph_def,
        graph=graph,
        export_scope=export_scope,
        exclude_nodes=excluded,
        clear_extraneous_savers=clear_extraneous_savers,
        saver_def=saver_def,
        strip_default_attrs=strip_default_attrs,
        **kwargs,
    )
    if unbound:
        # Its names are no names of this scope.
        meta_graph_def.collection_def[unbound_inputs_col_name].Clear()
        meta_graph_def.collection_def[unbound_inputs_col_name].bytes_list.value.extend(n.encode() for n in unbound)
    if filename:
        write_message(meta_graph_def, os.fspath(filename), as_text)
    return meta_graph_def, variables


def write_message(message: Any, path: str, as_text: bool) -> None:
    """Writes a message to a file, which appears whole; its folder is made if need be."""
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with written_whole(path) as file:
        file.write(text_format.MessageToString(message).encode() if as_text else message.SerializeToString())


def _part_of(
    graph_def: GraphDef, export_scope: str | None, excluded: frozenset[str], clear_devices: bool, unbound: dict[str, None]
) -> GraphDef:
    """The nodes of a scope, named as if it were the root; inputs from outside are noted in `unbound`."""
    out = GraphDef()
    out.versions.CopyFrom(graph_def.versions)
    out.library.MergeFrom(graph_def.library)
    for source in graph_def.node:
        if not _included(source.name, export_scope, excluded):
            continue
        node = out.node.add()
        node.CopyFrom(source)
        if clear_devices:
            node.device = ""
        if not export_scope:
            continue
        node.name = strip_name_scope(source.name, export_scope)
        for i, text in enumerate(source.input):
            if text.removeprefix("^").startswith(export_scope):
                node.input[i] = strip_name_scope(text, export_scope)
            elif text.startswith("^"):
                node.input[i] = f"^{_UNBOUND}{text[1:]}"
            else:
                node.input[i] = _UNBOUND + text
                unbound.setdefault(node.input[i])
        if "_class" in node.attr:
            groups = [s.decode() for s in node.attr["_class"].list.s]
            inside = [g for g in groups if g.partition("@")[2].startswith(export_scope)]
            node.attr["_class"].list.s[:] = [strip_name_scope(g, export_scope).encode() for g in inside]
        if source.op in ("Enter", "RefEnter"):
            node.attr["frame_name"].s = strip_name_scope(source.attr["frame_name"].s.decode(), export_scope).encode()
        if source.op == gradient_nodes.EXPORTED:
            gradient_nodes.strip_scope(node, export_scope.rstrip("/") + "/")
    return out


def _extraneous_saver_nodes(graph_def: GraphDef, saver_def: Any) -> frozenset[str]:
    """The nodes of all Savers but the one that `saver_def` describes."""
    scopes = {n.name.rpartition("/")[0] for n in graph_def.node if n.op in _SAVER_OPS}
    if saver_def is not None:
        kept = {node_of(n).rpartition("/")[0] for n in (saver_def.save_tensor_name, saver_def.restore_op_name)}
        scopes = {s for s in scopes if not any(s == k or s.startswith(k + "/") for k in kept)}
    return frozenset(n.name for n in graph_def.node if any(n.name.startswith(s + "/") for s in scopes if s))


@public("train.export_meta_graph")
def export_meta_graph(
    filename: Any = None,
    meta_info_def: Any = None,
    graph_def: Any = None,
    saver_def: Any = None,
    collection_list: Any = None,
    as_text: bool = False,
    graph: Graph | None = None,
    export_scope: str | None = None,
    clear_devices: bool = False,
    clear_extraneous_savers: bool = False,
    strip_default_attrs: bool = False,
    save_debug_info: bool = False,
    **kwargs: Any,
) -> MetaGraphDef:
    """The graph with its collections as a MetaGraphDef, written to `filename` if that is given.

    Args:
      meta_info_def: what to say of the MetaGraph: its tags and version.
      graph_def: in place of the graph's.
      saver_def: the Saver to name in it.
      collection_list: the collections to write, all if None.
      as_text: writes text.
      export_scope: writes that name scope alone; what it takes from outside must be given when it is imported.
      clear_devices: leaves out devices.
      clear_extraneous_savers: leaves out the nodes of all Savers but that of `saver_def`.
      strip_default_attrs: leaves out attributes with their op's default values.

    Raises:
      TypeError: an argument is not of its type.
    """
    meta_graph_def, _ = export_scoped_meta_graph(
        filename=filename,
        meta_info_def=meta_info_def,
        graph_def=graph_def,
        saver_def=saver_def,
        collection_list=collection_list,
        as_text=as_text,
        graph=graph,
        export_scope=export_scope,
        clear_devices=clear_devices,
        clear_extraneous_savers=clear_extraneous_savers,
        strip_default_attrs=strip_default_attrs,
        save_debug_info=save_debug_info,
        **kwargs,
    )
    return meta_graph_def


# -- import -----------------------------------------------------------------------------------
@public("python.framework.meta_graph.read_meta_graph_file")
def read_meta_graph_file(filename: Any) -> MetaGraphDef:
    """The MetaGraphDef in a file, which is bytes or text. Raises OSError if there is none, or it cannot be read."""
    return read_message(MetaGraphDef(), filename)


def read_message(message: Any, filename: Any) -> Any:
    """The message in a file of bytes or text."""
    try:
        path = os.fsdecode(filename)
    except TypeError:
        raise TypeError(f"Expected binary or unicode string, got {filename!r}") from None
    if not os.path.exists(path):
        raise OSError(f"File {path} does not exist.")
    with open(path, "rb") as file:
        data = file.read()
    try:
        message.ParseFromString(data)
        return message
    except DecodeError:
        message.Clear()
    try:
        return text_format.Merge(data.decode(), message)
    except (text_format.ParseError, UnicodeDecodeError) as error:
        raise OSError(f"Cannot parse file {path}: {error}.") from None


@public("python.framework.meta_graph.import_scoped_meta_graph")
def import_scoped_meta_graph(
    meta_graph_or_file: Any,
    clear_devices: bool = False,
    graph: Graph | None = None,
    import_scope: str | None = None,
    input_map: dict[str, Any] | None = None,
    unbound_inputs_col_name: str = _UNBOUND_COLLECTION,
    restore_collections_predicate: Callable[[str], bool] = lambda key: True,
) -> dict[str, Any]:
    """Adds a MetaGraph to the graph; the variables that came with it, by their names in the MetaGraph."""
    return import_scoped_meta_graph_with_return_elements(
        meta_graph_or_file, clear_devices, graph, import_scope, input_map, unbound_inputs_col_name, restore_collections_predicate
    )[0]


@public("python.framework.meta_graph.import_scoped_meta_graph_with_return_elements")
def import_scoped_meta_graph_with_return_elements(
    meta_graph_or_file: Any,
    clear_devices: bool = False,
    graph: Graph | None = None,
    import_scope: str | None = None,
    input_map: dict[str, Any] | None = None,
    unbound_inputs_col_name: str = _UNBOUND_COLLECTION,
    restore_collections_predicate: Callable[[str], bool] = lambda key: True,
    return_elements: Any = None,
) -> tuple[dict[str, Any], list[Any] | None]:
    """(the variables that came with a MetaGraph, by their names in it; the elements asked for).

    Raises:
      ValueError: the MetaGraph has inputs that `input_map` does not give.
      OSError: the file does not exist or holds no MetaGraph.
    """
    variables, elements, _ = _import(
        meta_graph_or_file,
        clear_devices,
        graph,
        import_scope,
        input_map,
        unbound_inputs_col_name,
        restore_collections_predicate,
        return_elements,
    )
    return variables, elements


def _import(
    meta_graph_or_file: Any,
    clear_devices: bool,
    graph: Graph | None,
    import_scope: str | None,
    input_map: dict[str, Any] | None,
    unbound_inputs_col_name: str,
    restore_collections_predicate: Callable[[str], bool],
    return_elements: Any,
) -> tuple[dict[str, Any], list[Any] | None, str]:
    meta_graph_def = _meta_graph_of(meta_graph_or_file)
    if unbound_inputs_col_name and unbound_inputs_col_name in meta_graph_def.collection_def:
        names = [n.decode() for n in meta_graph_def.collection_def[unbound_inputs_col_name].bytes_list.value]
        missing = [n for n in names if n not in (input_map or {})]
        if missing:
            raise ValueError(f"Graph contains unbound inputs: {','.join(missing)}. Must provide these inputs through input_map.")
    graph = graph or get_default_graph()
    with graph.as_default():
        graph_def = meta_graph_def.graph_def
        if clear_devices:
            graph_def = copy.deepcopy(graph_def)
            for node in graph_def.node:
                node.device = ""
        prefix = graph.unique_name(import_scope or "", mark_as_used=False)
        elements = import_nodes(
            graph_def, input_map, return_elements, import_scope or prefix, meta_graph_def.meta_info_def.stripped_op_list
        )
        _restore_collections(graph, meta_graph_def, prefix, unbound_inputs_col_name, restore_collections_predicate)
        inside = prefix.rstrip("/") + "/" if prefix else ""
        variables = {v.name[len(inside) :]: v for v in graph.get_collection(GraphKeys.GLOBAL_VARIABLES) if v.name.startswith(inside)}
    return variables, elements, prefix


def _meta_graph_of(meta_graph_or_file: Any) -> MetaGraphDef:
    if isinstance(meta_graph_or_file, MetaGraphDef):
        return meta_graph_or_file
    if type(meta_graph_or_file).__name__ == "MetaGraphDef":
        # A message of the same kind from another package.
        return MetaGraphDef.FromString(meta_graph_or_file.SerializeToString())
    return read_meta_graph_file(meta_graph_or_file)


def _restore_collections(
    graph: Graph, meta_graph_def: MetaGraphDef, prefix: str, unbound_inputs_col_name: str, wanted: Callable[[str], bool]
) -> None:
    same: dict[bytes, Any] = {}
    for key, found in sorted(meta_graph_def.collection_def.items()):
        if key == unbound_inputs_col_name or not wanted(key):
            continue
        kind = found.WhichOneof("kind")
        if kind is None:
            log("error", "Cannot identify data type for collection %s. Skipping.", key)
            continue
        from_proto = get_from_proto_function(key)
        if from_proto is not None and kind == "bytes_list":
            proto_type = get_collection_proto_type(key)
            for data in found.bytes_list.value:
                item = same.get(data) if key in _VARIABLE_COLLECTIONS else None
                if item is None:
                    item = from_proto(proto_type.FromString(data), import_scope=prefix)
                    if key in _VARIABLE_COLLECTIONS:
                        same[data] = item
                graph.add_to_collection(key, item)
            continue
        values = getattr(found, kind).value
        if kind == "node_list":
            for name in values:
                graph.add_to_collection(key, graph.as_graph_element(prepend_name_scope(name, prefix)))
        elif kind == "int64_list":
            for number in values:
                graph.add_to_collection(key, int(number))
        else:
            for value in values:
                text = prefix and isinstance(value, bytes)
                graph.add_to_collection(key, prepend_name_scope(value.decode(), prefix) if text else value)


@public("train.import_meta_graph")
def import_meta_graph(meta_graph_or_file: Any, clear_devices: bool = False, import_scope: str | None = None, **kwargs: Any) -> Any:
    """Adds a MetaGraph (a MetaGraphDef or the name of a file) to the default graph.

    Args:
      clear_devices: leaves out devices.
      import_scope: the name scope it goes into, made unique.
      kwargs: input_map, return_elements, restore_collections_predicate (a function of a collection's name), graph, unbound_inputs_col_name.

    Returns:
      The Saver it describes, or one of all variables; None if there are no variables.

    Raises:
      ValueError: it has inputs that are not given.
      OSError: there is no such file, or it holds no MetaGraph.
    """
    return import_meta_graph_with_return_elements(meta_graph_or_file, clear_devices, import_scope, **kwargs)[0]


@public("python.training.saver._import_meta_graph_with_return_elements")
def import_meta_graph_with_return_elements(
    meta_graph_or_file: Any,
    clear_devices: bool = False,
    import_scope: str | None = None,
    graph: Graph | None = None,
    input_map: dict[str, Any] | None = None,
    unbound_inputs_col_name: str = _UNBOUND_COLLECTION,
    restore_collections_predicate: Callable[[str], bool] = lambda key: True,
    return_elements: Any = None,
) -> tuple[Any, list[Any] | None]:
    """(Saver, elements): as `import_meta_graph`, with the elements asked for."""
    from .saver import Saver

    meta_graph_def = _meta_graph_of(meta_graph_or_file)
    _, elements, prefix = _import(
        meta_graph_def,
        clear_devices,
        graph,
        import_scope,
        input_map,
        unbound_inputs_col_name,
        restore_collections_predicate,
        return_elements,
    )
    with (graph or get_default_graph()).as_default():
        if meta_graph_def.HasField("saver_def"):
            saver_def = SaverDef()
            saver_def.CopyFrom(meta_graph_def.saver_def)
            return Saver(saver_def=saver_def, name=prefix), elements
        if all_saveable_objects(scope=import_scope):
            # The variables came without a Saver.
            return Saver(), elements
    log("info", "Saver not created because there are no variables in the graph to restore")
    return None, elements


@public("python.framework.meta_graph.copy_scoped_meta_graph")
def copy_scoped_meta_graph(
    from_scope: str, to_scope: str, from_graph: Graph | None = None, to_graph: Graph | None = None
) -> dict[str, Any]:
    """Copies a name scope into another one, or into another graph; the new variables by their names in the scope.

    Raises:
      ValueError: the scopes are the same in one graph.
    """
    from_graph, to_graph = from_graph or get_default_graph(), to_graph or get_default_graph()
    if from_graph is to_graph and from_scope == to_scope:
        raise ValueError("'from_scope' and 'to_scope' need to be different when performing copy in the same graph.")
    meta_graph_def, _ = export_scoped_meta_graph(export_scope=from_scope, graph=from_graph)
    return import_scoped_meta_graph(meta_graph_def, graph=to_graph, import_scope=to_scope)
