"""Lists and dicts whose items are tracked for object-based checkpoints."""

from __future__ import annotations

import collections.abc
from collections.abc import Iterable
from typing import Any

from . import tracking
from .public import export, public
from .tracking import NoDependency, Trackable


class TrackableDataStructure(Trackable):
    """What lists and dicts of trackables have in common: the variables in them."""

    def __init__(self) -> None:
        self._self_trainable = True

    @property
    def _values(self) -> Iterable[Any]:
        raise NotImplementedError("Abstract method")

    def _track_value(self, value: Any, name: str) -> Any:
        """Adds `value` as a dependency; what cannot be one is refused with a ValueError."""
        value = _tracked(value)
        if not isinstance(value, Trackable):
            raise ValueError(
                "Only trackable objects (such as Layers or Optimizers) may be stored in a List object. "
                f"Got {value}, which does not inherit from Trackable."
            )

        self._track_trackable(value, name=name, overwrite=True)
        return value

    @property
    def trainable(self) -> bool:
        """Whether the variables in it are trained."""
        return self._self_trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self._self_trainable = value

    @property
    def layers(self) -> list[Any]:
        """The layers in it, and in what it holds."""
        out: dict[int, Any] = {}
        for value in self._values:
            if _is_layer(value):
                out.setdefault(id(value), value)
            elif isinstance(value, TrackableDataStructure):
                out.update((id(x), x) for x in value.layers)
        return list(out.values())

    def _gathered(self, what: str) -> list[Any]:
        out: list[Any] = []
        for layer in self.layers:
            out += getattr(layer, what)
        return out

    def _extra_variables(self) -> list[Any]:
        """The variables that lie in it directly, or in structures in it."""
        out = []
        for value in self._values:
            if isinstance(value, TrackableDataStructure):
                out += value._extra_variables()
            elif _is_variable(value):
                out.append(value)
        return out

    @property
    def trainable_weights(self) -> list[Any]:
        """The variables that are trained."""
        if not self._self_trainable:
            return []
        return _distinct(self._gathered("trainable_weights") + [v for v in self._extra_variables() if v.trainable])

    @property
    def non_trainable_weights(self) -> list[Any]:
        """The variables that are not trained."""
        extra = self._extra_variables()
        still = [v for v in extra if not v.trainable]
        if not self._self_trainable:
            return _distinct(self._gathered("weights") + [v for v in extra if v.trainable] + still)
        return _distinct(self._gathered("non_trainable_weights") + still)

    @property
    def weights(self) -> list[Any]:
        """All variables, those that are trained first."""
        return self.trainable_weights + self.non_trainable_weights

    variables = weights
    trainable_variables = trainable_weights
    non_trainable_variables = non_trainable_weights

    @property
    def updates(self) -> list[Any]:
        """The layers' updates."""
        return self._gathered("updates")

    @property
    def losses(self) -> list[Any]:
        """The layers' losses."""
        return self._gathered("losses")

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other


export(TrackableDataStructure, "python.training.tracking.data_structures.TrackableDataStructure")


def _is_layer(value: Any) -> bool:
    return hasattr(value, "trainable_weights") and not isinstance(value, TrackableDataStructure)


def _is_variable(value: Any) -> bool:
    return hasattr(value, "initializer") and hasattr(value, "trainable") and not _is_layer(value)


def _distinct(values: Iterable[Any]) -> list[Any]:
    return list({id(v): v for v in values}.values())


