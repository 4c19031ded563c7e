"""State of Python's side in checkpoints: objects that turn themselves into bytes, and NumPy arrays."""

from __future__ import annotations

import io
from typing import Any

import numpy as np

from ..graph import dtypes
from ..graph.default_graph import init_scope
from ..graph.public import public
from ..graph.tracking import Trackable
from ..ops.array import constant
from .saveable import SaveableObject, SaveSpec


@public("train.experimental.PythonState", "contrib.checkpoint.PythonStateWrapper")
class PythonState(Trackable):
    """Base of objects that a checkpoint saves by what `serialize` returns, when it is written."""

    def serialize(self) -> Any:
        """The state as a string."""
        raise NotImplementedError()

    def deserialize(self, string_value: Any) -> None:
        """Takes the state from a string that `serialize` gave."""
        raise NotImplementedError()

    def _gather_saveables_for_checkpoint(self) -> dict[str, Any]:
        return {"py_state": lambda name: _PythonStateSaveable(name, self)}


class _PythonStateSaveable(SaveableObject):
    """Saves a state that is fed, and restores it at once."""

    def __init__(self, name: str, state: PythonState):
        with init_scope():
            self._value = constant("", dtypes.string, name="py_state")
        self._state = state
        super().__init__(self._value, [SaveSpec(self._value, "", name, dtype=dtypes.string)], name)

    def feed(self) -> dict[Any, Any]:
        """What a save feeds: the state as it is now."""
        return {self._value: self._state.serialize()}

    def python_restore(self, value: Any) -> None:
        """Takes the state from a checkpoint."""
        self._state.deserialize(value)


@public("contrib.checkpoint.NumpyState")
class NumpyState(Trackable):
    """An object whose attributes are NumPy arrays, which a checkpoint saves and restores without any session."""

    def _lookup_dependency(self, name: str) -> Any:
        found = super()._lookup_dependency(name)
        if found is None:
            # A checkpoint is what gives it its attributes.
            found = self._own.dependencies[name] = _Array(np.zeros([]))
        return found

    def __getattr__(self, name: str) -> Any:
        own = self.__dict__.get("_tracking_state")
        if own is not None and isinstance(own.dependencies.get(name), _Array):
            return own.dependencies[name].array
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __setattr__(self, name: str, value: Any) -> None:
        known = self._own.dependencies.get(name)
        if isinstance(known, _Array):
            known.array = value
        elif isinstance(value, (np.ndarray, np.generic)):
            array = self._own.dependencies[name] = _Array(value)
            self._handle_deferred_dependencies(name, array)
        else:
            if name not in ("_tracking_state", "_update_uid") and not hasattr(type(self), name):
                raise NotImplementedError(f"A NumpyState holds NumPy arrays only: {name} is a {type(value).__name__}; use np.array(...).")
            super().__setattr__(name, value)


class _Array(PythonState):
    """An array of a NumpyState."""

    def __init__(self, array: Any):
        self.array = array

    def serialize(self) -> bytes:
        """The array as a .npy file."""
        file = io.BytesIO()
        np.save(file, self.array, allow_pickle=False)
        return file.getvalue()

    def deserialize(self, string_value: bytes) -> None:
        """Reads a .npy file."""
        self.array = np.load(io.BytesIO(string_value), allow_pickle=False)
