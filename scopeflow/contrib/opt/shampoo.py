"""Shampoo (Gupta, Koren and Singer, arXiv:1802.09568): a preconditioner for each dimension of a variable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...graph import dtypes
from ...graph.composite import IndexedSlices
from ...graph.conversion import to_tensor
from ...graph.default_graph import name_scope
from ...graph.operation import Tensor
from ...graph.public import public
from ...ops import array
from ...ops import elementwise as m
from ...ops.casting import cast
from ...ops.control_flow import cond
from ...ops.gathering import gather, scatter_nd, where
from ...ops.matmul import tensordot
from ...ops.reduction import reduce_sum
from ...train.optimizer import Optimizer
from ...variables.assignment import assign, assign_add, scatter_add
from .matrix_roots import inverse_root, power_by_singular_values, square_root

#: a number, or a function of the step that gives one
Schedule = float | Tensor | Callable[[Any], Any]


def _at(schedule: Schedule, step: Any) -> Any:
    return schedule(step) if callable(schedule) else schedule


def _is(weight: Any, number: float) -> bool:
    return isinstance(weight, (int, float)) and weight == number


def _add_rows(var: Any, rows: Tensor, values: Tensor) -> Any:
    return scatter_add(var, rows, values)


@public("contrib.opt.ShampooOptimizer")
class ShampooOptimizer(Optimizer):
    """Steps by the gradient times, for each dimension i of n, (the mean of its outer products along i) ** (-alpha / n).

    A dimension longer than `max_matrix_size` keeps only the diagonal of its matrix. Sparse gradients are made dense.

    Args:
      global_step: how many steps have been taken.
      gbar_decay, gbar_weight: the gradient is gbar_decay * the mean so far + gbar_weight * the new one; numbers, or functions of the step.
      mat_gbar_decay, mat_gbar_weight: the same for the outer products.
      learning_rate: a number, or a function of the step.
      svd_interval, precond_update_interval: after how many steps powers are taken, and outer products added.
      epsilon: added to the diagonals; singular values below it count as it.
      alpha: 0.5 is the paper's.
      use_iterative_root: takes roots by products of matrices, not by singular values; n / (2 * alpha) must be a whole number.
    """

    def __init__(
        self,
        global_step: Any = 0,
        max_matrix_size: int = 768,
        gbar_decay: Schedule = 0.0,
        gbar_weight: Schedule = 1.0,
        mat_gbar_decay: Schedule = 1.0,
        mat_gbar_weight: Schedule = 1.0,
        learning_rate: Schedule = 1.0,
        svd_interval: int = 1,
        precond_update_interval: int = 1,
        epsilon: float = 1e-4,
        alpha: float = 0.5,
        use_iterative_root: bool = False,
        use_locking: bool = False,
        name: str = "Shampoo",
    ):
        super().__init__(use_locking, name)
        self._global_step = cast(global_step, dtypes.float32)
        self._max_matrix_size = max_matrix_size
        self._gbar_decay, self._gbar_weight = gbar_decay, gbar_weight
        self._mat_gbar_decay, self._mat_gbar_weight = mat_gbar_decay, mat_gbar_weight
        self._learning_rate = learning_rate
        self._svd_interval, self._precond_update_interval = svd_interval, precond_update_interval
        self._epsilon, self._alpha = epsilon, alpha
        self._use_iterative_root = use_iterative_root

    def _create_slots(self, var_list: list[Any]) -> None:
        for v in var_list:
            self._zeros_slot(v, "gbar", self._name)
            for i, size in enumerate(v.get_shape().as_list()):
                length = to_tensor(size, dtypes.int32, name="shape_as_tensor")
                if size > self._max_matrix_size:
                    self._get_or_make_slot(v, array.zeros([length]), f"Gbar_{i}", self._name)
                    continue
                outer = array.zeros_like(array.eye(length))
                if self._svd_interval > 1:
                    self._get_or_make_slot(v, array.eye(length), f"H_{i}", self._name)
                self._get_or_make_slot(v, outer, f"Gbar_{i}", self._name)

    def _apply_dense(self, grad: Tensor, var: Any) -> Any:
        return self._apply_gradient(grad, var)

    def _resource_apply_dense(self, grad: Tensor, handle: Any) -> Any:
        return self._apply_gradient(grad, handle)

    def _apply_sparse(self, grad: IndexedSlices, var: Any) -> Any:
        return self._apply_rows(grad.values, grad.indices, var)

    def _resource_apply_sparse(self, grad: Tensor, handle: Any, indices: Tensor) -> Any:
        return self._apply_rows(grad, indices, handle)

    def _apply_rows(self, values: Tensor, indices: Tensor, var: Any) -> Any:
        if var.get_shape().as_list()[0] <= self._max_matrix_size or not _is(self._gbar_decay, 0.0):
            return self._apply_gradient(scatter_nd(array.expand_dims(indices, 1), values, array.shape(var)), var)
        return self._apply_gradient(values, var, indices)

    def _average(self, var: Any, decay: Any, new: Tensor) -> Any:
        """Changes `var` to decay * var + new; what is then used in its place."""
        if _is(decay, 0.0):
            return new
        if _is(decay, 1.0):
            return assign_add(var, new)
        return assign_add(var, (decay - 1.0) * var + new)

    def _apply_gradient(self, grad: Tensor, var: Any, rows: Tensor | None = None) -> Any:
        """Changes `var`, or its `rows`."""
        step = self._global_step + 1.0
        gbar_decay, gbar_weight = _at(self._gbar_decay, step), _at(self._gbar_weight, step)
        conditioned: Any = grad
        if rows is None:
            conditioned = self._average(self.get_slot(var, "gbar"), gbar_decay, gbar_weight * grad)
        mat_decay, mat_weight = _at(self._mat_gbar_decay, step), _at(self._mat_gbar_weight, step)
        shape = var.get_shape().as_list()
        exponent = -self._alpha / len(shape)
        # Each round brings the next dimension to the front, so that after all of them the order is the first again.
        turn = [*range(1, len(shape)), 0]
        for i, size in enumerate(shape):
            divisor = float(grad.get_shape().as_list()[i] or 1)
            if size > self._max_matrix_size:
                diagonal = self._diagonal(grad, var, i, divisor, mat_decay, mat_weight, rows if i == 0 else None)
                scales = where(m.greater(diagonal, 0), m.pow_(diagonal, exponent), array.zeros_like(diagonal))
                conditioned = array.transpose(conditioned, perm=turn) * scales
            else:
                mean = self._outer_products(grad, var, i, mat_decay, mat_weight, step) / divisor
                factor = self._factor(mean, var, i, size, exponent, step)
                conditioned = tensordot(conditioned, factor, axes=([0], [0]), name=f"precond_{i}")
        rate = _at(self._learning_rate, step)
        return var.assign_sub(rate * conditioned) if rows is None else _add_rows(var, rows, -rate * conditioned)

    def _others(self, grad: Tensor, i: int) -> list[int]:
        return [j for j in range(grad.get_shape().ndims) if j != i]

    def _diagonal(self, grad: Tensor, var: Any, i: int, divisor: float, decay: Any, weight: Any, rows: Tensor | None) -> Any:
        """The diagonal of the mean of outer products along dimension `i`, or what it has for `rows`."""
        sums = self.get_slot(var, f"Gbar_{i}")
        squares = reduce_sum(grad * grad, axis=self._others(grad, i)) / divisor
        if rows is None:
            return self._average(sums, decay, weight * squares)
        assert _is(decay, 1.0), (
            f"ShampooOptimizer: the gradient of {var.name} is sparse, its first dimension is longer than max_matrix_size="
            f"{self._max_matrix_size}, and mat_gbar_decay={decay}: sparse means cannot decay. Take 1.0."
        )
        return gather(_add_rows(sums, rows, weight * squares), rows)

    def _outer_products(self, grad: Tensor, var: Any, i: int, decay: Any, weight: Any, step: Any) -> Tensor:
        sums = self.get_slot(var, f"Gbar_{i}")
        others = self._others(grad, i)

        def add_outer() -> Any:
            scale = weight * self._precond_update_interval
            return self._average(sums, decay, scale * tensordot(grad, grad, axes=(others, others), name=f"grad_outer_{i}"))

        return cond(m.less(m.floormod(step, self._precond_update_interval), 1), add_outer, lambda: sums)

    def _factor(self, mean: Tensor, var: Any, i: int, size: int, exponent: float, step: Any) -> Any:
        power = self._power_by_iterations if self._use_iterative_root else self._power
        if self._svd_interval == 1:
            return power(mean, size, exponent, None)
        kept = self.get_slot(var, f"H_{i}")
        return cond(m.less(m.floormod(step, self._svd_interval), 1), lambda: power(mean, size, exponent, kept), lambda: kept)

    def _power(self, matrix: Tensor, size: int, exponent: float, kept: Any) -> Any:
        with name_scope("matrix_iterative_power"):
            found = power_by_singular_values(matrix, size, exponent, self._epsilon)
            return found if kept is None else assign(kept, found)

    def _power_by_iterations(self, matrix: Tensor, size: int, exponent: float, kept: Any) -> Any:
        with name_scope("matrix_iterative_power"):
            root = square_root(matrix, size, epsilon=self._epsilon)
            found = inverse_root(root, size, 2 * exponent)
            return found if kept is None else assign(kept, found)
