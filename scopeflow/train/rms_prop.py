"""RMSProp (Tieleman and Hinton, 2012, lecture 6.5 of "Neural Networks for Machine Learning")."""

from __future__ import annotations

from typing import Any

from ..graph.conversion import to_tensor
from ..graph.operation import Tensor
from ..graph.public import public
from ..ops import array, training
from ..ops.casting import cast
from ..variables.initializers import Ones
from .fused_step import FusedStepOptimizer, Step
from .optimizer import Hyperparameter


@public("train.RMSPropOptimizer")
class RMSPropOptimizer(FusedStepOptimizer):
    """A step of momentum by the gradient over the root of its mean square, or of its variance if `centered`.

    `epsilon` is under the root. The mean square starts at 1.
    """

    def __init__(
        self,
        learning_rate: Hyperparameter,
        decay: Hyperparameter = 0.9,
        momentum: Hyperparameter = 0.0,
        epsilon: Hyperparameter = 1e-10,
        use_locking: bool = False,
        centered: bool = False,
        name: str = "RMSProp",
    ):
        super().__init__(use_locking, name)
        self._learning_rate, self._decay, self._momentum, self._epsilon = learning_rate, decay, momentum, epsilon
        self._centered = centered
        self._learning_rate_tensor: Any = None
        self._decay_tensor: Any = None
        self._momentum_tensor: Any = None
        self._epsilon_tensor: Any = None

    def _create_slots(self, var_list: list[Any]) -> None:
        for v in var_list:
            kind = v.dtype.base_dtype
            start = Ones(dtype=kind) if v.get_shape().is_fully_defined() else array.ones_like(v)
            self._get_or_make_slot_with_initializer(v, start, v.get_shape(), kind, "rms", self._name)
            if self._centered:
                self._zeros_slot(v, "mg", self._name)
            self._zeros_slot(v, "momentum", self._name)

    def _prepare(self) -> None:
        self._learning_rate_tensor = to_tensor(self._call_if_callable(self._learning_rate), name="learning_rate")
        self._decay_tensor = to_tensor(self._call_if_callable(self._decay), name="decay")
        self._momentum_tensor = to_tensor(self._call_if_callable(self._momentum), name="momentum")
        self._epsilon_tensor = to_tensor(self._call_if_callable(self._epsilon), name="epsilon")

    def _step(self, var: Any, kind: Any, *grad: Tensor) -> Step:
        slots = [self.get_slot(var, "rms"), self.get_slot(var, "momentum")]
        if self._centered:
            slots.insert(0, self.get_slot(var, "mg"))
        scalars = (self._learning_rate_tensor, self._decay_tensor, self._momentum_tensor, self._epsilon_tensor)
        rule = training.centered_rms_prop if self._centered else training.rms_prop
        return rule, slots, [cast(t, kind) for t in scalars] + list(grad)
