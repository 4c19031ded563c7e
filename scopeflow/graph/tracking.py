"""Trackable: objects that know, by name, the objects they depend on. Object-based checkpoints follow these names."""

from __future__ import annotations

import collections
import functools
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from .public import export, public


class TrackableReference(NamedTuple):
    """A dependency of an object."""

    name: str
    ref: Any


export(TrackableReference, "python.training.tracking.base.TrackableReference")

#: turns a list or dict that is set as an attribute into one that is tracked; graph/tracked_structures.py sets it
wrap: Callable[[Any], Any] = lambda value: value  # noqa: E731


@public("contrib.checkpoint.CheckpointableBase", "python.training.tracking.base.Trackable")
class Trackable:
    """Base of what object-based checkpoints save: variables, layers, optimizers, templates, iterators, and what holds them.

    Dependencies are added by `_track_trackable`. What a checkpoint holds for a dependency that does not exist yet is kept
    until it is added.
    """

    @property
    def _own(self) -> _Tracking:
        # Subclasses do not call this class's __init__.
        own = self.__dict__.get("_tracking_state")
        if own is None:
            own = _Tracking()
            object.__setattr__(self, "_tracking_state", own)
        return own

    def _maybe_initialize_trackable(self) -> None:
        """Makes what the object keeps about its dependencies."""
        _ = self._own

    @property
    def _checkpoint_dependencies(self) -> list[TrackableReference]:
        """All dependencies, in the order they were added."""
        return [TrackableReference(name, ref) for name, ref in self._own.dependencies.items()]

    @property
    def _unconditional_checkpoint_dependencies(self) -> list[TrackableReference]:
        return Trackable._checkpoint_dependencies.fget(self)  # type: ignore[attr-defined]

    def _lookup_dependency(self, name: str) -> Any:
        """The dependency called `name`, None if there is none."""
        return self._own.dependencies.get(name)

    def _track_trackable(self, trackable: Any, name: str, overwrite: bool = False) -> Any:
        """Adds a dependency; returns it.

        Raises:
          TypeError: `trackable` is no Trackable.
          ValueError: another one has the name, and `overwrite` is false.
        """
        if not isinstance(trackable, Trackable):
            raise TypeError(f"Trackable._track_trackable() passed type {type(trackable)}, not a Trackable.")
        current = self._lookup_dependency(name)
        if current is not None and current is not trackable and not overwrite:
            raise ValueError(
                f"Called Trackable._track_trackable() with name='{name}', but a Trackable with this name is already declared as a "
                "dependency. Names must be unique (or overwrite=True)."
            )
        self._own.dependencies[name] = trackable
        if current is not trackable:
            self._handle_deferred_dependencies(name, trackable)
        return trackable

    def _handle_deferred_dependencies(self, name: str, trackable: Any) -> None:
        """Restores what checkpoints hold for a dependency that is now there."""
        for position in self._own.deferred.pop(name, ()):
            position.restore(trackable)

    def _gather_saveables_for_checkpoint(self) -> dict[str, Any]:
        """What the object itself has to save: attribute name -> a variable, or a function of a key that gives a SaveableObject."""
        return {}

    @property
    def _update_uid(self) -> int:
        """The number of the restore that last gave the object a value; -1 if none has."""
        return self._own.update_uid

    @_update_uid.setter
    def _update_uid(self, value: int) -> None:
        self._own.update_uid = value


class _Tracking:
    """What a Trackable keeps about its dependencies."""

    def __init__(self) -> None:
        self.dependencies: dict[str, Any] = {}
        #: name -> positions in checkpoints that wait for the dependency
        self.deferred: dict[str, list[Any]] = collections.defaultdict(list)
        self.update_uid = -1


class NoDependency:
    """Around a value that is set as an attribute: it is not tracked."""

    def __init__(self, value: Any):
        self.value = value


export(NoDependency, "contrib.checkpoint.NoDependency", "python.training.tracking.data_structures.NoDependency")


@public(
    "contrib.eager.Checkpointable",
    "contrib.checkpoint.Checkpointable",
    "python.training.tracking.tracking.AutoTrackable",
)
class AutoTrackable(Trackable):
    """A Trackable whose attributes are its dependencies: those that are Trackables, lists or dicts."""

    def __setattr__(self, name: str, value: Any) -> None:
        if getattr(self, "_self_setattr_tracking", True):
            if isinstance(value, NoDependency):
                value = value.value
            else:
                value = wrap(value)
                if isinstance(value, Trackable):
                    self._track_trackable(value, name=name, overwrite=True)
        super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        self._own.dependencies.pop(name, None)
        super().__delattr__(name)

    def _no_dependency(self, value: Any) -> Any:
        return NoDependency(value)


def no_automatic_dependency_tracking(method: Callable[..., Any]) -> Callable[..., Any]:
    """A method in which attributes that are set are not tracked."""

    @functools.wraps(method)
    def wrapped(self: Any, *args: Any, **kwargs: Any) -> Any:
        before = getattr(self, "_self_setattr_tracking", True)
        object.__setattr__(self, "_self_setattr_tracking", False)
        try:
            return method(self, *args, **kwargs)
        finally:
            object.__setattr__(self, "_self_setattr_tracking", before)

    return wrapped


export(no_automatic_dependency_tracking, "python.training.tracking.base.no_automatic_dependency_tracking")


def with_dependencies(root: Any) -> list[Any]:
    """`root` and all it depends on, breadth first."""
    return [o for o, _ in with_paths(root)]


def with_paths(root: Any) -> list[tuple[Any, tuple[TrackableReference, ...]]]:
    """`root` and all it depends on, breadth first, with the references that lead to each on the shortest way."""
    found: list[tuple[Any, tuple[TrackableReference, ...]]] = [(root, ())]
    seen = {id(root)}
    for current, path in found:
        _require_trackable(current, path)
        for reference in current._checkpoint_dependencies:
            if id(reference.ref) not in seen:
                seen.add(id(reference.ref))
                found.append((reference.ref, (*path, reference)))
    return found


def _require_trackable(value: Any, path: Iterable[TrackableReference]) -> None:
    if not isinstance(value, Trackable):
        where = ".".join(r.name for r in path)
        raise NotImplementedError(f"Object {value!r} at {where or 'the root'} can not be checkpointed: it is no Trackable.")
