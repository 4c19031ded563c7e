"""FusedStepOptimizer: the optimizers whose step on a variable is one op."""

from __future__ import annotations

from typing import Any

from ..graph.composite import IndexedSlices
from ..graph.operation import Operation, Tensor
from ..ops.training import Rule
from .optimizer import Optimizer

#: the ops of a step, the slots it changes, and its other inputs in their order
Step = tuple[Rule, list[Any], list[Any]]


class FusedStepOptimizer(Optimizer):
    """Base of optimizers whose step on a variable is one op, which takes its slots and hyperparameters."""

    def _step(self, var: Any, kind: Any, *grad: Tensor) -> Step:
        """What changes `var` of type `kind`; `grad` is the gradient, or its rows and their indices."""
        raise NotImplementedError()

    def _step_options(self) -> dict[str, Any]:
        """The attributes of the ops."""
        return {"use_locking": self._use_locking}

    def _by_reference(self, op: Any, var: Any, step: Step) -> Operation:
        return op(var, *step[1], *step[2], **self._step_options()).op

    def _by_handle(self, op: Any, var: Any, step: Step) -> Operation:
        return op(var.handle, *(slot.handle for slot in step[1]), *step[2], **self._step_options())

    def _apply_dense(self, grad: Tensor, var: Any) -> Any:
        step = self._step(var, var.dtype.base_dtype, grad)
        return self._by_reference(step[0].dense, var, step)

    def _resource_apply_dense(self, grad: Tensor, handle: Any) -> Any:
        step = self._step(handle, grad.dtype.base_dtype, grad)
        return self._by_handle(step[0].resource_dense, handle, step)

    def _apply_sparse(self, grad: IndexedSlices, var: Any) -> Any:
        step = self._step(var, var.dtype.base_dtype, grad.values, grad.indices)
        return self._by_reference(step[0].sparse, var, step)

    def _resource_apply_sparse(self, grad: Tensor, handle: Any, indices: Tensor) -> Any:
        step = self._step(handle, grad.dtype.base_dtype, grad, indices)
        return self._by_handle(step[0].resource_sparse, handle, step)
