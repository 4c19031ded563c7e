"""Reading SavedModels."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from google.protobuf import text_format
from google.protobuf.message import DecodeError
from tensorboard.compat.proto.meta_graph_pb2 import AssetFileDef, MetaGraphDef

from ...formats.saved_model_messages import SavedModel, merge_text
from ...graph.default_graph import get_default_graph
from ...graph.operation import Operation
from ...graph.public import public
from ...graph.scope_prefixes import prepend_name_scope
from ..checkpoint_management import log
from ..meta_graph import import_meta_graph_with_return_elements
from . import constants as names


@public("python.saved_model.loader_impl.parse_saved_model")
def parse_saved_model(export_dir: Any) -> Any:
    """The SavedModel message in a folder. Raises OSError if there is none, or it cannot be read."""
    folder = os.fsdecode(export_dir)
    binary = os.path.join(folder, names.SAVED_MODEL_FILENAME_PB)
    text = os.path.join(folder, names.SAVED_MODEL_FILENAME_PBTXT)
    if os.path.exists(binary):
        with open(binary, "rb") as file:
            data = file.read()
        try:
            return SavedModel.FromString(data)
        except DecodeError as error:
            raise OSError(f"Cannot parse file {binary}: {error}.") from None
    if os.path.exists(text):
        with open(text, "rb") as file:
            data = file.read()
        try:
            return merge_text(data.decode(), SavedModel())
        except (text_format.ParseError, UnicodeDecodeError) as error:
            raise OSError(f"Cannot parse file {text}: {error}.") from None
    raise OSError(f"SavedModel file does not exist at: {folder}/{{{names.SAVED_MODEL_FILENAME_PBTXT}|{names.SAVED_MODEL_FILENAME_PB}}}")


@public("saved_model.contains_saved_model", "saved_model.loader.maybe_saved_model_directory", "saved_model.maybe_saved_model_directory")
def maybe_saved_model_directory(export_dir: Any) -> bool:
    """Whether a folder holds a SavedModel."""
    folder = os.fsdecode(export_dir)
    return any(os.path.exists(os.path.join(folder, n)) for n in (names.SAVED_MODEL_FILENAME_PB, names.SAVED_MODEL_FILENAME_PBTXT))


@public("saved_model.load", "saved_model.loader.load")
def load(sess: Any, tags: Iterable[str], export_dir: Any, import_scope: str | None = None, **saver_kwargs: Any) -> MetaGraphDef:
    """Adds a graph of a SavedModel to the session's graph, restores its variables and runs what initializes the rest.

    Args:
      sess: the session.
      tags: all tags of the graph.
      export_dir: the SavedModel's folder.
      import_scope: the name scope it goes into.
      saver_kwargs: of tf.train.import_meta_graph.

    Raises:
      RuntimeError: there is no graph with these tags.
      OSError: there is no SavedModel.
    """
    return SavedModelLoader(export_dir).load(sess, tags, import_scope, **saver_kwargs)


@public("python.saved_model.loader_impl.SavedModelLoader")
class SavedModelLoader:
    """Loads a SavedModel step by step."""

    def __init__(self, export_dir: Any):
        self._export_dir = os.fsdecode(export_dir)
        self._saved_model = parse_saved_model(export_dir)

    @property
    def export_dir(self) -> str:
        """The folder."""
        return self._export_dir

    @property
    def variables_path(self) -> str:
        """The checkpoint with the variables."""
        return os.path.join(self._export_dir, names.VARIABLES_DIRECTORY, names.VARIABLES_FILENAME)

    @property
    def saved_model(self) -> Any:
        """The SavedModel message."""
        return self._saved_model

    def get_meta_graph_def_from_tags(self, tags: Iterable[str]) -> MetaGraphDef:
        """The graph that has exactly these tags. Raises RuntimeError."""
        there = []
        for meta_graph_def in self._saved_model.meta_graphs:
            there.append(set(meta_graph_def.meta_info_def.tags))
            if there[-1] == set(tags):
                return meta_graph_def
        spelled = str(list(tags)).strip("[]") if not isinstance(tags, str) else tags
        raise RuntimeError(
            f"MetaGraphDef associated with tags {spelled} could not be found in SavedModel. To inspect available tag-sets in the "
            f"SavedModel, please use the SavedModel CLI: `saved_model_cli`\navailable_tags: {there}"
        )

    def load_graph(
        self, graph: Any, tags: Iterable[str], import_scope: str | None = None, **saver_kwargs: Any
    ) -> tuple[Any, list[Any] | None]:
        """Adds the graph with these tags to `graph`: (its Saver, elements asked for by `return_elements`)."""
        meta_graph_def = self.get_meta_graph_def_from_tags(tags)
        with graph.as_default():
            return import_meta_graph_with_return_elements(meta_graph_def, import_scope=import_scope, **saver_kwargs)

    def restore_variables(self, sess: Any, saver: Any, import_scope: str | None = None) -> None:
        """Restores the variables, if there are any."""
        with sess.graph.as_default():
            if saver is None:
                log("info", "The specified SavedModel has no variables; no checkpoints were restored.")
            else:
                saver.restore(sess, self.variables_path)

    def run_init_ops(self, sess: Any, tags: Iterable[str], import_scope: str | None = None) -> None:
        """Runs the op that initializes the rest, which sees the files that came along."""
        meta_graph_def = self.get_meta_graph_def_from_tags(tags)
        with sess.graph.as_default():
            op = get_init_op(meta_graph_def, import_scope)
            if op is not None:
                log("info", "Running local_init_op.")
                sess.run(op, get_asset_tensors(self._export_dir, meta_graph_def, import_scope))
                log("info", "Done running local_init_op.")

    def load(self, sess: Any, tags: Iterable[str], import_scope: str | None = None, **saver_kwargs: Any) -> MetaGraphDef:
        """All steps; the graph's message."""
        with sess.graph.as_default():
            saver, _ = self.load_graph(sess.graph, tags, import_scope, **saver_kwargs)
            self.restore_variables(sess, saver, import_scope)
            self.run_init_ops(sess, tags, import_scope)
        return self.get_meta_graph_def_from_tags(tags)


