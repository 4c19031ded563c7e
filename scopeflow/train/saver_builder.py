"""The nodes of a Saver: those that write a checkpoint, and those that read one and assign the variables."""

from __future__ import annotations

import collections
import uuid
from collections.abc import Sequence
from typing import Any

from tensorboard.compat.proto.saver_pb2 import SaverDef

from ..graph.conversion import constant
from ..graph.default_graph import get_default_graph, name_scope
from ..graph.device import canonical_name
from ..graph.graph import Graph
from ..graph.operation import Operation, Tensor
from ..graph.public import export
from ..ops.checkpoint import merge_v2_checkpoints, restore_v2, save_slices, save_v2, sharded_filename, sharded_filespec
from ..ops.creation import placeholder_with_default
from ..ops.flow import group, identity, with_dependencies
from ..ops.shaping import shape
from ..ops.strings.joining import string_join
from ..variables.partitioned import PartitionedVariable
from . import saveable as saving
from .saveable import SaveableObject

V1, V2 = SaverDef.V1, SaverDef.V2


class BaseSaverBuilder:
    """Adds the nodes of a Saver to a graph; each part can be replaced in a subclass.

    Args:
      write_version: the version of the checkpoints it writes.
    """

    SaveSpec = saving.SaveSpec
    SaveableObject = saving.SaveableObject
    VariableSaveable = saving.ReferenceVariableSaveable
    ResourceVariableSaveable = saving.ResourceVariableSaveable

    def __init__(self, write_version: Any = V2):
        self._write_version = write_version

    def save_op(self, filename_tensor: Tensor, saveables: Sequence[SaveableObject]) -> Operation:
        """Writes all tensors of `saveables` to one checkpoint."""
        specs = [(s.name, s.slice_spec, s.tensor) for saveable in saveables for s in saveable.specs]
        names, slices, tensors = (list(column) for column in zip(*specs))
        if self._write_version == V1:
            return save_slices(filename_tensor, names, slices, tensors, name="save")
        if self._write_version == V2:
            return save_v2(filename_tensor, names, slices, tensors)
        raise RuntimeError(f"Unexpected write_version: {self._write_version}")

    def bulk_restore(
        self, filename_tensor: Tensor, saveables: Sequence[SaveableObject], preferred_shard: int, restore_sequentially: bool
    ) -> list[Tensor]:
        """Reads all tensors of `saveables`, one saveable at a time."""
        out: list[Tensor] = []
        graph = get_default_graph()
        for saveable in saveables:
            with graph.device(saving.set_cpu0(saveable.device) if saveable.device else None):
                out += self.restore_op(filename_tensor, saveable, preferred_shard)
        return out

    def restore_op(self, filename_tensor: Tensor, saveable: SaveableObject, preferred_shard: int) -> list[Tensor]:
        """Reads the tensors of one saveable object."""
        return [restore_v2(filename_tensor, [s.name], [s.slice_spec], [s.dtype.base_dtype])[0] for s in saveable.specs]

    def sharded_filename(self, filename_tensor: Tensor, shard: int, num_shards: Tensor) -> Tensor:
        """The name of one file of several."""
        return sharded_filename(filename_tensor, shard, num_shards)

    def _add_save(self, filename_tensor: Tensor, saveables: Sequence[SaveableObject]) -> Tensor:
        """The file name, once everything is written."""
        return with_dependencies([self.save_op(filename_tensor, saveables)], filename_tensor)

    def _add_sharded_save(self, filename_tensor: Tensor, per_device: list[tuple[str, list[SaveableObject]]]) -> Tensor:
        """The name of the checkpoint, once each device's variables are written and (in version 2) the parts put together."""
        graph = get_default_graph()
        merging = self._write_version == V2
        # Parts are written to a folder of their own, so that two saves never meet.
        prefix = string_join([filename_tensor, f"_temp_{uuid.uuid4().hex}/part"]) if merging else filename_tensor
        count = constant(len(per_device), name="num_shards")
        names, saves, device = [], [], ""
        for shard, (place, saveables) in enumerate(per_device):
            device = saving.set_cpu0(place) if merging else place
            with graph.device(device):
                names.append(self.sharded_filename(prefix, shard, count))
                saves.append(self._add_save(names[-1], saveables))
        with graph.control_dependencies([t.op for t in saves]):
            if not merging:
                return sharded_filespec(filename_tensor, count)
            with graph.device(device):
                merge = merge_v2_checkpoints(names, filename_tensor, delete_old_dirs=True)
                with graph.control_dependencies([merge]):
                    return identity(filename_tensor)

    def _add_restore(
        self,
        filename_tensor: Tensor,
        saveables: Sequence[SaveableObject],
        restore_sequentially: bool,
        reshape: bool,
        preferred_shard: int = -1,
        name: str = "restore_all",
    ) -> Operation:
        """Reads the tensors of all saveables and assigns them."""
        tensors = iter(self.bulk_restore(filename_tensor, saveables, preferred_shard, restore_sequentially))
        assigned = []
        for saveable in saveables:
            shapes = [_shape_of(s.tensor) for s in saveable.specs] if reshape else None
            assigned.append(saveable.restore([next(tensors) for _ in saveable.specs], shapes))
        return group(*assigned, name=name)

    def _add_sharded_restore(
        self, filename_tensor: Tensor, per_device: list[tuple[str, list[SaveableObject]]], restore_sequentially: bool, reshape: bool
    ) -> Operation:
        """Restores each device's variables there."""
        graph = get_default_graph()
        out = []
        for shard, (device, saveables) in enumerate(per_device):
            with graph.device(device):
                out.append(self._add_restore(filename_tensor, saveables, restore_sequentially, reshape, shard, "restore_shard"))
        return group(*out, name="restore_all")

    def build(
        self,
        names_to_saveables: Any,
        reshape: bool = False,
        sharded: bool = False,
        max_to_keep: int | None = 5,
        keep_checkpoint_every_n_hours: float = 10000.0,
        name: str | None = None,
        restore_sequentially: bool = False,
        filename: Any = "model",
    ) -> SaverDef:
        """Adds the nodes; gives the SaverDef that names them."""
        return self._build_internal(
            names_to_saveables, reshape, sharded, max_to_keep, keep_checkpoint_every_n_hours, name, restore_sequentially, filename
        )

    def _build_internal(
        self,
        names_to_saveables: Any,
        reshape: bool = False,
        sharded: bool = False,
        max_to_keep: int | None = 5,
        keep_checkpoint_every_n_hours: float = 10000.0,
        name: str | None = None,
        restore_sequentially: bool = False,
        filename: Any = "model",
        build_save: bool = True,
        build_restore: bool = True,
    ) -> SaverDef:
        if not (build_save and build_restore):
            raise ValueError("save and restore operations need to be built together  when eager execution is not enabled.")
        saveables = saving.validate_and_slice_inputs(names_to_saveables)
        with name_scope(name, "save", [s.op for s in saveables]):
            graph = get_default_graph()
            filename_tensor = placeholder_with_default(filename or "model", shape=(), name="filename")
            # Programs feed `save/Const:0`: older versions had a constant of that name.
            filename_tensor = placeholder_with_default(filename_tensor, shape=(), name="Const")
            if sharded:
                per_device = _by_device(saveables)
                save_tensor = self._add_sharded_save(filename_tensor, per_device)
                restore = self._add_sharded_restore(filename_tensor, per_device, restore_sequentially, reshape)
            else:
                save_tensor = self._add_save(filename_tensor, saveables)
                restore = self._add_restore(filename_tensor, saveables, restore_sequentially, reshape)
        _join_partitions(graph)
        return SaverDef(
            filename_tensor_name=filename_tensor.name,
            save_tensor_name=save_tensor.name,
            restore_op_name=restore.name,
            max_to_keep=max_to_keep or 0,
            sharded=sharded,
            keep_checkpoint_every_n_hours=keep_checkpoint_every_n_hours,
            version=self._write_version,
        )


