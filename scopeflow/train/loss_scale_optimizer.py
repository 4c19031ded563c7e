"""An optimizer that computes gradients of a scaled loss, and the switch for TensorFlow's rewrite to half precision."""

from __future__ import annotations

from typing import Any

from ..graph.composite import IndexedSlices
from ..graph.operation import Operation, Tensor
from ..graph.public import public
from ..ops.array import constant
from ..ops.control_flow import cond
from ..ops.flow import group, no_op
from .checkpoint_management import log
from .loss_scale import FixedLossScale, loss_scale_of
from .optimizer import GradAndVar, Optimizer


@public("train.experimental.MixedPrecisionLossScaleOptimizer")
class MixedPrecisionLossScaleOptimizer(Optimizer):
    """Applies `opt` to the gradients of loss times `loss_scale`, divided by it again.

    Args:
      loss_scale: a LossScale, a number, or "dynamic".

    Raises:
      ValueError: `opt` is no optimizer.
    """

    def __init__(self, opt: Optimizer, loss_scale: Any):
        if not isinstance(opt, Optimizer):
            raise ValueError(f'"opt" must be an instance of Optimizer, but got: {type(opt)}')
        self._optimizer = opt
        super().__init__(opt._use_locking, opt._name)
        self._loss_scale = loss_scale_of(loss_scale)
        self._track_trackable(self._optimizer, "base_optimizer")
        self._track_trackable(self._loss_scale, "loss_scale")

    def compute_gradients(
        self,
        loss: Any,
        var_list: Any = None,
        gate_gradients: int = Optimizer.GATE_OP,
        aggregation_method: Any = None,
        colocate_gradients_with_ops: bool = False,
        grad_loss: Any = None,
    ) -> list[GradAndVar]:
        """The wrapped optimizer's gradients, of the scaled loss, in their true size."""
        scaled = (lambda: self._scaled(loss())) if callable(loss) else self._scaled(loss)
        pairs = self._optimizer.compute_gradients(
            scaled,
            var_list=var_list,
            gate_gradients=gate_gradients,
            aggregation_method=aggregation_method,
            colocate_gradients_with_ops=colocate_gradients_with_ops,
            grad_loss=grad_loss,
        )
        factor = 1.0 / self._loss_scale()
        return [(None if g is None else _times(g, factor), v) for g, v in pairs]

    def _scaled(self, loss: Tensor) -> Tensor:
        return loss * self._loss_scale()

    def apply_gradients(self, grads_and_vars: Any, global_step: Any = None, name: str | None = None) -> Operation:
        """The wrapped optimizer's step, unless a gradient is not finite and the scale is a dynamic one, which then shrinks."""
        if isinstance(self._loss_scale, FixedLossScale):
            return self._optimizer.apply_gradients(grads_and_vars, global_step, name)
        pairs = tuple(grads_and_vars)
        name = self.get_name() if name is None else name
        update, finite = self._loss_scale.update([g for g, _ in pairs])

        def apply() -> Operation:
            constant(0)  # TensorFlow's distribution strategy makes one here
            return self._optimizer.apply_gradients(pairs, global_step, name + "-wrapped")

        return group(cond(finite, apply, no_op), update, name=name)


def _times(gradient: Any, factor: Tensor) -> Any:
    if isinstance(gradient, IndexedSlices):
        return IndexedSlices(gradient.values * factor, gradient.indices, dense_shape=gradient.dense_shape)
    return gradient * factor


@public("train.experimental.enable_mixed_precision_graph_rewrite")
def enable_mixed_precision_graph_rewrite(opt: Optimizer, loss_scale: Any = "dynamic") -> Optimizer:
    """`opt` with a loss scale. The graph itself is not rewritten to half precision, as TensorFlow does when it runs: ops keep their types.

    Raises:
      ValueError: `opt` is no optimizer, or has a loss scale already.
    """
    if isinstance(opt, MixedPrecisionLossScaleOptimizer):
        raise ValueError(
            '"opt" must not already be an instance of a MixedPrecisionLossScaleOptimizer. `enable_mixed_precision_graph_rewrite` will '
            "automatically wrap the optimizer with a MixedPrecisionLossScaleOptimizer."
        )
    if not isinstance(opt, Optimizer):
        raise ValueError(f'"opt" must be an instance of a tf.train.Optimizer or a tf.keras.optimizers.Optimizer, but got: {opt}')
    log("info", "enable_mixed_precision_graph_rewrite: the loss is scaled; ops keep their types, scopeflow rewrites none to float16.")
    return MixedPrecisionLossScaleOptimizer(opt, loss_scale)


@public("train.experimental.disable_mixed_precision_graph_rewrite")
def disable_mixed_precision_graph_rewrite() -> None:
    """Nothing: no graph is rewritten."""
