"""What an object-based checkpoint says of objects: their keys, and the TrackableObjectGraph that is saved with the values.

A key is the way from the root to an object, by the names of dependencies, then what of it is saved:
`model/kernel/.ATTRIBUTES/VARIABLE_VALUE`; `.OPTIMIZER_SLOT` between a variable and an optimizer stands for a slot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from tensorboard.compat.proto.trackable_object_graph_pb2 import TrackableObjectGraph

from ..graph.public import export
from ..graph.tracking import Trackable, TrackableReference, with_paths
from ..variables import Variable
from .optimizer import Optimizer
from .saveable import SaveableObject, saveable_objects_for_op

#: the key of the TrackableObjectGraph
OBJECT_GRAPH_KEY = "_CHECKPOINTABLE_OBJECT_GRAPH"

export(TrackableObjectGraph, "contrib.checkpoint.CheckpointableObjectGraph")
export(OBJECT_GRAPH_KEY, "python.training.tracking.base.OBJECT_GRAPH_PROTO_KEY")
export("VARIABLE_VALUE", "python.training.tracking.base.VARIABLE_VALUE_KEY")


def escaped(name: str) -> str:
    """A dependency's name as a part of a key: no slashes in it, nor names that begin with a single dot."""
    return name.replace(".", "..").replace("/", ".S")


def _prefix(path: Iterable[TrackableReference]) -> str:
    return "/".join(escaped(r.name) for r in path)


class Attribute(NamedTuple):
    """Something of an object that is saved."""

    name: str
    key: str
    #: the name of the variable, for name-based checkpoints; "" if it is none
    full_name: str
    saveables: list[SaveableObject]


class ObjectGraph:
    """`root` and all it depends on, as it is now."""

    def __init__(self, root: Trackable):
        self.root = root
        self.proto = TrackableObjectGraph()
        self.objects: list[Any] = []
        prefixes = {}
        ids: dict[int, int] = {}
        for trackable, path in with_paths(root):
            ids[id(trackable)] = len(self.objects)
            prefixes[id(trackable)] = _prefix(path)
            self.objects.append(trackable)
        slots: list[tuple[int, str, int, Any]] = []
        for optimizer in [o for o in self.objects if isinstance(o, Optimizer)]:
            for slot_name in optimizer.get_slot_names():
                for v in [v for v in self.objects if isinstance(v, Variable)]:
                    slot = _slot(optimizer, v, slot_name)
                    if slot is None:
                        continue
                    if id(slot) in ids:
                        raise NotImplementedError(f"A slot variable was re-used as a dependency of a Trackable object: {slot}")
                    prefixes[id(slot)] = f"{prefixes[id(v)]}/.OPTIMIZER_SLOT/{prefixes[id(optimizer)]}/{escaped(slot_name)}"
                    slots.append((ids[id(optimizer)], slot_name, ids[id(v)], slot))
        reached = len(self.objects)
        for _, _, _, slot in slots:
            ids[id(slot)] = len(self.objects)
            self.objects.append(slot)
        #: index of an object -> its attributes
        self.attributes: list[list[Attribute]] = []
        for i, trackable in enumerate(self.objects):
            node = self.proto.nodes.add()
            self.attributes.append(attributes_of(trackable, prefixes[id(trackable)]))
            for a in self.attributes[-1]:
                node.attributes.add(name=a.name, full_name=a.full_name, checkpoint_key=a.key)
            for reference in trackable._checkpoint_dependencies if i < reached else ():
                node.children.add(node_id=ids[id(reference.ref)], local_name=reference.name)
        for optimizer, slot_name, v, slot in slots:
            self.proto.nodes[optimizer].slot_variables.add(
                slot_name=slot_name, original_variable_node_id=v, slot_variable_node_id=ids[id(slot)]
            )

    @property
    def saveables(self) -> list[SaveableObject]:
        """Of all attributes."""
        return [s for attributes in self.attributes for a in attributes for s in a.saveables]


def _slot(optimizer: Optimizer, v: Variable, slot_name: str) -> Any:
    try:
        return optimizer.get_slot(v, slot_name)
    except (AttributeError, KeyError):
        return None  # optimizers of the user's own may keep slots of some variables only


def attributes_of(trackable: Trackable, prefix: str) -> list[Attribute]:
    """What of an object is saved, under keys that begin with `prefix`."""
    out = []
    for name, found in trackable._gather_saveables_for_checkpoint().items():
        key = f"{prefix}/.ATTRIBUTES/{escaped(name)}"
        full_name = found._shared_name if isinstance(found, Variable) else ""
        out.append(Attribute(name, key, full_name, saveables_of(found, key)))
    return out


def saveables_of(found: Any, key: str) -> list[SaveableObject]:
    """The SaveableObjects of a variable, or those that a function of the key gives."""
    if isinstance(found, Callable) and not isinstance(found, Variable):  # type: ignore[arg-type]
        found = found(key)
    if isinstance(found, SaveableObject):
        for spec in found.specs:
            spec.name = spec.name if spec.name.startswith(key) else key + spec.name
        return [found]
    return saveable_objects_for_op(found, key)
