"""Variants of Adam: LazyAdam, AdamGS, LazyAdamGS, Nadam, AdaMax."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...graph import dtypes
from ...graph.composite import IndexedSlices
from ...graph.default_graph import control_dependencies, get_default_graph
from ...graph.operation import Operation, Tensor
from ...graph.public import public
from ...ops import elementwise as m
from ...ops import training
from ...ops.casting import cast
from ...ops.flow import group, identity
from ...ops.gathering import gather
from ...ops.state import resource_scatter_add, resource_scatter_sub, resource_scatter_update
from ...train.adam import AdamOptimizer, AdamSteps
from ...train.fused_step import Step
from ...train.optimizer import Hyperparameter
from ...variables.assignment import assign, scatter_add, scatter_sub, scatter_update

ChangeRows = Callable[[Any, Tensor, Tensor], Any]


class _LazySteps(AdamSteps):
    """Sparse steps that touch only the rows of the gradient, their running means too."""

    def _apply_sparse(self, grad: IndexedSlices, var: Any) -> Any:
        beta1_power, beta2_power, lr_t, beta1_t, beta2_t, epsilon_t = self._scalars(var.dtype.base_dtype)
        lr = lr_t * m.sqrt(1 - beta2_power) / (1 - beta1_power)
        rows = grad.indices
        means, squares = self.get_slot(var, "m"), self.get_slot(var, "v")
        m_t = scatter_update(means, rows, beta1_t * gather(means, rows) + (1 - beta1_t) * grad.values, use_locking=self._use_locking)
        moved = beta2_t * gather(squares, rows) + (1 - beta2_t) * m.square(grad.values)
        v_t = scatter_update(squares, rows, moved, use_locking=self._use_locking)
        m_rows, v_rows = gather(m_t, rows), gather(v_t, rows)
        denominator = m.sqrt(v_rows) + epsilon_t
        step = scatter_sub(var, rows, lr * m_rows / denominator, use_locking=self._use_locking)
        return group(step, m_t, v_t)

    def _resource_apply_sparse(self, grad: Tensor, handle: Any, indices: Tensor) -> Any:
        beta1_power, beta2_power, lr_t, beta1_t, beta2_t, epsilon_t = self._scalars(grad.dtype.base_dtype)
        lr = lr_t * m.sqrt(1 - beta2_power) / (1 - beta1_power)
        means, squares = self.get_slot(handle, "m"), self.get_slot(handle, "v")
        m_rows = beta1_t * gather(means, indices) + (1 - beta1_t) * grad
        m_t = resource_scatter_update(means.handle, indices, m_rows)
        v_rows = beta2_t * gather(squares, indices) + (1 - beta2_t) * m.square(grad)
        v_t = resource_scatter_update(squares.handle, indices, v_rows)
        step = resource_scatter_sub(handle.handle, indices, lr * m_rows / (m.sqrt(v_rows) + epsilon_t))
        return group(step, m_t, v_t)


@public("contrib.opt.LazyAdamOptimizer")
class LazyAdamOptimizer(_LazySteps, AdamOptimizer):
    """Adam whose sparse steps touch only the rows of the gradient, their running means too.

    Rows that have no gradient keep theirs, where Adam lets them decay, so that a step costs no more for a larger table.
    """


@public("contrib.opt.AdamGSOptimizer")
class AdamGSOptimizer(AdamSteps):
    """Adam that takes the powers of the betas from `global_step`, the number of steps so far, and keeps no variables for them.

    Every worker then corrects the bias alike, whatever steps it took itself.
    """

    def __init__(
        self,
        global_step: Any = 0,
        learning_rate: Hyperparameter = 0.001,
        beta1: Hyperparameter = 0.9,
        beta2: Hyperparameter = 0.999,
        epsilon: Hyperparameter = 1e-8,
        use_locking: bool = False,
        name: str = "Adam",
    ):
        super().__init__(learning_rate, beta1, beta2, epsilon, use_locking, name)
        self._global_step = global_step
        self._step_number: Any = None

    def _prepare(self) -> None:
        super()._prepare()
        self._step_number = cast(identity(self._global_step) + 1, dtypes.float32)

    def _powers(self) -> tuple[Tensor, Tensor]:
        return m.pow_(self._beta1_t, self._step_number), m.pow_(self._beta2_t, self._step_number)


@public("contrib.opt.LazyAdamGSOptimizer")
class LazyAdamGSOptimizer(_LazySteps, AdamGSOptimizer):
    """AdamGS whose sparse steps touch only the rows of the gradient, their running means too."""


@public("contrib.opt.NadamOptimizer")
class NadamOptimizer(AdamOptimizer):
    """Adam with Nesterov's momentum (Dozat, 2016, "Incorporating Nesterov Momentum into Adam")."""

    def _step_options(self) -> dict[str, Any]:
        return {"use_locking": self._use_locking, "use_nesterov": True}

    def _apply_sparse_shared(self, grad: Tensor, var: Any, indices: Tensor, add_rows: ChangeRows) -> Operation:
        beta1_power, beta2_power, lr_t, beta1_t, beta2_t, epsilon_t = self._scalars(var.dtype.base_dtype)
        lr = lr_t * m.sqrt(1 - beta2_power) / (1 - beta1_power)
        means = self.get_slot(var, "m")
        m_rows = grad * (1 - beta1_t)
        m_t = assign(means, means * beta1_t, use_locking=self._use_locking)
        with control_dependencies([m_t]):
            m_t = add_rows(means, indices, m_rows)
            ahead = m_rows + beta1_t * gather(m_t, indices)
        squares = self.get_slot(var, "v")
        v_rows = (grad * grad) * (1 - beta2_t)
        v_t = assign(squares, squares * beta2_t, use_locking=self._use_locking)
        with control_dependencies([v_t]):
            v_t = add_rows(squares, indices, v_rows)
        root = m.sqrt(gather(v_t, indices))
        step = add_rows(var, indices, -lr * ahead / (root + epsilon_t))
        return group(step, ahead, v_t)


