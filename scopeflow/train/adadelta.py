"""Adadelta (Zeiler, arXiv:1212.5701)."""

from __future__ import annotations

from typing import Any

from ..graph.conversion import to_tensor
from ..graph.operation import Tensor
from ..graph.public import public
from ..ops import training
from ..ops.casting import cast
from .fused_step import FusedStepOptimizer, Step
from .optimizer import Hyperparameter


@public("train.AdadeltaOptimizer")
class AdadeltaOptimizer(FusedStepOptimizer):
    """Steps by the gradient, scaled by the ratio of the running root mean squares of updates and of gradients."""

    def __init__(
        self,
        learning_rate: Hyperparameter = 0.001,
        rho: Hyperparameter = 0.95,
        epsilon: Hyperparameter = 1e-8,
        use_locking: bool = False,
        name: str = "Adadelta",
    ):
        super().__init__(use_locking, name)
        self._lr, self._rho, self._epsilon = learning_rate, rho, epsilon
        self._lr_t: Any = None
        self._rho_t: Any = None
        self._epsilon_t: Any = None

    def _create_slots(self, var_list: list[Any]) -> None:
        for v in var_list:
            self._zeros_slot(v, "accum", self._name)
            self._zeros_slot(v, "accum_update", self._name)

    def _prepare(self) -> None:
        self._lr_t = to_tensor(self._call_if_callable(self._lr), name="lr")
        self._rho_t = to_tensor(self._call_if_callable(self._rho), name="rho")
        self._epsilon_t = to_tensor(self._call_if_callable(self._epsilon), name="epsilon")

    def _step(self, var: Any, kind: Any, *grad: Tensor) -> Step:
        slots = [self.get_slot(var, "accum"), self.get_slot(var, "accum_update")]
        return training.adadelta, slots, [cast(t, kind) for t in (self._lr_t, self._rho_t, self._epsilon_t)] + list(grad)
