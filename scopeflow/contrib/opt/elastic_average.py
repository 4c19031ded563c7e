"""Elastic averaging (Zhang, Choromanska and LeCun, arXiv:1412.6651): workers train for themselves, pulled to a common center."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...graph import dtypes
from ...graph.default_graph import control_dependencies, device
from ...graph.graph import GraphKeys
from ...graph.operation import Operation, Tensor
from ...graph.public import TABLE, public
from ...ops import array
from ...ops import elementwise as m
from ...ops.control_flow import cond
from ...ops.flow import group, no_op
from ...ops.nn.linear import l2_loss
from ...ops.queues import FIFOQueue
from ...ops.sums import add_n
from ...train.optimizer import GradAndVar, Optimizer
from ...train.session_run_hook import SessionRunHook
from ...variables.assignment import assign, assign_add, assign_sub
from ...variables.listing import trainable_variables
from .agn import WorkerVariablesHook
from .worker_variables import WorkerGetter, apply_locally, local_step


@public("contrib.opt.ElasticAverageCustomGetter")
class ElasticAverageCustomGetter(WorkerGetter):
    """Makes trainable variables local, and beside each the global center and a local copy of it."""

    def __init__(self, worker_device: Any):
        super().__init__(worker_device)
        self._local_map: dict[Any, Any] = {}

    def __call__(self, getter: Callable[..., Any], name: str, trainable: Any, collections: Any, *args: Any, **kwargs: Any) -> Any:
        if not trainable:
            where = self._worker_device if GraphKeys.LOCAL_VARIABLES in collections else None
            with device(where):
                return getter(name, *args, trainable=trainable, collections=collections, **kwargs)
        local = self._local(getter, name, True, *args, **kwargs)
        self._global_map[local] = self._center(getter, name, *args, **kwargs)
        self._local_map[local] = self._local(getter, f"local_center_variable/{name}", False, *args, **kwargs)
        return local


@public("contrib.opt.ElasticAverageOptimizer")
class ElasticAverageOptimizer(Optimizer):
    """Applies `opt` to a worker's variables; each `communication_period` steps these and the center move to each other.

    The global step counts the communications.

    Args:
      moving_rate: how far they move, as a part of their distance; BETA / communication_period / num_worker if None.
      rho: the weight in the loss of half the squared distance to the center; moving_rate / the optimizer's learning rate if None.
      synchronous: workers wait for each other before they start.
    """

    BETA = 0.9

    def __init__(
        self,
        opt: Optimizer,
        num_worker: int,
        ea_custom_getter: ElasticAverageCustomGetter,
        communication_period: int = 10,
        moving_rate: float | None = None,
        rho: float | None = None,
        use_locking: bool = True,
        synchronous: bool = False,
        name: str = "ElasticAverageOptimizer",
    ):
        super().__init__(use_locking, name)
        self._opt = opt
        self._num_worker = num_worker
        self._period = communication_period
        self._local_map, self._global_map = ea_custom_getter._local_map, ea_custom_getter._global_map
        self._synchronous = synchronous
        self._moving_rate = self.BETA / communication_period / num_worker if moving_rate is None else moving_rate
        self._rho = self._moving_rate / self._opt._learning_rate if rho is None else rho  # type: ignore[attr-defined]
        self._local_step = local_step()
        self._opt._prepare()

    def compute_gradients(
        self,
        loss: Tensor,
        var_list: Any = None,
        gate_gradients: int = Optimizer.GATE_OP,
        aggregation_method: Any = None,
        colocate_gradients_with_ops: bool = False,
        grad_loss: Any = None,
    ) -> list[GradAndVar]:
        """The wrapped optimizer's gradients of the loss and the pull to the center."""
        if not var_list:
            var_list = trainable_variables()
        distances = [m.subtract(v, self._local_map[v]) for v in var_list]
        loss = loss + self._rho * add_n([l2_loss(d) for d in distances])
        return self._opt.compute_gradients(loss, var_list, gate_gradients, aggregation_method, colocate_gradients_with_ops, grad_loss)

    def apply_gradients(self, grads_and_vars: Any, global_step: Any = None, name: str | None = None) -> Any:
        """A worker's step, with the communication when it is time for it."""
        pairs = [(g, v) for g, v in grads_and_vars]
        step = apply_locally(self._opt, pairs)
        with control_dependencies([step]):
            counted = assign_add(self._local_step, 1, name="local_step_update").op
        with control_dependencies([counted]):
            due = m.equal(m.floormod(self._local_step, self._period), 0)
        variables = [v for g, v in pairs if g is not None]

        def communicate() -> Operation:
            with control_dependencies([counted]):
                return self._communicate(variables, global_step)

        def wait() -> Operation:
            with control_dependencies([counted]):
                return no_op()

        return cond(due, communicate, wait)

    def _communicate(self, variables: list[Any], global_step: Any) -> Operation:
        copies = [self._local_map[v] for v in variables]
        centers = [self._global_map[v] for v in variables]
        fetched = [assign(copy, center) for copy, center in zip(copies, centers)]
        with control_dependencies(fetched):
            distances = []
            for v, copy in zip(variables, copies):
                with device(v.device):
                    distances.append(m.subtract(v, copy))
            updates = []
            for v, distance in zip(variables, distances):
                with device(v.device):
                    updates.append(assign_sub(v, m.multiply(self._moving_rate, distance)))
            for center, distance in zip(centers, distances):
                with device(center.device):
                    updates.append(assign_add(center, m.multiply(self._moving_rate, distance)))
            if global_step is not None:
                updates.append(assign_add(global_step, 1))
        return group(*updates)

    def get_init_op(self, task_index: int) -> Operation:
        """An op that starts a worker's variables from the center; a synchronous one then waits for the other workers."""
        starts = []
        for v, center in self._global_map.items():
            starts += [assign(v, center), assign(self._local_map[v], center)]
        start = group(*starts)
        return self._meet(start, task_index) if self._synchronous else start

    def _meet(self, start: Operation, task_index: int) -> Operation:
        """`start`, after which each worker puts a token into the queue of every other one, and takes those of its own."""
        queues = [
            FIFOQueue(self._num_worker, [dtypes.bool_], shapes=[[]], shared_name=f"variable_init_sync_queue{i}")
            for i in range(self._num_worker)
        ]
        token = array.constant(False)
        with control_dependencies([start]):
            ops = [no_op() if i == task_index else q.enqueue(token) for i, q in enumerate(queues)]
        ops.append(queues[task_index].dequeue_many(self._num_worker - 1))
        return group(*ops)

    def swapping_saver(self, var_list: Any = None, name: str = "swapping_saver", **kwargs: Any) -> Any:
        """A Saver that writes the centers under the names of the workers' variables (trainable ones, if `var_list` is None)."""
        if var_list is None:
            var_list = trainable_variables()
        if not isinstance(var_list, dict):
            var_list = {v.op.name: v for v in var_list}
        return TABLE["train.Saver"]({key: self._global_map.get(v, v) for key, v in var_list.items()}, name=name, **kwargs)

    def make_session_run_hook(self, is_chief: bool, task_index: int) -> SessionRunHook:
        """A hook that starts a worker's variables from the center."""
        return WorkerVariablesHook(self, is_chief, task_index)
