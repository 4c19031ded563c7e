"""tf.contrib.mixed_precision: loss scales as managers of their own, and the optimizer that asks one."""

from __future__ import annotations

from typing import Any

from ..graph import dtypes
from ..graph.conversion import to_tensor
from ..graph.operation import Operation, Tensor
from ..graph.public import public
from ..ops import elementwise as m
from ..ops.casting import cast
from ..ops.control_flow import cond
from ..ops.flow import group, no_op
from ..ops.reduction import reduce_all
from ..train.optimizer import GradAndVar, Optimizer
from ..variables import Variable
from ..variables.assignment import assign, assign_add


@public("contrib.mixed_precision.LossScaleManager")
class LossScaleManager:
    """Base of what decides on the factor of a loss."""

    def get_loss_scale(self) -> Any:
        """The factor, a float32 scalar."""
        raise NotImplementedError()

    def update_loss_scale(self, finite_grads: Any) -> Any:
        """The op that changes it, by whether a step's gradients were finite."""
        raise NotImplementedError()


@public("contrib.mixed_precision.FixedLossScaleManager")
class FixedLossScaleManager(LossScaleManager):
    """A factor that stays. Raises ValueError if it is less than 1."""

    def __init__(self, loss_scale: float):
        if loss_scale < 1:
            raise ValueError("loss scale must be at least 1.")
        self._loss_scale = to_tensor(loss_scale, dtypes.float32)

    def get_loss_scale(self) -> Any:
        """The factor."""
        return self._loss_scale

    def update_loss_scale(self, finite_grads: Any) -> Any:
        """Nothing."""
        return no_op()


@public("contrib.mixed_precision.ExponentialUpdateLossScaleManager")
class ExponentialUpdateLossScaleManager(LossScaleManager):
    """A factor times `incr_ratio` after `incr_every_n_steps` good steps, and times `decr_ratio` after some bad ones, in a row each."""

    def __init__(
        self,
        init_loss_scale: float,
        incr_every_n_steps: int,
        decr_every_n_nan_or_inf: int = 2,
        incr_ratio: float = 2,
        decr_ratio: float = 0.8,
    ):
        self._incr_every_n_steps, self._decr_every_n_nan_or_inf = incr_every_n_steps, decr_every_n_nan_or_inf
        self._incr_ratio, self._decr_ratio = incr_ratio, decr_ratio
        start = to_tensor(init_loss_scale, dtypes.float32)
        self._loss_scale = Variable(name="loss_scale", initial_value=start, dtype=dtypes.float32, trainable=False)
        self._num_good_steps = Variable(name="good_steps", initial_value=0, dtype=dtypes.int32, trainable=False)
        self._num_bad_steps = Variable(name="bad_steps", initial_value=0, dtype=dtypes.int32, trainable=False)

    def get_loss_scale(self) -> Any:
        """The variable that holds the factor."""
        return self._loss_scale

    def update_loss_scale(self, finite_grads: Any) -> Any:
        """The op that changes the factor and counts the step."""
        return cond(finite_grads, self._after_good_step, self._after_bad_step)

    def _reset(self) -> Operation:
        return group(assign(self._num_good_steps, 0), assign(self._num_bad_steps, 0))

    def _after_good_step(self) -> Any:
        def grow() -> Operation:
            scale = self._loss_scale
            larger = cond(m.is_finite(scale * self._incr_ratio), lambda: scale * self._incr_ratio, lambda: scale)
            return group(assign(scale, larger), self._reset())

        due = self._num_good_steps + 1 >= self._incr_every_n_steps
        return cond(due, grow, lambda: assign_add(self._num_good_steps, 1).op)

    def _after_bad_step(self) -> Any:
        def shrink() -> Operation:
            smaller = m.maximum(1.0, self._loss_scale * self._decr_ratio)
            return group(assign(self._loss_scale, smaller), self._reset())

        due = self._num_bad_steps + 1 >= self._decr_every_n_nan_or_inf
        return cond(due, shrink, lambda: group(assign_add(self._num_bad_steps, 1), assign(self._num_good_steps, 0)))


@public("contrib.mixed_precision.LossScaleOptimizer")
class LossScaleOptimizer(Optimizer):
    """Applies `opt` to the gradients of loss times the manager's factor, divided by it again; not if some are not finite.

    Raises:
      ValueError: `opt` is no optimizer.
    """

    def __init__(self, opt: Optimizer, loss_scale_manager: LossScaleManager):
        if not isinstance(opt, Optimizer):
            raise ValueError("opt must be an Optimizer.")
        super().__init__(opt._use_locking, opt._name)
        self._opt, self._loss_scale_manager = opt, loss_scale_manager

    def compute_gradients(
        self,
        loss: Any,
        var_list: Any = None,
        gate_gradients: int = Optimizer.GATE_OP,
        aggregation_method: Any = None,
        colocate_gradients_with_ops: bool = False,
        grad_loss: Any = None,
    ) -> list[GradAndVar]:
        """The wrapped optimizer's gradients, of the scaled loss, in their true size; sparse ones become dense."""
        scale = self._loss_scale_manager.get_loss_scale()

        def scaled(value: Tensor) -> Tensor:
            return value * cast(scale, value.dtype.base_dtype)

        pairs = self._opt.compute_gradients(
            (lambda: scaled(loss())) if callable(loss) else scaled(loss),
            var_list=var_list,
            gate_gradients=gate_gradients,
            aggregation_method=aggregation_method,
            colocate_gradients_with_ops=colocate_gradients_with_ops,
            grad_loss=grad_loss,
        )
        factor = m.reciprocal(scale)
        return [(None if g is None else g * cast(factor, g.dtype.base_dtype), v) for g, v in pairs]

    def apply_gradients(self, grads_and_vars: Any, global_step: Any = None, name: str | None = None) -> Operation:
        """The wrapped optimizer's step if all gradients are finite, and the manager's update."""
        pairs = list(grads_and_vars)
        finite = reduce_all([reduce_all(m.is_finite(g)) for g, _ in pairs if g is not None])
        step = cond(finite, lambda: self._opt.apply_gradients(pairs, global_step, name), no_op)
        return group(step, self._loss_scale_manager.update_loss_scale(finite))
