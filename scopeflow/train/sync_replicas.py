"""SyncReplicasOptimizer: steps by the mean of the gradients of several workers."""

from __future__ import annotations

import logging
from typing import Any

from ..graph import dtypes
from ..graph.composite import IndexedSlices
from ..graph.default_graph import control_dependencies, device, get_default_graph, name_scope
from ..graph.graph import GraphKeys
from ..graph.operation import Operation, Tensor
from ..graph.public import public
from ..ops.accumulators import ConditionalAccumulator, ConditionalAccumulatorBase
from ..ops.array import fill
from ..ops.flow import group, no_op
from ..ops.queues import FIFOQueue
from ..ops.sparse_accumulators import SparseConditionalAccumulator
from ..variables import Variable
from ..variables.assignment import assign
from ..variables.initialization import report_uninitialized_variables
from ..variables.listing import global_variables
from .optimizer import GradAndVar, Optimizer
from .queue_runner import QueueRunner
from .session_run_hook import SessionRunHook


@public("train.SyncReplicasOptimizer")
class SyncReplicasOptimizer(Optimizer):
    """Collects gradients until `replicas_to_aggregate` have come, steps by their mean, and lets the workers go on.

    A worker's own train op hands in its gradients and waits for a token; the chief's queue runner steps and gives out
    tokens. Here all workers are threads of one process, which use one session; usually there is one, its own chief. The
    hook of `make_session_run_hook` starts what is needed.

    Args:
      total_num_replicas: how many workers there are (`replicas_to_aggregate` if None).
      variable_averages, variables_to_average: an ExponentialMovingAverage that the chief updates, and of what.
    """

    def __init__(
        self,
        opt: Optimizer,
        replicas_to_aggregate: int,
        total_num_replicas: int | None = None,
        variable_averages: Any = None,
        variables_to_average: Any = None,
        use_locking: bool = False,
        name: str = "sync_replicas",
    ):
        if total_num_replicas is None:
            total_num_replicas = replicas_to_aggregate
        super().__init__(use_locking, name)
        logging.getLogger("tensorflow").info(
            "SyncReplicasV2: replicas_to_aggregate=%s; total_num_replicas=%s", replicas_to_aggregate, total_num_replicas
        )
        self._opt = opt
        self._replicas_to_aggregate = replicas_to_aggregate
        self._total_num_replicas = total_num_replicas
        self._tokens_per_step = max(total_num_replicas, replicas_to_aggregate)
        self._variable_averages = variable_averages
        self._variables_to_average = variables_to_average
        self._gradients_applied = False
        self._global_step: Any = None
        self._sync_token_queue: Any = None
        self._chief_queue_runner: Any = None
        self._accumulator_list: list[tuple[ConditionalAccumulatorBase, str]] = []

    def compute_gradients(self, *args: Any, **kwargs: Any) -> list[GradAndVar]:
        """See the wrapped optimizer's."""
        return self._opt.compute_gradients(*args, **kwargs)

    def apply_gradients(self, grads_and_vars: Any, global_step: Any = None, name: str | None = None) -> Any:
        """The op with which a worker hands in its gradients and waits for the step.

        Raises:
          ValueError: there are no pairs, or no global step.
        """
        pairs = list(grads_and_vars) if grads_and_vars else []
        if not pairs:
            raise ValueError("Must supply at least one variable")
        if global_step is None:
            raise ValueError("Global step is required to check staleness")
        self._global_step = global_step
        anchor = no_op()
        with get_default_graph().colocate_with(anchor):
            self._local_step = Variable(
                0,
                trainable=False,
                collections=[GraphKeys.LOCAL_VARIABLES],
                dtype=global_step.dtype.base_dtype,
                name="sync_rep_local_step",
            )
        self.local_step_init_op = assign(self._local_step, global_step)
        self.ready_for_local_init_op = report_uninitialized_variables(global_variables())
        handed_in: list[Operation] = []
        aggregated: list[Any] = []
        with name_scope(None, self._name):
            for gradient, v in pairs:
                with device(v.device):
                    aggregated.append(self._aggregated(gradient, v, handed_in))
            with device(global_step.device), name_scope(""):
                step = self._opt.apply_gradients(list(zip(aggregated, (v for _, v in pairs))), global_step)
            with device(global_step.device), name_scope(""):
                kind = global_step.dtype.base_dtype
                self._sync_token_queue = FIFOQueue(-1, kind, shapes=(), name="sync_token_q", shared_name="sync_token_q")
                # A queue runner needs a queue: this one holds nothing.
                unused = FIFOQueue(1, dtypes.int32, shapes=(), name="dummy_queue", shared_name="dummy_queue")
            with device(global_step.device), name_scope(""):
                with control_dependencies(handed_in):
                    train_op = assign(self._local_step, self._sync_token_queue.dequeue())
                with control_dependencies([step]):
                    sync_op = self._sync_token_queue.enqueue_many((fill([self._tokens_per_step], global_step),))
                if self._variable_averages is not None:
                    with control_dependencies([sync_op]), name_scope(""):
                        sync_op = self._variable_averages.apply(self._variables_to_average)
                self._chief_queue_runner = QueueRunner(unused, [sync_op])
            starts = [self.local_step_init_op]
            for accumulator, place in self._accumulator_list:
                with device(place):
                    starts.append(accumulator.set_global_step(global_step, name="SetGlobalStep"))
            self.chief_init_op = group(*starts)
        self._gradients_applied = True
        return train_op

    def _aggregated(self, gradient: Any, v: Any, handed_in: list[Operation]) -> Tensor | IndexedSlices | None:
        if gradient is None:
            return None
        if isinstance(gradient, IndexedSlices):
            rows = SparseConditionalAccumulator(gradient.dtype, shape=(), shared_name=v.name + "/grad_accum")
            handed_in.append(rows.apply_indexed_slices_grad(gradient, local_step=self._local_step))
            self._accumulator_list.append((rows, v.device))
            return rows.take_indexed_slices_grad(self._replicas_to_aggregate)
        accumulator = ConditionalAccumulator(gradient.dtype, shape=v.get_shape(), shared_name=v.name + "/grad_accum")
        handed_in.append(accumulator.apply_grad(gradient, local_step=self._local_step))
        self._accumulator_list.append((accumulator, v.device))
        return accumulator.take_grad(self._replicas_to_aggregate)

    def get_chief_queue_runner(self) -> QueueRunner:
        """What steps, in a thread of the chief's. Raises ValueError before gradients have been applied."""
        if not self._gradients_applied:
            raise ValueError("Should be called after apply_gradients().")
        return self._chief_queue_runner

    def get_init_tokens_op(self, num_tokens: int = -1) -> Operation:
        """The op that gives out the first tokens, `replicas_to_aggregate` of them if -1.

        Raises:
          ValueError: no gradients have been applied, or the tokens are too few for the first step.
        """
        if not self._gradients_applied:
            raise ValueError("get_init_tokens_op() should be called after apply_gradients().")
        needed = self._replicas_to_aggregate - self._total_num_replicas
        if num_tokens == -1:
            num_tokens = self._replicas_to_aggregate
        elif num_tokens < needed:
            raise ValueError(f"Too few tokens to finish the first step: {num_tokens} (given) vs {needed} (needed)")
        if num_tokens <= 0:
            return no_op(name="no_init_tokens")
        with device(self._global_step.device), name_scope(""):
            return self._sync_token_queue.enqueue_many((fill([num_tokens], self._global_step),))

    def get_slot(self, *args: Any, **kwargs: Any) -> Any:
        """See the wrapped optimizer's."""
        return self._opt.get_slot(*args, **kwargs)

    def get_slot_names(self, *args: Any, **kwargs: Any) -> list[str]:
        """See the wrapped optimizer's."""
        return self._opt.get_slot_names(*args, **kwargs)

    def variables(self) -> list[Any]:
        """See the wrapped optimizer's."""
        return self._opt.variables()

    def make_session_run_hook(self, is_chief: bool, num_tokens: int = -1) -> SessionRunHook:
        """A hook that initializes the local step and, on the chief, starts the steps and gives out the first tokens."""
        return _SyncReplicasHook(self, is_chief, num_tokens)


