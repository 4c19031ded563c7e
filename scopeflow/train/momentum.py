"""Gradient descent with momentum."""

from __future__ import annotations

from typing import Any

from ..graph.composite import IndexedSlices
from ..graph.conversion import to_tensor
from ..graph.operation import Tensor
from ..graph.public import public
from ..ops.casting import cast
from ..ops.training import apply_momentum, resource_apply_momentum, resource_sparse_apply_momentum, sparse_apply_momentum
from .optimizer import Hyperparameter, Optimizer


@public("train.MomentumOptimizer")
class MomentumOptimizer(Optimizer):
    """accum <- momentum * accum + gradient; var <- var - learning_rate * accum (or Nesterov's form of it)."""

    def __init__(
        self,
        learning_rate: Hyperparameter,
        momentum: Hyperparameter,
        use_locking: bool = False,
        name: str = "Momentum",
        use_nesterov: bool = False,
    ):
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._momentum = momentum
        self._use_nesterov = use_nesterov

    def _create_slots(self, var_list: list[Any]) -> None:
        for v in var_list:
            self._zeros_slot(v, "momentum", self._name)

    def _prepare(self) -> None:
        self._learning_rate_tensor = to_tensor(self._call_if_callable(self._learning_rate), name="learning_rate")
        self._momentum_tensor = to_tensor(self._call_if_callable(self._momentum), name="momentum")

    def _options(self) -> dict[str, bool]:
        return {"use_locking": self._use_locking, "use_nesterov": self._use_nesterov}

    def _apply_dense(self, grad: Tensor, var: Any) -> Any:
        accum, kind = self.get_slot(var, "momentum"), var.dtype.base_dtype
        rate = cast(self._learning_rate_tensor, kind)
        return apply_momentum(var, accum, rate, grad, cast(self._momentum_tensor, kind), **self._options()).op

    def _resource_apply_dense(self, grad: Tensor, handle: Any) -> Any:
        accum, kind = self.get_slot(handle, "momentum"), grad.dtype.base_dtype
        rate = cast(self._learning_rate_tensor, kind)
        return resource_apply_momentum(handle.handle, accum.handle, rate, grad, cast(self._momentum_tensor, kind), **self._options())

    def _apply_sparse(self, grad: IndexedSlices, var: Any) -> Any:
        accum, kind = self.get_slot(var, "momentum"), var.dtype.base_dtype
        rate = cast(self._learning_rate_tensor, kind)
        momentum = cast(self._momentum_tensor, kind)
        return sparse_apply_momentum(var, accum, rate, grad.values, grad.indices, momentum, **self._options()).op

    def _resource_apply_sparse(self, grad: Tensor, handle: Any, indices: Tensor) -> Any:
        accum, kind = self.get_slot(handle, "momentum"), grad.dtype.base_dtype
        rate = cast(self._learning_rate_tensor, kind)
        momentum = cast(self._momentum_tensor, kind)
        return resource_sparse_apply_momentum(handle.handle, accum.handle, rate, grad, indices, momentum, **self._options())
