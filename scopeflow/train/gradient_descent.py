"""Gradient descent, plain and proximal."""

from __future__ import annotations

from typing import Any

from ..graph.composite import IndexedSlices
from ..graph.conversion import to_tensor
from ..graph.operation import Tensor
from ..graph.public import public
from ..ops import training
from ..ops.casting import cast
from ..ops.state import resource_scatter_add
from ..variables import ResourceVariable
from .fused_step import FusedStepOptimizer, Step
from .optimizer import Hyperparameter


@public("train.GradientDescentOptimizer")
class GradientDescentOptimizer(FusedStepOptimizer):
    """var <- var - learning_rate * gradient."""

    def __init__(self, learning_rate: Hyperparameter, use_locking: bool = False, name: str = "GradientDescent"):
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._learning_rate_tensor: Any = None

    def _prepare(self) -> None:
        # The sparse step of resource variables takes the rate as it was given.
        self._learning_rate_value = self._call_if_callable(self._learning_rate)
        self._learning_rate_tensor = to_tensor(self._learning_rate_value, name="learning_rate")

    def _step(self, var: Any, kind: Any, *grad: Tensor) -> Step:
        return training.gradient_descent, [], [cast(self._learning_rate_tensor, kind), *grad]

    def _apply_sparse_duplicate_indices(self, grad: IndexedSlices, var: Any) -> Any:
        # Subtracting is the same for repeated indices as for their sum.
        rate = cast(self._learning_rate_tensor, var.dtype.base_dtype)
        return var.scatter_sub(IndexedSlices(grad.values * rate, grad.indices, grad.dense_shape), use_locking=self._use_locking)

    def _resource_apply_sparse_duplicate_indices(self, grad: Tensor, handle: Any, indices: Tensor) -> Any:
        return resource_scatter_add(handle.handle, indices, -grad * self._learning_rate_value)


@public("train.ProximalGradientDescentOptimizer")
class ProximalGradientDescentOptimizer(FusedStepOptimizer):
    """Gradient descent, then the proximal step of L1 and L2 penalties (Duchi and Singer, 2009, FOBOS)."""

    def __init__(
        self,
        learning_rate: Hyperparameter,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        use_locking: bool = False,
        name: str = "ProximalGradientDescent",
    ):
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._l1_regularization_strength = l1_regularization_strength
        self._l2_regularization_strength = l2_regularization_strength

    def _prepare(self) -> None:
        self._learning_rate_tensor = to_tensor(self._learning_rate, name="learning_rate")
        self._l1_regularization_strength_tensor = to_tensor(self._l1_regularization_strength, name="l1_regularization_strength")
        self._l2_regularization_strength_tensor = to_tensor(self._l2_regularization_strength, name="l2_regularization_strength")

    def _step(self, var: Any, kind: Any, *grad: Tensor) -> Step:
        return training.proximal_gradient_descent, [], [*proximal_scalars(self, var, kind, grad), *grad]


def proximal_scalars(optimizer: Any, var: Any, kind: Any, grad: tuple[Tensor, ...]) -> list[Tensor]:
    """Rate and penalties of a proximal step. TensorFlow casts them to the variable's type only for rows of a resource variable."""
    scalars = [
        optimizer._learning_rate_tensor,
        optimizer._l1_regularization_strength_tensor,
        optimizer._l2_regularization_strength_tensor,
    ]
    by_rows = len(grad) == 2 and isinstance(var, ResourceVariable)
    return [cast(t, kind) for t in scalars] if by_rows else scalars
