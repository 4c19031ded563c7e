"""Adam (Kingma and Ba, arXiv:1412.6980)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..graph.composite import IndexedSlices
from ..graph.conversion import to_tensor
from ..graph.default_graph import control_dependencies, get_default_graph
from ..graph.operation import Operation, Tensor
from ..graph.public import public
from ..ops import training
from ..ops.casting import cast
from ..ops.elementwise import sqrt
from ..ops.flow import group
from ..ops.state import resource_scatter_add
from ..variables.assignment import assign, assign_sub, scatter_add
from .fused_step import FusedStepOptimizer, Step
from .optimizer import Hyperparameter


class AdamSteps(FusedStepOptimizer):
    """Adam's steps; a subclass says where the powers of the betas, which correct the bias of the first steps, come from."""

    def __init__(
        self,
        learning_rate: Hyperparameter,
        beta1: Hyperparameter,
        beta2: Hyperparameter,
        epsilon: Hyperparameter,
        use_locking: bool,
        name: str,
    ):
        super().__init__(use_locking, name)
        self._lr, self._beta1, self._beta2, self._epsilon = learning_rate, beta1, beta2, epsilon
        self._lr_t: Any = None
        self._beta1_t: Any = None
        self._beta2_t: Any = None
        self._epsilon_t: Any = None

    def _powers(self) -> tuple[Any, Any]:
        """beta1 and beta2 to the number of the step."""
        raise NotImplementedError()

    def _create_slots(self, var_list: list[Any]) -> None:
        for v in var_list:
            self._zeros_slot(v, "m", self._name)
            self._zeros_slot(v, "v", self._name)

    def _prepare(self) -> None:
        self._lr_t = to_tensor(self._call_if_callable(self._lr), name="learning_rate")
        self._beta1_t = to_tensor(self._call_if_callable(self._beta1), name="beta1")
        self._beta2_t = to_tensor(self._call_if_callable(self._beta2), name="beta2")
        self._epsilon_t = to_tensor(self._call_if_callable(self._epsilon), name="epsilon")

    def _scalars(self, kind: Any) -> list[Tensor]:
        return [cast(t, kind) for t in (*self._powers(), self._lr_t, self._beta1_t, self._beta2_t, self._epsilon_t)]

    def _step(self, var: Any, kind: Any, *grad: Tensor) -> Step:
        return training.adam, [self.get_slot(var, "m"), self.get_slot(var, "v")], [*self._scalars(kind), *grad]

    def _apply_sparse_shared(self, grad: Tensor, var: Any, indices: Tensor, add_rows: Callable[[Any, Tensor, Tensor], Any]) -> Operation:
        beta1_power, beta2_power, lr_t, beta1_t, beta2_t, epsilon_t = self._scalars(var.dtype.base_dtype)
        lr = lr_t * sqrt(1 - beta2_power) / (1 - beta1_power)
        m = self.get_slot(var, "m")
        m_rows = grad * (1 - beta1_t)
        m_t = assign(m, m * beta1_t, use_locking=self._use_locking)
        with control_dependencies([m_t]):
            m_t = add_rows(m, indices, m_rows)
        v = self.get_slot(var, "v")
        v_rows = (grad * grad) * (1 - beta2_t)
        v_t = assign(v, v * beta2_t, use_locking=self._use_locking)
        with control_dependencies([v_t]):
            v_t = add_rows(v, indices, v_rows)
        root = sqrt(v_t)
        step = assign_sub(var, lr * m_t / (root + epsilon_t), use_locking=self._use_locking)
        return group(step, m_t, v_t)

    def _apply_sparse(self, grad: IndexedSlices, var: Any) -> Any:
        def add_rows(x: Any, i: Tensor, v: Tensor) -> Any:
            return scatter_add(x, i, v, use_locking=self._use_locking)

        return self._apply_sparse_shared(grad.values, var, grad.indices, add_rows)

    def _resource_apply_sparse(self, grad: Tensor, handle: Any, indices: Tensor) -> Any:
        def add_rows(x: Any, i: Tensor, v: Tensor) -> Any:
            with control_dependencies([resource_scatter_add(x.handle, i, v)]):
                return x.value()

        return self._apply_sparse_shared(grad, handle, indices, add_rows)


@public("train.AdamOptimizer")
class AdamOptimizer(AdamSteps):
    """Adam: steps by the running mean of gradients over the root of the running mean of their squares.

    `epsilon` is the paper's epsilon-hat: it is added after the bias correction went into the learning rate.
    """

    def __init__(
        self,
        learning_rate: Hyperparameter = 0.001,
        beta1: Hyperparameter = 0.9,
        beta2: Hyperparameter = 0.999,
        epsilon: Hyperparameter = 1e-8,
        use_locking: bool = False,
        name: str = "Adam",
    ):
        super().__init__(learning_rate, beta1, beta2, epsilon, use_locking, name)

    def _get_beta_accumulators(self) -> tuple[Any, Any]:
        graph = get_default_graph()
        return self._get_non_slot_variable("beta1_power", graph), self._get_non_slot_variable("beta2_power", graph)

    def _powers(self) -> tuple[Any, Any]:
        return self._get_beta_accumulators()

    def _create_slots(self, var_list: list[Any]) -> None:
        # One place for the powers, whatever order the variables come in.
        first = min(var_list, key=lambda v: v.name)
        self._create_non_slot_variable(self._beta1, "beta1_power", first)
        self._create_non_slot_variable(self._beta2, "beta2_power", first)
        super()._create_slots(var_list)

    def _finish(self, update_ops: list[Any], name_scope: str) -> Operation:
        with control_dependencies(update_ops):
            beta1_power, beta2_power = self._get_beta_accumulators()
            with get_default_graph().colocate_with(beta1_power):
                update_beta1 = beta1_power.assign(beta1_power * self._beta1_t, use_locking=self._use_locking)
                update_beta2 = beta2_power.assign(beta2_power * self._beta2_t, use_locking=self._use_locking)
        return group(*update_ops, update_beta1, update_beta2, name=name_scope)