class _SyncReplicasHook(SessionRunHook):
    """Starts the synchronized steps when a session is made."""

    def __init__(self, optimizer: SyncReplicasOptimizer, is_chief: bool, num_tokens: int):
        self._optimizer, self._is_chief, self._num_tokens = optimizer, is_chief, num_tokens

    def begin(self) -> None:
        """Makes the ops. Raises ValueError before gradients have been applied."""
        optimizer = self._optimizer
        if not optimizer._gradients_applied:
            raise ValueError("SyncReplicasOptimizer.apply_gradient should be called before using the hook.")
        self._runner = optimizer.get_chief_queue_runner() if self._is_chief else None
        self._tokens = optimizer.get_init_tokens_op(self._num_tokens) if self._is_chief else None
        self._start = optimizer.chief_init_op if self._is_chief else optimizer.local_step_init_op

    def after_create_session(self, session: Any, coord: Any) -> None:
        """Runs what starts the steps. Raises RuntimeError if a variable is not initialized."""
        missing = session.run(self._optimizer.ready_for_local_init_op)
        if len(missing):
            names = ", ".join(n.decode() for n in missing)
            raise RuntimeError(
                f"Init operations did not make model ready for SyncReplicasOptimizer local_init. Init op: {self._start.name}, "
                f"error: Variables not initialized: {names}"
            )
        session.run(self._start)
        if self._tokens is not None:
            session.run(self._tokens)
        if self._runner is not None:
            self._runner.create_threads(session, coord=coord, daemon=True, start=True)
        self._running = session, coord

    def end(self, session: Any) -> None:
        """Lets the thread that waits for gradients go; in TensorFlow the end of a session waits two minutes for it."""
        running, coord = self._running
        if self._runner is not None and coord is not None:
            coord.request_stop()
            for accumulator in running._store.resources.all("accumulator"):
                accumulator.cancel()
