"""Optimizers with decoupled weight decay (Loshchilov and Hutter, arXiv:1711.05101)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ...graph.composite import IndexedSlices
from ...graph.conversion import to_tensor
from ...graph.default_graph import control_dependencies
from ...graph.operation import Operation, Tensor
from ...graph.public import public
from ...ops.flow import no_op
from ...ops.gathering import gather
from ...ops.state import resource_scatter_add
from ...train.adam import AdamOptimizer
from ...train.momentum import MomentumOptimizer
from ...train.optimizer import Hyperparameter, Optimizer
from ...variables.assignment import scatter_add


@public("contrib.opt.DecoupledWeightDecayExtension")
class DecoupledWeightDecayExtension:
    """To be inherited before an optimizer: takes weight_decay * variable off a variable before each of its steps.

    The decay does not go into the gradient, and is not scaled by the learning rate: a schedule of rates needs one for it too.
    """

    def __init__(self, weight_decay: Any, **kwargs: Any):
        self._decay_var_list: Any = None
        self._weight_decay = weight_decay
        self._weight_decay_tensor: Any = None
        super().__init__(**kwargs)

    def minimize(
        self,
        loss: Tensor,
        global_step: Any = None,
        var_list: Any = None,
        gate_gradients: int = Optimizer.GATE_OP,
        aggregation_method: Any = None,
        colocate_gradients_with_ops: bool = False,
        name: str | None = None,
        grad_loss: Any = None,
        decay_var_list: Iterable[Any] | None = None,
    ) -> Operation:
        """See `Optimizer.minimize`; only variables of `decay_var_list` (all if None) decay."""
        self._decay_var_list = set(decay_var_list) if decay_var_list else False
        return super().minimize(  # type: ignore[misc]
            loss,
            global_step=global_step,
            var_list=var_list,
            gate_gradients=gate_gradients,
            aggregation_method=aggregation_method,
            colocate_gradients_with_ops=colocate_gradients_with_ops,
            name=name,
            grad_loss=grad_loss,
        )

    def apply_gradients(
        self, grads_and_vars: Any, global_step: Any = None, name: str | None = None, decay_var_list: Iterable[Any] | None = None
    ) -> Operation:
        """See `Optimizer.apply_gradients`; only variables of `decay_var_list` (all if None) decay."""
        self._decay_var_list = set(decay_var_list) if decay_var_list else self._decay_var_list
        return super().apply_gradients(grads_and_vars, global_step=global_step, name=name)  # type: ignore[misc]

    def _prepare(self) -> None:
        weight_decay = self._weight_decay
        if callable(weight_decay):
            weight_decay = weight_decay()
        self._weight_decay_tensor = to_tensor(weight_decay, name="weight_decay")
        super()._prepare()  # type: ignore[misc]

    def _decays(self, var: Any) -> bool:
        return not self._decay_var_list or var in self._decay_var_list

    def _decay_weights_op(self, var: Any) -> Any:
        if not self._decays(var):
            return no_op()
        return var.assign_sub(self._weight_decay * var, self._use_locking)  # type: ignore[attr-defined]

    def _decay_weights_sparse_op(self, var: Any, indices: Tensor, add_rows: Callable[[Any, Tensor, Tensor], Any]) -> Any:
        if not self._decays(var):
            return no_op()
        return add_rows(var, indices, -self._weight_decay * gather(var, indices))

    def _apply_dense(self, grad: Tensor, var: Any) -> Any:
        with control_dependencies([self._decay_weights_op(var)]):
            return super()._apply_dense(grad, var)  # type: ignore[misc]

    def _resource_apply_dense(self, grad: Tensor, var: Any) -> Any:
        with control_dependencies([self._decay_weights_op(var)]):
            return super()._resource_apply_dense(grad, var)  # type: ignore[misc]

    def _apply_sparse(self, grad: IndexedSlices, var: Any) -> Any:
        def add_rows(x: Any, i: Tensor, v: Tensor) -> Any:
            return scatter_add(x, i, v, use_locking=self._use_locking)  # type: ignore[attr-defined]

        with control_dependencies([self._decay_weights_sparse_op(var, grad.indices, add_rows)]):
            return super()._apply_sparse(grad, var)  # type: ignore[misc]

    def _resource_apply_sparse(self, grad: Tensor, var: Any, indices: Tensor) -> Any:
        def add_rows(x: Any, i: Tensor, v: Tensor) -> Any:
            with control_dependencies([resource_scatter_add(x.handle, i, v)]):
                return x.value()

        with control_dependencies([self._decay_weights_sparse_op(var, indices, add_rows)]):
            return super()._resource_apply_sparse(grad, var, indices)  # type: ignore[misc]


@public("contrib.opt.extend_with_decoupled_weight_decay")
def extend_with_decoupled_weight_decay(base_optimizer: type[Optimizer]) -> type[Optimizer]:
    """A class of optimizers like `base_optimizer` with weight decay: made with `weight_decay`, then the base's by keyword."""

    class OptimizerWithDecoupledWeightDecay(DecoupledWeightDecayExtension, base_optimizer):  # type: ignore[misc, valid-type]
        """An optimizer whose variables decay; see DecoupledWeightDecayExtension."""

        def __init__(self, weight_decay: Any, *args: Any, **kwargs: Any):
            super().__init__(weight_decay, *args, **kwargs)

    return OptimizerWithDecoupledWeightDecay


@public("contrib.opt.MomentumWOptimizer")
class MomentumWOptimizer(DecoupledWeightDecayExtension, MomentumOptimizer):
    """Momentum with decoupled weight decay (SGDW)."""

    def __init__(
        self,
        weight_decay: Any,
        learning_rate: Hyperparameter,
        momentum: Hyperparameter,
        use_locking: bool = False,
        name: str = "MomentumW",
        use_nesterov: bool = False,
    ):
        super().__init__(
            weight_decay,
            learning_rate=learning_rate,
            momentum=momentum,
            use_locking=use_locking,
            name=name,
            use_nesterov=use_nesterov,
        )


@public("contrib.opt.AdamWOptimizer")
class AdamWOptimizer(DecoupledWeightDecayExtension, AdamOptimizer):
    """Adam with decoupled weight decay."""

    def __init__(
        self,
        weight_decay: Any,
        learning_rate: Hyperparameter = 0.001,
        beta1: Hyperparameter = 0.9,
        beta2: Hyperparameter = 0.999,
        epsilon: Hyperparameter = 1e-8,
        use_locking: bool = False,
        name: str = "AdamW",
    ):
        super().__init__(
            weight_decay,
            learning_rate=learning_rate,
            beta1=beta1,
            beta2=beta2,
            epsilon=epsilon,
            use_locking=use_locking,
            name=name,
        )
