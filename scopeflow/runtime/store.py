"""The variable store: the sole owner of a session's live arrays, and of the states of its random generators."""

from __future__ import annotations

import threading
from typing import Any

import jax
import numpy as np

from ..graph.operation import Operation
from ..lower.state import VariableKey
from ..op.philox import initial_state
from ..op.resources import Resources


class Store:
    """Values of variables by key; `layout` changes whenever a variable appears, goes, or changes shape or type."""

    def __init__(self) -> None:
        self.values: dict[VariableKey, Any] = {}
        self.layout = 0
        #: held while state is read, a stage that uses it is dispatched, and what it wrote is put back
        self.lock = threading.RLock()
        #: queues, tables, iterators and the like
        self.resources = Resources()
        self._random: dict[str, int] = {}
        #: random op's name -> what its kernel keeps from run to run, on the host
        self.memories: dict[str, dict[str, Any]] = {}
        #: one row a random op: two words of key, four of counter
        self._rows = np.zeros((0, 6), np.uint32)

    def put(self, key: VariableKey, value: Any) -> None:
        """Sets a variable's value (None: makes it uninitialized)."""
        old = self.values.get(key)
        if value is None:
            self.values.pop(key, None)
        else:
            self.values[key] = value
        if (old is None) != (value is None) or (value is not None and (old.shape != value.shape or old.dtype != value.dtype)):
            self.layout += 1

    def device_value(self, key: VariableKey) -> Any:
        """A variable's value as a JAX array, moved to the device if it was not there; None if uninitialized."""
        value = self.values.get(key)
        if isinstance(value, np.ndarray) and value.dtype != object:
            # A copy: the device may use NumPy's memory as it is, and what it is given may be a constant's or another variable's.
            with jax.enable_x64(True):
                value = self.values[key] = jax.device_put(value.copy())
        return value

    def random_row(self, op: Operation) -> int:
        """The row of a random op's generator, seeded when the op first runs."""
        row = self._random.get(op.name)
        if row is None:
            key, counter = initial_state(op.attrs.get("seed", 0), op.attrs.get("seed2", 0))
            row = len(self._random)
            self._rows = np.concatenate([self._rows, np.concatenate([key, counter]).astype(np.uint32)[None]])
            self._random[op.name] = row
        return row

    def generators(self) -> np.ndarray:
        """The states of all generators, to go back to."""
        return self._rows.copy()

    def restore_generators(self, states: np.ndarray) -> None:
        """Takes the generators back to what `generators` gave."""
        self._rows[: len(states)] = states

    def random_states(self, rows: np.ndarray) -> np.ndarray:
        """The generators' keys and counters, uint32 [n, 6]."""
        return self._rows[rows]

    def advance(self, rows: np.ndarray, steps: np.ndarray) -> None:
        """Moves counters on by `steps`, uint64 [n]."""
        states = self._rows[rows]
        low = states[:, 2].astype(np.uint64) | (states[:, 3].astype(np.uint64) << np.uint64(32))
        high = states[:, 4].astype(np.uint64) | (states[:, 5].astype(np.uint64) << np.uint64(32))
        low = low + steps
        high = high + (low < steps)
        for column, word in ((2, low), (3, low >> np.uint64(32)), (4, high), (5, high >> np.uint64(32))):
            states[:, column] = (word & np.uint64(0xFFFFFFFF)).astype(np.uint32)
        self._rows[rows] = states
