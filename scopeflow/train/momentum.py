"""Gradient descent with momentum."""

from __future__ import annotations

from typing import Any

from ..graph.conversion import to_tensor
from ..graph.operation import Tensor
from ..graph.public import public
from ..ops import training
from ..ops.casting import cast
from .fused_step import FusedStepOptimizer, Step
from .optimizer import Hyperparameter


@public("train.MomentumOptimizer")
class MomentumOptimizer(FusedStepOptimizer):
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

    def _step_options(self) -> dict[str, Any]:
        return {"use_locking": self._use_locking, "use_nesterov": self._use_nesterov}

    def _step(self, var: Any, kind: Any, *grad: Tensor) -> Step:
        slots = [self.get_slot(var, "momentum")]
        return training.momentum, slots, [cast(self._learning_rate_tensor, kind), *grad, cast(self._momentum_tensor, kind)]
