"""Model averaging: workers train for themselves, and go on from the mean of their variables now and then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...graph import dtypes
from ...graph.default_graph import control_dependencies, device, get_default_graph, name_scope
from ...graph.graph import GraphKeys
from ...graph.operation import Operation
from ...graph.public import public
from ...ops import array
from ...ops import elementwise as m
from ...ops.accumulators import ConditionalAccumulator
from ...ops.control_flow import cond
from ...ops.flow import group, no_op
from ...ops.queues import FIFOQueue
from ...train.optimizer import GradAndVar, Optimizer
from ...train.session_run_hook import SessionRunHook
from ...variables import Variable
from ...variables.assignment import assign, assign_add
from ...variables.initialization import global_variables_initializer, local_variables_initializer
from .worker_variables import CENTER, WorkerGetter, local_step


@public("contrib.opt.ModelAverageCustomGetter")
class ModelAverageCustomGetter(WorkerGetter):
    """Makes trainable variables local, and beside each the global one that holds the mean."""

    def __call__(self, getter: Callable[..., Any], name: str, trainable: Any, collections: Any, *args: Any, **kwargs: Any) -> Any:
        if not trainable:
            where = self._worker_device if GraphKeys.LOCAL_VARIABLES in collections else None
            with device(where):
                return getter(name, *args, trainable=trainable, collections=collections, **kwargs)
        local = self._local(getter, name, True, *args, **kwargs)
        with device(self._worker_device):
            start = local.initialized_value()
        self._global_map[local] = Variable(
            name=f"{CENTER}/{name}", initial_value=start, trainable=False, collections=[GraphKeys.GLOBAL_VARIABLES]
        )
        return local


@public("contrib.opt.ModelAverageOptimizer")
class ModelAverageOptimizer(Optimizer):
    """Applies `opt` to a worker's variables; each `interval_steps` steps they become the mean over all workers.

    The chief takes the mean, once all workers have handed in theirs. The global step counts these rounds.
    """

    def __init__(
        self,
        opt: Optimizer,
        num_worker: int,
        is_chief: bool,
        ma_custom_getter: ModelAverageCustomGetter,
        interval_steps: int = 100,
        use_locking: bool = True,
        name: str = "ModelAverageOptimizer",
    ):
        super().__init__(use_locking, name)
        self._opt = opt
        self._num_worker = num_worker
        self._is_chief = is_chief
        self._local_2_global = ma_custom_getter._global_map
        self._interval_steps = interval_steps
        self._accumulator_list: list[tuple[ConditionalAccumulator, str]] = []
        self._chief_init_op: Any = None
        self._local_step = local_step()
        self._opt._prepare()

    def compute_gradients(self, *args: Any, **kwargs: Any) -> list[GradAndVar]:
        """See the wrapped optimizer's."""
        return self._opt.compute_gradients(*args, **kwargs)

    def apply_gradients(self, grads_and_vars: Any, global_step: Any = None, name: str | None = None) -> Any:
        """A worker's step, with the round of averaging when it is time for it.

        Raises:
          ValueError: there are no pairs, or no global step.
        """
        pairs = list(grads_and_vars) if grads_and_vars else []
        if not pairs:
            raise ValueError("Must supply at least one variable")
        if global_step is None:
            raise ValueError("Global step is required")
        step = self._opt.apply_gradients(pairs)
        with control_dependencies([step]):
            counted = assign_add(self._local_step, 1, name="local_step_update").op
        with control_dependencies([counted]):
            due = m.equal(m.floormod(self._local_step, self._interval_steps), 0)

        def average() -> Operation:
            with control_dependencies([counted]):
                return self._average([v for g, v in pairs if g is not None], global_step)

        def wait() -> Operation:
            with control_dependencies([counted]):
                return no_op()

        train_op = cond(due, average, wait)
        starts = []
        for accumulator, place in self._accumulator_list:
            with device(place):
                starts.append(accumulator.set_global_step(global_step, name="SetGlobalStep"))
        self._chief_init_op = group(*starts)
        return train_op

    def _average(self, variables: list[Any], global_step: Any) -> Operation:
        centers = [self._local_2_global[v] for v in variables]
        with get_default_graph().colocate_with(global_step):
            tokens = FIFOQueue(-1, [dtypes.bool_], shapes=[[]], shared_name="sync_queue")
        handed_in, means = [], []
        with name_scope(self._name + "/global"):
            for v, center in zip(variables, centers):
                with device(center.device):
                    accumulator = ConditionalAccumulator(v.dtype.base_dtype, shape=v.get_shape(), shared_name=center.name + "/var_accum")
                    value = v._ref() if hasattr(v, "_ref") else v
                    handed_in.append(accumulator.apply_grad(value, local_step=global_step))
                    means.append(accumulator.take_grad(self._num_worker))
                    self._accumulator_list.append((accumulator, center.device))
        if self._is_chief:
            with control_dependencies(handed_in):
                updates = self._update_centers(centers, means, global_step)
            with control_dependencies(updates), device(global_step.device):
                synced = tokens.enqueue_many(array.fill([self._num_worker - 1], array.constant(False)))
        else:
            with control_dependencies(handed_in):
                synced = tokens.dequeue()
        with control_dependencies([synced]):
            return self._take_centers(zip(variables, centers))

    @staticmethod
    def _update_centers(centers: list[Any], means: list[Any], global_step: Any) -> list[Any]:
        updates = []
        for center, mean in zip(centers, means):
            with device(center.device):
                updates.append(assign(center, mean))
        with device(global_step.device):
            updates.append(assign_add(global_step, 1))
        return updates

    def _take_centers(self, pairs: Any) -> Operation:
        taken = []
        for v, center in pairs:
            with device(v.device):
                taken.append(assign(v, center.read_value()))
        return group(*taken)

    def get_init_op(self) -> Operation:
        """An op that starts a worker's variables from the global ones."""
        return self._take_centers(self._local_2_global.items())

    def make_session_run_hook(self) -> SessionRunHook:
        """A hook that makes the ops which start the variables, before the graph is finalized."""
        return _ModelAverageHook(self, self._is_chief)


class _ModelAverageHook(SessionRunHook):
    """Makes the ops that start the variables."""

    def __init__(self, optimizer: ModelAverageOptimizer, is_chief: bool):
        self._optimizer, self._is_chief = optimizer, is_chief

    def begin(self) -> None:
        """Makes the ops."""
        self._local_init_op = local_variables_initializer()
        self._global_init_op = None
        if self._is_chief:
            self._global_init_op = global_variables_initializer()
            self._chief_init_op = self._optimizer._chief_init_op
        self._variable_init_op = self._optimizer.get_init_op()