class BulkSaverBuilder(BaseSaverBuilder):
    """Reads all variables by one op."""

    def bulk_restore(
        self, filename_tensor: Tensor, saveables: Sequence[SaveableObject], preferred_shard: int, restore_sequentially: bool
    ) -> list[Tensor]:
        """Reads all tensors of `saveables`."""
        specs = [(s.name, s.slice_spec, s.dtype.base_dtype) for saveable in saveables for s in saveable.specs]
        names, slices, types = (list(column) for column in zip(*specs))
        with get_default_graph().device("cpu:0"):
            return restore_v2(filename_tensor, names, slices, types)


for _builder in (BaseSaverBuilder, BulkSaverBuilder):
    export(_builder, f"python.training.saver.{_builder.__name__}")


def _shape_of(tensor: Any) -> Any:
    """A tensor's shape: as it is known, or else as a tensor."""
    known = tensor.get_shape()
    return known if known.is_fully_defined() else shape(tensor)


def _by_device(saveables: Sequence[SaveableObject]) -> list[tuple[str, list[SaveableObject]]]:
    """(device, what is on it), in the order of the devices' names. Raises ValueError for an object on several."""
    found: dict[str, list[SaveableObject]] = collections.defaultdict(list)
    for saveable in saveables:
        devices = {canonical_name(s.device) for s in saveable.specs}
        if len(devices) != 1:
            raise ValueError(f"All tensors of a saveable object must be on the same device: {saveable.name}")
        found[devices.pop()].append(saveable)
    return sorted(found.items(), key=lambda row: row[0])


def _join_partitions(graph: Graph) -> None:
    """Gives every partitioned variable in a collection its joined tensor: who imports the graph may look for it by name."""
    for key in graph.get_all_collection_keys():
        for element in graph.get_collection(key):
            if isinstance(element, PartitionedVariable):
                try:
                    graph.get_operation_by_name(element.name)
                except KeyError:
                    element.as_tensor()
