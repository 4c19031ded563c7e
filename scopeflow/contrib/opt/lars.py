"""LARS (You, Gitman and Ginsburg, arXiv:1708.03888): learning rates by layer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...graph.conversion import to_tensor
from ...graph.operation import Tensor
from ...graph.public import public
from ...ops import training
from ...ops.array import where
from ...ops.casting import cast
from ...ops.elementwise import greater
from ...ops.norm import norm
from ...train.fused_step import FusedStepOptimizer, Step
from ...train.optimizer import Hyperparameter


@public("contrib.opt.LARSOptimizer")
class LARSOptimizer(FusedStepOptimizer):
    """Momentum whose rate for each variable goes with the ratio of the norms of variable and gradient.

    Sparse gradients are applied by plain momentum.

    Args:
      weight_decay: strength of an L2 penalty, which is added to the gradient.
      eeta: the trust coefficient.
      skip_list: variables whose names contain one of these take plain momentum's rate, and no penalty.

    Raises:
      ValueError: `momentum` is negative.
    """

    def __init__(
        self,
        learning_rate: Hyperparameter,
        momentum: float = 0.9,
        weight_decay: float = 0.0001,
        eeta: float = 0.001,
        epsilon: float = 0.0,
        name: str = "LARSOptimizer",
        skip_list: Iterable[str] | None = None,
        use_nesterov: bool = False,
    ):
        if momentum < 0.0:
            raise ValueError(f"momentum should be positive: {momentum}")
        super().__init__(False, name)
        self._learning_rate = learning_rate
        self._momentum = momentum
        self._weight_decay = weight_decay
        self._eeta = eeta
        self._epsilon = epsilon
        self._name = name
        self._skip_list = skip_list
        self._use_nesterov = use_nesterov

    def _create_slots(self, var_list: list[Any]) -> None:
        for v in var_list:
            self._zeros_slot(v, "momentum", self._name)

    def compute_lr(self, grad: Tensor, var: Any) -> tuple[Any, Tensor]:
        """(the variable's own learning rate, its gradient with the L2 penalty's)."""
        rate = self._learning_rate
        if self._skip_list is None or not any(part in var.name for part in self._skip_list):
            size, grad_size = norm(var, ord=2), norm(grad, ord=2)
            has_size, has_grad = greater(size, 0), greater(grad_size, 0)
            ratio = self._eeta * size / (grad_size + self._weight_decay * size + self._epsilon)
            rate = rate * where(has_size, where(has_grad, ratio, 1.0), 1.0)
            grad = grad + self._weight_decay * var
        return rate, grad

    def _prepare(self) -> None:
        self._learning_rate_tensor = to_tensor(self._call_if_callable(self._learning_rate), name="learning_rate")
        self._momentum_tensor = to_tensor(self._call_if_callable(self._momentum), name="momentum")

    def _step_options(self) -> dict[str, Any]:
        return {"use_locking": False, "use_nesterov": self._use_nesterov}

    def _step(self, var: Any, kind: Any, *grad: Tensor) -> Step:
        slots = [self.get_slot(var, "momentum")]
        if len(grad) == 2:
            rate = cast(self._learning_rate_tensor, kind)
            return training.momentum, slots, [rate, *grad, cast(self._momentum_tensor, kind)]
        rate, penalized = self.compute_lr(grad[0], var)
        return training.momentum, slots, [cast(1.0, kind), penalized * rate, self._momentum]