@public("contrib.checkpoint.List")
class List(TrackableDataStructure, collections.abc.Sequence):
    """A list that things are appended to, and nothing is taken from: the items' dependencies are called "0", "1", ..."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__()
        self._storage = list(*args, **kwargs)
        for i, item in enumerate(self._storage):
            self._storage[i] = self._track_value(item, str(i))

    def copy(self) -> List:
        """A list of the same items."""
        return type(self)(self._storage)

    __copy__ = copy

    @property
    def _values(self) -> Iterable[Any]:
        return self._storage

    def append(self, value: Any) -> None:
        """Adds an item."""
        self._storage.append(self._track_value(value, str(len(self._storage))))

    def extend(self, values: Iterable[Any]) -> None:
        """Adds items."""
        for value in values:
            self.append(value)

    def __iadd__(self, values: Iterable[Any]) -> List:
        self.extend(values)
        return self

    def __add__(self, other: Any) -> Any:
        return type(self)(self._storage + list(other))

    def __radd__(self, other: Any) -> Any:
        return type(self)(list(other) + self._storage)

    def __getitem__(self, key: Any) -> Any:
        return self._storage[key]

    def __len__(self) -> int:
        return len(self._storage)

    def __repr__(self) -> str:
        return f"List({self._storage!r})"


export(List, "python.training.tracking.data_structures.List")


class ListWrapper(TrackableDataStructure, list):  # type: ignore[misc]
    """A list that was set as an attribute. If it was changed other than at its end, it cannot be saved."""

    def __init__(self, wrapped_list: list[Any]):
        TrackableDataStructure.__init__(self)
        list.__init__(self)
        self._changed = False
        self.extend(wrapped_list)

    @property
    def _values(self) -> Iterable[Any]:
        return list.__iter__(self)

    def _tracked_at(self, value: Any, i: int) -> Any:
        value = _tracked(value)
        if isinstance(value, Trackable):
            self._track_trackable(value, name=str(i), overwrite=True)
        return value

    @property
    def _checkpoint_dependencies(self) -> list[Any]:
        if self._changed and self._own.dependencies:
            raise ValueError(
                f"Unable to save the object {list(self)} (a list wrapper constructed to track trackable "
                "TensorFlow objects). A list element was "
                "replaced, deleted or moved (sort). In order to support restoration on object creation, tracking is exclusively for "
                "append-only data structures.\n\nIf you don't need this list checkpointed, wrap it in a "
                "tf.contrib.checkpoint.NoDependency object; it will be automatically un-wrapped and subsequently ignored."
            )
        return super()._checkpoint_dependencies

    def append(self, value: Any) -> None:
        """Adds an item."""
        list.append(self, self._tracked_at(value, len(self)))

    def extend(self, values: Iterable[Any]) -> None:
        """Adds items."""
        for value in values:
            self.append(value)

    def __iadd__(self, values: Iterable[Any]) -> ListWrapper:  # type: ignore[override]
        self.extend(values)
        return self

    def __setitem__(self, key: Any, value: Any) -> None:
        value = value if isinstance(key, slice) else _tracked(value)
        plain = not isinstance(key, slice) and not isinstance(value, Trackable) and not isinstance(list.__getitem__(self, key), Trackable)
        self._changed = self._changed or not plain
        list.__setitem__(self, key, value)

    def _changing(name: str) -> Any:  # type: ignore[misc]
        def method(self: ListWrapper, *args: Any, **kwargs: Any) -> Any:
            self._changed = True
            return getattr(list, name)(self, *args, **kwargs)

        method.__name__ = name
        return method

    __delitem__ = _changing("__delitem__")
    insert = _changing("insert")
    pop = _changing("pop")
    remove = _changing("remove")
    sort = _changing("sort")
    reverse = _changing("reverse")
    clear = _changing("clear")
    del _changing

    def __eq__(self, other: object) -> bool:
        return list.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return list.__ne__(self, other)

    def __hash__(self) -> int:
        raise TypeError("unhashable type: 'ListWrapper'")

    def __repr__(self) -> str:
        return f"ListWrapper({list.__repr__(self)})"


export(ListWrapper, "python.training.tracking.data_structures.ListWrapper")


@public("contrib.checkpoint.Mapping")
class Mapping(TrackableDataStructure, collections.abc.Mapping):
    """A dict of trackables with texts as keys, which are the dependencies' names; what is in it stays."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__()
        self._storage: dict[str, Any] = {}
        self.update(*args, **kwargs)

    @property
    def _values(self) -> Iterable[Any]:
        return [self._storage[k] for k in sorted(self._storage)]

    def __setitem__(self, key: str, value: Any) -> None:
        if not isinstance(key, str):
            raise TypeError(f"Mapping accepts only string keys, but got a key {key!r}.")
        current = self._storage.get(key)
        value = self._track_value(value, key)
        if current is not None and current is not value:
            raise ValueError(
                f"Mappings are an append-only data structure. Tried to overwrite the key '{key}' with value {value}, "
                f"but it already contains {current}"
            )

        self._storage[key] = value

    def update(self, *args: Any, **kwargs: Any) -> None:
        """Adds items."""
        for key, value in dict(*args, **kwargs).items():
            self[key] = value

    def __getitem__(self, key: str) -> Any:
        return self._storage[key]

    def __len__(self) -> int:
        return len(self._storage)

    def __iter__(self) -> Any:
        return iter(self._storage)

    def __repr__(self) -> str:
        return f"Mapping({self._storage!r})"


