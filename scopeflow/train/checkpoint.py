"""tf.train.Checkpoint: saves and restores objects by the names of their attributes, not by the names of variables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..graph import dtypes
from ..graph import errors as tf_errors
from ..graph.default_graph import default_session, get_default_graph, init_scope, name_scope
from ..graph.operation import Tensor
from ..graph.public import public
from ..graph.tracked_structures import TrackableDataStructure
from ..graph.tracking import AutoTrackable, Trackable, with_dependencies
from ..ops.array import constant
from ..ops.checkpoint import save_v2
from ..ops.flow import with_dependencies as after
from ..variables import Variable
from .checkpoint_management import update_checkpoint_state
from .checkpoint_reading import CheckpointReader
from .object_graph import OBJECT_GRAPH_KEY, ObjectGraph, TrackableObjectGraph, attributes_of
from .object_restore import Restoration, has_initializer
from .saver import Saver


def _session() -> Any:
    session = default_session()
    if session is None:
        raise ValueError("No session: pass session=..., or enter one (`with tf.Session()` ...).")
    return session


class _SaveOps:
    """The ops that write a checkpoint of an object graph as it was when they were made."""

    def __init__(self, graph: ObjectGraph):
        self.graph = get_default_graph()
        with init_scope(), name_scope("save"):
            self.file = constant("model", dtypes.string, name="file_prefix")
            self.proto = constant("", dtypes.string, name="object_graph")
            saveables = graph.saveables
            specs = [(s.name, s.slice_spec, s.tensor) for saveable in saveables for s in saveable.specs]
            names, slices, tensors = [[OBJECT_GRAPH_KEY], [""], [self.proto]]
            names += [n for n, _, _ in specs]
            slices += [s for _, s, _ in specs]
            tensors += [t for _, _, t in specs]
            self.result: Tensor = after([save_v2(self.file, names, slices, tensors)], self.file)
        #: states of Python's side, which are fed
        self.fed = [s for s in saveables if hasattr(s, "feed")]
        self.objects = [id(o) for o in graph.objects]

    def fits(self, graph: ObjectGraph) -> bool:
        """Whether the ops save `graph` too: the same objects."""
        return self.graph is get_default_graph() and self.objects == [id(o) for o in graph.objects]

    def run(self, session: Any, prefix: str, graph: ObjectGraph) -> str:
        feeds = {self.file: prefix, self.proto: graph.proto.SerializeToString()}
        for saveable in self.fed:
            feeds.update(saveable.feed())
        path = session.run(self.result, feeds)
        return path.decode() if isinstance(path, bytes) else path


class TrackableSaver:
    """Saves and restores `root` and all it depends on."""

    def __init__(self, root: Trackable):
        self._root = root
        self._ops: _SaveOps | None = None
        # Both hold references to the objects that the ops were made of.
        self._saved: ObjectGraph | None = None

    def save(self, file_prefix: Any, checkpoint_number: Any = None, session: Any = None) -> str:
        """Writes `<file_prefix>-<checkpoint_number>`, or `file_prefix`; returns its name."""
        session = _session() if session is None else session
        prefix = str(file_prefix) if checkpoint_number is None else f"{file_prefix}-{checkpoint_number}"
        with session.graph.as_default():
            graph = ObjectGraph(self._root)
            if self._ops is None or not self._ops.fits(graph):
                self._ops, self._saved = _SaveOps(graph), graph
            return self._ops.run(session, prefix, graph)

    def restore(self, save_path: Any) -> Any:
        """The status of a restore from `save_path`; None restores nothing."""
        if save_path is None:
            return InitializationOnlyStatus(self._root)
        reader = CheckpointReader(save_path)
        try:
            data = reader.get_tensor(OBJECT_GRAPH_KEY)
        except tf_errors.NotFoundError:
            return NameBasedSaverStatus(self._root, str(save_path))
        restoration = Restoration(TrackableObjectGraph.FromString(data), str(save_path), reader)
        restoration.restore(self._root)
        return CheckpointLoadStatus(restoration, self._root)


@public("train.Checkpoint", "contrib.eager.Checkpoint")
class Checkpoint(AutoTrackable):
    """Saves and restores objects: variables, layers, optimizers, and what holds them, as attributes of this one.

    Values are found by the names of attributes, so a program that makes its variables otherwise can restore them; values for
    objects that do not exist yet are kept until they are made.

    Args:
      kwargs: attributes to set.

    Raises:
      ValueError: one is nothing that can be tracked.
    """

    def __init__(self, **kwargs: Any):
        super().__init__()
        for name, value in sorted(kwargs.items()):
            setattr(self, name, value)
            if not isinstance(getattr(self, name), Trackable):
                raise ValueError(
                    f"`Checkpoint` was expecting a trackable object (an object derived from `TrackableBase`), got {value}. If you believe "
                    "this object should be trackable (i.e. it is part of the TensorFlow Python API and manages state), please open an "
                    "issue."
                )
        self._save_counter: Any = None
        self._saver = TrackableSaver(self)

    def _maybe_create_save_counter(self) -> None:
        if self._save_counter is not None:
            return
        with init_scope(), get_default_graph().device("/cpu:0"):
            counter = Variable(0, trainable=False, name="save_counter", dtype=dtypes.int64, collections=[], use_resource=True)
        object.__setattr__(self, "_save_counter", self._track_trackable(counter, name="save_counter", overwrite=True))

    @property
    def save_counter(self) -> Any:
        """The variable that counts how often `save` was called."""
        self._maybe_create_save_counter()
        return self._save_counter

    def write(self, file_prefix: Any, session: Any = None) -> str:
        """Writes a checkpoint under the name `file_prefix`, and nothing else; returns the name.

        Raises:
          ValueError: there is no session.
        """
        return self._saver.save(file_prefix, session=session)

    def save(self, file_prefix: Any, session: Any = None) -> str:
        """Counts in `save_counter`, writes `<file_prefix>-<count>`, and notes it in the folder's `checkpoint` file; returns its name.

        Raises:
          ValueError: there is no session.
        """
        session = _session() if session is None else session
        with session.graph.as_default():
            if self._save_counter is None:
                self._maybe_create_save_counter()
                session.run(self._save_counter.initializer)
            if getattr(self, "_count", None) is None or self._count.graph is not session.graph:
                object.__setattr__(self, "_count", self._save_counter.assign_add(1, read_value=True))
            number = session.run(self._count)
        path = self._saver.save(file_prefix, checkpoint_number=number, session=session)
        update_checkpoint_state(save_dir=_folder(file_prefix), model_checkpoint_path=path, all_model_checkpoint_paths=[path])
        return path

    def restore(self, save_path: Any) -> Any:
        """Prepares a restore of `save_path`: `run_restore_ops` or `initialize_or_restore` of what is returned runs it.

        A checkpoint of tf.train.Saver is restored by the names of variables.
        """
        status = self._saver.restore(save_path)
        # Made now, so that it is initialized with the other variables.
        self._maybe_create_save_counter()
        return status


def _folder(prefix: Any) -> str:
    import os

    return os.path.dirname(str(prefix))


class _Status:
    """What came of a restore."""

    def assert_consumed(self) -> Any:
        """Raises AssertionError unless all that the checkpoint holds, and all objects of the program, found each other."""
        raise NotImplementedError

    def assert_existing_objects_matched(self) -> Any:
        """Raises AssertionError unless all objects of the program were found in the checkpoint."""
        raise NotImplementedError

    def assert_nontrivial_match(self) -> Any:
        """Raises AssertionError if nothing but the root was found in the checkpoint."""
        raise NotImplementedError

    def run_restore_ops(self, session: Any = None) -> None:
        """Gives the objects their values."""
        raise NotImplementedError

    def initialize_or_restore(self, session: Any = None) -> None:
        """Gives the objects their values, and initializes those that the checkpoint does not hold."""
        raise NotImplementedError

    def expect_partial(self) -> Any:
        """Says that what the checkpoint holds need not be used; nothing here warns of it."""
        return self


def _is_empty_structure(value: Any) -> bool:
    return isinstance(value, TrackableDataStructure) and not value._checkpoint_dependencies


@public("python.training.tracking.util.CheckpointLoadStatus")
class CheckpointLoadStatus(_Status):
    """The restore of an object-based checkpoint."""

    def __init__(self, restoration: Restoration, root: Trackable):
        self._checkpoint, self._root = restoration, root

    def assert_consumed(self) -> CheckpointLoadStatus:
        self.assert_existing_objects_matched()
        restoration = self._checkpoint
        for i, node in enumerate(restoration.proto.nodes):
            found = restoration.objects.get(i)
            if found is None:
                raise AssertionError(f"Unresolved object in checkpoint: {node}")
            if found._update_uid < restoration.uid:
                raise AssertionError(f"Object not assigned a value from checkpoint: {node}")
        if restoration.slots:
            raise AssertionError(f"Unresolved slot restorations: {dict(restoration.slots)}")
        if restoration.unused_attributes:
            raise AssertionError(
                f"Unused attributes in these objects (the attributes exist in the checkpoint but not in the objects): {_named(restoration)}"
            )
        return self

    def assert_existing_objects_matched(self) -> CheckpointLoadStatus:
        restoration = self._checkpoint
        for i, node in enumerate(restoration.proto.nodes):
            found = restoration.objects.get(i)
            if found is not None and found._update_uid < restoration.uid:
                raise AssertionError(f"Object not assigned a value from checkpoint: {node}")
        bound = {id(o) for o in restoration.objects.values()}
        unused = [o for o in _all_objects(self._root) if id(o) not in bound and not _is_empty_structure(o)]
        if unused:
            raise AssertionError(
                "Some Python objects were not bound to checkpointed values, likely due to changes in the Python program: " + str(unused)
            )
        return self

    def assert_nontrivial_match(self) -> CheckpointLoadStatus:
        bound = {id(o) for o in self._checkpoint.objects.values()}
        others = [o for o in _all_objects(self._root) if o is not self._root]
        if not any(id(o) in bound for o in others):
            raise AssertionError(
                "Nothing except the root object matched a checkpointed value. Typically this means that the checkpoint does not match the "
                f"Python program. The following objects have no matching checkpointed value: "
                f"{[o for o in others if not _is_empty_structure(o)]}"
            )
        return self

    def run_restore_ops(self, session: Any = None) -> None:
        session = _session() if session is None else session
        if self._checkpoint.restore_ops:
            session.run(self._checkpoint.restore_ops)

    def initialize_or_restore(self, session: Any = None) -> None:
        session = _session() if session is None else session
        bound = {id(o) for o in self._checkpoint.objects.values()}
        others = [o for o in _all_objects(self._root) if id(o) not in bound]
        self.run_restore_ops(session)
        session.run(_initializers(others))


@public("python.training.tracking.util.InitializationOnlyStatus")
class InitializationOnlyStatus(_Status):
    """What `restore(None)` gives: nothing is restored."""

    _NOTHING = "No checkpoint specified (save_path=None); nothing is being restored."

    def __init__(self, root: Trackable):
        self._root = root

    def _refuse(self, *_: Any) -> Any:
        raise AssertionError(self._NOTHING)

    assert_consumed = assert_existing_objects_matched = assert_nontrivial_match = run_restore_ops = _refuse

    def initialize_or_restore(self, session: Any = None) -> None:
        session = _session() if session is None else session
        session.run(_initializers(_all_objects(self._root)))


@public("python.training.tracking.util.NameBasedSaverStatus")
class NameBasedSaverStatus(_Status):
    """The restore of a checkpoint of tf.train.Saver: variables are found by their names."""

    def __init__(self, root: Trackable, path: str):
        self._root, self._path = root, path

    def _named(self) -> dict[str, Any]:
        """Names -> variables. A Saver's checkpoint has no `save_counter`, which keeps its value."""
        counter = self._root._lookup_dependency("save_counter")
        objects = [o for o in _all_objects(self._root) if o is not counter]
        return {a.full_name: o for o in objects for a in attributes_of(o, "") if a.full_name}

    def _missing(self) -> list[Any]:
        held = CheckpointReader(self._path).get_variable_to_shape_map()
        return [o for name, o in self._named().items() if name not in held]

    def assert_consumed(self) -> NameBasedSaverStatus:
        self.assert_existing_objects_matched()
        left = sorted(set(CheckpointReader(self._path).get_variable_to_shape_map()) - set(self._named()))
        if left:
            raise AssertionError(f"Some values of the checkpoint are of no object: {left}")
        return self

    def assert_existing_objects_matched(self) -> NameBasedSaverStatus:
        missing = self._missing()
        if missing:
            raise AssertionError(f"Some objects do not have values to be restored: {missing}")
        return self

    def assert_nontrivial_match(self) -> NameBasedSaverStatus:
        if len(self._missing()) == len(self._named()):
            raise AssertionError("No name of the program's variables is in the checkpoint.")
        return self

    def run_restore_ops(self, session: Any = None) -> None:
        session = _session() if session is None else session
        with session.graph.as_default():
            Saver(self._named()).restore(session, self._path)

    def initialize_or_restore(self, session: Any = None) -> None:
        session = _session() if session is None else session
        session.run(_initializers(_all_objects(self._root)))
        held = CheckpointReader(self._path).get_variable_to_shape_map()
        found = {name: o for name, o in self._named().items() if name in held}
        if found:
            with session.graph.as_default():
                Saver(found).restore(session, self._path)


