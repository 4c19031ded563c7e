"""GGT (Agarwal et al., arXiv:1806.02958): preconditioning by a window of past gradients."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from ...graph import dtypes
from ...graph.conversion import to_tensor
from ...graph.default_graph import control_dependencies, get_default_graph, init_scope, name_scope
from ...graph.operation import Operation, Tensor
from ...graph.public import public
from ...ops import array, linalg
from ...ops import elementwise as m
from ...ops.casting import cast
from ...ops.control_flow import cond
from ...ops.diagonal import tensor_diag as diag
from ...ops.flow import group
from ...ops.matmul import matmul
from ...ops.reduction import reduce_min
from ...train.optimizer import GradAndVar, Optimizer
from ...variables import Variable
from ...variables.assignment import assign, assign_add, assign_sub, scatter_update


@public("contrib.opt.GGTOptimizer")
class GGTOptimizer(Optimizer):
    """Adagrad with the full matrix of the last `window` gradients, of all variables together, by a small singular value decomposition.

    Args:
      beta1: decay of the first moment, which is what is put in the window.
      eps: below this smallest singular value, what lies outside of the window's span is left out.
      svd_eps: added to the diagonal of the window's Gram matrix.
      sigma_eps: added to the singular values.

    Raises (when gradients are applied):
      NotImplementedError: a gradient is sparse.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta1: Any = 0.9,
        use_locking: bool = False,
        name: str = "GGT",
        window: Any = 10,
        eps: Any = 1e-4,
        svd_eps: Any = 1e-6,
        sigma_eps: Any = 1e-2,
    ):
        super().__init__(use_locking, name)
        self._hyper = {"lr": learning_rate, "beta1": beta1, "window": window, "eps": eps, "svd_eps": svd_eps, "sigma_eps": sigma_eps}

    def apply_gradients(self, grads_and_vars: Iterable[GradAndVar], global_step: Any = None, name: str | None = None) -> Operation:
        """See `Optimizer.apply_gradients`."""
        pairs = [(g, v) for g, v in grads_and_vars if g is not None]
        if not pairs:
            raise ValueError("No gradients provided for any variable.")
        for g, v in pairs:
            if not isinstance(g, Tensor):
                raise NotImplementedError(f"GGTOptimizer: the gradient of {v.name} is sparse; pass tf.convert_to_tensor(gradient).")
        with name_scope(name, self._name) as scope:
            hyper = {k: to_tensor(self._call_if_callable(self._hyper[k]), name=k) for k in sorted(self._hyper)}
        sizes = [math.prod(v.get_shape().as_list()) for _, v in pairs]
        with init_scope():
            self._create_state(pairs, hyper, sum(sizes))
        with name_scope(scope):
            flat = self._get_non_slot_variable("flat_grad", get_default_graph())
            placed = []
            at = 0
            for (g, v), size in zip(pairs, sizes):
                with name_scope("update_" + v.op.name), get_default_graph().colocate_with(v):
                    values = array.reshape(g, [-1])
                    placed.append(scatter_update(flat, array.range_(at, at + size, 1), values))
                at += size
            done = group(*placed)
            with control_dependencies([done]):
                steps = self._step(pairs, sizes, hyper)
            step = group(done, *steps)
            if global_step is None:
                return group(step, name=scope)
            with control_dependencies([step]), get_default_graph().colocate_with(global_step):
                counted = self._count(global_step, scope)
            return counted.op if isinstance(counted, Tensor) else counted

    def _create_state(self, pairs: list[GradAndVar], hyper: dict[str, Any], size: int) -> None:
        first = pairs[0][1]
        kind = first.dtype.base_dtype
        graph = get_default_graph()
        if self._get_non_slot_variable("flat_grad", graph) is not None:
            return
        # References even beside resource variables, unless those are the default.
        with graph.colocate_with(first):
            for name, value in (
                ("global_step", lambda: cast(0.0, kind)),
                ("grad_buffer", lambda: array.zeros([hyper["window"], size], dtype=kind)),
                ("moment1", lambda: array.zeros((size,), dtype=kind)),
                ("flat_grad", lambda: array.zeros((size,), dtype=kind)),
            ):
                self._non_slot_dict[name, graph] = Variable(value(), name=name, trainable=False)

    def _step(self, pairs: list[GradAndVar], sizes: list[int], hyper: dict[str, Tensor]) -> list[Any]:
        graph = get_default_graph()
        count = self._get_non_slot_variable("global_step", graph)
        buffer, moment, flat = (self._get_non_slot_variable(n, graph) for n in ("grad_buffer", "moment1", "flat_grad"))
        window = hyper["window"]
        count = assign_add(count, 1.0)
        mean = assign(moment, hyper["beta1"] * moment + (1.0 - hyper["beta1"]) * flat)
        row = m.floormod(cast(count - 1.0, dtypes.int32), window)
        filled = scatter_update(buffer, row, mean)
        scale = m.sqrt(m.minimum(count, cast(window, count.dtype.base_dtype)))
        column = array.expand_dims(mean, -1)
        past = array.transpose(filled / scale)
        gram = matmul(past, past, transpose_a=True)
        sigma_sq, u, _ = linalg.svd(gram + array.eye(window) * hyper["svd_eps"])
        sigma = m.sqrt(sigma_sq)
        smallest = reduce_min(sigma)
        strength = cast(1.0, sigma.dtype) / m.pow_(sigma + hyper["sigma_eps"], 3)
        nothing = array.expand_dims(array.zeros((sum(sizes),), dtype=mean.dtype.base_dtype), -1)
        inside = self._projected(past, u, diag(strength), column)
        spanned = self._projected(past, u, diag(cast(1.0, sigma_sq.dtype) / sigma_sq), column)
        outside = (column - spanned) / smallest
        step = cond(smallest > hyper["eps"], lambda: m.add(inside, outside), lambda: m.add(nothing, inside))
        changes = []
        at = 0
        for (_, v), size in zip(pairs, sizes):
            own = array.reshape(step[at : at + size], v.get_shape())
            changes.append(assign_sub(v, hyper["lr"] * own))
            at += size
        return changes

    @staticmethod
    def _projected(past: Tensor, u: Tensor, middle: Tensor, column: Tensor) -> Tensor:
        """Past @ u @ middle @ u.T @ past.T @ column, from the right."""
        inner = matmul(u, matmul(past, column, transpose_a=True), transpose_a=True)
        return matmul(past, matmul(u, matmul(middle, inner)))
