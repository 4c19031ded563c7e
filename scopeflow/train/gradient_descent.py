"""Gradient descent."""

from __future__ import annotations

from typing import Any

from ..graph.composite import IndexedSlices
from ..graph.conversion import to_tensor
from ..graph.operation import Tensor
from ..graph.public import public
from ..ops.casting import cast
from ..ops.training import apply_gradient_descent, resource_apply_gradient_descent
from .optimizer import Hyperparameter, Optimizer


@public("train.GradientDescentOptimizer")
class GradientDescentOptimizer(Optimizer):
    """var <- var - learning_rate * gradient."""

    def __init__(self, learning_rate: Hyperparameter, use_locking: bool = False, name: str = "GradientDescent"):
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._learning_rate_tensor: Any = None

    def _prepare(self) -> None:
        self._learning_rate_tensor = to_tensor(self._call_if_callable(self._learning_rate), name="learning_rate")

    def _rate(self, dtype: Any) -> Tensor:
        return cast(self._learning_rate_tensor, dtype.base_dtype)

    def _apply_dense(self, grad: Tensor, var: Any) -> Any:
        return apply_gradient_descent(var, self._rate(var.dtype), grad, use_locking=self._use_locking).op

    def _resource_apply_dense(self, grad: Tensor, handle: Any) -> Any:
        return resource_apply_gradient_descent(handle.handle, self._rate(grad.dtype), grad, use_locking=self._use_locking)

    def _apply_sparse_duplicate_indices(self, grad: IndexedSlices, var: Any) -> Any:
        # Subtracting is the same for repeated indices as for their sum.
        delta = IndexedSlices(grad.values * self._rate(var.dtype), grad.indices, grad.dense_shape)
        return var.scatter_sub(delta, use_locking=self._use_locking)

    def _resource_apply_sparse_duplicate_indices(self, grad: Tensor, handle: Any, indices: Tensor) -> Any:
        from ..ops.state import resource_scatter_add

        return resource_scatter_add(handle.handle, indices, -grad * self._rate(grad.dtype))