def _all_objects(root: Trackable) -> list[Any]:
    """What `root` leads to, slots included."""
    graph = ObjectGraph(root)
    return graph.objects


def _initializers(objects: Iterable[Any]) -> list[Any]:
    return [o.initializer for o in objects if has_initializer(o)]


def _named(restoration: Restoration) -> dict[Any, list[str]]:
    return {restoration.objects[i]: names for i, names in restoration.unused_attributes.items()}


@public("contrib.checkpoint.list_objects")
def list_objects(root_trackable: Any) -> list[Any]:
    """`root_trackable` and all it depends on, slots of optimizers included."""
    with_dependencies(root_trackable)
    return _all_objects(root_trackable)


@public("contrib.checkpoint.object_metadata")
def object_metadata(save_path: Any) -> Any:
    """The TrackableObjectGraph of a checkpoint.

    Raises:
      ValueError: it is no object-based checkpoint.
    """
    reader = CheckpointReader(save_path)
    try:
        return TrackableObjectGraph.FromString(reader.get_tensor(OBJECT_GRAPH_KEY))
    except tf_errors.NotFoundError:
        raise ValueError(
            f'The specified checkpoint "{save_path}" does not appear to be object-based (saved with TF2) since it is missing the key '
            f'"{OBJECT_GRAPH_KEY}". Likely it was created with the TF1 name-based saver and does not contain an object dependency graph.'
        ) from None
