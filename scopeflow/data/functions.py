"""Functions that datasets call: traced once into a graph of their own, and run on the host with NumPy values."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..graph.default_graph import get_default_graph
from ..graph.function_graph import FunctionGraph
from ..graph.operation import Operation, Tensor
from ..op.resources import handle
from ..runtime.plan import Plan
from ..runtime.store import Store
from . import structure as structures


class HostPlan(Plan):
    """A plan that computes with NumPy throughout: elements are small and their shapes change."""

    def _runs_on_host(self, ops: list[Operation]) -> bool:
        return not any(op.type == "Gradients" for op in ops)


class FunctionStore(Store):
    """A session's variables and host objects, with random generators of its own."""

    def __init__(self, outer: Store, share_lock: bool):
        super().__init__()
        self.values, self.resources = outer.values, outer.resources
        self.lock = outer.lock if share_lock else threading.RLock()


class Traced:
    """A traced function of elements.

    Args:
      function: called with the parts of an element (a tuple's parts are arguments of their own).
      structure: of the elements.
      spread: whether a tuple is spread out over the arguments.
    """

    def __init__(self, function: Callable[..., Any], structure: Any, spread: bool = True, unpack: bool = True):
        outer = get_default_graph()
        self.graph = FunctionGraph(outer)
        self.input_structure = structure
        leaves = structures.flatten(structure)
        self.inputs = [
            self.graph.placeholder(leaf.flat_dtype, leaf.flat_shape._dims, f"args_{i}" if i else "args_0") for i, leaf in enumerate(leaves)
        ]
        with self.graph.as_default():
            element = structures.from_tensors(structure, self.inputs)
            result = function(*element) if spread and type(element) is tuple else function(element)
            if isinstance(result, list):
                # Such as py_func's results: several tensors, not one to be stacked.
                result = tuple(result)
            self.result = structures.normalized(result, None) if unpack else result
            self.structure = structures.structure_of(self.result)
            self.outputs = [self.graph.capture(t) for t in structures.to_tensors(self.result)]
        self.captured = self.graph.captured()
        self.outer_inputs = [t for t, _ in self.captured]
        self._feeds = self.inputs + [p for _, p in self.captured]
        self._plan: HostPlan | None = None
        self._lock = threading.Lock()

    @property
    def uses_variables(self) -> bool:
        """Whether it reads variables of the session."""
        return any(op.spec is not None and op.spec.variable for op in self.graph.get_operations())

    def plan(self) -> HostPlan:
        """How it is run."""
        with self._lock:
            if self._plan is None:
                targets = [op for op in self.graph.get_operations() if _has_effects(op)]
                self._plan = HostPlan(self.outputs, targets, self._feeds)
            return self._plan

    def call(self, store: Store, arguments: Sequence[Any], captured: Sequence[Any]) -> tuple[np.ndarray, ...]:
        """The outputs for the values of the inputs and of what is captured."""
        plan = self.plan()
        values = dict(zip(self._feeds, [*arguments, *captured]))
        if plan.elsewhere:
            return tuple(np.asarray(v) for v in plan.run(store, list(values.values())))
        if plan.touches_state:
            with store.lock:
                for stage in plan.stages:
                    stage.run(store, values, None)
        else:
            for stage in plan.stages:
                stage.run(store, values, None)
        return tuple([v if isinstance(v, np.ndarray) else np.asarray(v) for v in [values[t] for t in self.outputs]])


def evaluated(t: Tensor, store: Store) -> np.ndarray:
    """A tensor's value, computed with NumPy."""
    values: dict[Tensor, Any] = {}
    for stage in HostPlan([t], [], []).stages:
        stage.run(store, values, None)
    return values[t]


def _has_effects(op: Operation) -> bool:
    spec = op.spec
    if spec is None or not spec.stateful or spec.variable:
        return False
    # Making a random number or a dataset has no effect that someone could miss.
    return not spec.random and not any(t.dtype.base_dtype.name in ("variant", "resource") for t in op.outputs) and op.type != "ReadFile"


class Bound:
    """A traced function with the values of what it captures."""

    def __init__(self, traced: Traced, captured: Sequence[Any]):
        self.traced, self.captured = traced, list(captured)


class PythonSource:
    """Instead of a traced function: makes a source from an element's values directly (generators)."""

    def __init__(self, make: Callable[..., Any]):
        self.make = make

    def bound(self, captured: Sequence[Any]) -> PythonSource:
        """With the values of what it captures."""
        return self


class Run:
    """One run through a dataset: what its functions share, until the iterator is initialized again."""

    def __init__(self, store: Store):
        self.store = store
        self.stopped = threading.Event()
        self._stores: dict[Any, Store] = {}
        self._lock = threading.Lock()

    def call(self, function: Any, arguments: Sequence[Any]) -> tuple[np.ndarray, ...]:
        """A function's outputs."""
        if isinstance(function, PythonSource):
            return (handle(function.make(*arguments)),)
        with self._lock:
            store = self._stores.get(function.traced)
            if store is None:
                store = self._stores[function.traced] = FunctionStore(self.store, function.traced.uses_variables)
        return function.traced.call(store, arguments, function.captured)
