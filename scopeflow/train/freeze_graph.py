"""freeze_graph: a graph and a checkpoint become one frozen graph in a file."""

from __future__ import annotations

import os
from typing import Any

from tensorboard.compat.proto.graph_pb2 import GraphDef
from tensorboard.compat.proto.meta_graph_pb2 import MetaGraphDef
from tensorboard.compat.proto.saver_pb2 import SaverDef

from ..graph.default_graph import get_default_graph
from ..graph.dtypes import as_dtype
from ..graph.importing import import_nodes
from ..graph.public import TABLE, public
from ..ops import state
from .checkpoint_management import checkpoint_exists_internal, log
from .freezing import convert_variables_to_constants
from .meta_graph import import_meta_graph, read_message
from .saved_model.loader import load
from .saver import Saver


@public("python.tools.freeze_graph.freeze_graph_with_def_protos")
def freeze_graph_with_def_protos(
    input_graph_def: Any,
    input_saver_def: Any,
    input_checkpoint: Any,
    output_node_names: str,
    restore_op_name: str | None,
    filename_tensor_name: str | None,
    output_graph: Any,
    clear_devices: bool,
    initializer_nodes: str,
    variable_names_whitelist: str = "",
    variable_names_blacklist: str = "",
    input_meta_graph_def: Any = None,
    input_saved_model_dir: Any = None,
    saved_model_tags: Any = None,
    checkpoint_version: int = 2,
) -> GraphDef:
    """The frozen graph of a GraphDef or MetaGraphDef and a checkpoint, or of a SavedModel, written to `output_graph` if that is given.

    Names are separated by commas; a GraphDef needs the nodes of its Saver (`restore_op_name`, `filename_tensor_name`) or none at all.

    Raises:
      ValueError: the checkpoint does not exist, or no output is named.
    """
    if not input_saved_model_dir and not checkpoint_exists_internal(os.fspath(input_checkpoint)):
        raise ValueError(f"Input checkpoint '{input_checkpoint}' doesn't exist!")
    if not output_node_names:
        raise ValueError("You need to supply the name of a node to --output_node_names.")
    given = input_meta_graph_def.graph_def if input_meta_graph_def is not None else input_graph_def
    if clear_devices and given is not None:
        for node in given.node:
            node.device = ""
    graph = get_default_graph()
    if input_graph_def is not None:
        import_nodes(input_graph_def, None, None, "")
    with TABLE["Session"](graph=graph) as session:
        if input_saver_def is not None:
            Saver(saver_def=input_saver_def).restore(session, input_checkpoint)
        elif input_meta_graph_def is not None:
            import_meta_graph(input_meta_graph_def, clear_devices=clear_devices).restore(session, input_checkpoint)
            given = given or graph.as_graph_def()
        elif input_saved_model_dir:
            given = load(session, saved_model_tags or ["serve"], input_saved_model_dir).graph_def
        elif restore_op_name and restore_op_name in graph._ops:
            session.run(restore_op_name, {filename_tensor_name: os.fspath(input_checkpoint)})
        else:
            _restore_without_saver(session, given, input_checkpoint)
        if initializer_nodes:
            session.run(initializer_nodes.replace(" ", "").split(","))
        out = convert_variables_to_constants(
            session,
            given,
            output_node_names.replace(" ", "").split(","),
            variable_names_whitelist.replace(" ", "").split(",") if variable_names_whitelist else None,
            variable_names_blacklist.replace(" ", "").split(",") if variable_names_blacklist else None,
        )
    if clear_devices:
        for node in out.node:
            node.device = ""
    if output_graph:
        with open(output_graph, "wb") as file:
            file.write(out.SerializeToString())
    log("info", "%d ops in the final graph.", len(out.node))
    return out


def _restore_without_saver(session: Any, graph_def: GraphDef, checkpoint: Any) -> None:
    """Gives the variables of a graph that came without a Saver the values that a checkpoint has under their names."""
    reader = TABLE["train.NewCheckpointReader"](os.fspath(checkpoint))
    saved = reader.get_variable_to_shape_map()
    for node in graph_def.node:
        if node.op in ("Variable", "VariableV2", "VarHandleOp") and node.name in saved:
            variable = session.graph.get_tensor_by_name(node.name + ":0")
            value = TABLE["placeholder"](as_dtype(node.attr["dtype"].type))
            if node.op == "VarHandleOp":
                session.run(state.assign_variable_op(variable, value), {value: reader.get_tensor(node.name)})
            else:
                session.run(state.assign(variable, value).op, {value: reader.get_tensor(node.name)})


@public("python.tools.freeze_graph.freeze_graph")
def freeze_graph(
    input_graph: Any,
    input_saver: Any,
    input_binary: bool,
    input_checkpoint: Any,
    output_node_names: str,
    restore_op_name: str | None,
    filename_tensor_name: str | None,
    output_graph: Any,
    clear_devices: bool,
    initializer_nodes: str,
    variable_names_whitelist: str = "",
    variable_names_blacklist: str = "",
    input_meta_graph: Any = None,
    input_saved_model_dir: Any = None,
    saved_model_tags: str = "serve",
    checkpoint_version: int = 2,
) -> GraphDef:
    """As `freeze_graph_with_def_protos`, with the graph, Saver or MetaGraph in files.

    Raises:
      OSError: a file does not exist.
      ValueError: the checkpoint does not exist, or no output is named.
    """

    def read(what: str, message: Any, path: Any) -> Any:
        if not os.path.exists(path):
            raise OSError(f"Input {what} file '{path}' does not exist!")
        return read_message(message, path)

    return freeze_graph_with_def_protos(
        read("graph", GraphDef(), input_graph) if input_graph else None,
        read("saver", SaverDef(), input_saver) if input_saver else None,
        input_checkpoint,
        output_node_names,
        restore_op_name,
        filename_tensor_name,
        output_graph,
        clear_devices,
        initializer_nodes,
        variable_names_whitelist,
        variable_names_blacklist,
        read("meta graph", MetaGraphDef(), input_meta_graph) if input_meta_graph else None,
        input_saved_model_dir,
        saved_model_tags.replace(" ", "").split(","),
        checkpoint_version,
    )
