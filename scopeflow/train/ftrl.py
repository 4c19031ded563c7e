"""FTRL-Proximal (McMahan et al., 2013, "Ad Click Prediction: a View from the Trenches")."""

from __future__ import annotations

from typing import Any

from ..graph.conversion import constant, to_tensor
from ..graph.default_graph import get_default_graph
from ..graph.operation import Tensor
from ..graph.public import public
from ..ops import training
from ..ops.casting import cast
from .fused_step import FusedStepOptimizer, Step
from .optimizer import Hyperparameter


@public("train.FtrlOptimizer")
class FtrlOptimizer(FusedStepOptimizer):
    """Follow the regularized leader: each variable solves the linearized problem of all gradients, with L1 and L2 penalties.

    `l2_shrinkage_regularization_strength` is a penalty on the size of the variable in its gradient, beside the
    stabilizing L2 penalty. `learning_rate_power` 0 keeps the rate fixed, -0.5 is Adagrad's.

    Raises:
      ValueError: a strength or the accumulator's start is negative, or the power positive.
    """

    def __init__(
        self,
        learning_rate: Hyperparameter,
        learning_rate_power: float = -0.5,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        use_locking: bool = False,
        name: str = "Ftrl",
        accum_name: str | None = None,
        linear_name: str | None = None,
        l2_shrinkage_regularization_strength: float = 0.0,
    ):
        super().__init__(use_locking, name)
        for what, value in (
            ("initial_accumulator_value", initial_accumulator_value),
            ("learning_rate_power", learning_rate_power),
            ("l1_regularization_strength", l1_regularization_strength),
            ("l2_regularization_strength", l2_regularization_strength),
            ("l2_shrinkage_regularization_strength", l2_shrinkage_regularization_strength),
        ):
            if what == "learning_rate_power":
                if value > 0.0:
                    raise ValueError(f"{what} {value:f} needs to be negative or zero")
            elif value < 0.0:
                raise ValueError(f"{what} {value:f} needs to be positive or zero")
        self._learning_rate = learning_rate
        self._learning_rate_power = learning_rate_power
        self._initial_accumulator_value = initial_accumulator_value
        self._l1_regularization_strength = l1_regularization_strength
        self._l2_regularization_strength = l2_regularization_strength
        self._l2_shrinkage_regularization_strength = l2_shrinkage_regularization_strength
        self._learning_rate_tensor: Any = None
        self._learning_rate_power_tensor: Any = None
        self._l1_regularization_strength_tensor: Any = None
        self._l2_regularization_strength_tensor: Any = None
        self._l2_shrinkage_regularization_strength_tensor: Any = None
        self._accum_name = accum_name
        self._linear_name = linear_name

    def _create_slots(self, var_list: list[Any]) -> None:
        for v in var_list:
            with get_default_graph().colocate_with(v):
                start = constant(self._initial_accumulator_value, dtype=v.dtype.base_dtype, shape=v.get_shape())
                self._get_or_make_slot(v, start, "accum", self._accum_name or self._name)
                self._zeros_slot(v, "linear", self._linear_name or self._name)

    def _prepare(self) -> None:
        self._learning_rate_tensor = to_tensor(self._learning_rate, name="learning_rate")
        self._l1_regularization_strength_tensor = to_tensor(self._l1_regularization_strength, name="l1_regularization_strength")
        self._l2_regularization_strength_tensor = to_tensor(self._l2_regularization_strength, name="l2_regularization_strength")
        self._l2_shrinkage_regularization_strength_tensor = to_tensor(
            self._l2_shrinkage_regularization_strength, name="l2_shrinkage_regularization_strength"
        )
        self._learning_rate_power_tensor = to_tensor(self._learning_rate_power, name="learning_rate_power")

    def _step(self, var: Any, kind: Any, *grad: Tensor) -> Step:
        slots = [self.get_slot(var, "accum"), self.get_slot(var, "linear")]
        shrinks = self._l2_shrinkage_regularization_strength > 0.0
        scalars = [self._learning_rate_tensor, self._l1_regularization_strength_tensor, self._l2_regularization_strength_tensor]
        if shrinks:
            scalars.append(self._l2_shrinkage_regularization_strength_tensor)
        scalars.append(self._learning_rate_power_tensor)
        return training.ftrl_v2 if shrinks else training.ftrl, slots, [*grad, *(cast(t, kind) for t in scalars)]
