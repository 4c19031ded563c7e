"""PowerSign and AddSign (Bello et al., arXiv:1709.07417)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ...graph.composite import IndexedSlices
from ...graph.conversion import to_tensor
from ...graph.operation import Operation, Tensor
from ...graph.public import public
from ...ops import elementwise as m
from ...ops import training
from ...ops.casting import cast
from ...ops.flow import group
from ...ops.gathering import gather
from ...train.fused_step import FusedStepOptimizer, Step
from ...train.optimizer import Hyperparameter, Optimizer
from ...variables.assignment import assign, scatter_sub

#: the global step (or None) -> the weight of the signs' agreement
Decay = Callable[[Any], Any]


class _SignOptimizer(FusedStepOptimizer):
    """What both have in common: a running mean of gradients, and a decay of the sign's weight that follows the global step."""

    def __init__(
        self, learning_rate: Hyperparameter, beta: float, sign_decay_fn: Callable[[Any], Any] | None, use_locking: bool, name: str
    ):
        super().__init__(use_locking, name)
        self._lr = learning_rate
        self._beta = beta
        self._sign_decay_fn = sign_decay_fn
        self._lr_t: Any = None
        self._beta_t: Any = None
        self._sign_decay_t: Any = None

    def apply_gradients(self, grads_and_vars: Any, global_step: Any = None, name: str | None = None) -> Operation:
        """See `Optimizer.apply_gradients`; the sign's weight is a function of `global_step`."""
        if self._sign_decay_fn is not None:
            self._sign_decay_t = to_tensor(self._sign_decay_fn(global_step), name="sign_decay")
        return super().apply_gradients(grads_and_vars, global_step=global_step, name=name)

    def _create_slots(self, var_list: list[Any]) -> None:
        for v in var_list:
            self._zeros_slot(v, "m", self._name)

    def _prepare(self) -> None:
        self._lr_t = to_tensor(self._lr, name="learning_rate")
        self._beta_t = to_tensor(self._beta, name="beta")
        self._prepare_base()
        if self._sign_decay_fn is None:
            self._sign_decay_t = to_tensor(1.0, name="sign_decay")

    def _prepare_base(self) -> None:
        raise NotImplementedError()

    def _scalars(self, kind: Any, base: Tensor) -> list[Tensor]:
        return [cast(t, kind) for t in (self._lr_t, base, self._sign_decay_t, self._beta_t)]

    def _apply_sparse(self, grad: IndexedSlices, var: Any) -> Any:
        # The mean moves in all rows, as if the gradient were dense; the step is of its rows alone.
        kind = var.dtype.base_dtype
        rate = cast(self._lr_t, kind)
        beta, scale = self._sparse_scalars(kind)
        mean = self.get_slot(var, "m")
        moved = assign(mean, mean * beta + grad * (1 - beta), use_locking=self._use_locking)
        sign = m.sign(grad.values)
        agreement = gather(m.sign(moved), grad.indices) * sign
        step = rate * scale(cast(self._sign_decay_t, kind), agreement) * grad.values
        return group(scatter_sub(var, grad.indices, step, use_locking=self._use_locking), moved)

    def _sparse_scalars(self, kind: Any) -> tuple[Tensor, Callable[[Tensor, Tensor], Tensor]]:
        """(beta, what the rate is scaled by, given the signs' weight and their agreement: 1 or -1)."""
        raise NotImplementedError()

    _resource_apply_sparse = Optimizer._resource_apply_sparse


@public("contrib.opt.PowerSignOptimizer")
class PowerSignOptimizer(_SignOptimizer):
    """Steps by learning_rate * base ** (decay * sign(gradient) * sign(mean gradient)) * gradient."""

    def __init__(
        self,
        learning_rate: Hyperparameter = 0.1,
        base: float = math.e,
        beta: float = 0.9,
        sign_decay_fn: Decay | None = None,
        use_locking: bool = False,
        name: str = "PowerSignOptimizer",
    ):
        super().__init__(learning_rate, beta, sign_decay_fn, use_locking, name)
        self._logbase = math.log(base)
        self._logbase_t: Any = None

    def _prepare_base(self) -> None:
        self._logbase_t = to_tensor(self._logbase, name="logbase")

    def _step(self, var: Any, kind: Any, *grad: Tensor) -> Step:
        return training.power_sign, [self.get_slot(var, "m")], [*self._scalars(kind, self._logbase_t), *grad]

    def _sparse_scalars(self, kind: Any) -> tuple[Tensor, Callable[[Tensor, Tensor], Tensor]]:
        beta, logbase, e = cast(self._beta_t, kind), cast(self._logbase_t, kind), cast(math.e, kind)
        return beta, lambda decay, agreement: m.pow_(e, logbase * decay * agreement)


@public("contrib.opt.AddSignOptimizer")
class AddSignOptimizer(_SignOptimizer):
    """Steps by learning_rate * (alpha + decay * sign(gradient) * sign(mean gradient)) * gradient."""

    def __init__(
        self,
        learning_rate: Hyperparameter = 0.1,
        alpha: float = 1.0,
        beta: float = 0.9,
        sign_decay_fn: Decay | None = None,
        use_locking: bool = False,
        name: str = "AddSignOptimizer",
    ):
        super().__init__(learning_rate, beta, sign_decay_fn, use_locking, name)
        self._alpha = alpha
        self._alpha_t: Any = None

    def _prepare_base(self) -> None:
        self._alpha_t = to_tensor(self._alpha, name="alpha")

    def _step(self, var: Any, kind: Any, *grad: Tensor) -> Step:
        return training.add_sign, [self.get_slot(var, "m")], [*self._scalars(kind, self._alpha_t), *grad]

    def _sparse_scalars(self, kind: Any) -> tuple[Tensor, Callable[[Tensor, Tensor], Tensor]]:
        alpha, beta = cast(self._alpha_t, kind), cast(self._beta_t, kind)
        return beta, lambda decay, agreement: alpha + decay * agreement
