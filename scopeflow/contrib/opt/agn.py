"""AGN (arXiv:1705.06936, "ADAG"): workers train for some steps, and apply the mean of their gradients to common variables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...graph.default_graph import control_dependencies
from ...graph.operation import Operation
from ...graph.public import public
from ...ops import array
from ...ops import elementwise as m
from ...ops.control_flow import cond
from ...ops.flow import group, no_op
from ...train.optimizer import Optimizer
from ...train.session_run_hook import SessionRunHook
from ...variables.assignment import assign, assign_add
from ...variables.initialization import global_variables_initializer, local_variables_initializer
from .worker_variables import WorkerGetter, apply_locally, local_step


@public("contrib.opt.AGNCustomGetter")
class AGNCustomGetter(WorkerGetter):
    """Makes trainable variables local, and beside each a global one and a local sum of gradients."""

    def __init__(self, worker_device: Any):
        super().__init__(worker_device)
        self._grad_map: dict[Any, Any] = {}

    def __call__(self, getter: Callable[..., Any], name: str, trainable: Any, collections: Any, *args: Any, **kwargs: Any) -> Any:
        if not trainable:
            return getter(name, *args, trainable=trainable, collections=collections, **kwargs)
        local = self._local(getter, name, True, *args, **kwargs)
        self._global_map[local] = self._center(getter, name, *args, **kwargs)
        self._grad_map[local] = self._local(getter, f"grad_variable/{name}", False, *args, **kwargs)
        return local


@public("contrib.opt.AGNOptimizer")
class AGNOptimizer(Optimizer):
    """Applies `optimizer` to a worker's variables, and each `communication_period` steps the sum of gradients to the global ones.

    The worker then goes on from these. The global step counts the communications.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        num_worker: int,
        custom_getter: AGNCustomGetter,
        communication_period: int = 10,
        use_locking: bool = True,
        name: str = "AGNOptimizer",
    ):
        super().__init__(use_locking, name)
        self._opt = optimizer
        self._num_worker = num_worker
        self._period = communication_period
        self._global_map, self._grad_map = custom_getter._global_map, custom_getter._grad_map
        self._local_step = local_step()
        self._opt._prepare()

    def apply_gradients(self, grads_and_vars: Any, global_step: Any = None, name: str | None = None) -> Any:
        """A worker's step, with the communication when it is time for it.

        Raises:
          ValueError: there are no pairs.
        """
        pairs = [(g, v) for g, v in grads_and_vars]
        step = apply_locally(self._opt, pairs)
        used = [(g, v) for g, v in pairs if g is not None]
        sums = [assign_add(self._grad_map[v], g) for g, v in used]
        counted = assign_add(self._local_step, 1, name="local_step_update").op
        with control_dependencies([counted]):
            due = m.equal(m.floormod(self._local_step, self._period), 0)
        with control_dependencies([step, *(s.op for s in sums)]):
            return cond(due, lambda: self._communicate([v for _, v in used], global_step), no_op)

    def _communicate(self, variables: list[Any], global_step: Any) -> Operation:
        sums = [self._grad_map[v] for v in variables]
        centers = [self._global_map[v] for v in variables]
        means = [assign(s, s / float(self._period)) for s in sums]
        with control_dependencies(means):
            step = self._opt.apply_gradients(zip([s.value() for s in sums], centers))
        with control_dependencies([step]):
            updates = [] if global_step is None else [assign_add(global_step, 1)]
            updates += [assign(v, c.read_value()) for v, c in zip(variables, centers)]
            updates += [assign(s, array.zeros_like(s)) for s in sums]
            return group(*updates)

    def get_init_op(self, task_index: int) -> Operation:
        """An op that starts a worker's variables from the global ones."""
        starts = [assign(v, center) for v, center in self._global_map.items()]
        starts += [assign(s, array.zeros_like(s)) for s in self._grad_map.values()]
        return group(*starts)

    def make_session_run_hook(self, is_chief: bool, task_index: int) -> SessionRunHook:
        """A hook that starts a worker's variables from the global ones."""
        return WorkerVariablesHook(self, is_chief, task_index)


class WorkerVariablesHook(SessionRunHook):
    """Starts a worker's variables from the global ones, when a session was made."""

    def __init__(self, optimizer: Any, is_chief: bool, task_index: int):
        self._optimizer, self._is_chief, self._task_index = optimizer, is_chief, task_index

    def begin(self) -> None:
        """Makes the ops."""
        self._local_init_op = local_variables_initializer()
        self._global_init_op = global_variables_initializer() if self._is_chief else None
        self._variable_init_op = self._optimizer.get_init_op(self._task_index)

    def after_create_session(self, session: Any, coord: Any) -> None:
        """Starts the variables."""
        session.run(self._variable_init_op)
