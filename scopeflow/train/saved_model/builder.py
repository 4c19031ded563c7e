"""Writing SavedModels."""

from __future__ import annotations

import filecmp
import os
import shutil
from collections.abc import Iterable
from typing import Any

from google.protobuf.any_pb2 import Any as AnyMessage
from tensorboard.compat.proto.meta_graph_pb2 import AssetFileDef, MetaGraphDef

from ...formats.saved_model_messages import SavedModel
from ...graph import dtypes
from ...graph.default_graph import get_default_graph
from ...graph.operation import Operation, Tensor
from ...graph.public import public
from ...variables.listing import all_saveable_objects
from ..checkpoint_management import log
from ..meta_graph import write_message
from ..saver import Saver
from . import constants as names
from .signatures import build_tensor_info, predict_signature_def

_ASSET_URL = "type.googleapis.com/tensorflow.AssetFileDef"


@public("saved_model.Builder", "saved_model.builder.SavedModelBuilder")
class SavedModelBuilder:
    """Writes a SavedModel to a folder, which must be empty or not exist: graphs, of which the first comes with the variables.

    Raises:
      AssertionError: there is something in the folder.
    """

    def __init__(self, export_dir: Any):
        self._saved_model = SavedModel(saved_model_schema_version=names.SAVED_MODEL_SCHEMA_VERSION)
        self._export_dir = os.fsdecode(export_dir)
        self._has_saved_variables = False
        if os.path.isdir(self._export_dir):
            if os.listdir(self._export_dir):
                raise AssertionError(
                    "Export directory already exists, and isn't empty. Please choose a different export directory, or delete all the "
                    f"contents of the specified directory: {self._export_dir}"
                )
        else:
            os.makedirs(self._export_dir)

    def add_meta_graph_and_variables(
        self,
        sess: Any,
        tags: Iterable[str],
        signature_def_map: Any = None,
        assets_collection: Any = None,
        legacy_init_op: Any = None,
        clear_devices: bool = False,
        main_op: Any = None,
        strip_default_attrs: bool = False,
        saver: Any = None,
    ) -> None:
        """Adds the default graph, and writes the session's variables.

        Args:
          tags: by which the graph is found, such as "serve".
          signature_def_map: name -> signature.
          assets_collection: string constants that hold the paths of files to take along.
          main_op, legacy_init_op: an op to run when the model is loaded.
          clear_devices: leaves out devices.
          strip_default_attrs: leaves out attributes with default values.
          saver: writes the variables; one of all variables if None.

        Raises:
          AssertionError: variables have been written already, or a signature is not complete.
          TypeError: an argument is not of its type.
          ValueError: the graph has a main op already.
        """
        if self._has_saved_variables:
            raise AssertionError(
                "Graph state including variables and assets has already been saved. Please invoke `add_meta_graph()` instead."
            )
        signature_def_map = signature_def_map or {}
        _require_complete(signature_def_map)
        self._add_collections(assets_collection, main_op or legacy_init_op)
        folder = os.path.join(self._export_dir, names.VARIABLES_DIRECTORY)
        os.makedirs(folder, exist_ok=True)
        saver = _saver_or_new(saver)
        saver.save(sess, os.path.join(folder, names.VARIABLES_FILENAME), write_meta_graph=False, write_state=False)
        self._add(saver, tags, signature_def_map, clear_devices, strip_default_attrs)
        self._has_saved_variables = True

    def add_meta_graph(
        self,
        tags: Iterable[str],
        signature_def_map: Any = None,
        assets_collection: Any = None,
        legacy_init_op: Any = None,
        clear_devices: bool = False,
        main_op: Any = None,
        strip_default_attrs: bool = False,
        saver: Any = None,
    ) -> None:
        """Adds the default graph, for the variables that were written before. Arguments as those of `add_meta_graph_and_variables`."""
        if not self._has_saved_variables:
            raise AssertionError(
                "Graph state including variables and assets has not been saved yet. Please invoke `add_meta_graph_and_variables()` first."
            )
        signature_def_map = signature_def_map or {}
        _require_complete(signature_def_map)
        self._add_collections(assets_collection, main_op or legacy_init_op)
        self._add(_saver_or_new(saver), tags, signature_def_map, clear_devices, strip_default_attrs)

    def save(self, as_text: bool = False) -> bytes:
        """Writes saved_model.pb, or with `as_text` saved_model.pbtxt; its path."""
        path = os.path.join(self._export_dir, names.SAVED_MODEL_FILENAME_PBTXT if as_text else names.SAVED_MODEL_FILENAME_PB)
        write_message(self._saved_model, path, as_text)
        log("info", "SavedModel written to: %s", path)
        return os.fsencode(path)

    # -- parts ------------------------------------------------------------------------
    def _add(self, saver: Saver, tags: Iterable[str], signature_def_map: Any, clear_devices: bool, strip_default_attrs: bool) -> None:
        meta_graph_def: MetaGraphDef = saver.export_meta_graph(clear_devices=clear_devices, strip_default_attrs=strip_default_attrs)
        meta_graph_def.meta_info_def.tags.extend(tags)
        for key, signature in signature_def_map.items():
            meta_graph_def.signature_def[key].CopyFrom(signature)
        self._saved_model.meta_graphs.add().CopyFrom(meta_graph_def)

    def _add_collections(self, assets_collection: Any, main_op: Any) -> None:
        graph = get_default_graph()
        if main_op is not None:
            if not isinstance(main_op, Operation):
                raise TypeError(f"main_op needs to be an Operation: {main_op!r}")
            if graph.get_collection(names.MAIN_OP_KEY):
                raise ValueError(f"Graph already contains one or more main ops under the collection {names.MAIN_OP_KEY}.")
            graph.add_to_collection(names.MAIN_OP_KEY, main_op)
        self._save_assets(assets_collection)

    def _save_assets(self, assets_collection: Any) -> None:
        """Copies the files; where the loader finds them goes into a collection."""
        graph = get_default_graph()
        taken: dict[str, str] = {}
        for tensor in assets_collection or ():
            source = _path_in(tensor)
            name = _free_name(source, taken)
            taken[name] = source
            definition = AssetFileDef(filename=name, tensor_info=build_tensor_info(tensor))
            graph.add_to_collection(names.ASSETS_KEY, AnyMessage(type_url=_ASSET_URL, value=definition.SerializeToString()))
        if not taken:
            log("info", "No assets to save." if assets_collection is None else "No assets to write.")
            return
        folder = os.path.join(self._export_dir, names.ASSETS_DIRECTORY)
        os.makedirs(folder, exist_ok=True)
        for name, source in taken.items():
            target = os.path.join(folder, name)
            if os.path.abspath(source) != os.path.abspath(target):
                shutil.copyfile(source, target)
        log("info", "Assets written to: %s", folder)


