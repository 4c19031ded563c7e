"""tf.CriticalSection: functions whose ops do not run at the same time as those of another call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ..graph import nest
from ..graph.default_graph import control_dependencies, get_default_graph, name_scope
from ..graph.operation import Operation, Tensor
from ..graph.public import export, public
from ..op.declare import op
from ..op.resources import handle as as_handle
from ..op.shapes import scalar
from .flow import group, identity, tuple_

CRITICAL_SECTIONS, EXECUTIONS = "critical_sections", "critical_section_executions"


@op("MutexV2", " -> resource: resource", attrs={"container": ("str", ""), "shared_name": ("str", "")}, host=True, stateful=True,
    shape=scalar)  # fmt: skip
def mutex_v2(*, context):
    """A lock's handle."""
    return as_handle(context.own("mutex", object))


@op("MutexLock", "mutex: resource -> mutex_lock: variant", host=True, stateful=True, shape=scalar)
def mutex_lock(mutex):
    """A sign that the lock is held: what waits for it runs after what a lock of the same mutex before it guards (lower/order.py).

    Other threads' runs are kept out by the session, which lets no two of them use variables at once.
    """
    return np.asarray(None, object)


@op("ConsumeMutexLock", "mutex_lock: variant -> ", host=True, stateful=True, shape=lambda inputs, attrs: [])
def consume_mutex_lock(mutex_lock):
    """Lets go of the lock."""
    return ()


class Execution(NamedTuple):
    """A call of `execute`: what it locks, and the resources that its function uses."""

    op: Operation
    handle: Tensor
    resources: list[Tensor]
    exclusive_resource_access: bool


@public("CriticalSection")
class CriticalSection:
    """A lock around functions: the ops of one call of `execute` have all run before those of another begin.

    Args:
      name: of its MutexV2 node.
      shared_name: sections of one shared name are one.
      critical_section_def, import_scope: not looked at.
    """

    def __init__(
        self, name: str | None = None, shared_name: str | None = None, critical_section_def: Any = None, import_scope: str | None = None
    ):
        with name_scope(name, "CriticalSection", []) as scope:
            self._handle = mutex_v2(shared_name=scope if shared_name is None else shared_name, name=scope)
        get_default_graph().add_to_collection(CRITICAL_SECTIONS, self)

    @property
    def name(self) -> str:
        return self._handle.op.name

    def execute(self, fn: Callable[[], Any], exclusive_resource_access: bool = True, name: str | None = None) -> Any:
        """What `fn()` returns, computed while the section's lock is held.

        Args:
          exclusive_resource_access: no other section may use the resources that `fn` uses.

        Raises:
          ValueError: `fn` uses the section itself, or a resource that another section uses and one of them wants alone.
        """
        graph = get_default_graph()
        with name_scope(name, "critical_section_execute", []):
            lock = mutex_lock(self._handle)
            before = graph._last_id
            with control_dependencies([lock]):
                result = fn()
            made = [o for o in graph.get_operations() if o._id > before]
            resources = self._used(made, lock)
            if resources:
                # What it works on must be there before the lock is taken.
                lock.op._add_control_inputs([group(*(t.op for t in resources))])
            if exclusive_resource_access is not None:
                self._check(resources, exclusive_resource_access)
            graph.add_to_collection(EXECUTIONS, Execution(lock.op, self._handle, resources, exclusive_resource_access))
            flat = nest.flatten(result, expand_composites=True)
            done = [group(r) if isinstance(r, Operation) else identity(r) for r in flat]
            with control_dependencies(done):
                with graph.colocate_with(self._handle):
                    free = consume_mutex_lock(lock)
                gated = tuple_(flat)
            with control_dependencies([free]):
                out = [group(r) if isinstance(r, Operation) else identity(r) for r in gated]
            return nest.pack_sequence_as(result, out, expand_composites=True)

    def _used(self, made: list[Operation], lock: Tensor) -> list[Tensor]:
        """The resources that ops take from outside. Raises ValueError if this section is among them."""
        own = set(made)
        found = dict.fromkeys(t for o in made for t in o.inputs if t.dtype.base_dtype.name == "resource" and t.op not in own)
        if self._handle in found:
            raise ValueError(
                "The function fn attempts to directly access the CriticalSection in which it would be running.  This is illegal and "
                "would cause deadlocks."
            )
        return list(found)

    def _check(self, resources: list[Tensor], exclusive: bool) -> None:
        for other in get_default_graph().get_collection(EXECUTIONS):
            if other.handle is self._handle or not (exclusive or other.exclusive_resource_access):
                continue
            both = [t for t in resources if t in other.resources]
            if both:
                raise ValueError(
                    f"This execution would access resources: {both}.  Either this lock (CriticalSection: {self._handle}) or lock '{other}' "
                    f"(CriticalSection: {other.handle}) requested exclusive resource access of this resource.  Did you mean to call "
                    "execute with keyword argument exclusive_resource_access=False?"
                )


export(CriticalSection, "python.ops.critical_section_ops.CriticalSection")