export(Mapping, "python.training.tracking.data_structures.Mapping")


class DictWrapper(TrackableDataStructure, dict):  # type: ignore[misc]
    """A dict that was set as an attribute. It can be saved as long as its keys are texts and no trackable was replaced."""

    def __init__(self, wrapped_dict: dict[Any, Any]):
        TrackableDataStructure.__init__(self)
        dict.__init__(self)
        self._changed = self._other_keys = False
        self.update(wrapped_dict)

    @property
    def _values(self) -> Iterable[Any]:
        return [dict.__getitem__(self, k) for k in sorted(dict.keys(self), key=str)]

    @property
    def _checkpoint_dependencies(self) -> list[Any]:
        if self._changed or self._other_keys:
            why = "A wrapped dictionary was modified" if self._changed else "A key that is not a string holds a trackable object"
            raise ValueError(
                f"Unable to save the object {dict(self)} (a dictionary wrapper constructed automatically on attribute assignment). {why}, "
                "and its dependencies have no names that stay.\n\nIf you don't need this dictionary checkpointed, wrap it in a "
                "tf.contrib.checkpoint.NoDependency object; it will be automatically un-wrapped and subsequently ignored."
            )
        return super()._checkpoint_dependencies

    def __setitem__(self, key: Any, value: Any) -> None:
        value = _tracked(value)
        before = dict.get(self, key)
        if isinstance(before, Trackable) and before is not value:
            self._changed = True
        if isinstance(value, Trackable):
            if isinstance(key, str):
                self._track_trackable(value, name=key, overwrite=True)
            else:
                self._other_keys = True
        dict.__setitem__(self, key, value)

    def __delitem__(self, key: Any) -> None:
        if isinstance(dict.get(self, key), Trackable):
            self._changed = True
        dict.__delitem__(self, key)

    def setdefault(self, key: Any, default: Any = None) -> Any:
        """The item, set if it is not there."""
        if key not in self:
            self[key] = default
        return self[key]

    def update(self, *args: Any, **kwargs: Any) -> None:
        """Adds items."""
        for key, value in dict(*args, **kwargs).items():
            self[key] = value

    def pop(self, key: Any, *default: Any) -> Any:
        """Takes an item out."""
        if isinstance(dict.get(self, key), Trackable):
            self._changed = True
        return dict.pop(self, key, *default)

    def __eq__(self, other: object) -> bool:
        return dict.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return dict.__ne__(self, other)

    def __hash__(self) -> int:
        raise TypeError("unhashable type: 'DictWrapper'")

    def __repr__(self) -> str:
        return f"DictWrapper({dict.__repr__(self)})"


def _tracked(value: Any) -> Any:
    """`value`, or a tracked list or dict of what is in it."""
    if isinstance(value, NoDependency):
        return value.value
    if isinstance(value, Trackable):
        return value
    if type(value) is list:
        return ListWrapper(value)
    if type(value) in (dict, collections.OrderedDict, collections.defaultdict):
        return DictWrapper(value)
    return value


tracking.wrap = _tracked


@public("contrib.checkpoint.UniqueNameTracker")
class UniqueNameTracker(TrackableDataStructure):
    """Tracks objects under names that it makes unique: "v", "v_1", ..."""

    def __init__(self) -> None:
        super().__init__()
        self._counts: dict[str, int] = {}

    @property
    def _values(self) -> Iterable[Any]:
        return [d.ref for d in self._checkpoint_dependencies]

    def track(self, trackable: Any, base_name: str) -> Any:
        """Adds a dependency called `base_name`, or that with a number; returns it. Raises ValueError if it is no Trackable."""
        if not isinstance(trackable, Trackable):
            raise ValueError(f"Expected a trackable value, got {trackable} which does not inherit from tf.track.Trackable.")
        index = self._counts.get(base_name, 0)
        while True:
            name = f"{base_name}_{index}" if index else base_name
            index += 1
            if self._lookup_dependency(name) is None:
                break
        self._counts[base_name] = index
        self._track_trackable(trackable, name=name)
        return trackable
