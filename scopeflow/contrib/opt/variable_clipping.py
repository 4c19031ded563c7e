"""An optimizer that clips the norms of variables after its steps."""

from __future__ import annotations

import contextlib
import logging
from typing import Any

from ...graph.composite import IndexedSlices
from ...graph.default_graph import control_dependencies, get_default_graph, name_scope
from ...graph.operation import Operation, Tensor
from ...graph.public import public
from ...ops.clipping import clip_by_norm
from ...ops.flow import group
from ...ops.gathering import gather
from ...train.optimizer import GradAndVar, Optimizer


@public("contrib.opt.VariableClippingOptimizer")
class VariableClippingOptimizer(Optimizer):
    """Applies `opt`, then scales variables down so that their norms over given dimensions are at most `max_norm`.

    Args:
      vars_to_clip_dims: variable -> the dimensions that a norm is taken over, such as [1] for the rows of a table.
    """

    def __init__(
        self,
        opt: Optimizer,
        vars_to_clip_dims: dict[Any, list[int]],
        max_norm: float,
        use_locking: bool = False,
        colocate_clip_ops_with_vars: bool = False,
        name: str = "VariableClipping",
    ):
        super().__init__(use_locking, name)
        self._opt = opt
        self._vars_to_clip_dims = {v: dims[:] for v, dims in vars_to_clip_dims.items()}
        self._max_norm = max_norm
        self._colocate_clip_ops_with_vars = colocate_clip_ops_with_vars

    def compute_gradients(self, *args: Any, **kwargs: Any) -> list[GradAndVar]:
        """See the wrapped optimizer's."""
        return self._opt.compute_gradients(*args, **kwargs)

    def get_slot(self, *args: Any, **kwargs: Any) -> Any:
        """See the wrapped optimizer's."""
        return self._opt.get_slot(*args, **kwargs)

    def get_slot_names(self, *args: Any, **kwargs: Any) -> list[str]:
        """See the wrapped optimizer's."""
        return self._opt.get_slot_names(*args, **kwargs)

    def apply_gradients(self, grads_and_vars: Any, global_step: Any = None, name: str | None = None) -> Operation:
        """The wrapped optimizer's step, then the clipping of the variables that had gradients."""
        pairs = list(grads_and_vars)
        with name_scope(name, self._name) as scope:
            step = self._opt.apply_gradients(pairs, global_step=global_step)
            clipped = []
            with control_dependencies([step]):
                for grad, v in pairs:
                    if grad is None or v not in self._vars_to_clip_dims:
                        continue
                    with name_scope("clip_" + v.op.name):
                        clipped.append(self._clip_dense(v) if isinstance(grad, Tensor) else self._clip_sparse(grad, v))
            return group(step, *clipped, name=scope)

    def _place(self, v: Any) -> Any:
        return get_default_graph().colocate_with(v) if self._colocate_clip_ops_with_vars else contextlib.nullcontext()

    def _clip_dense(self, v: Any) -> Any:
        with self._place(v):
            value = v.read_value()
            excess = value - clip_by_norm(value, self._max_norm, self._vars_to_clip_dims[v])
        with get_default_graph().colocate_with(v):
            return v.assign_sub(excess, use_locking=self._use_locking)

    def _clip_sparse(self, grad: Any, v: Any) -> Any:
        if not isinstance(grad, IndexedSlices):
            raise TypeError(f"VariableClippingOptimizer: the gradient of {v.name} is neither a tensor nor IndexedSlices: {grad!r}")
        dims = self._vars_to_clip_dims[v]
        if 0 in dims:
            logging.getLogger("tensorflow").warning("Clipping norm across dims %s for %s is inefficient: it takes all rows.", dims, v.name)
            return self._clip_dense(v)
        with get_default_graph().colocate_with(v):
            rows = gather(v, grad.indices)
        with self._place(v):
            excess = rows - clip_by_norm(rows, self._max_norm, dims)
        with get_default_graph().colocate_with(v):
            return v.scatter_sub(IndexedSlices(excess, grad.indices, grad.dense_shape), use_locking=self._use_locking)
