"""Adagrad, Adagrad by dual averaging, proximal Adagrad (Duchi, Hazan and Singer, 2011)."""

from __future__ import annotations

from typing import Any

from ..graph.conversion import constant, to_tensor
from ..graph.default_graph import get_default_graph
from ..graph.operation import Tensor
from ..graph.public import public
from ..ops import array, training
from ..ops.casting import cast
from ..variables.initializers import Constant
from .fused_step import FusedStepOptimizer, Step
from .gradient_descent import proximal_scalars
from .optimizer import Hyperparameter


def _require_positive(value: float, what: str) -> None:
    if value <= 0.0:
        raise ValueError(f"{what} must be positive: {value}")


@public("train.AdagradOptimizer")
class AdagradOptimizer(FusedStepOptimizer):
    """accum <- accum + gradient ** 2; var <- var - learning_rate * gradient / sqrt(accum).

    Raises:
      ValueError: the accumulator does not start above 0.
    """

    def __init__(
        self, learning_rate: Hyperparameter, initial_accumulator_value: float = 0.1, use_locking: bool = False, name: str = "Adagrad"
    ):
        _require_positive(initial_accumulator_value, "initial_accumulator_value")
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._initial_accumulator_value = initial_accumulator_value
        self._learning_rate_tensor: Any = None

    def _create_slots(self, var_list: list[Any]) -> None:
        for v in var_list:
            kind = v.dtype.base_dtype
            if v.get_shape().is_fully_defined():
                start: Any = Constant(self._initial_accumulator_value, dtype=kind)
            else:
                start = self._filled_like(v)
            self._get_or_make_slot_with_initializer(v, start, v.get_shape(), kind, "accumulator", self._name)

    def _filled_like(self, v: Any) -> Any:
        """An initializer for a variable whose shape is known only when it runs."""

        def fill(*args: Any, **kwargs: Any) -> Tensor:
            return cast(array.fill(array.shape(v), self._initial_accumulator_value), v.dtype.base_dtype)

        return fill

    def _prepare(self) -> None:
        self._learning_rate_tensor = to_tensor(self._call_if_callable(self._learning_rate), name="learning_rate")

    def _step(self, var: Any, kind: Any, *grad: Tensor) -> Step:
        return training.adagrad, [self.get_slot(var, "accumulator")], [cast(self._learning_rate_tensor, kind), *grad]


@public("train.AdagradDAOptimizer")
class AdagradDAOptimizer(FusedStepOptimizer):
    """Adagrad by dual averaging: variables follow from the sums of gradients and of their squares, with L1 and L2 penalties.

    Variables should start at 0, and `global_step` (int64) must count the steps.

    Raises:
      ValueError: the accumulator of squares does not start above 0.
    """

    def __init__(
        self,
        learning_rate: Hyperparameter,
        global_step: Any,
        initial_gradient_squared_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        use_locking: bool = False,
        name: str = "AdagradDA",
    ):
        _require_positive(initial_gradient_squared_accumulator_value, "initial_gradient_squared_accumulator_value")
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._initial_gradient_squared_accumulator_value = initial_gradient_squared_accumulator_value
        self._learning_rate_tensor: Any = None
        self._l1_regularization_strength = l1_regularization_strength
        self._l2_regularization_strength = l2_regularization_strength
        self._global_step = global_step
        self._global_step_on_worker: Any = None

    def _create_slots(self, var_list: list[Any]) -> None:
        for v in var_list:
            with get_default_graph().colocate_with(v):
                sums = constant(0.0, shape=v.get_shape(), dtype=v.dtype.base_dtype)
                squares = constant(self._initial_gradient_squared_accumulator_value, shape=v.get_shape(), dtype=v.dtype.base_dtype)
            self._get_or_make_slot(v, sums, "gradient_accumulator", self._name)
            self._get_or_make_slot(v, squares, "gradient_squared_accumulator", self._name)

    def _prepare(self) -> None:
        self._learning_rate_tensor = to_tensor(self._learning_rate, name="learning_rate")
        with get_default_graph().colocate_with(self._learning_rate_tensor):
            self._global_step_on_worker = array.identity(self._global_step) + 1

    def _step(self, var: Any, kind: Any, *grad: Tensor) -> Step:
        slots = [self.get_slot(var, "gradient_accumulator"), self.get_slot(var, "gradient_squared_accumulator")]
        # The count of steps is taken to where the variable is, before anything else.
        step = array.identity(self._global_step_on_worker)
        rate = cast(self._learning_rate_tensor, kind)
        penalties = [cast(self._l1_regularization_strength, kind), cast(self._l2_regularization_strength, kind)]
        return training.adagrad_da, slots, [*grad, rate, *penalties, step]


@public("train.ProximalAdagradOptimizer")
class ProximalAdagradOptimizer(FusedStepOptimizer):
    """Adagrad, then the proximal step of L1 and L2 penalties at each element's own rate.

    Raises:
      ValueError: the accumulator does not start above 0.
    """

    def __init__(
        self,
        learning_rate: Hyperparameter,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        use_locking: bool = False,
        name: str = "ProximalAdagrad",
    ):
        _require_positive(initial_accumulator_value, "initial_accumulator_value")
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._initial_accumulator_value = initial_accumulator_value
        self._l1_regularization_strength = l1_regularization_strength
        self._l2_regularization_strength = l2_regularization_strength

    def _create_slots(self, var_list: list[Any]) -> None:
        for v in var_list:
            with get_default_graph().colocate_with(v):
                start = constant(self._initial_accumulator_value, shape=v.get_shape(), dtype=v.dtype.base_dtype)
            self._get_or_make_slot(v, start, "accumulator", self._name)

    def _prepare(self) -> None:
        self._learning_rate_tensor = to_tensor(self._learning_rate, name="learning_rate")
        self._l1_regularization_strength_tensor = to_tensor(self._l1_regularization_strength, name="l1_regularization_strength")
        self._l2_regularization_strength_tensor = to_tensor(self._l2_regularization_strength, name="l2_regularization_strength")

    def _step(self, var: Any, kind: Any, *grad: Tensor) -> Step:
        return training.proximal_adagrad, [self.get_slot(var, "accumulator")], [*proximal_scalars(self, var, kind, grad), *grad]
