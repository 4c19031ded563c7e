"""An optimizer that leaves out gradients which are too old."""

from __future__ import annotations

from typing import Any

from ...graph import dtypes
from ...graph.composite import IndexedSlices
from ...graph.default_graph import control_dependencies, get_default_graph
from ...graph.operation import Operation, Tensor
from ...graph.public import public
from ...ops import array
from ...ops.casting import cast
from ...ops.control_flow import cond
from ...ops.flow import identity
from ...ops.summaries import scalar as scalar_summary
from ...scopes import get_variable
from ...train.global_step import get_global_step
from ...train.optimizer import GradAndVar, Optimizer
from ...variables.assignment import assign_add
from ...variables.initializers import Zeros


@public("contrib.opt.DropStaleGradientOptimizer")
class DropStaleGradientOptimizer(Optimizer):
    """Applies `opt` unless the global step has gone on by more than `staleness` since the gradients were computed.

    `stale_counter` counts what was left out, and a summary tells its share of the steps.
    """

    def __init__(self, opt: Optimizer, staleness: int, use_locking: bool = False, name: str = "DropStaleGradient"):
        super().__init__(use_locking, name)
        self._opt = opt
        self._staleness = staleness
        self._local_step: Any = None

    def compute_gradients(self, loss: Tensor, *args: Any, **kwargs: Any) -> list[GradAndVar]:
        """See the wrapped optimizer's; remembers the global step at which the loss is computed."""
        # The sum, unlike the variable, keeps the value that it has when the loss begins.
        with get_default_graph().colocate_with(loss):
            self._local_step = get_global_step() + 0
        with control_dependencies([self._local_step]):
            loss = identity(loss)
        return self._opt.compute_gradients(loss, *args, **kwargs)

    def get_slot(self, *args: Any, **kwargs: Any) -> Any:
        """See the wrapped optimizer's."""
        return self._opt.get_slot(*args, **kwargs)

    def get_slot_names(self, *args: Any, **kwargs: Any) -> list[str]:
        """See the wrapped optimizer's."""
        return self._opt.get_slot_names(*args, **kwargs)

    def apply_gradients(self, grads_and_vars: Any, global_step: Any = None, name: str | None = None) -> Operation:
        """Counts the gradients as stale, or applies them."""
        pairs = list(grads_and_vars)
        gradients = [g for g, _ in pairs if g is not None]
        with get_default_graph().colocate_with(global_step):
            stale = get_variable("stale_counter", [], initializer=Zeros(), trainable=False)
        with control_dependencies([g.op if isinstance(g, IndexedSlices) else g for g in gradients]):
            with get_default_graph().colocate_with(global_step):
                age = array.reshape(global_step - self._local_step, shape=())

        def apply() -> Tensor:
            with control_dependencies([self._opt.apply_gradients(pairs, global_step, name)]):
                return identity(0.0)

        counted = assign_add(stale, cond(age <= self._staleness, apply, lambda: identity(1.0)))
        with control_dependencies([]):
            scalar_summary("Gradient_staleness_percentage", stale / cast(global_step + 1, dtypes.float32))
        return counted