@public("contrib.opt.AdaMaxOptimizer")
class AdaMaxOptimizer(AdamOptimizer):
    """AdaMax: Adam with a decaying maximum of gradients in the place of the root mean square (arXiv:1412.6980, section 7).

    Its sparse steps touch only the rows of the gradient.
    """

    def __init__(
        self,
        learning_rate: Hyperparameter = 0.001,
        beta1: Hyperparameter = 0.9,
        beta2: Hyperparameter = 0.999,
        epsilon: Hyperparameter = 1e-8,
        use_locking: bool = False,
        name: str = "AdaMax",
    ):
        super().__init__(learning_rate, beta1, beta2, epsilon, use_locking, name)

    def _get_beta_accumulators(self) -> Any:
        return self._get_non_slot_variable("beta1_power", get_default_graph())

    def _create_slots(self, var_list: list[Any]) -> None:
        first = min(var_list, key=lambda v: v.name)
        self._create_non_slot_variable(self._beta1, "beta1_power", first)
        for v in var_list:
            self._zeros_slot(v, "m", self._name)
            self._zeros_slot(v, "v", self._name)

    def _scalars(self, kind: Any) -> list[Tensor]:
        return [cast(t, kind) for t in (self._get_beta_accumulators(), self._lr_t, self._beta1_t, self._beta2_t, self._epsilon_t)]

    def _step(self, var: Any, kind: Any, *grad: Tensor) -> Step:
        return training.ada_max, [self.get_slot(var, "m"), self.get_slot(var, "v")], [*self._scalars(kind), *grad]

    def _apply_sparse_rows(self, grad: Tensor, var: Any, indices: Tensor, add_rows: ChangeRows, set_rows: ChangeRows) -> Operation:
        beta1_power, lr_t, beta1_t, beta2_t, epsilon_t = self._scalars(var.dtype.base_dtype)
        means = self.get_slot(var, "m")
        m_rows = gather(means, indices) * beta1_t + grad * (1 - beta1_t)
        with control_dependencies([m_rows]):
            m_t = set_rows(means, indices, m_rows)
        largest = self.get_slot(var, "v")
        v_rows = m.maximum(gather(largest, indices) * beta2_t, m.abs_(grad))
        with control_dependencies([v_rows]):
            v_t = set_rows(largest, indices, v_rows)
        step = -lr_t / (1 - beta1_power) * (m_rows / (v_rows + epsilon_t))
        with control_dependencies([step]):
            changed = add_rows(var, indices, step)
        return group(changed, m_t, v_t)

    def _apply_sparse(self, grad: IndexedSlices, var: Any) -> Any:
        def add_rows(x: Any, i: Tensor, v: Tensor) -> Any:
            return scatter_add(x, i, v, use_locking=self._use_locking)

        def set_rows(x: Any, i: Tensor, v: Tensor) -> Any:
            return scatter_update(x, i, v, use_locking=self._use_locking)

        return self._apply_sparse_rows(grad.values, var, grad.indices, add_rows, set_rows)

    def _resource_apply_sparse(self, grad: Tensor, handle: Any, indices: Tensor) -> Any:
        def add_rows(x: Any, i: Tensor, v: Tensor) -> Any:
            with control_dependencies([resource_scatter_add(x.handle, i, v)]):
                return x.value()

        def set_rows(x: Any, i: Tensor, v: Tensor) -> Any:
            with control_dependencies([resource_scatter_update(x.handle, i, v)]):
                return x.value()

        return self._apply_sparse_rows(grad, handle, indices, add_rows, set_rows)

    def _finish(self, update_ops: list[Any], name_scope: str) -> Operation:
        with control_dependencies(update_ops):
            beta1_power = self._get_beta_accumulators()
            with get_default_graph().colocate_with(beta1_power):
                update_beta1 = beta1_power.assign(beta1_power * self._beta1_t, use_locking=self._use_locking)
        return group(*update_ops, update_beta1, name=name_scope)