@public("python.saved_model.loader_impl.get_asset_tensors")
def get_asset_tensors(export_dir: Any, meta_graph_def_to_load: Any, import_scope: str | None = None) -> dict[str, str]:
    """Names of tensors that hold paths -> the files in this SavedModel."""
    definitions = list(meta_graph_def_to_load.asset_file_def)
    if not definitions and names.ASSETS_KEY in meta_graph_def_to_load.collection_def:
        found = meta_graph_def_to_load.collection_def[names.ASSETS_KEY].any_list.value
        definitions = [AssetFileDef.FromString(message.value) for message in found]
    folder = os.path.join(os.fsdecode(export_dir), names.ASSETS_DIRECTORY)
    return {prepend_name_scope(d.tensor_info.name, import_scope): os.path.join(folder, d.filename) for d in definitions}


@public("python.saved_model.loader_impl.get_init_op")
def get_init_op(meta_graph_def: Any, import_scope: str | None = None) -> Operation | None:
    """The op to run when a model is loaded, or None. Raises RuntimeError if there are several."""
    graph = get_default_graph()
    if names.INIT_OP_SIGNATURE_KEY in meta_graph_def.signature_def:
        info = meta_graph_def.signature_def[names.INIT_OP_SIGNATURE_KEY].outputs[names.INIT_OP_SIGNATURE_KEY]
        return graph.as_graph_element(prepend_name_scope(info.name, import_scope))
    for key in (names.MAIN_OP_KEY, names.LEGACY_INIT_OP_KEY):
        if key in meta_graph_def.collection_def:
            found = meta_graph_def.collection_def[key].node_list.value
            if len(found) != 1:
                raise RuntimeError(f"Expected exactly one op in collection {key}, found: {list(found)}")
            return graph.get_operation_by_name(prepend_name_scope(found[0], import_scope))
    return None