def _saver_or_new(saver: Any) -> Any:
    # Like that of the reference: in shards, which a single device makes one.
    return Saver(all_saveable_objects(), sharded=True, allow_empty=True) if saver is None else saver


def _require_complete(signature_def_map: Any) -> None:
    for signature in signature_def_map.values():
        for info in [*signature.inputs.values(), *signature.outputs.values()]:
            if info.WhichOneof("encoding") is None:
                raise AssertionError(
                    "All TensorInfo protos used in the SignatureDefs must have one of the 'encoding' fields (e.g., name or coo_sparse) "
                    f"set: {info}"
                )


def _path_in(tensor: Any) -> str:
    """The path that an asset's constant holds."""
    if not isinstance(tensor, Tensor):
        raise TypeError("Asset path tensor must be a Tensor.")
    if tensor.op.type != "Const":
        raise TypeError("Asset path tensor must be of type constant.")
    if tensor.dtype.base_dtype is not dtypes.string:
        raise TypeError("Asset path tensor must be of dtype string.")
    path = os.fsdecode(tensor.op.attrs["value"].ravel()[0])
    if not path:
        raise ValueError(f"Invalid asset filepath tensor {tensor}")
    return path


def _free_name(source: str, taken: dict[str, str]) -> str:
    """The file's name among the assets: with _1, _2, ... if another file has it already."""
    name = base = os.path.basename(source)
    n = 1
    while name in taken and taken[name] != source and not filecmp.cmp(taken[name], source, shallow=False):
        name = f"{base}_{n}"
        n += 1
    return name


@public("saved_model.simple_save")
def simple_save(session: Any, export_dir: Any, inputs: Any, outputs: Any, legacy_init_op: Any = None) -> None:
    """Writes the graph and the session's variables as a SavedModel for serving, with one signature.

    Args:
      session: the session whose variables to write.
      export_dir: a folder that is empty or does not exist.
      inputs, outputs: name -> tensor.
      legacy_init_op: an op to run when the model is loaded.
    """
    signatures = {names.DEFAULT_SERVING_SIGNATURE_DEF_KEY: predict_signature_def(inputs, outputs)}
    builder = SavedModelBuilder(export_dir)
    with session.graph.as_default():
        builder.add_meta_graph_and_variables(
            session,
            [names.SERVING],
            signature_def_map=signatures,
            assets_collection=get_default_graph().get_collection("asset_filepaths"),
            main_op=legacy_init_op,
            clear_devices=True,
        )
    builder.save()
