"""Optimizers of losses that are trained by turns: gradients that are all zero change nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ...graph import dtypes
from ...graph.composite import IndexedSlices
from ...graph.default_graph import control_dependencies
from ...graph.operation import Tensor
from ...graph.public import public
from ...ops.array import zeros
from ...ops.clipping import clip_by_global_norm, global_norm
from ...ops.control_flow import cond
from ...ops.elementwise import equal
from ...ops.flow import no_op
from ...ops.reduction import count_nonzero
from ...train.optimizer import GradAndVar, Optimizer


def _is_all_zeros(grad: Any) -> Tensor:
    return equal(count_nonzero(grad.values if isinstance(grad, IndexedSlices) else grad), 0)


def _skipping_zeros(apply: Callable[..., Any]) -> Callable[..., Any]:
    def applied(grad: Any, *args: Any, **kwargs: Any) -> Any:
        def step() -> Any:
            with control_dependencies([apply(grad, *args, **kwargs)]):
                return no_op()

        return cond(_is_all_zeros(grad), no_op, step)

    return applied


@public("contrib.opt.MultitaskOptimizerWrapper")
class MultitaskOptimizerWrapper:
    """Makes `opt` pass over variables whose gradient is all zero, so that slots keep what other tasks put there.

    Otherwise it is `opt`, whose update methods it replaces.

    Raises:
      TypeError: `opt` is no optimizer.
    """

    def __init__(self, opt: Optimizer):
        if not isinstance(opt, Optimizer):
            raise TypeError("Supplied optimizer must be an instance of tf.train.Optimizer")
        self._opt = opt
        for name in ("_apply_dense", "_resource_apply_dense", "_apply_sparse", "_resource_apply_sparse"):
            setattr(opt, name, _skipping_zeros(getattr(opt, name)))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._opt, name)


@public("contrib.opt.clip_gradients_by_global_norm")
def clip_gradients_by_global_norm(gradients_variables: Sequence[GradAndVar], clip_norm: Any = 20.0) -> tuple[list[GradAndVar], Tensor]:
    """(the pairs with gradients clipped by their global norm, the norm); gradients that are all zero do not enter the norm."""
    gradients, variables = zip(*gradients_variables)

    def counted(grad: Any) -> Any:
        if grad is None:
            return grad
        return cond(_is_all_zeros(grad), lambda: zeros([], dtype=dtypes.float32), lambda: grad)

    norm = global_norm([counted(g) for g in gradients])
    clipped, _ = clip_by_global_norm(gradients, clip_norm, norm)
    return list(zip(clipped, variables)), norm
