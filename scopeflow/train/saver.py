"""tf.train.Saver: writes a session's variables to checkpoints and reads them back."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from typing import Any

from tensorboard.compat.proto.saver_pb2 import SaverDef

from ..graph import errors
from ..graph.default_graph import get_default_graph
from ..graph.graph import GraphKeys
from ..graph.proto_functions import register_proto_function
from ..graph.public import TABLE, public
from ..variables.listing import all_saveable_objects
from ..variables.variable import stripped, under
from .checkpoint_management import (
    checkpoint_exists_internal,
    get_checkpoint_mtimes,
    log,
    meta_graph_filename,
    remove_checkpoint,
    update_checkpoint_state_internal,
)
from .global_step import global_step as step_of
from .restoring import explained, object_names, require_fit
from .saver_builder import V2, BulkSaverBuilder


@public("train.Saver")
class Saver:
    """Writes variables to checkpoints, keeps the last few, and reads them back.

    Args:
      var_list: the variables (or SaveableObjects), in a list, or in a dictionary by the names to save them under; all saveable ones of the
        graph if None.
      reshape: lets restoring fit values of another shape with as many elements.
      sharded: writes a file for each device.
      max_to_keep: how many checkpoints to keep: older ones are removed; None or 0 keeps all.
      keep_checkpoint_every_n_hours: of those removed, one in so many hours is kept.
      name: of the scope of the nodes; "save" if None.
      restore_sequentially: accepted; the order makes no difference here.
      saver_def: names nodes that exist already, in place of building any.
      builder: adds the nodes.
      defer_build: waits for `build()`.
      allow_empty: lets a graph without variables have a Saver, which does nothing.
      write_version: of the checkpoints: tf.train.SaverDef.V1 or V2.
      pad_step_number: fills the step in file names up to eight digits.
      save_relative_paths: names the checkpoints in the state file relative to it, so that the folder can be moved.
      filename: used if the nodes run without a name being fed.

    Raises:
      TypeError: `var_list` is neither list nor dictionary, or holds something that cannot be saved.
      ValueError: there is nothing to save, or a name comes twice.
    """

    def __init__(
        self,
        var_list: Any = None,
        reshape: bool = False,
        sharded: bool = False,
        max_to_keep: int | None = 5,
        keep_checkpoint_every_n_hours: float = 10000.0,
        name: str | None = None,
        restore_sequentially: bool = False,
        saver_def: Any = None,
        builder: Any = None,
        defer_build: bool = False,
        allow_empty: bool = False,
        write_version: Any = V2,
        pad_step_number: bool = False,
        save_relative_paths: bool = False,
        filename: Any = None,
    ):
        if defer_build and var_list:
            raise ValueError("If `var_list` is provided then build cannot be deferred. Either set defer_build=False or var_list=None.")
        self._var_list = var_list
        self._reshape, self._sharded, self._max_to_keep = reshape, sharded, max_to_keep
        self._keep_checkpoint_every_n_hours = keep_checkpoint_every_n_hours
        self._name, self._restore_sequentially = name, restore_sequentially
        self.saver_def = saver_def
        self._builder = builder
        self._is_built = self._is_empty = False
        self._allow_empty, self._write_version, self._pad_step_number = allow_empty, write_version, pad_step_number
        self._filename = filename
        self._last_checkpoints: list[tuple[str, float]] = []
        self._checkpoints_to_be_deleted: list[tuple[str, float]] = []
        self._object_restore_saver: Saver | None = None
        self._save_relative_paths = save_relative_paths
        if not defer_build:
            self.build()
        if self.saver_def:
            self._check_saver_def()
            self._write_version = self.saver_def.version

    def build(self) -> None:
        """Adds the nodes, unless they exist. Raises ValueError if there is nothing to save."""
        self._build(self._filename, build_save=True, build_restore=True)

    def _build(self, checkpoint_path: Any, build_save: bool, build_restore: bool) -> None:
        if self._is_built:
            return
        self._is_built = True
        if self.saver_def is None or self._builder is not None:
            self._builder = self._builder or BulkSaverBuilder(self._write_version)
            if self._var_list is None:
                self._var_list = all_saveable_objects()
            if not self._var_list:
                if not self._allow_empty:
                    raise ValueError("No variables to save")
                self._is_empty = True
                return
            self.saver_def = self._builder._build_internal(
                self._var_list,
                reshape=self._reshape,
                sharded=self._sharded,
                max_to_keep=self._max_to_keep,
                keep_checkpoint_every_n_hours=self._keep_checkpoint_every_n_hours,
                name=self._name,
                restore_sequentially=self._restore_sequentially,
                filename=checkpoint_path,
                build_save=build_save,
                build_restore=build_restore,
            )
        elif self.saver_def and self._name:
            # The nodes were imported under a scope.
            for field in ("filename_tensor_name", "save_tensor_name", "restore_op_name"):
                setattr(self.saver_def, field, under(getattr(self.saver_def, field), self._name))
        self._check_saver_def()
        self._next_checkpoint_time = time.time() + self.saver_def.keep_checkpoint_every_n_hours * 3600

    def _check_saver_def(self) -> None:
        if not isinstance(self.saver_def, SaverDef):
            raise ValueError(f"saver_def must be a saver_pb2.SaverDef: {self.saver_def}")
        if not self.saver_def.save_tensor_name:
            raise ValueError(f"saver_def must specify the save_tensor_name: {self.saver_def}")
        if not self.saver_def.restore_op_name:
            raise ValueError(f"saver_def must specify the restore_op_name: {self.saver_def}")

    # -- the last checkpoints -----------------------------------------------------------
    @property
    def last_checkpoints(self) -> list[str]:
        """The names of the checkpoints that are kept, the oldest first."""
        return [name for name, _ in self._last_checkpoints]

    def set_last_checkpoints(self, last_checkpoints: Sequence[str]) -> None:
        """Says which checkpoints there are; their ages become unknown, so that none counts as old enough to be kept for good."""
        assert isinstance(last_checkpoints, list)
        self._last_checkpoints = [(s, float("inf")) for s in last_checkpoints]

    def set_last_checkpoints_with_time(self, last_checkpoints_with_time: Sequence[tuple[str, float]]) -> None:
        """Says which checkpoints there are, as pairs of name and time in seconds since 1970, the oldest first."""
        assert isinstance(last_checkpoints_with_time, list)
        self._last_checkpoints = last_checkpoints_with_time

    def recover_last_checkpoints(self, checkpoint_paths: Sequence[str]) -> None:
        """Takes over those of an earlier process, oldest first, with the times of their files; those that are gone are left out."""
        existing = [path for path in checkpoint_paths if checkpoint_exists_internal(path)]
        self.set_last_checkpoints_with_time(list(zip(existing, get_checkpoint_mtimes(existing))))

    def _record_last_checkpoint(self, latest: str) -> None:
        """Puts `latest` at the end of the list; what falls out at its start is to be removed."""
        if not self.saver_def.max_to_keep:
            return
        for pair in self._last_checkpoints:
            if pair[0] == latest:
                self._last_checkpoints.remove(pair)
                break
        self._last_checkpoints.append((latest, time.time()))
        if len(self._last_checkpoints) > self.saver_def.max_to_keep:
            self._checkpoints_to_be_deleted.append(self._last_checkpoints.pop(0))

    def _maybe_delete_old_checkpoints(self, meta_graph_suffix: str = "meta") -> None:
        if not self._checkpoints_to_be_deleted:
            return
        oldest = self._checkpoints_to_be_deleted.pop(0)
        # One in so many hours stays for good.
        if oldest[1] > self._next_checkpoint_time:
            self._next_checkpoint_time += self.saver_def.keep_checkpoint_every_n_hours * 3600
            return
        try:
            remove_checkpoint(oldest[0], self.saver_def.version, meta_graph_suffix)
        except errors.OpError as error:
            log("warning", "Ignoring: %s", error)

    # -- protos -------------------------------------------------------------------------
    def as_saver_def(self) -> Any:
        """The SaverDef."""
        return self.saver_def

    def to_proto(self, export_scope: str | None = None) -> Any:
        """The SaverDef, its names without `export_scope`; None if they are outside it."""
        if export_scope is None:
            return self.saver_def
        if not all(
            n.startswith(export_scope)
            for n in (self.saver_def.filename_tensor_name, self.saver_def.save_tensor_name, self.saver_def.restore_op_name)
        ):
            return None
        out = SaverDef()
        out.CopyFrom(self.saver_def)
        for field in ("filename_tensor_name", "save_tensor_name", "restore_op_name"):
            setattr(out, field, stripped(getattr(out, field), export_scope))
        return out

    @staticmethod
    def from_proto(saver_def: Any, import_scope: str | None = None) -> Saver:
        """The Saver whose nodes a SaverDef names, inside `import_scope`."""
        return Saver(saver_def=saver_def, name=import_scope)

    def export_meta_graph(
        self,
        filename: Any = None,
        collection_list: Any = None,
        as_text: bool = False,
        export_scope: str | None = None,
        clear_devices: bool = False,
        clear_extraneous_savers: bool = False,
        strip_default_attrs: bool = False,
        save_debug_info: bool = False,
    ) -> Any:
        """The graph, its collections and this Saver as a MetaGraphDef, written to `filename` if that is given."""
        return TABLE["train.export_meta_graph"](
            filename=filename,
            graph_def=get_default_graph().as_graph_def(add_shapes=True),
            saver_def=self.saver_def,
            collection_list=collection_list,
            as_text=as_text,
            export_scope=export_scope,
            clear_devices=clear_devices,
            clear_extraneous_savers=clear_extraneous_savers,
            strip_default_attrs=strip_default_attrs,
            save_debug_info=save_debug_info,
        )

    # -- saving and restoring -------------------------------------------------------------
    def save(
        self,
        sess: Any,
        save_path: Any,
        global_step: Any = None,
        latest_filename: str | None = None,
        meta_graph_suffix: str = "meta",
        write_meta_graph: bool = True,
        write_state: bool = True,
        strip_default_attrs: bool = False,
        save_debug_info: bool = False,
    ) -> str | None:
        """Writes a checkpoint, flushed to the disk before it appears, then the state file, then removes old checkpoints.

        Args:
          sess: the session whose variables to save.
          save_path: the checkpoint's name.
          global_step: a number (or a tensor of one) to add to the name.
          latest_filename: the state file; "checkpoint" if None.
          meta_graph_suffix: of the MetaGraph's file.
          write_meta_graph: writes that too.
          write_state: False leaves the state file, and the list of checkpoints, as they are.
          strip_default_attrs, save_debug_info: of the MetaGraph.

        Returns:
          The full name of the checkpoint; None if the Saver is empty.

        Raises:
          TypeError: `sess` is no session.
          ValueError: the state file would collide with the checkpoint, or the parent folder is missing.
          RuntimeError: the Saver is not built.
        """
        if not self._is_built:
            raise RuntimeError("`build()` should be called before save if defer_build==True")
        if latest_filename is None:
            latest_filename = "checkpoint"
        if self._write_version != V2:
            log("warning", "TensorFlow's V1 checkpoint format has been deprecated; V2 is what a Saver writes unless it is told otherwise.")
        if os.path.split(latest_filename)[0]:
            raise ValueError("'latest_filename' must not contain path components")
        save_path = os.fsdecode(save_path)
        if global_step is not None:
            number = int(global_step) if _is_integer(global_step) else step_of(sess, global_step)
            checkpoint_file = f"{save_path}-{number:08d}" if self._pad_step_number else f"{save_path}-{number}"
        else:
            checkpoint_file = save_path
            if os.path.basename(save_path) == latest_filename and not self._sharded:
                raise ValueError(f"'latest_filename' collides with 'save_path': '{latest_filename}' and '{save_path}'")
        if not hasattr(sess, "run") or not hasattr(sess, "graph"):
            raise TypeError(f"'sess' must be a Session; {sess}")
        folder = os.path.dirname(save_path)
        name = None
        if not self._is_empty:
            try:
                name = os.fsdecode(sess.run(self.saver_def.save_tensor_name, {self.saver_def.filename_tensor_name: checkpoint_file}))
                if write_state:
                    self._record_last_checkpoint(name)
                    update_checkpoint_state_internal(
                        save_dir=folder,
                        model_checkpoint_path=name,
                        all_model_checkpoint_paths=self.last_checkpoints,
                        latest_filename=latest_filename,
                        save_relative_paths=self._save_relative_paths,
                    )
                    self._maybe_delete_old_checkpoints(meta_graph_suffix=meta_graph_suffix)
            except (errors.FailedPreconditionError, errors.NotFoundError) as error:
                if folder and not os.path.isdir(folder):
                    raise ValueError(f"Parent directory of {save_path} doesn't exist, can't save.") from error
                raise
        if write_meta_graph and "train.export_meta_graph" in TABLE:
            with sess.graph.as_default():
                self.export_meta_graph(
                    meta_graph_filename(checkpoint_file, meta_graph_suffix),
                    strip_default_attrs=strip_default_attrs,
                    save_debug_info=save_debug_info,
                )
        return name

    def restore(self, sess: Any, save_path: Any) -> None:
        """Sets the variables to what a checkpoint holds; nothing changes unless all of them fit.

        Raises:
          ValueError: there is no such checkpoint.
          tf.errors.NotFoundError: it lacks some of the variables; the message lists all that is wrong, and the names that come nearest.
          tf.errors.InvalidArgumentError: shapes or types differ.
          tf.errors.DataLossError, tf.errors.OutOfRangeError: its files are damaged.
        """
        if self._is_empty:
            return
        if save_path is None:
            raise ValueError("Can't load save_path when it is None.")
        prefix = os.fsdecode(save_path)
        if not checkpoint_exists_internal(prefix):
            raise ValueError("The passed save_path is not a valid checkpoint: " + prefix)
        log("info", "Restoring parameters from %s", prefix)
        try:
            require_fit(sess.graph, self.saver_def, prefix)
            sess.run(self.saver_def.restore_op_name, {self.saver_def.filename_tensor_name: prefix})
        except errors.NotFoundError as error:
            keys = object_names(prefix)
            if keys is None:
                raise explained(error, "a Variable name or other graph key that is missing") from error
            log(
                "warning",
                "Restoring an object-based checkpoint using a name-based saver. This may be somewhat fragile, and will re-build the Saver. "
                "Instead, consider loading object-based checkpoints using tf.train.Checkpoint().",
            )
            self._object_restore_saver = saver_from_object_based_checkpoint(
                prefix, self._var_list, self._builder, keys, self._object_restore_saver
            )
            self._object_restore_saver.restore(sess, prefix)
        except errors.InvalidArgumentError as error:
            raise explained(error, "a mismatch between the current graph and the graph") from error

    # the names these have in the reference, which subclasses in programs use
    _RecordLastCheckpoint = _record_last_checkpoint
    _MaybeDeleteOldCheckpoints = _maybe_delete_old_checkpoints


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) or (hasattr(value, "dtype") and hasattr(value, "__index__") and not hasattr(value, "op"))


@public("python.training.saver.saver_from_object_based_checkpoint")
def saver_from_object_based_checkpoint(
    checkpoint_path: str,
    var_list: Any = None,
    builder: Any = None,
    names_to_keys: dict[str, str] | None = None,
    cached_saver: Saver | None = None,
) -> Saver:
    """A Saver that reads variables, by their names, from a checkpoint of tf.train.Checkpoint.

    Raises:
      ValueError: the checkpoint is not of that kind, or has no names for some of the variables.
    """
    from .saveable import validate_and_slice_inputs

    names_to_keys = object_names(checkpoint_path) if names_to_keys is None else names_to_keys
    if names_to_keys is None:
        raise ValueError(f"Checkpoint in {checkpoint_path} not an object-based checkpoint.")
    saveables = validate_and_slice_inputs(all_saveable_objects() if var_list is None else var_list)
    missing = sorted(s.name for s in saveables if s.name not in names_to_keys)
    if missing:
        extra = sorted(set(names_to_keys) - {s.name for s in saveables})
        raise errors.NotFoundError(
            None,
            None,
            "Attempting to load an object-based checkpoint using variable names. Some variables are missing from it: "
            f"{', '.join(missing)}. It has {len(extra)} more names than asked for: {', '.join(extra[:20])}",
        )
    for saveable in saveables:
        for spec in saveable.specs:
            spec.name = names_to_keys[saveable.name]
    if cached_saver is None:
        return Saver(saveables, builder=builder or BulkSaverBuilder())
    return cached_saver


@public("python.training.saver._get_saver_or_default")
def get_saver_or_default() -> Saver:
    """The graph's Saver in the collection of savers; made, and put there, if there is none.

    Raises:
      RuntimeError: there are several.
    """
    graph = get_default_graph()
    found = graph.get_collection(GraphKeys.SAVERS)
    if len(found) > 1:
        raise RuntimeError(
            f"More than one item in collection {GraphKeys.SAVERS}. Please indicate which one to use by passing it to the constructor."
        )
    if found:
        return found[0]
    saver = Saver(sharded=True, allow_empty=True)
    graph.add_to_collection(GraphKeys.SAVERS, saver)
    return saver


register_proto_function(GraphKeys.SAVERS, SaverDef, Saver.to_proto, Saver.from_proto)
