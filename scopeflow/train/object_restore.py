"""Restoring object-based checkpoints: binding what a checkpoint holds to the objects of the program, now or when they are made."""

from __future__ import annotations

import collections
import itertools
from typing import Any, NamedTuple

from ..graph import dtypes
from ..graph.default_graph import get_default_graph, init_scope, name_scope
from ..graph.operation import Operation, Tensor
from ..graph.tracking import Trackable
from ..ops.array import constant
from ..ops.checkpoint import restore_v2
from ..variables import Variable
from .checkpoint_management import log
from .object_graph import attributes_of
from .optimizer import Optimizer

_restores = itertools.count()


class Slot(NamedTuple):
    """A slot that a checkpoint holds."""

    optimizer: int  #: the node of the optimizer
    variable: int  #: that of the slot variable
    name: str


class Restoration:
    """One restore of a checkpoint: it goes on as objects are made that the checkpoint knows.

    Args:
      proto: the checkpoint's TrackableObjectGraph.
      path: its name.
      reader: of its tensors.
    """

    def __init__(self, proto: Any, path: str, reader: Any):
        self.proto, self.path, self.reader = proto, path, reader
        self.uid = next(_restores)
        self.types = reader.get_variable_to_dtype_map()
        #: node -> the object that takes its values
        self.objects: dict[int, Any] = {}
        #: node -> names of attributes that the object does not have
        self.unused_attributes: dict[int, list[str]] = {}
        #: node of a variable -> slots that wait for it
        self.slots: dict[int, list[Slot]] = collections.defaultdict(list)
        #: node of an optimizer -> (variable, slot) that wait for it
        self.slots_of_optimizer: dict[int, list[tuple[Any, Slot]]] = collections.defaultdict(list)
        self.graph = get_default_graph()
        self.restore_ops: list[Operation] = []
        with init_scope():
            self.file: Tensor = constant(path, dtypes.string, name="checkpoint_path")
        for i, node in enumerate(proto.nodes):
            for s in node.slot_variables:
                self.slots[s.original_variable_node_id].append(Slot(i, s.slot_variable_node_id, s.slot_name))

    def restore(self, root: Trackable) -> None:
        """Binds all that `root` leads to."""
        Position(self, 0).restore(root)


class Position:
    """A node of a checkpoint's object graph."""

    def __init__(self, restoration: Restoration, node_id: int):
        self.restoration, self.node_id = restoration, node_id

    @property
    def node(self) -> Any:
        """The node."""
        return self.restoration.proto.nodes[self.node_id]

    def restore(self, trackable: Any) -> None:
        """Binds `trackable` to the node, and what it depends on, breadth first."""
        todo = collections.deque([(self, trackable)])
        bound: list[tuple[Position, Any]] = []
        while todo:
            position, found = todo.popleft()
            if position._bind(found):
                bound.append((position, found))
                todo.extend(position._children_of(found))
        self.restoration_ops(bound)

    def _bind(self, trackable: Any) -> bool:
        """Whether `trackable` takes the node's values: False if that is known already, or if another one does."""
        restoration = self.restoration
        known = restoration.objects.get(self.node_id)
        if known is not None:
            if known is not trackable:
                log(
                    "warning",
                    "Inconsistent references when loading the checkpoint into this object graph. Either the Trackable object references in "
                    "the Python program have changed in an incompatible way, or the checkpoint was generated in an incompatible "
                    "program.\n\nTwo checkpoint references resolved to different objects (%s and %s).",
                    known,
                    trackable,
                )
            return False
        restoration.objects[self.node_id] = trackable
        for v, slot in restoration.slots_of_optimizer.pop(self.node_id, ()):
            trackable._create_or_restore_slot_variable(Position(restoration, slot.variable), slot.name, v)
        for slot in restoration.slots.pop(self.node_id, ()):
            optimizer = restoration.objects.get(slot.optimizer)
            if optimizer is None:
                restoration.slots_of_optimizer[slot.optimizer].append((trackable, slot))
            else:
                optimizer._create_or_restore_slot_variable(Position(restoration, slot.variable), slot.name, trackable)
        return True

    def _children_of(self, trackable: Any) -> list[tuple[Position, Any]]:
        out = []
        for child in self.node.children:
            position = Position(self.restoration, child.node_id)
            found = trackable._lookup_dependency(child.local_name)
            if found is None:
                trackable._own.deferred[child.local_name].append(position)
            else:
                out.append((position, found))
        return out

    def restoration_ops(self, bound: list[tuple[Position, Any]]) -> None:
        """Makes the ops that give the bound objects their values, unless a later restore gave them some."""
        restoration = self.restoration
        wanted = []
        for position, trackable in bound:
            if trackable._update_uid > restoration.uid:
                continue
            trackable._update_uid = restoration.uid
            own = {a.name: a for a in attributes_of(trackable, "")} if position.node.attributes else {}
            for held in position.node.attributes:
                if held.name not in own:
                    restoration.unused_attributes.setdefault(position.node_id, []).append(held.name)
                    continue
                for saveable in own[held.name].saveables:
                    if hasattr(saveable, "python_restore"):
                        saveable.python_restore(restoration.reader.get_tensor(held.checkpoint_key))
                        continue
                    # In the object's own naming the names begin with its attribute's; in the file with the key.
                    names = [held.checkpoint_key + s.name[len(own[held.name].key) :] for s in saveable.specs]
                    wanted.append((saveable, names))
        if wanted:
            with restoration.graph.as_default(), init_scope(), name_scope("restore"):
                self._restore_all(wanted)

    def _restore_all(self, wanted: list[Any]) -> None:
        restoration = self.restoration
        names = [n for _, many in wanted for n in many]
        types = [s.dtype.base_dtype for saveable, _ in wanted for s in saveable.specs]
        slices = [s.slice_spec for saveable, _ in wanted for s in saveable.specs]
        tensors = iter(restore_v2(restoration.file, names, slices, types))
        for saveable, many in wanted:
            restored = saveable.restore([next(tensors) for _ in many], None)
            restoration.restore_ops.append(restored.op if isinstance(restored, Tensor) else restored)


def is_slot_holder(value: Any) -> bool:
    """Whether `value` has slots of variables."""
    return isinstance(value, Optimizer)


def has_initializer(value: Any) -> bool:
    """Whether an object of a graph is to be initialized: a variable, or another with an op for it."""
    return isinstance(value, Variable) or getattr(value, "initializer", None) is not None
